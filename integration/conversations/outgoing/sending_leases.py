"""Leases on what goes out: one message at a time, so that a killed process repeats one at most.

What is leased is due again when its lease runs out; whoever sends renews it as long as it takes.
"""

import secrets
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import Session

from integration.conversations.incoming.beating import beating
from integration.models import Channel, Sending
from integration.models.vocabulary import ChannelStatus
from integration.services import Services

log = structlog.get_logger(__name__)

LEASE_LASTS = timedelta(seconds=10)
_WORKING = (ChannelStatus.ACTIVE, ChannelStatus.REMOVED)
# Refused credentials may be a server's bad day.
_REFUSED_PAUSE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class SendingLease:
    """A message that is ours to send; `attempts` counts this one.

    `was_dropped`: whoever had it before never came back.
    """

    workspace_id: int
    channel_id: int
    message_id: int
    token: str
    attempts: int
    was_dropped: bool = False


def lease_sending(
    services: Services, now: datetime, *, besides: Collection[int] = ()
) -> SendingLease | None:
    """Lease what is due longest on a channel that works and isn't among those; None for nothing.

    What belongs to a channel that was removed is handed out, to be given up.
    """
    statement = (
        select(Sending)
        .join(Channel, Channel.id == Sending.channel_id)
        .where(
            Sending.due_at.is_not(None),
            Sending.due_at <= now,
            _may_send(now),
            Sending.channel_id.not_in(besides),
        )
        .order_by(Sending.due_at, Sending.message_id)
        .limit(1)
    )
    with services.db.across_workspaces() as session:
        # Most looks find nothing: they are no writes.
        if session.execute(statement).first() is None:
            return None
    locked = statement.with_for_update(skip_locked=True, of=Sending)
    with services.db.across_workspaces(write=True) as session:
        row = session.execute(locked).scalars().first()
        if row is None:
            return None
        was_dropped = row.lease is not None
        if was_dropped:
            log.warning("sendings.lease_expired", message_id=row.message_id)
        row.lease = secrets.token_hex(8)
        row.leased_until = row.due_at = now + LEASE_LASTS
        row.attempts += 1
        session.flush()
        return SendingLease(
            row.workspace_id, row.channel_id, row.message_id, row.lease, row.attempts, was_dropped
        )


def _may_send(now: datetime) -> ColumnElement[bool]:
    asked_long_ago = Channel.checked_at <= now - _REFUSED_PAUSE
    return Channel.status.in_(_WORKING) | (
        (Channel.status == ChannelStatus.REAUTHORIZE) & asked_long_ago
    )


def held_sending(session: Session, lease: SendingLease) -> Sending | None:
    """The row, locked until the commit; None where somebody else has taken it over."""
    statement = select(Sending).where(
        Sending.message_id == lease.message_id, Sending.lease == lease.token
    )
    return session.execute(statement.with_for_update()).scalars().one_or_none()


@contextmanager
def kept(services: Services, lease: SendingLease) -> Iterator[None]:
    """Renew the lease as long as the block lasts, however slowly the other side takes it."""
    with beating(lambda: _renew(services, lease), "sending"):
        yield


def _renew(services: Services, lease: SendingLease) -> None:
    until = services.now() + LEASE_LASTS
    with services.db.across_workspaces(write=True) as session:
        session.execute(
            update(Sending)
            .where(Sending.message_id == lease.message_id, Sending.lease == lease.token)
            .values(leased_until=until, due_at=until)
            .execution_options(synchronize_session=False)
        )
