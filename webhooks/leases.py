"""Leases on deliveries: who works on what, until when, and the fence that a late holder meets.

One store's deliveries are leased to one drain at a time. A lease that runs out is handed out again;
its first holder finds its fences raised and can commit nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from integration.services import Services
from integration.statements.by_driver import fetch
from webhooks.work_rows import (
    Writes,
    connection_of,
    due,
    fences,
    is_leased,
    raise_fences,
    set_values,
)

# What a killed worker held is stuck for as long. Once a batch commits its rows are locked: a slow
# commit loses nothing by it.
LEASE_LASTS = timedelta(seconds=10)
AT_ONCE = 200
# So few of a store's are worked off in one commit with other stores', of so many stores.
FEW = 20
STORES_TOGETHER = 25
# So many that can't be leased along are looked at: on PostgreSQL each look holds locks, of which a
# server has some thousands in all, and a round mustn't take longer the more stores wait.
LOOKS_IN_VAIN = 25
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
        leases = lease_some(session, [store_id], now, lambda _: at_most)
    return leases[0] if leases else None


def lease_some(
    writes: Writes,
    store_ids: Sequence[int | None],
    now: datetime,
    at_most: Callable[[int | None], int],
) -> list[Lease]:
    """Lease the first store's next deliveries, so many at most, and with them others' of few.

    Where the first has few, whoever of the others has few as well is leased along: they are worked
    off together, in no more than the time that one batch may take. What may hold others up goes
    alone: what failed before, what is nobody's that we know, and a batch that is full.
    """
    leases: list[Lease] = []
    left, looks = 1.0, LOOKS_IN_VAIN
    for store_id in store_ids:
        most = at_most(store_id)
        asked = min(most, FEW + 1) if leases else most
        found = _next_due(writes, store_id, now, asked)
        share = len(found) / min(most, AT_ONCE)
        is_light = _is_light(store_id, found, asked) and share <= left
        if not found or (leases and not is_light):
            looks -= bool(leases)
            if looks:
                continue
            break
        leases.append(Lease(store_id, _in_company(found)))
        left -= share
        if not is_light or len(leases) == STORES_TOGETHER:
            break
    if leases:
        ids = ids_of(work for held in leases for work in held.works)
        raise_fences(writes, sorted(ids), now + LEASE_LASTS)
    return leases


def _next_due(writes: Writes, store_id: int | None, now: datetime, at_most: int) -> list[HeldWork]:
    if not _alone(writes, store_id) or is_leased(writes, store_id, now):
        return []
    return [
        HeldWork(row.delivery_id, row.fence + 1, row.attempts, row.is_mended)
        for row in due(writes, store_id, now, at_most)
    ]


def _is_light(store_id: int | None, works: Sequence[HeldWork], at_most: int) -> bool:
    """Whether these can be worked off together with other stores'."""
    is_few = len(works) <= FEW and len(works) < at_most
    return store_id is not None and is_few and not any(work.attempts for work in works)


def hold(writes: Writes, works: Sequence[HeldWork]) -> list[HeldWork]:
    """Those of the works that are still ours, locked until the commit. Raises LeaseLost for none.

    To be called first in the transaction that commits the effect.
    """
    held = fences(writes, ids_of(works))
    ours = [work for work in works if held.get(work.delivery_id) == work.fence]
    if not ours:
        raise LeaseLost("the lease has run out and was handed on")
    return ours


def renew(services: Services, works: Sequence[HeldWork], now: datetime) -> None:
    """Hold for a full term more what is still ours. Raises LeaseLost for none."""
    with services.db.across_workspaces(write=True) as session:
        set_values(session, ids_of(hold(session, works)), leased_until=now + LEASE_LASTS)


def _alone(writes: Writes, store_id: int | None) -> bool:
    """On PostgreSQL, whether no other drain is leasing for this store just now."""
    connection = connection_of(writes)
    if connection.dialect.name == "sqlite":
        return True
    statement = "SELECT pg_try_advisory_xact_lock(7455011, %(store_id)s)"
    [(is_ours,)] = fetch(connection, statement, {"store_id": (store_id or 0) % 2**31})
    return bool(is_ours)


def _in_company(works: Sequence[HeldWork]) -> tuple[HeldWork, ...]:
    """Those that may be tried together with the oldest."""
    if not works:
        return ()
    low, high, company = next(row for row in _COMPANY if row[0] <= works[0].attempts <= row[1])
    return tuple(work for work in works if low <= work.attempts <= high)[:company]


def ids_of(works: Iterable[HeldWork]) -> list[int]:
    """Their ids."""
    return [work.delivery_id for work in works]
