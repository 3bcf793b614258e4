"""Giving up a way of signing in: never the last one, or nobody would be that agent any more."""

from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select

from integration.agents.directory import OWN_DOOR, get_agent
from integration.agents.passwords import matching
from integration.audit.actions import Action
from integration.audit.recording import record
from integration.db import WorkspaceSession
from integration.errors import Conflict, NotFound, Unauthorized
from integration.models import Agent, AgentDoor, Passkey

# The audit's names for people in a store's admin end so; the owner's of a hand-over is a cookie.
_STAFF = "%-staff:%"


def has_door(session: WorkspaceSession, agent_id: int) -> bool:
    """Whether that agent comes in by a store's admin."""
    doors = select(AgentDoor.id).where(
        AgentDoor.agent_id == agent_id, AgentDoor.viewer.like(_STAFF)
    )
    return session.execute(doors.limit(1)).first() is not None


def drop_password(
    session: WorkspaceSession, agent_id: int, former: str, *, by_oidc: bool, now: datetime
) -> None:
    """Have one's password open nothing. `by_oidc`: there is a provider to sign in by.

    Raises NotFound where there is none, Unauthorized for a wrong one, Conflict for the last way.
    """
    row = _locked(session, agent_id)
    if row.password_hash is None:
        raise NotFound("There is no password.")
    if not matching(former, [row.password_hash]):
        raise Unauthorized("That isn't your password.", code="wrong_password")
    row.password_hash = None
    _note(session, row, Action.SIGN_IN_CHANGED, now, way="no_password")
    session.flush()
    _keep_a_way(session, row, by_oidc=by_oidc)


def drop_passkey(
    session: WorkspaceSession, agent_id: int, passkey_id: int, *, by_oidc: bool, now: datetime
) -> None:
    """Have a passkey of one's own open nothing. Raises NotFound for another's, Conflict."""
    row = _locked(session, agent_id)
    gone = session.execute(
        delete(Passkey)
        .where(Passkey.id == passkey_id, Passkey.agent_id == agent_id)
        .returning(Passkey.id)
        .execution_options(synchronize_session=False)
    ).first()
    if gone is None:
        raise NotFound("There is no such passkey.")
    _note(session, row, Action.PASSKEY_REMOVED, now, passkey=str(passkey_id))
    _keep_a_way(session, row, by_oidc=by_oidc)


def drop_oidc(session: WorkspaceSession, agent_id: int, *, now: datetime) -> None:
    """Have the provider's person come in no more, by their address neither.

    Raises NotFound where nobody is bound, Conflict for the last way.
    """
    row = _locked(session, agent_id)
    if row.oidc_subject is None:
        raise NotFound("No account is bound.")
    row.oidc_subject, row.is_email_vouched = None, False
    _note(session, row, Action.SIGN_IN_CHANGED, now, way="no_provider")
    session.flush()
    _keep_a_way(session, row, by_oidc=False)


def _note(
    session: WorkspaceSession, row: Agent, action: Action, now: datetime, **details: Any
) -> None:
    oneself = f"{OWN_DOOR}{row.id}"
    record(session, action, by=oneself, now=now, target=oneself, **details)


def _locked(session: WorkspaceSession, agent_id: int) -> Agent:
    # Two ways given up at once would both see the other one.
    session.lock_workspace()
    return get_agent(session, agent_id)


def _keep_a_way(session: WorkspaceSession, row: Agent, *, by_oidc: bool) -> None:
    """Raises Conflict where nothing is left to come in by."""
    is_bound = by_oidc and row.oidc_subject is not None
    if is_bound or (row.password_hash is not None and row.email is not None):
        return
    passkeys = select(func.count()).select_from(Passkey).where(Passkey.agent_id == row.id)
    if session.execute(passkeys).scalar_one() or has_door(session, row.id):
        return
    raise Conflict("You couldn't sign in any more.", code="last_way")
