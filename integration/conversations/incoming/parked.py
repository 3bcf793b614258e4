"""What came in and couldn't be worked off, as a workspace looks at it, and trying it once more."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, literal_column, select

from integration.conversations.incoming.arrival_leases import ArrivalLease, lease_arrival
from integration.conversations.incoming.arrival_ledger import PARKED_ARE_KEPT
from integration.conversations.incoming.working_off import work_off_lease
from integration.db import WorkspaceSession
from integration.errors import Conflict, NotFound
from integration.models import Arrival, Channel, Message
from integration.models.vocabulary import WorkState
from integration.services import Services


@dataclass(frozen=True, slots=True)
class ParkedArrival:
    """Something that came in and is no message, without a word of what it says.

    `error` is a sentence. `can_retry`: all of it is kept, so that it can be read again.
    `kept_until` is when its bytes go.
    """

    id: str
    channel_name: str
    channel_kind: str
    received_at: datetime
    size_bytes: int
    error_code: str | None
    error: str | None
    can_retry: bool
    kept_until: datetime


@dataclass(frozen=True, slots=True)
class TriedAgain:
    """What came of it: `conversation_id` where it is a message now, `error` where it isn't."""

    is_done: bool
    conversation_id: str | None
    error: str | None


def parked_arrivals(
    session: WorkspaceSession, now: datetime, *, limit: int = 50
) -> tuple[ParkedArrival, ...]:
    """The newest that are parked, as long as they are kept."""
    rows = session.execute(
        select(Arrival, Channel.name, Channel.kind, func.length(Arrival.sealed_body))
        .join(Channel, Channel.id == Arrival.channel_id)
        .where(*_is_parked(now))
        .order_by(Arrival.received_at.desc(), Arrival.id.desc())
        .limit(limit)
    )
    return tuple(
        ParkedArrival(
            id=str(row.id),
            channel_name=name,
            channel_kind=kind,
            received_at=row.received_at,
            size_bytes=row.size_bytes,
            error_code=row.error_code,
            error=row.error,
            can_retry=_is_whole(row, length),
            kept_until=row.received_at + PARKED_ARE_KEPT,
        )
        for row, name, kind, length in rows
    )


def count_parked(session: WorkspaceSession, now: datetime) -> int:
    """How many are parked and kept."""
    statement = select(func.count()).select_from(Arrival).where(*_is_parked(now))
    return session.execute(statement).scalar_one()


def has_parked(session: WorkspaceSession, now: datetime) -> bool:
    """Whether any is parked and kept: one statement, from an index that holds only these."""
    # The state stands in the statement itself: no plan for an unknown one uses such an index.
    is_parked = Arrival.state == literal_column(f"'{WorkState.PARKED.value}'")
    recent = Arrival.received_at > now - PARKED_ARE_KEPT
    statement = select(Arrival.received_at).where(is_parked, recent).limit(1)
    return session.execute(statement).first() is not None


def try_again(services: Services, workspace_id: int, arrival_id: int) -> TriedAgain:
    """Work a parked one off again, here and now.

    Raises NotFound for another workspace's and for one that isn't parked, Conflict where not all of
    it is kept.
    """
    work_off_lease(services, _leased(services, workspace_id, arrival_id))
    with services.db.workspace(workspace_id) as session:
        row = session.execute(select(Arrival).where(Arrival.id == arrival_id)).scalars().one()
        is_done = row.state in (WorkState.APPLIED, WorkState.REFUSED)
        number = None
        if row.message_id is not None:
            asked = select(Message.conversation_id).where(Message.id == row.message_id)
            number = session.execute(asked).scalar_one_or_none()
        return TriedAgain(is_done, None if number is None else str(number), row.error)


def _is_parked(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return Arrival.received_at > now - PARKED_ARE_KEPT, Arrival.state == WorkState.PARKED


def _leased(services: Services, workspace_id: int, arrival_id: int) -> ArrivalLease:
    with services.db.workspace(workspace_id, write=True) as session:
        statement = select(Arrival).where(Arrival.id == arrival_id).with_for_update()
        row = session.execute(statement).scalars().one_or_none()
        if row is None or row.state != WorkState.PARKED:
            raise NotFound("There is no such message that waits.")
        if not _is_whole(row, len(row.sealed_body or b"")):
            raise Conflict("Not all of it is kept. Look for it in its mailbox.")
        return lease_arrival(row, services.now())


def _is_whole(row: Arrival, length: int | None) -> bool:
    # Of what is too large or withheld only the headers are kept: they are no message.
    return bool(length) and row.size_bytes <= (length or 0)
