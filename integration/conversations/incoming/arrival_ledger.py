"""What came in by channels, as the operator looks at it: what is parked, and playing it again."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from integration.conversations.incoming.arrival_leases import ArrivalLease, lease_arrival
from integration.conversations.incoming.working_off import work_off_lease
from integration.errors import Conflict, NotFound
from integration.models import Arrival, Channel
from integration.models.vocabulary import WorkState
from integration.privacy.ageing.data_classes import days_of
from integration.services import Services

# Somebody's mail that nobody could read: long enough to have it mended, and no longer.
PARKED_ARE_KEPT = timedelta(days=days_of("parked_arrivals"))


@dataclass(frozen=True, slots=True)
class ArrivalView:
    """Something that came in, without a word of what it says."""

    id: str
    channel_id: str
    channel: str
    state: str
    attempts: int
    size_bytes: int
    received_at: datetime
    due_at: datetime | None
    error_code: str | None
    error: str | None
    message_id: str | None
    is_kept: bool

    def as_dict(self) -> dict[str, Any]:
        """As the command tells it."""
        return asdict(self)


def list_arrivals(
    services: Services,
    *,
    state: str | None = None,
    channel_id: int | None = None,
    at_most: int = 100,
) -> list[ArrivalView]:
    """The newest arrivals of all workspaces."""
    statement = select(Arrival, Channel.name).join(Channel, Channel.id == Arrival.channel_id)
    if state is not None:
        statement = statement.where(Arrival.state == state)
    if channel_id is not None:
        statement = statement.where(Arrival.channel_id == channel_id)
    with services.db.across_workspaces() as session:
        rows = session.execute(statement.order_by(Arrival.id.desc()).limit(at_most)).all()
        return [_view(arrival, name) for arrival, name in rows]


def replay_arrival(services: Services, arrival_id: int) -> ArrivalView:
    """Work an arrival off again, here and now; how it stands then.

    Raises NotFound, and Conflict for one that was applied, whose bytes are gone, or that somebody
    works on.
    """
    work_off_lease(services, _leased(services, arrival_id))
    with services.db.across_workspaces() as session:
        arrival = session.get_one(Arrival, arrival_id)
        name = session.get_one(Channel, arrival.channel_id).name
        return _view(arrival, name)


def _leased(services: Services, arrival_id: int) -> ArrivalLease:
    with services.db.across_workspaces(write=True) as session:
        row = session.get(Arrival, arrival_id, with_for_update=True)
        if row is None:
            raise NotFound(f"There is no arrival {arrival_id}.")
        if row.sealed_body is None:
            raise Conflict("Its bytes aren't kept: it was applied, or is too large.")
        if row.state == WorkState.LEASED and row.due_at and row.due_at > services.now():
            raise Conflict("Somebody is working on it now. Try again in a moment.")
        return lease_arrival(row, services.now())


def _view(arrival: Arrival, channel: str) -> ArrivalView:
    return ArrivalView(
        id=str(arrival.id),
        channel_id=str(arrival.channel_id),
        channel=channel,
        state=arrival.state,
        attempts=arrival.attempts,
        size_bytes=arrival.size_bytes,
        received_at=arrival.received_at,
        due_at=arrival.due_at,
        error_code=arrival.error_code,
        error=arrival.error,
        message_id=None if arrival.message_id is None else str(arrival.message_id),
        is_kept=arrival.sealed_body is not None,
    )
