"""Leases on deliveries: who works on what, until when, and the fence that a late holder meets.

One store's deliveries are leased to one drain at a time. A lease that runs out is handed out again;
its first holder finds its fences raised and can commit nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, Select, and_, or_, select, text, update
from sqlalchemy.orm import Session

from integration.bulk import among
from integration.models import DeliveryWork
from integration.models.vocabulary import WorkState
from integration.services import Services

# What a killed worker held is stuck for as long. Once a batch commits its rows are locked: a slow
# commit loses nothing by it.
LEASE_LASTS = timedelta(seconds=10)
AT_ONCE = 200
# What failed before is tried in small company, then alone: whoever kills a worker kills few.
_COMPANY = ((0, 0, 1_000_000), (1, 2, 10), (3, 1_000_000, 1))
# Written out, so that SQLite's planner sees that the partial index covers the query.
OPEN = text("delivery_works.state IN ('waiting', 'leased')")


@dataclass(frozen=True, slots=True)
class HeldWork:
    """A leased delivery: the fence is what a commit has to find unchanged."""

    delivery_id: int
    fence: int
    attempts: int


@dataclass(frozen=True, slots=True)
class Lease:
    """Deliveries of one store (None: of none that we know), oldest first."""

    store_id: int | None
    works: tuple[HeldWork, ...]


class LeaseLost(Exception):
    """Another drain has taken over; nothing may be committed."""


def lease(
    services: Services, store_id: int | None, now: datetime, at_most: int = AT_ONCE
) -> Lease | None:
    """Lease a store's next deliveries; None when nothing is due or another drain holds some."""
    with services.db.across_workspaces(write=True) as session:
        if not _alone(services, session, store_id) or _is_leased(session, store_id, now):
            return None
        rows = session.execute(_next(session, store_id, now, at_most)).all()
        works = tuple(HeldWork(row.delivery_id, row.fence + 1, row.attempts) for row in rows)
        if not works:
            return None
        _change(
            session,
            works,
            state=WorkState.LEASED.value,
            fence=DeliveryWork.fence + 1,
            leased_until=now + LEASE_LASTS,
        )
    return Lease(store_id, works)


def hold(session: Session, works: Sequence[HeldWork]) -> list[HeldWork]:
    """Those of the works that are still ours, locked until the commit. Raises LeaseLost for none.

    To be called first in the transaction that commits the effect.
    """
    statement = select(DeliveryWork.delivery_id, DeliveryWork.fence).where(
        _these(session, works),
        DeliveryWork.state == WorkState.LEASED.value,
    )
    rows = session.execute(statement.order_by(DeliveryWork.delivery_id).with_for_update()).all()
    fences = {row.delivery_id: row.fence for row in rows}
    ours = [work for work in works if fences.get(work.delivery_id) == work.fence]
    if not ours:
        raise LeaseLost("the lease has run out and was handed on")
    return ours


def renew(services: Services, works: Sequence[HeldWork], now: datetime) -> None:
    """Hold for a full term more what is still ours. Raises LeaseLost for none."""
    with services.db.across_workspaces(write=True) as session:
        _change(session, hold(session, works), leased_until=now + LEASE_LASTS)


def release_expired(services: Services, now: datetime) -> int:
    """Hand out again what a killed worker held. Returns how many.

    It counts as an attempt, so that a delivery that kills its worker ends up alone, then parked.
    """
    expired = and_(
        DeliveryWork.state == WorkState.LEASED.value, DeliveryWork.leased_until < now, OPEN
    )
    with services.db.across_workspaces() as session:
        if (
            session.execute(select(DeliveryWork.delivery_id).where(expired).limit(1)).first()
            is None
        ):
            return 0
    with services.db.across_workspaces(write=True) as session:
        rows = session.execute(
            select(DeliveryWork.delivery_id, DeliveryWork.fence, DeliveryWork.attempts)
            .where(expired)
            .with_for_update(skip_locked=True)
        ).all()
        works = [HeldWork(row.delivery_id, row.fence, row.attempts) for row in rows]
        if works:
            _change(
                session,
                works,
                state=WorkState.WAITING.value,
                attempts=DeliveryWork.attempts + 1,
                leased_until=None,
                error_code="lease_expired",
                error="its worker died or took too long",
            )
    return len(works)


def _these(session: Session, works: Iterable[HeldWork]) -> ColumnElement[bool]:
    ids = [work.delivery_id for work in works]
    return among(session.connection(), DeliveryWork.delivery_id, ids)


def _change(session: Session, works: Iterable[HeldWork], **values: Any) -> int:
    result = session.execute(
        update(DeliveryWork)
        .where(_these(session, works))
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    assert isinstance(result, CursorResult)
    return result.rowcount


def due(now: datetime) -> ColumnElement[bool]:
    """What waits and may be tried by now."""
    return and_(
        DeliveryWork.state == WorkState.WAITING.value,
        or_(DeliveryWork.not_before.is_(None), DeliveryWork.not_before <= now),
    )


def _of(store_id: int | None) -> ColumnElement[bool]:
    if store_id is None:
        return DeliveryWork.store_id.is_(None)
    return DeliveryWork.store_id == store_id


def _alone(services: Services, session: Session, store_id: int | None) -> bool:
    """On PostgreSQL, whether no other drain is leasing for this store just now."""
    if services.db.is_sqlite:
        return True
    statement = text("SELECT pg_try_advisory_xact_lock(7455011, :store_id)")
    return bool(session.execute(statement, {"store_id": (store_id or 0) % 2**31}).scalar_one())


def _is_leased(session: Session, store_id: int | None, now: datetime) -> bool:
    statement = (
        select(DeliveryWork.delivery_id)
        .where(
            OPEN,
            _of(store_id),
            DeliveryWork.state == WorkState.LEASED.value,
            DeliveryWork.leased_until >= now,
        )
        .limit(1)
    )
    return session.execute(statement).first() is not None


def _next(
    session: Session, store_id: int | None, now: datetime, at_most: int
) -> Select[int, int, int]:
    columns = select(DeliveryWork.delivery_id, DeliveryWork.fence, DeliveryWork.attempts)
    waiting = columns.where(OPEN, _of(store_id), due(now)).order_by(DeliveryWork.delivery_id)
    first = session.execute(waiting.limit(1)).one_or_none()
    attempts = first.attempts if first is not None else 0
    low, high, company = next(row for row in _COMPANY if row[0] <= attempts <= row[1])
    alike = waiting.where(DeliveryWork.attempts.between(low, high))
    return alike.limit(min(company, at_most)).with_for_update(skip_locked=True)
