"""What owners and administrators change about agents: role, work, and whether they come in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, or_, select, update

from integration.agents.directory import AgentCard, card_of, door_of, get_agent
from integration.agents.roles import outranks
from integration.audit.actions import Action
from integration.audit.recording import CONSOLE, record
from integration.db import WorkspaceSession
from integration.errors import AppError, Conflict, Invalid
from integration.models import Agent, AgentDoor, AgentInvitation, Session
from integration.models.vocabulary import AgentStatus, Role

MOST_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Actor:
    """Who changes something: an agent by their role; `agent_id` is None of the operator.

    `name` is how the audit names them.
    """

    role: str
    agent_id: int | None = None
    name: str = CONSOLE


# Whoever runs Tillside may do what an owner may.
OPERATOR = Actor(Role.OWNER)


@dataclass(frozen=True, slots=True)
class Work:
    """Which conversations somebody is given; see AgentCard."""

    takes_conversations: bool
    capacity: int | None
    locales: tuple[str, ...]


def require_rank(by: Actor, role: str) -> None:
    """Raises 403 where somebody of that role isn't theirs to change."""
    if not outranks(by, role):
        raise AppError("Only an owner can do this.", code="forbidden", status=403)


def set_role(
    session: WorkspaceSession, agent_id: int, role: str, *, by: Actor, now: datetime
) -> AgentCard:
    """Give somebody another role; from now on no store's word changes it.

    A link for whoever becomes an owner ends: an administrator may have made it, and hold it still.
    Raises NotFound, Invalid for no role, 403 for a role that isn't theirs to give or take, Conflict
    for the last owner.
    """
    if role not in set(Role):
        raise Invalid("There is no such role.", code="unknown_role")
    row = _person(session, agent_id)
    require_rank(by, row.role)
    require_rank(by, role)
    if role != Role.OWNER:
        _keep_an_owner(session, row)
    if (row.role, row.is_role_set) != (role, True):
        _note(session, row, Action.AGENT_CHANGED, by.name, now, role=role, before=row.role)
    if role == Role.OWNER and row.role != Role.OWNER:
        revoke_links(session, row.id)
    row.role, row.is_role_set = role, True
    session.flush()
    return card_of(row)


def set_work(
    session: WorkspaceSession, agent_id: int, work: Work, *, by: Actor, now: datetime
) -> AgentCard:
    """Change what somebody is given. Raises NotFound, Invalid, 403."""
    row = _person(session, agent_id)
    require_rank(by, row.role)
    if work.capacity is not None and not 0 <= work.capacity <= MOST_AT_ONCE:
        raise Invalid("That isn't a number of conversations.", code="capacity_odd")
    before = (row.takes_conversations, row.capacity, row.locales)
    row.takes_conversations, row.capacity = work.takes_conversations, work.capacity
    row.locales = " ".join(dict.fromkeys(work.locales))
    if (row.takes_conversations, row.capacity, row.locales) != before:
        _note(session, row, Action.AGENT_CHANGED, by.name, now, what="work")
    session.flush()
    return card_of(row)


def disable(session: WorkspaceSession, agent_id: int, *, by: Actor, now: datetime) -> AgentCard:
    """Let somebody in no more, by any door: their sessions and links end with the commit.

    Raises NotFound, 403, Conflict for the last owner and for oneself.
    """
    row = _person(session, agent_id)
    require_rank(by, row.role)
    if by.agent_id == row.id:
        raise Conflict("Somebody else has to do this.", code="oneself")
    _keep_an_owner(session, row)
    _note(session, row, Action.AGENT_DISABLED, by.name, now)
    row.status, row.disabled_at = AgentStatus.DISABLED, now
    end_sessions(session, row.id, now=now)
    revoke_links(session, row.id)
    session.flush()
    return card_of(row)


def enable(session: WorkspaceSession, agent_id: int, *, by: Actor, now: datetime) -> AgentCard:
    """Let somebody in again who was disabled. Raises NotFound, 403."""
    row = _person(session, agent_id)
    require_rank(by, row.role)
    if row.status == AgentStatus.DISABLED:
        _note(session, row, Action.AGENT_ENABLED, by.name, now)
        row.status = AgentStatus.ACTIVE
        row.disabled_at = None
    session.flush()
    return card_of(row)


def claim(session: WorkspaceSession, agent_id: int, *, by: str, now: datetime) -> AgentCard:
    """Let somebody be the owner of a workspace that has none. Raises NotFound, Conflict."""
    session.lock_workspace()
    row = _person(session, agent_id)
    if owners(session):
        raise Conflict("This workspace has an owner.", code="has_owner")
    _note(session, row, Action.AGENT_CHANGED, by, now, role=str(Role.OWNER), before=row.role)
    revoke_links(session, row.id)
    row.role, row.is_role_set = Role.OWNER, True
    session.flush()
    return card_of(row)


def owners(session: WorkspaceSession) -> int:
    """How many active owners the workspace has."""
    return session.execute(
        select(func.count())
        .select_from(Agent)
        .where(Agent.role == Role.OWNER, Agent.status == AgentStatus.ACTIVE)
    ).scalar_one()


def revoke_links(session: WorkspaceSession, agent_id: int) -> None:
    """Have no link of that agent work any more."""
    session.execute(
        delete(AgentInvitation)
        .where(AgentInvitation.agent_id == agent_id)
        .execution_options(synchronize_session=False)
    )


def end_sessions(
    session: WorkspaceSession, agent_id: int, *, now: datetime, but_digest: bytes | None = None
) -> None:
    """End all sessions of an agent, by whichever door; all but one, where it is told.

    Their rows stay for a while: a ticket that was exchanged mustn't work again.
    """
    doors = select(AgentDoor.viewer).where(AgentDoor.agent_id == agent_id)
    names = set(session.execute(doors).scalars())
    held = session.execute(
        select(Session.id, Session.agent_id, Session.viewer, Session.store_id).where(
            or_(Session.agent_id == agent_id, Session.agent_id.is_(None)),
            Session.expires_at > now,
        )
    )
    theirs = [
        row.id
        for row in held
        if row.agent_id == agent_id or door_of(row.viewer, row.store_id) in names
    ]
    ending = update(Session).where(Session.id.in_(theirs)).values(expires_at=now)
    if but_digest is not None:
        ending = ending.where(Session.token_digest != but_digest)
    session.execute(ending.execution_options(synchronize_session=False))


def _note(
    session: WorkspaceSession, row: Agent, action: Action, by: str, now: datetime, **details: Any
) -> None:
    record(session, action, by=by, now=now, target=f"agent:{row.id}", **details)


def _person(session: WorkspaceSession, agent_id: int) -> Agent:
    row = get_agent(session, agent_id)
    if row.is_machine:
        raise Conflict("This is no person: revoke the API key.", code="machine")
    return row


def _keep_an_owner(session: WorkspaceSession, row: Agent) -> None:
    """Raises Conflict where nobody else owns the workspace."""
    session.lock_workspace()
    is_owner = row.role == Role.OWNER and row.status == AgentStatus.ACTIVE
    if is_owner and owners(session) == 1:
        raise Conflict("A workspace needs an owner.", code="last_owner")
