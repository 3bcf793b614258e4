"""Who was proved to sign in, and the session that follows."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import case, delete, select

from integration.agents.challenges import ChallengeKind, begin_challenge, take_challenge
from integration.agents.directory import OWN_DOOR, get_agent
from integration.audit.actions import Action
from integration.audit.recording import record
from integration.db import WorkspaceSession
from integration.errors import AppError, Unauthorized
from integration.install.sessions import (
    BROWSER_LIFETIME,
    OpenedSession,
    close_session,
    new_session,
)
from integration.models import Agent, AgentInvitation, Store, Workspace
from integration.models.vocabulary import AgentStatus, SessionKind, StoreStatus
from integration.services import Services

MOST_WORKSPACES = 20
_LONGEST_DEVICE = 300
_CONNECTED = (StoreStatus.ACTIVE, StoreStatus.REAUTHORIZE)


@dataclass(frozen=True, slots=True)
class Proved:
    """An agent who was proved to be there, in one workspace, and by what `way`."""

    workspace_id: int
    agent_id: int
    workspace: str
    name: str
    way: str = "password"


class NoStore(AppError):
    """The workspace has no store any more, and so nothing to show."""

    code = "no_store"
    status = 409


def agents_by_email(services: Services, email: str) -> list[tuple[Agent, str]]:
    """The agents of all workspaces with that normalised address, with their workspaces' names.

    Those who were disabled are left out.
    """
    with services.db.across_workspaces() as session:
        rows = session.execute(
            select(Agent, Workspace.name)
            .join(Workspace, Workspace.id == Agent.workspace_id)
            .where(
                Agent.email == email,
                Agent.status != AgentStatus.DISABLED,
                Workspace.erased_at.is_(None),
            )
            .order_by(Agent.id)
            .limit(MOST_WORKSPACES)
        ).all()
    return [(agent, name) for agent, name in rows]


def proved(agent: Agent, workspace: str, way: str) -> Proved:
    """That agent as somebody who was proved that way."""
    return Proved(agent.workspace_id, agent.id, workspace, agent.name, way)


def enter(
    services: Services, who: Proved, *, device: str | None, former_token: str = ""
) -> OpenedSession:
    """A new session of that agent; the one that the browser held until now ends.

    Somebody who was invited is active from now on, and the link that was made for them ends, or
    whoever still holds it would set their password. Raises Unauthorized where the agent was
    disabled meanwhile, NoStore where nothing is left to open.
    """
    now = services.now()
    with services.db.workspace(who.workspace_id, write=True) as session:
        agent = get_agent(session, who.agent_id)
        if agent.status == AgentStatus.DISABLED:
            raise Unauthorized("Your access was ended.")
        row, opened = new_session(
            services.settings,
            SessionKind.BROWSER,
            now,
            BROWSER_LIFETIME,
            workspace_id=who.workspace_id,
            store_id=_home_store(session),
            agent_id=agent.id,
            role=agent.role,
            viewer=f"{OWN_DOOR}{agent.id}",
            locale=agent.locale,
            device=(device or "")[:_LONGEST_DEVICE] or None,
        )
        session.add(row)
        oneself = f"{OWN_DOOR}{agent.id}"
        record(session, Action.SIGNED_IN, by=oneself, now=now, target=oneself, way=who.way)
        if agent.status == AgentStatus.INVITED:
            session.execute(
                delete(AgentInvitation)
                .where(AgentInvitation.agent_id == agent.id)
                .execution_options(synchronize_session=False)
            )
        agent.status, agent.seen_at = AgentStatus.ACTIVE, now
    if former_token:
        close_session(services, former_token)
    return opened


def offer(services: Services, found: Sequence[Proved], browser: str) -> str:
    """A challenge by which that browser may choose one of these, without another proof."""
    kept = json.dumps([[each.workspace_id, each.agent_id, each.way] for each in found])
    return begin_challenge(services, ChallengeKind.WORKSPACE, browser, secret=kept)


def choose(services: Services, challenge: str, browser: str, agent_id: int) -> Proved:
    """The one of those offered that was chosen. Raises Unauthorized for any other."""
    taken = take_challenge(services, ChallengeKind.WORKSPACE, challenge, browser)
    for workspace_id, offered, way in json.loads(taken.secret) if taken is not None else ():
        if offered == agent_id:
            return Proved(workspace_id, agent_id, "", "", way)
    raise Unauthorized("This choice is over. Sign in again.")


def _home_store(session: WorkspaceSession) -> int:
    """The store by which the pages open: the first that is connected, else the newest."""
    order = (case((Store.status.in_(_CONNECTED), 0), else_=1), Store.connected_at, Store.id)
    found = session.execute(select(Store.id).order_by(*order).limit(1)).scalar_one_or_none()
    if found is None:
        raise NoStore("This workspace has no store any more.")
    return found
