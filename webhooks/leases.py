"""Leases on deliveries: who works on what, until when, and the fence that a late holder meets.

One store's deliveries are leased to one drain at a time. A lease that runs out is handed out again;
its first holder finds its fences raised and can commit nothing.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from integration.services import Services
from webhooks.work_rows import due, fences, is_leased, raise_fences, set_values

# What a killed worker held is stuck for as long. Once a batch commits its rows are locked: a slow
# commit loses nothing by it.
LEASE_LASTS = timedelta(seconds=10)
AT_ONCE = 200
# What failed before is tried in small company, then alone: whoever kills a worker kills few.
_COMPANY = ((0, 0, 1_000_000), (1, 1, 10), (2, 1_000_000, 1))


@dataclass(frozen=True, slots=True)
class HeldWork:
    """A leased delivery: the fence is what a commit has to find unchanged.

    `is_mended` says that its work row has another body than the one that came.
    """

    delivery_id: int
    fence: int
    attempts: int
    is_mended: bool = False


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
        if not _alone(services, session, store_id) or is_leased(session, store_id, now):
            return None
        works = _in_company(
            [
                HeldWork(row.delivery_id, row.fence + 1, row.attempts, bool(row.is_mended))
                for row in due(session, store_id, now, at_most)
            ]
        )
        if not works:
            return None
        raise_fences(session, _ids(works), now + LEASE_LASTS)
    return Lease(store_id, works)


def hold(session: Session, works: Sequence[HeldWork]) -> list[HeldWork]:
    """Those of the works that are still ours, locked until the commit. Raises LeaseLost for none.

    To be called first in the transaction that commits the effect.
    """
    held = fences(session, _ids(works))
    ours = [work for work in works if held.get(work.delivery_id) == work.fence]
    if not ours:
        raise LeaseLost("the lease has run out and was handed on")
    return ours


def renew(services: Services, works: Sequence[HeldWork], now: datetime) -> None:
    """Hold for a full term more what is still ours. Raises LeaseLost for none."""
    with services.db.across_workspaces(write=True) as session:
        set_values(session, _ids(hold(session, works)), leased_until=now + LEASE_LASTS)


def _alone(services: Services, session: Session, store_id: int | None) -> bool:
    """On PostgreSQL, whether no other drain is leasing for this store just now."""
    if services.db.is_sqlite:
        return True
    statement = text("SELECT pg_try_advisory_xact_lock(7455011, :store_id)")
    return bool(session.execute(statement, {"store_id": (store_id or 0) % 2**31}).scalar_one())


def _in_company(works: Sequence[HeldWork]) -> tuple[HeldWork, ...]:
    """Those that may be tried together with the oldest."""
    if not works:
        return ()
    low, high, company = next(row for row in _COMPANY if row[0] <= works[0].attempts <= row[1])
    return tuple(work for work in works if low <= work.attempts <= high)[:company]


def _ids(works: Iterable[HeldWork]) -> list[int]:
    return [work.delivery_id for work in works]
