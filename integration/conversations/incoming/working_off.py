"""Working off what came in: read outside any transaction, then applied and done with by one commit.

The rows are the truth, and jobs only a hint: whatever dies, the next look finds what is left. What
can't be read is parked; what fails for another reason is tried again, alone, and parked at last.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog
from sqlalchemy import select

from channels.errors import ChannelError, Unreadable
from channels.records import Inbound
from integration.conversations.changes import tell
from integration.conversations.channels.keys import ChannelKeys, account_of
from integration.conversations.incoming.applying import ERASED, apply_inbound
from integration.conversations.incoming.arrival_leases import (
    ArrivalLease,
    LeaseLost,
    finish,
    hold,
    lease_arrivals,
    put_back,
    renew,
)
from integration.conversations.incoming.arrivals import open_body
from integration.conversations.incoming.beating import beating
from integration.conversations.outgoing.reply_tokens import ReplyTokens
from integration.crypto import CannotOpen
from integration.logs.told_errors import told
from integration.models import Arrival, Channel
from integration.models.vocabulary import WorkState
from integration.services import Services

log = structlog.get_logger(__name__)

JOB = "arrivals.work_off"
# It shares a worker with the drain of deliveries, and makes way for it.
_AT_LEAST_SECONDS, _AT_MOST_SECONDS = 0.5, 3.0
_NO_BODY = Unreadable("nothing of it is kept any more")


@dataclass(frozen=True, slots=True)
class Read:
    """What came of reading an arrival: a message, or why there is none."""

    inbound: Inbound | None
    failure: Exception | None = None


def work_off_arrivals(services: Services) -> int:
    """Work off what is due, for a moment; have another job go on where something is left.

    Channels take turns, a batch each. Returns how many arrivals were worked off.
    """
    began, done = time.monotonic(), 0
    served: set[int] = set()
    while True:
        lease = lease_arrivals(services, services.now(), besides=served)
        if lease is None and served:
            served = set()
            continue
        if lease is None:
            return done
        served.add(lease.channel_id)
        work_off_lease(services, lease)
        done += len(lease.arrival_ids)
        took = time.monotonic() - began
        if took > _AT_MOST_SECONDS or (
            took > _AT_LEAST_SECONDS and services.jobs.has_waiting("live")
        ):
            services.jobs.enqueue(JOB, key=JOB)
            return done


def work_off_lease(services: Services, lease: ArrivalLease) -> None:
    """Work off leased arrivals: together, and each alone where that fails."""
    context = {"workspace_id": lease.workspace_id, "channel_id": lease.channel_id}
    with structlog.contextvars.bound_contextvars(**context):
        with beating(lambda: renew(services, lease), "arrivals"):
            read = _read_all(services, lease)
        try:
            _apply(services, lease, read)
        except LeaseLost:
            log.warning("arrivals.lease_lost")
        except Exception as error:  # noqa: BLE001 - one of them may be at fault: each is tried alone
            if len(lease.arrival_ids) == 1:
                _failed(services, lease, error)
                return
            log.warning("arrivals.batch_failed", error=type(error).__name__)
            for arrival_id in lease.arrival_ids:
                work_alone = replace(lease, arrival_ids=(arrival_id,))
                _apply_alone(services, work_alone, read)


def _read_all(services: Services, lease: ArrivalLease) -> dict[int, Read]:
    """Read the leased arrivals. No transaction is open while an adapter works."""
    keys = ChannelKeys(services.keyring)
    bodies: dict[int, bytes | Exception] = {}
    with services.db.workspace(lease.workspace_id) as session:
        channel = session.get_one(Channel, lease.channel_id)
        try:
            account = account_of(keys, channel)
        except CannotOpen:
            # Its key was destroyed: nothing of it can be read any more.
            return {arrival_id: Read(None, _NO_BODY) for arrival_id in lease.arrival_ids}
        statement = select(Arrival).where(Arrival.id.in_(lease.arrival_ids))
        for row in session.execute(statement.order_by(Arrival.id)).scalars():
            try:
                bodies[row.id] = open_body(keys.of(channel), row) or _NO_BODY
            except CannotOpen:
                bodies[row.id] = _NO_BODY
    adapter = services.channels[channel.kind]
    found: dict[int, Read] = {}
    for arrival_id, body in bodies.items():
        if isinstance(body, Exception):
            found[arrival_id] = Read(None, body)
            continue
        try:
            found[arrival_id] = Read(adapter.read(body, account))
        except Exception as error:  # noqa: BLE001 - one that can't be read must not stop the others
            found[arrival_id] = Read(None, error)
    return found


def _apply(services: Services, lease: ArrivalLease, read: Mapping[int, Read]) -> None:
    """Apply what was read and be done with it, by one commit; then tell of it."""
    keys, now = ChannelKeys(services.keyring), services.now()
    tokens = ReplyTokens(services.settings.secret_key.get_secret_value())
    changed: list[int] = []
    is_to_be_sent = False
    with services.db.workspace(lease.workspace_id, write=True) as session:
        session.stay_with_workspace()
        rows = hold(session, lease)
        channel = session.get_one(Channel, lease.channel_id)
        for row in rows:
            outcome = read[row.id]
            if outcome.inbound is None:
                _not_read(row, outcome.failure, services)
                continue
            done = apply_inbound(services, session, keys, tokens, channel, row, outcome.inbound)
            changed.extend(done.conversation_ids)
            is_to_be_sent = is_to_be_sent or done.is_to_be_sent
            row.message_id = done.message_id
            row.external_id = row.external_id or outcome.inbound.external_id
            if done.refused == ERASED:
                row.external_id = None
            if done.refused is None:
                finish(row, WorkState.APPLIED)
            else:
                finish(row, WorkState.REFUSED, code=done.refused, why=done.why)
        session.flush()
    log.info("arrivals.worked_off", arrivals=len(rows), lag_seconds=_lag(rows, now))
    if changed:
        tell(services, lease.workspace_id, *changed, is_to_be_sent=is_to_be_sent)


def _apply_alone(services: Services, lease: ArrivalLease, read: Mapping[int, Read]) -> None:
    try:
        _apply(services, lease, read)
    except LeaseLost:
        log.warning("arrivals.lease_lost")
    except Exception as error:  # noqa: BLE001 - the others of its batch go on
        _failed(services, lease, error)


def _not_read(row: Arrival, failure: Exception | None, services: Services) -> None:
    if isinstance(failure, Unreadable):
        finish(row, WorkState.PARKED, code=failure.code, why=str(failure))
        log.warning("arrivals.parked", arrival_id=row.id, code=failure.code)
        return
    code = failure.code if isinstance(failure, ChannelError) else "read_failed"
    why = str(failure) if isinstance(failure, ChannelError) else told(failure or Exception())
    put_back(row, services.now(), code, why)
    log.error("arrivals.not_read", arrival_id=row.id, code=code, error=why)


def _failed(services: Services, lease: ArrivalLease, error: Exception) -> None:
    """Write down that one couldn't be applied; where not even that works, its lease runs out."""
    why = told(error)
    log.error("arrivals.failed", arrival_id=lease.arrival_ids[0], error=why, exc_info=error)
    try:
        with services.db.workspace(lease.workspace_id, write=True) as session:
            for row in hold(session, lease):
                put_back(row, services.now(), "apply_failed", why)
    except LeaseLost:
        return
    except Exception as second:  # noqa: BLE001 - the lease runs out by itself
        log.warning("arrivals.failure_not_written", error=type(second).__name__)


def _lag(rows: Sequence[Arrival], now: datetime) -> float:
    oldest = min(row.received_at for row in rows)
    return round((now - oldest).total_seconds(), 3)
