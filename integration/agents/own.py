"""One's own profile: name, language, signature, how one signs in, and where one is signed in."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from integration.agents.changing import revoke_links
from integration.agents.directory import OWN_DOOR, AgentCard, card_of, get_agent
from integration.agents.naming import agent_email, agent_name, agent_signature
from integration.agents.own_ways import has_door
from integration.agents.passwords import hash_password, matching
from integration.audit.actions import Action
from integration.audit.recording import record
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid, NotFound, Unauthorized
from integration.models import Passkey, Session
from integration.models.vocabulary import SessionKind

_MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class OwnProfile:
    """What somebody says of themselves."""

    name: str
    locale: str | None
    signature: str


@dataclass(frozen=True, slots=True)
class PasskeyView:
    """A passkey as its owner sees it."""

    id: int
    name: str
    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class SessionView:
    """Where somebody is signed in; `is_this`: in the browser that asks."""

    id: int
    device: str | None
    created_at: datetime
    expires_at: datetime
    is_this: bool


@dataclass(frozen=True, slots=True)
class SignInWays:
    """By what somebody can sign in here. `has_door`: they come by a store's admin as well."""

    email: str | None
    has_password: bool
    has_oidc: bool
    has_door: bool
    passkeys: tuple[PasskeyView, ...]
    sessions: tuple[SessionView, ...]


def set_profile(
    session: WorkspaceSession, agent_id: int, told: OwnProfile, *, now: datetime
) -> AgentCard:
    """Change one's name, language and signature. Raises Invalid."""
    row = get_agent(session, agent_id)
    row.name = agent_name(told.name)
    row.signature = agent_signature(told.signature)
    row.locale = told.locale
    _note(session, agent_id, Action.AGENT_CHANGED, now, what="profile")
    session.flush()
    return card_of(row)


def set_sign_in(
    session: WorkspaceSession,
    agent_id: int,
    *,
    email: str,
    password: str,
    former: str,
    now: datetime,
) -> None:
    """Set the address and password that one signs in with; no link to set them works any more.

    Whoever has a password says it, even to change the address. An empty new one stays as it was.
    Raises Invalid, Unauthorized for a wrong former one, Conflict for a colleague's address.
    """
    row = get_agent(session, agent_id)
    if row.password_hash and not matching(former, [row.password_hash]):
        raise Unauthorized("That isn't your password.", code="wrong_password")
    address = agent_email(email)
    way = "password" if password else "address"
    _note(session, agent_id, Action.SIGN_IN_CHANGED, now, way=way)
    if not password and not row.password_hash:
        raise Invalid("The password is too short.", code="password_short")
    if address != row.email:
        # Nobody else says that it is theirs.
        row.email, row.is_email_vouched = address, False
    if password:
        row.password_hash = hash_password(password)
    revoke_links(session, row.id)
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError:
        raise Conflict("An agent has this address already.", code="email_taken") from None


def sign_in_ways(
    session: WorkspaceSession, agent_id: int, *, this: bytes, now: datetime
) -> SignInWays:
    """By what one can sign in, and where one is. `this` is the present session's digest."""
    row = get_agent(session, agent_id)
    passkeys = session.execute(
        select(Passkey).where(Passkey.agent_id == agent_id).order_by(Passkey.id)
    ).scalars()
    held = session.execute(
        select(Session)
        .where(
            Session.agent_id == agent_id,
            Session.kind == SessionKind.BROWSER,
            Session.expires_at > now,
        )
        .order_by(Session.id.desc())
        .limit(_MOST_LISTED)
    ).scalars()
    return SignInWays(
        email=row.email,
        has_password=row.password_hash is not None,
        has_oidc=row.oidc_subject is not None,
        has_door=has_door(session, agent_id),
        passkeys=tuple(
            PasskeyView(each.id, each.name, each.created_at, each.last_used_at) for each in passkeys
        ),
        sessions=tuple(
            SessionView(
                each.id,
                each.device,
                each.created_at,
                each.expires_at,
                each.token_digest == this,
            )
            for each in held
        ),
    )


def end_session(session: WorkspaceSession, agent_id: int, session_id: int, now: datetime) -> None:
    """End one of one's own sessions. Raises NotFound for another's."""
    ended = session.execute(
        update(Session)
        .where(Session.id == session_id, Session.agent_id == agent_id, Session.expires_at > now)
        .values(expires_at=now)
        .returning(Session.id)
        .execution_options(synchronize_session=False)
    ).first()
    if ended is None:
        raise NotFound("There is no such session.")
    _note(session, agent_id, Action.SIGNED_OUT, now, session_id=str(session_id))


def _note(
    session: WorkspaceSession, agent_id: int, action: Action, now: datetime, **details: Any
) -> None:
    oneself = f"{OWN_DOOR}{agent_id}"
    record(session, action, by=oneself, now=now, target=oneself, **details)
