"""From leased deliveries to what they mean: open, parse, name what can't be understood."""

import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import structlog
from sqlalchemy import Table, select

from integration.crypto import CannotOpen
from integration.delivery_bodies import ERASED_CODE, BodyErased, Opener
from integration.models import Delivery, DeliveryWork, Store
from integration.services import Services
from integration.statements.bulk import among
from platforms.changes import Change, IsSuperseded, Superseded
from platforms.errors import DeliveryForeign, DeliveryUnreadable
from platforms.port import Envelope, StoreFacts
from webhooks.leases import HeldWork
from webhooks.newest import Newest
from webhooks.outcomes import Failure, Verdict

log = structlog.get_logger(__name__)

_DELIVERIES = cast(Table, Delivery.__table__)
# A body may have megabytes.
_BODIES_AT_A_TIME = 10


@dataclass(frozen=True, slots=True)
class Item:
    """A delivery that was understood."""

    work: HeldWork
    changes: tuple[Change, ...]
    is_compliance: bool
    platform: str
    store_hint: str
    triggered_at: datetime | None
    received_at: datetime

    @property
    def is_superseded(self) -> bool:
        """Whether it tells only what a newer delivery of its batch tells newer."""
        return any(isinstance(change, Superseded) for change in self.changes)


@dataclass(frozen=True, slots=True)
class Read:
    """A batch's deliveries, understood or not."""

    items: list[Item]
    failures: list[Failure]


def read_batch(
    services: Services, works: Sequence[HeldWork], store: Store | None, *, whole: bool = False
) -> Read:
    """What these deliveries mean, oldest first. Writes nothing and calls nobody; holds few bodies
    at a time.

    The newest are read first: of an object's older states no more is made than `Superseded`, unless
    all are wanted `whole`.
    """
    return read_batches(services, [(works, store)], whole=whole)[0]


def read_batches(
    services: Services,
    held: Sequence[tuple[Sequence[HeldWork], Store | None]],
    *,
    whole: bool = False,
) -> list[Read]:
    """The same for several stores at once, in their order."""
    readers = [_Reader(services, store, whole=whole) for _, store in held]
    by_id = {
        work.delivery_id: (work, reader)
        for (works, _), reader in zip(held, readers, strict=True)
        for work in works
    }
    mended = _mended(services, [work.delivery_id for work, _ in by_id.values() if work.is_mended])
    with services.inbox.across_workspaces() as session:
        statement = select(*_DELIVERIES.c).where(
            among(session.connection(), _DELIVERIES.c.id, by_id)
        )
        found = session.execute(
            statement.order_by(_DELIVERIES.c.id.desc()).execution_options(
                yield_per=_BODIES_AT_A_TIME
            )
        )
        for row in found:
            delivery = cast(Delivery, row)
            work, reader = by_id.pop(delivery.id)
            reader.hear(work, delivery, mended.get(delivery.id))
    for work, reader in by_id.values():
        reader.miss(work)
    return [reader.heard() for reader in readers]


def _mended(services: Services, ids: Sequence[int]) -> dict[int, DeliveryWork]:
    if not ids:
        return {}
    with services.db.across_workspaces() as session:
        statement = select(DeliveryWork).where(
            among(session.connection(), DeliveryWork.delivery_id, ids),
            DeliveryWork.sealed_mended_body.is_not(None),
        )
        return {row.delivery_id: row for row in session.execute(statement).scalars()}


def envelope_of(delivery: Delivery) -> Envelope:
    """The envelope as it was when the delivery came in."""
    return Envelope(
        topic=delivery.topic,
        store_hint=delivery.store_hint,
        delivery_id=delivery.delivery_external_id,
        event_id=delivery.event_external_id,
        triggered_at=delivery.triggered_at,
        api_version=delivery.api_version,
        is_compliance=delivery.is_compliance,
    )


def where_it_failed(error: Exception) -> str:
    """An unexpected error without its text, which may hold what a customer wrote."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [frame for frame in frames if "site-packages" not in frame.filename] or list(frames)
    if not ours:
        return type(error).__name__
    last = ours[-1]
    place = "/".join(last.filename.split("/")[-2:])
    return f"{type(error).__name__} at {place}:{last.lineno}"


def _unopened(work: HeldWork, delivery: Delivery, error: CannotOpen) -> Failure:
    if delivery.is_compliance:
        return Failure(work, Verdict.PARK, "body_unavailable", str(error), "compliance_unreadable")
    if isinstance(error, BodyErased):
        # Whose it was is erased: there is nothing to be mended.
        return Failure(work, Verdict.REFUSE, ERASED_CODE, str(error))
    return Failure(work, Verdict.PARK, "body_unavailable", str(error))


class _Reader:
    """Reads deliveries of one store."""

    def __init__(self, services: Services, store: Store | None, *, whole: bool) -> None:
        self._services = services
        self._store = store
        self._opener = Opener(services, store)
        self._newest = Newest()
        self._is_superseded = None if whole else self._newest.supersedes
        self._items: list[Item] = []
        self._failures: list[Failure] = []

    def hear(self, work: HeldWork, delivery: Delivery, mended: DeliveryWork | None) -> None:
        """Read one; the newest come first."""
        outcome = self._read(work, delivery, mended, self._is_superseded)
        if isinstance(outcome, Item):
            self._newest.note(outcome.changes)
            self._items.append(outcome)
        else:
            self._failures.append(outcome)

    def miss(self, work: HeldWork) -> None:
        """Note one that isn't there."""
        message = "the inbox doesn't hold this delivery"
        self._failures.append(Failure(work, Verdict.PARK, "delivery_missing", message))

    def heard(self) -> Read:
        """All of them, the oldest first."""
        return Read(self._items[::-1], self._failures)

    def _read(
        self,
        work: HeldWork,
        delivery: Delivery,
        mended: DeliveryWork | None,
        is_superseded: IsSuperseded | None,
    ) -> Item | Failure:
        """What one means, or why it can't be told."""
        # A compliance delivery that can't be believed is somebody trying something.
        alarm = "erasure_not_believable" if delivery.is_compliance else None
        try:
            body = self._opener.open(delivery, mended)
            gate = self._services.platforms[delivery.platform].gate
            changes = gate.parse(envelope_of(delivery), body, self._facts(delivery), is_superseded)
        except CannotOpen as error:
            return _unopened(work, delivery, error)
        except DeliveryUnreadable as error:
            return Failure(work, Verdict.PARK, error.code, str(error), alarm)
        except DeliveryForeign as error:
            return Failure(work, Verdict.REFUSE, error.code, str(error), alarm or error.code)
        except Exception as error:
            log.exception(
                "drain.not_parsed",
                store_id=delivery.store_id,
                delivery_id=delivery.id,
                error=type(error).__name__,
            )
            return Failure(work, Verdict.RETRY, "unexpected", where_it_failed(error))
        return Item(
            work=work,
            changes=tuple(changes),
            is_compliance=delivery.is_compliance,
            platform=delivery.platform,
            store_hint=delivery.store_hint,
            triggered_at=delivery.triggered_at,
            received_at=delivery.received_at,
        )

    def _facts(self, delivery: Delivery) -> StoreFacts:
        store = self._store
        if store is not None:
            return StoreFacts(store.domain, store.external_id, store.currency)
        gate = self._services.platforms[delivery.platform].gate
        return StoreFacts(gate.identify(envelope_of(delivery)), None, None)
