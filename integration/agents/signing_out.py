"""Signing out everywhere: oneself, somebody else, or the whole team at once."""

from datetime import datetime

from sqlalchemy import select, update

from integration.agents.changing import Actor, end_sessions, require_rank
from integration.agents.directory import OWN_DOOR, AgentCard, card_of, get_agent
from integration.agents.roles import Deed, may
from integration.audit.actions import Action
from integration.audit.recording import record
from integration.db import WorkspaceSession
from integration.errors import AppError, Conflict
from integration.models import Session
from integration.models.vocabulary import SessionKind


def sign_out_everywhere(
    session: WorkspaceSession, agent_id: int, *, by: str, now: datetime, but_digest: bytes | None
) -> None:
    """End one's own sessions, browsers' and panels', but for the one that asks."""
    end_sessions(session, agent_id, now=now, but_digest=but_digest)
    _note(session, f"{OWN_DOOR}{agent_id}", by, now)


def sign_somebody_out(
    session: WorkspaceSession, agent_id: int, *, by: Actor, now: datetime
) -> AgentCard:
    """End all sessions of somebody else, who may sign in again.

    Raises NotFound, 403 for one who outranks whoever asks, Conflict for a machine.
    """
    row = get_agent(session, agent_id)
    require_rank(by, row.role)
    if row.is_machine:
        raise Conflict("This is no person: revoke the API key.", code="machine")
    end_sessions(session, row.id, now=now)
    _note(session, f"{OWN_DOOR}{row.id}", by.name, now)
    return card_of(row)


def sign_everybody_out(
    session: WorkspaceSession, *, by: Actor, now: datetime, but_digest: bytes | None
) -> list[int]:
    """End every session of the workspace but the one that asks; whose they were, once each.

    A store's server and programs with an API key go on. Raises 403.
    """
    if not may(by, Deed.SET_UP):
        raise AppError("Your role doesn't allow this.", code="forbidden", status=403)
    theirs = [
        Session.kind.in_((SessionKind.BROWSER, SessionKind.PANEL)),
        Session.expires_at > now,
    ]
    if but_digest is not None:
        theirs.append(Session.token_digest != but_digest)
    whose = set(session.execute(select(Session.agent_id).where(*theirs)).scalars())
    session.execute(
        update(Session)
        .where(*theirs)
        .values(expires_at=now)
        .execution_options(synchronize_session=False)
    )
    _note(session, None, by.name, now)
    return sorted(each for each in whose if each is not None)


def _note(session: WorkspaceSession, target: str | None, by: str, now: datetime) -> None:
    # Without a target it was everybody.
    record(session, Action.SIGNED_OUT_EVERYWHERE, by=by, now=now, target=target)
