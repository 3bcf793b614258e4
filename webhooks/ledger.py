"""Deliveries as an operator sees them: lists, one with all that is known of it, and replay."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, defer

from integration.crypto import CannotOpen
from integration.delivery_bodies import open_body, seal_mended
from integration.errors import Invalid, NotFound
from integration.models import Attempt, Delivery, DeliveryWork, Store
from integration.models.vocabulary import WorkState
from integration.services import Services
from webhooks.pruning import is_going

_NOT_TAKEN_IN = "received"


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery and how its work stands. Times are UTC; ids are text."""

    id: str
    platform: str
    store: str
    store_id: str | None
    topic: str
    delivery_id: str
    event_id: str | None
    api_version: str | None
    triggered_at: datetime | None
    received_at: datetime
    is_compliance: bool
    state: str
    attempts: int
    not_before: datetime | None
    finished_at: datetime | None
    error_code: str | None
    error: str | None
    is_mended: bool

    def as_dict(self) -> dict[str, Any]:
        """Its fields."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class AttemptView:
    """One failed try."""

    at: datetime
    error_code: str
    error: str


@dataclass(frozen=True, slots=True)
class DeliveryWhole:
    """A delivery with its failed attempts and its body (None when nobody can open it any more)."""

    delivery: DeliveryView
    attempts: tuple[AttemptView, ...]
    body: bytes | None

    def as_dict(self) -> dict[str, Any]:
        """Its fields; the body as text."""
        body = None if self.body is None else self.body.decode("utf-8", "replace")
        log = [asdict(attempt) for attempt in self.attempts]
        return {**self.delivery.as_dict(), "attempt_log": log, "body": body}


def list_deliveries(
    services: Services,
    *,
    state: str | None = None,
    store_id: int | None = None,
    at_most: int = 100,
) -> list[DeliveryView]:
    """The newest deliveries first, of one state or store where one is named."""
    statement = select(DeliveryWork).order_by(DeliveryWork.delivery_id.desc()).limit(at_most)
    if state is not None:
        statement = statement.where(DeliveryWork.state == state)
    if store_id is not None:
        statement = statement.where(DeliveryWork.store_id == store_id)
    with services.db.across_workspaces() as session:
        works = {work.delivery_id: work for work in session.execute(statement).scalars()}
    with services.inbox.across_workspaces() as session:
        found = select(Delivery).where(Delivery.id.in_(works)).order_by(Delivery.id.desc())
        without_bodies = found.options(defer(Delivery.sealed_body, raiseload=True))
        return [_view(row, works[row.id]) for row in session.execute(without_bodies).scalars()]


def whole_delivery(services: Services, delivery_id: int) -> DeliveryWhole:
    """One delivery with its headers, state, attempts, error and body. Raises NotFound."""
    delivery = _delivery(services, delivery_id)
    with services.db.across_workspaces() as session:
        work = session.get(DeliveryWork, delivery_id)
        store = _store(session, delivery)
        statement = select(Attempt).where(Attempt.delivery_id == delivery_id).order_by(Attempt.id)
        attempts = tuple(
            AttemptView(row.at, row.error_code, row.error)
            for row in session.execute(statement).scalars()
        )
    try:
        body: bytes | None = open_body(services, delivery, work, store)
    except CannotOpen:
        body = None
    return DeliveryWhole(_view(delivery, work), attempts, body)


def replay(services: Services, delivery_id: int, mended_body: bytes | None = None) -> None:
    """Have a delivery worked off again, with another body where one is given.

    Safe for one that was applied: newest wins. Whoever works on it now can no longer commit.
    Raises NotFound, or Invalid when the store's key is gone or the delivery is about to be removed.
    """
    delivery = _delivery(services, delivery_id)
    values: dict[str, Any] = {
        "state": WorkState.WAITING.value,
        "attempts": 0,
        "fence": DeliveryWork.fence + 1,
        "not_before": None,
        "leased_until": None,
        "finished_at": None,
        "error_code": None,
        "error": None,
    }
    with services.db.across_workspaces(write=True) as session:
        if mended_body is not None:
            store = _store(session, delivery)
            values["sealed_mended_body"] = _sealed(services, delivery_id, store, mended_body)
        known = session.get(DeliveryWork, delivery_id, with_for_update=True)
        if known is None:
            raise NotFound(f"Delivery {delivery_id} was not taken in yet; the sweep does it.")
        if is_going(session, known, services.now()):
            raise Invalid(f"Delivery {delivery_id} was worked off too long ago: it is removed now.")
        session.execute(
            update(DeliveryWork)
            .where(DeliveryWork.delivery_id == delivery_id)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
    services.jobs.enqueue("webhooks.drain", key="drain")


def _sealed(services: Services, delivery_id: int, store: Store | None, body: bytes) -> bytes:
    try:
        return seal_mended(services, delivery_id, store, body)
    except CannotOpen as error:
        raise Invalid(f"The body can't be mended: {error}.") from None


def _delivery(services: Services, delivery_id: int) -> Delivery:
    with services.inbox.across_workspaces() as session:
        delivery = session.get(Delivery, delivery_id)
    if delivery is None:
        raise NotFound(f"There is no delivery {delivery_id}.")
    return delivery


def _store(session: Session, delivery: Delivery) -> Store | None:
    return session.get(Store, delivery.store_id) if delivery.store_id is not None else None


def _view(delivery: Delivery, work: DeliveryWork | None) -> DeliveryView:
    return DeliveryView(
        id=str(delivery.id),
        platform=delivery.platform,
        store=delivery.store_hint,
        store_id=str(delivery.store_id) if delivery.store_id is not None else None,
        topic=delivery.topic,
        delivery_id=delivery.delivery_external_id,
        event_id=delivery.event_external_id,
        api_version=delivery.api_version,
        triggered_at=delivery.triggered_at,
        received_at=delivery.received_at,
        is_compliance=delivery.is_compliance,
        state=work.state if work is not None else _NOT_TAKEN_IN,
        attempts=work.attempts if work is not None else 0,
        not_before=work.not_before if work is not None else None,
        finished_at=work.finished_at if work is not None else None,
        error_code=work.error_code if work is not None else None,
        error=work.error if work is not None else None,
        is_mended=work is not None and work.sealed_mended_body is not None,
    )
