"""The agent behind a request: found by a read, made or renewed by a write only where needed."""

from datetime import datetime, timedelta

from sqlalchemy import update

from integration.agents.directory import AgentCard, agent_of, find_agent
from integration.errors import NotFound
from integration.models import Agent
from integration.models.vocabulary import AgentStatus
from integration.services import Services

_SEEN_IS_NOTED_EVERY = timedelta(minutes=15)


def agent_behind(
    services: Services, workspace_id: int, door: str, *, role: str, locale: str | None
) -> AgentCard:
    """The agent who comes in by that door; that they were here is noted now and then.

    Raises NotFound for one who isn't there any more or was disabled.
    """
    now = services.now()
    with services.db.workspace(workspace_id) as session:
        found = find_agent(session, door)
    if found is None or _is_stale(found, now):
        with services.db.workspace(workspace_id, write=True) as session:
            found = agent_of(session, door, role=role, locale=locale, now=now)
            session.execute(update(Agent).where(Agent.id == found.id).values(seen_at=now))
    if found.status == AgentStatus.DISABLED:
        raise NotFound("There is no such agent.")
    return found


def _is_stale(found: AgentCard, now: datetime) -> bool:
    return found.seen_at is None or now - found.seen_at >= _SEEN_IS_NOTED_EVERY
