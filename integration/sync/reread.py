"""Read single objects again, where what we were told can't decide."""

from collections.abc import Iterable
from datetime import datetime

from integration.install.access import store_access
from integration.models import Store
from integration.pacing.urgency import Urgency
from integration.services import Services
from integration.sync.sourced import Source, Sourced, Wanted
from platforms.changes import Change, CustomerChanged, CustomerDeleted, OrderChanged, OrderDeleted
from platforms.errors import RecordUnreadable
from platforms.port import Reader
from platforms.records import Unreadable


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

    One that the store has no more is a deletion. Calls the store: never inside a transaction.
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
            found.append(_read(services, reader, one, source))
        except RecordUnreadable as error:
            if unreadable is None:
                raise
            unreadable.append(Unreadable(one.kind, one.external_id, str(error)))
    return found


def _read(services: Services, reader: Reader, wanted: Wanted, source: Source) -> Sourced:
    # The time before the call: a state newer than that is newer than the deletion.
    now = services.now()
    return Sourced(_change(reader, wanted, now), source, fresh=True, read_at=now)


def _change(reader: Reader, wanted: Wanted, now: datetime) -> Change:
    if wanted.kind == "order":
        order = reader.order(wanted.external_id)
        return OrderDeleted(wanted.external_id, now) if order is None else OrderChanged(order)
    customer = reader.customer(wanted.external_id)
    if customer is None:
        return CustomerDeleted(wanted.external_id, now)
    return CustomerChanged(customer)
