"""Links by which somebody sets up their sign-in: an invitation, or a new password.

A link works once and for a time, and only the newest of an agent's works. Whoever makes one sees
it, to hand it over: it opens the account that it is for, so an administrator can't make one for an
owner, nor anybody one for an agent whose password opens other workspaces too (each has its own).
One ends when its agent becomes an owner, and when they set their own sign-in.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, select, update

from integration.agents.changing import Actor, end_sessions, require_rank, revoke_links
from integration.agents.directory import OWN_DOOR, get_agent
from integration.agents.naming import agent_email, agent_name
from integration.agents.passwords import hash_password
from integration.agents.proof import Proved
from integration.agents.telling import tell_of_agent
from integration.audit.actions import Action
from integration.audit.recording import record
from integration.crypto import token_digest
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid, NotFound
from integration.models import Agent, AgentInvitation, Workspace
from integration.models.vocabulary import AgentStatus, Role
from integration.privacy.ageing.data_classes import days_of
from integration.services import Services

_PREFIX = "tsi_"


class Purpose(StrEnum):
    """What a link is for."""

    INVITE = "invite"
    RESET = "reset"


LIFETIMES = {Purpose.INVITE: timedelta(days=days_of("sign_in")), Purpose.RESET: timedelta(hours=24)}


@dataclass(frozen=True, slots=True)
class Link:
    """A link's token, in plain for this once."""

    agent_id: int
    token: str
    purpose: Purpose
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class OpenInvitation:
    """What a link opens."""

    workspace_id: int
    agent_id: int
    workspace: str
    name: str
    email: str
    purpose: Purpose
    expires_at: datetime


def invite(
    session: WorkspaceSession,
    *,
    email: str,
    name: str,
    role: str,
    by: Actor,
    now: datetime,
    locale: str | None = None,
) -> Link:
    """Invite somebody by their address: the link that they set up their sign-in with.

    Raises Invalid for what is no address, name or role, Conflict for an address that an agent of
    this workspace has already, 403 for a role that isn't the inviter's to give.
    """
    if role not in set(Role):
        raise Invalid("There is no such role.", code="unknown_role")
    require_rank(by, role)
    address = agent_email(email)
    if session.execute(select(Agent.id).where(Agent.email == address)).first() is not None:
        raise Conflict("An agent has this address already.", code="email_taken")
    row = Agent(
        name=agent_name(name or address.rpartition("@")[0]),
        email=address,
        is_email_vouched=True,
        role=role,
        is_role_set=True,
        status=AgentStatus.INVITED,
        locale=locale,
        takes_conversations=role != Role.READ_ONLY,
        created_at=now,
    )
    session.add(row)
    session.flush()
    return _new_link(session, row, Purpose.INVITE, by, now)


def renew_link(session: WorkspaceSession, agent_id: int, *, by: Actor, now: datetime) -> Link:
    """A new link for somebody: of their invitation, or to set a new password. Former ones end.

    Raises NotFound, Conflict for an agent without an address or one who was disabled, 403 for one
    who outranks whoever asks.
    """
    row = get_agent(session, agent_id)
    require_rank(by, row.role)
    if row.email is None or row.status == AgentStatus.DISABLED or row.is_machine:
        raise Conflict("Nobody can sign in as this agent.", code="no_sign_in")
    purpose = Purpose.INVITE if row.status == AgentStatus.INVITED else Purpose.RESET
    return _new_link(session, row, purpose, by, now)


def open_invitation(services: Services, token: str) -> OpenInvitation:
    """What a link opens. Raises NotFound for one that is unknown, used, over or revoked."""
    with services.db.across_workspaces() as session:
        found = session.execute(
            select(AgentInvitation, Agent, Workspace.name)
            .join(Agent, Agent.id == AgentInvitation.agent_id)
            .join(Workspace, Workspace.id == AgentInvitation.workspace_id)
            .where(
                AgentInvitation.token_digest == token_digest(token),
                AgentInvitation.used_at.is_(None),
                AgentInvitation.expires_at > services.now(),
                Agent.status != AgentStatus.DISABLED,
                Agent.email.is_not(None),
            )
        ).one_or_none()
    if found is None:
        raise NotFound("This link is unknown, was used, or is too old.")
    row, agent, workspace = found
    return OpenInvitation(
        workspace_id=row.workspace_id,
        agent_id=agent.id,
        workspace=workspace,
        name=agent.name,
        email=agent.email or "",
        purpose=Purpose(row.purpose),
        expires_at=row.expires_at,
    )


def accept(services: Services, token: str, *, name: str, password: str) -> Proved:
    """Set up the sign-in that a link is for; it works this once, and all other sessions end.

    Raises NotFound as `open_invitation`, Invalid for a name or password that can't be one.
    """
    opened = open_invitation(services, token)
    kept_name = agent_name(name or opened.name)
    password_hash = hash_password(password)
    now = services.now()
    with services.db.workspace(opened.workspace_id, write=True) as session:
        used = session.execute(
            update(AgentInvitation)
            .where(
                AgentInvitation.token_digest == token_digest(token),
                AgentInvitation.used_at.is_(None),
                AgentInvitation.expires_at > now,
            )
            .values(used_at=now)
            .returning(AgentInvitation.agent_id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if used is None:
            raise NotFound("This link is unknown, was used, or is too old.")
        row = get_agent(session, used)
        row.name, row.password_hash, row.status = kept_name, password_hash, AgentStatus.ACTIVE
        oneself = f"{OWN_DOOR}{row.id}"
        record(session, Action.SIGN_IN_CHANGED, by=oneself, now=now, target=oneself, way="password")
        end_sessions(session, row.id, now=now)
    tell_of_agent(services, opened.workspace_id, opened.agent_id)
    return Proved(
        opened.workspace_id, opened.agent_id, opened.workspace, kept_name, way="invitation"
    )


def sweep_invitations(services: Services) -> None:
    """Forget links that are over."""
    with services.db.across_workspaces(write=True) as session:
        session.execute(
            delete(AgentInvitation)
            .where(AgentInvitation.expires_at <= services.now())
            .execution_options(synchronize_session=False)
        )


def _new_link(
    session: WorkspaceSession, row: Agent, purpose: Purpose, by: Actor, now: datetime
) -> Link:
    revoke_links(session, row.id)
    token = _PREFIX + secrets.token_urlsafe(32)
    expires_at = now + LIFETIMES[purpose]
    session.add(
        AgentInvitation(
            token_digest=token_digest(token),
            agent_id=row.id,
            purpose=purpose,
            created_at=now,
            expires_at=expires_at,
        )
    )
    record(
        session, Action.AGENT_INVITED, by=by.name, now=now, target=f"{OWN_DOOR}{row.id}",
        purpose=str(purpose), role=row.role,
    )  # fmt: skip
    session.flush()
    return Link(row.id, token, purpose, expires_at)
