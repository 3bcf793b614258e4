"""Read single objects again, where what we were told can't decide."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime

import structlog

from integration.install.access import store_access
from integration.models import Store
from integration.pacing.urgency import Urgency
from integration.services import Services
from integration.sync.reading import Reading
from integration.sync.sight import may_be_out_of_sight
from integration.sync.sourced import Source, Sourced, Wanted
from integration.sync.unreadable import report_unreadable
from platforms.changes import Change, CustomerChanged, CustomerDeleted, OrderChanged, OrderDeleted
from platforms.errors import PlatformError, RecordUnreadable
from platforms.port import Reader
from platforms.records import Unreadable

log = structlog.get_logger(__name__)

_MOST_ROUNDS = 3
_AT_A_TIME = 50


def read_again(
    services: Services,
    store: Store,
    wanted: Iterable[Wanted],
    *,
    source: Source = "sync",
    urgency: Urgency = "bulk",
    unreadable: list[Unreadable] | None = None,
) -> list[Sourced]:
    """These objects as the store holds them now, as fresh changes.

    One that the store has no more is a deletion; an order that may only be too old for us to see is
    left out. Calls the store: never inside a transaction.
    Raises PlatformError for the first that can't be read; those whose answer makes no sense for
    good are put into `unreadable` instead, where that is given, and the others are read.
    """
    listed = sorted(wanted, key=lambda one: (one.kind, one.external_id))
    if not listed:
        return []
    access = store_access(
        services, workspace_id=store.workspace_id, store_id=store.id, urgency=urgency
    )
    reader = services.platforms[store.platform].reader(access)
    found: list[Sourced] = []
    for one in listed:
        try:
            read = _read(services, store, reader, one, source)
        except RecordUnreadable as error:
            if unreadable is None:
                raise
            unreadable.append(Unreadable(one.kind, one.external_id, str(error)))
        else:
            found += [] if read is None else [read]
    return found


def read_wanted(reading: Reading, publish: Callable[[frozenset[int]], None]) -> None:
    """Read again what is wanted of a claimed store.

    One that keeps changing under us is left for next time, and so is what the store refuses to
    tell; the others are read. Raises the PlatformError that keeps all of them from being read,
    ClaimLost, StoreNotActive.
    """
    unreadable: list[Unreadable] = []
    refused: set[Wanted] = set()
    for _ in range(_MOST_ROUNDS):
        left_out = {(each.kind, each.external_id) for each in unreadable}
        wanted = [
            one
            for one in reading.wanted()
            if one not in refused and (one.kind, one.external_id) not in left_out
        ]
        if not wanted:
            break
        for start in range(0, len(wanted), _AT_A_TIME):
            some = wanted[start : start + _AT_A_TIME]
            applied = reading.apply(_read_each(reading, some, unreadable, refused))
            if applied is not None:
                publish(applied.profile_ids)
    report_unreadable(reading, unreadable)


def _read_each(
    reading: Reading, wanted: Sequence[Wanted], unreadable: list[Unreadable], refused: set[Wanted]
) -> list[Sourced]:
    found: list[Sourced] = []
    for one in wanted:
        try:
            read = _read(reading.services, reading.store, reading.reader, one, reading.source)
        except RecordUnreadable as error:
            unreadable.append(Unreadable(one.kind, one.external_id, str(error)))
        except PlatformError as error:
            if error.retryable or error.reauthorize:
                raise
            log.warning("sync.not_told", store_id=reading.store.id, kind=one.kind, code=error.code)
            refused.add(one)
        else:
            found += [] if read is None else [read]
            if read is None:
                reading.forget(one)
    return found


def _read(
    services: Services, store: Store, reader: Reader, wanted: Wanted, source: Source
) -> Sourced | None:
    """The object as a change, None for an order that the store may only not show us."""
    # The time before the call: a state newer than that is newer than the deletion.
    now = services.now()
    change = _change(reader, wanted, now)
    if isinstance(change, OrderDeleted) and may_be_out_of_sight(
        services, store, reader, wanted.external_id, now
    ):
        log.info("sync.out_of_sight", store_id=store.id)
        return None
    return Sourced(change, source, fresh=True, read_at=now)


def _change(reader: Reader, wanted: Wanted, now: datetime) -> Change:
    if wanted.kind == "order":
        order = reader.order(wanted.external_id)
        return OrderDeleted(wanted.external_id, now) if order is None else OrderChanged(order)
    customer = reader.customer(wanted.external_id)
    if customer is None:
        return CustomerDeleted(wanted.external_id, now)
    return CustomerChanged(customer)
