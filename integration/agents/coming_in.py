"""The agent behind a request: found by a read, made or renewed by a write only where needed."""

from datetime import datetime, timedelta

from sqlalchemy import select, update

from integration.agents.directory import AgentCard, agent_of, find_agent
from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.models import Agent, Session
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


def is_still_in(
    session: WorkspaceSession, agent_id: int, session_id: int | None, *, now: datetime
) -> bool:
    """Whether that agent of this workspace wasn't shut out, and that session hasn't ended.

    Without a session: of staff whose store's admin proves them with each request.
    """
    agent = select(Agent.id).where(Agent.id == agent_id, Agent.status != AgentStatus.DISABLED)
    if session.execute(agent).first() is None:
        return False
    if session_id is None:
        return True
    held = select(Session.id).where(Session.id == session_id, Session.expires_at > now)
    return session.execute(held).first() is not None


def _is_stale(found: AgentCard, now: datetime) -> bool:
    return found.seen_at is None or now - found.seen_at >= _SEEN_IS_NOTED_EVERY
