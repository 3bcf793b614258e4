"""Leases on arrivals: who works on what, until when, and the fence that a late holder meets.

A channel's arrivals are leased to one worker at a time, the oldest first. What is leased is due
again when its lease runs out: nobody has to hand it out. A late holder finds another lease on its
rows, and can commit nothing.
"""

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from integration.db import WorkspaceSession
from integration.models import Arrival, Channel
from integration.models.vocabulary import WorkState
from integration.services import Services

log = structlog.get_logger(__name__)

# What a killed worker held is stuck for as long; whoever lives renews it.
LEASE_LASTS = timedelta(seconds=10)
AT_ONCE = 10
BYTES_AT_ONCE = 16 * 1024 * 1024
# What has killed so many workers is parked.
DEATHS_AT_MOST = 4
# So many tries in all, at distances that grow up to an hour.
TRIES_AT_MOST = 10
_LONGEST_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class ArrivalLease:
    """Arrivals of one channel, the oldest first; `token` is what a commit has to find on them."""

    workspace_id: int
    channel_id: int
    token: str
    arrival_ids: tuple[int, ...]


class LeaseLost(Exception):
    """Somebody else has taken over; nothing may be committed."""


def lease_arrivals(
    services: Services, now: datetime, *, besides: Collection[int] = ()
) -> ArrivalLease | None:
    """Lease the next arrivals of a channel that isn't among those; None when nothing is due.

    What failed before goes alone, so that nothing suffers from what stood beside it.
    """
    passed = set(besides)
    while True:
        with services.db.across_workspaces() as session:
            place = _next_channel(session, now, passed)
        if place is None:
            return None
        with services.db.across_workspaces(write=True) as session:
            leased = _lease(session, *place, now)
        if leased is not None:
            return leased
        passed.add(place[1])


def hold(session: WorkspaceSession, lease: ArrivalLease) -> list[Arrival]:
    """The lease's arrivals that are still ours, locked until the commit. Raises LeaseLost for none.

    To be called first in the transaction that commits the effect.
    """
    statement = (
        select(Arrival)
        .where(Arrival.id.in_(lease.arrival_ids), Arrival.lease == lease.token)
        .order_by(Arrival.id)
        .with_for_update()
    )
    ours = list(session.execute(statement).scalars())
    if not ours:
        raise LeaseLost("the lease has run out and was handed on")
    return ours


def renew(services: Services, lease: ArrivalLease) -> None:
    """Hold for a full term more what is still ours."""
    until = services.now() + LEASE_LASTS
    ours = (Arrival.id.in_(lease.arrival_ids), Arrival.lease == lease.token)
    with services.db.across_workspaces(write=True) as session:
        session.execute(
            update(Arrival)
            .where(*ours)
            .values(leased_until=until, due_at=until)
            .execution_options(synchronize_session=False)
        )


def finish(arrival: Arrival, state: WorkState, *, code: str | None = None, why: str = "") -> None:
    """Have an arrival be done with: its work is over, and what was applied keeps no body."""
    arrival.state = state
    arrival.due_at = arrival.lease = arrival.leased_until = None
    arrival.error_code, arrival.error = code, why or None
    if state in (WorkState.APPLIED, WorkState.REFUSED):
        arrival.sealed_body = None


def put_back(arrival: Arrival, now: datetime, code: str, why: str) -> None:
    """Have an arrival be tried again after a pause that grows, or park it after the last try."""
    if arrival.attempts >= TRIES_AT_MOST:
        finish(arrival, WorkState.PARKED, code=code, why=why)
        return
    arrival.state = WorkState.WAITING
    arrival.lease = arrival.leased_until = None
    arrival.due_at = now + pause_after(arrival.attempts)
    arrival.error_code, arrival.error = code, why


def pause_after(attempts: int) -> timedelta:
    """How long to wait after so many tries."""
    return min(timedelta(seconds=2 * 4 ** max(0, attempts - 1)), _LONGEST_PAUSE)


def _is_due(now: datetime) -> ColumnElement[bool]:
    return Arrival.due_at.is_not(None) & (Arrival.due_at <= now)


def _is_held(now: datetime) -> ColumnElement[bool]:
    return (Arrival.state == WorkState.LEASED) & (Arrival.due_at > now)


def _next_channel(
    session: Session, now: datetime, besides: Collection[int]
) -> tuple[int, int] | None:
    """The workspace and the channel whose arrival is due longest."""
    statement = select(Arrival.workspace_id, Arrival.channel_id).where(_is_due(now))
    if besides:
        statement = statement.where(Arrival.channel_id.not_in(besides))
    row = session.execute(statement.order_by(Arrival.due_at).limit(1)).first()
    return None if row is None else (row.workspace_id, row.channel_id)


def _lease(
    session: Session, workspace_id: int, channel_id: int, now: datetime
) -> ArrivalLease | None:
    """Lease the channel's next ones; None when somebody else holds or leases some just now."""
    alone = select(Channel.id).where(Channel.id == channel_id)
    alone = alone.with_for_update(key_share=True, skip_locked=True)
    if session.execute(alone).first() is None:
        return None
    held = select(func.count()).where(
        Arrival.channel_id == channel_id, Arrival.due_at.is_not(None), _is_held(now)
    )
    if session.execute(held).scalar_one():
        return None
    found = session.execute(
        select(Arrival)
        .where(Arrival.channel_id == channel_id, _is_due(now))
        .order_by(Arrival.id)
        .limit(AT_ONCE)
        .with_for_update()
    ).scalars()
    chosen = _in_company([row for row in found if not _killed_too_many(row)])
    if not chosen:
        return None
    leased = _hand_out(workspace_id, channel_id, chosen, now)
    session.flush()
    return leased


def lease_arrival(row: Arrival, now: datetime) -> ArrivalLease:
    """Lease one that the caller has locked, whatever its state is."""
    return _hand_out(row.workspace_id, row.channel_id, [row], now)


def _hand_out(
    workspace_id: int, channel_id: int, rows: Sequence[Arrival], now: datetime
) -> ArrivalLease:
    token = secrets.token_hex(8)
    for row in rows:
        row.state, row.lease = WorkState.LEASED, token
        row.attempts += 1
        # An arrival whose holder died is due again by itself.
        row.leased_until = row.due_at = now + LEASE_LASTS
    return ArrivalLease(workspace_id, channel_id, token, tuple(row.id for row in rows))


def _killed_too_many(row: Arrival) -> bool:
    """Park what was leased and never came back, again and again."""
    if row.state != WorkState.LEASED:
        return False
    log.warning("arrivals.lease_expired", arrival_id=row.id, attempts=row.attempts)
    if row.attempts < DEATHS_AT_MOST:
        return False
    why = "whoever works on it dies or takes too long"
    finish(row, WorkState.PARKED, code="lease_expired", why=why)
    return True


def _in_company(rows: Sequence[Arrival]) -> list[Arrival]:
    """Those that are worked off together with the oldest."""
    if not rows:
        return []
    if rows[0].attempts:
        return [rows[0]]
    chosen: list[Arrival] = []
    size = 0
    for row in rows:
        size += row.size_bytes
        if row.attempts or (chosen and size > BYTES_AT_ONCE):
            break
        chosen.append(row)
    return chosen
