"""Visitors of a chat: whoever keeps a token in their browser, of which we keep a digest."""

import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from integration.chat.accounts import account_name
from integration.chat.places import ChatPlace
from integration.chat.proofs import Proven
from integration.conversations.lines import add_event
from integration.crypto import token_digest
from integration.db import WorkspaceSession
from integration.errors import Unauthorized
from integration.identity.normalize import normalize_email
from integration.models import Conversation, Visitor
from integration.models.vocabulary import ConversationStatus, Trust

PREFIX = "cv_"
_TOKEN = re.compile(r"cv_[A-Za-z0-9_\-]{43}", re.ASCII)
_LONGEST_NAME = 120
_DECIDED = (Trust.AGENT, Trust.SIGNED)


@dataclass(frozen=True, slots=True)
class Session:
    """How a visitor goes on: the token to keep, and who they are, None before their first word.

    `is_same`: nobody else's words stand in that browser, whatever the token is now.
    """

    token: str
    visitor_id: int | None
    is_same: bool
    is_signed: bool


def new_visitor_token() -> str:
    """A token that a browser keeps; nothing is kept of it here until it says something."""
    return PREFIX + secrets.token_urlsafe(32)


def is_visitor_token(token: str | None) -> bool:
    """Whether a text has the form of one."""
    return token is not None and _TOKEN.fullmatch(token) is not None


def visitor_of(session: WorkspaceSession, place: ChatPlace, token: str | None) -> Visitor | None:
    """The visitor with that token in that chat, None for one that hasn't said anything yet."""
    if token is None or not is_visitor_token(token):
        return None
    statement = select(Visitor).where(
        Visitor.token_digest == token_digest(token), Visitor.channel_id == place.channel_id
    )
    return session.execute(statement).scalars().one_or_none()


def known_visitor(session: WorkspaceSession, place: ChatPlace, token: str | None) -> Visitor:
    """The visitor with that token. Raises Unauthorized."""
    found = visitor_of(session, place, token)
    if found is None:
        raise Unauthorized("This chat has ended. Begin a new one.", code="unknown_visitor")
    return found


def resume(
    session: WorkspaceSession,
    place: ChatPlace,
    token: str | None,
    proven: Proven | None,
    *,
    locale: str | None,
    now: datetime,
) -> Session:
    """Whom a page goes on as. The session writes.

    A proof makes the visitor that customer, and what was said before becomes theirs; by another
    token, so that whoever knew the guest's reads nothing of the customer's. Who was proved before
    and isn't any more (signed out, or somebody else signed in) begins as new, with another token:
    what was said before is shown to nobody there.
    """
    visitor = visitor_of(session, place, token)
    is_same = visitor is None or _goes_on(visitor, proven)
    if not is_same:
        visitor = token = None
    if visitor is None and proven is None:
        kept = token if token is not None and is_visitor_token(token) else new_visitor_token()
        return Session(kept, None, is_same, is_signed=False)
    if visitor is None or token is None:
        token = new_visitor_token()
        visitor = add_visitor(session, place, token, locale=locale, now=now)
    if proven is not None and visitor.customer_value is None:
        token = new_visitor_token()
        visitor.token_digest = token_digest(token)
        _prove(session, visitor, proven, now)
    visitor.seen_at = now
    return Session(token, visitor.id, is_same, visitor.customer_value is not None)


def add_visitor(
    session: WorkspaceSession, place: ChatPlace, token: str, *, locale: str | None, now: datetime
) -> Visitor:
    """A visitor with that token; flushed, so they have their id. Raises Unauthorized.

    A first message that comes twice at once makes one: the other one's is found.
    """
    if not is_visitor_token(token):
        raise Unauthorized("Begin the chat first.", code="unknown_visitor")
    visitor = Visitor(
        channel_id=place.channel_id,
        token_digest=token_digest(token),
        locale=locale,
        created_at=now,
        seen_at=now,
    )
    try:
        with session.begin_nested():
            session.add(visitor)
            session.flush()
    except IntegrityError:
        return known_visitor(session, place, token)
    return visitor


def introduce(
    session: WorkspaceSession, visitor: Visitor, name: str | None, email: str | None
) -> bool:
    """Write down what a visitor typed of themselves: claimed, believed by nobody.

    Their open conversations show it; whom a proof or an agent named stays. False for an address
    that is none, which is left out.
    """
    told = _one_line(name)
    if told:
        visitor.name = told
    normal = normalize_email(email) if email else None
    if normal is not None and email is not None:
        visitor.email = email.strip()
    if visitor.customer_value is None and (told or normal):
        values: dict[str, Any] = {"person_name": visitor.name, "person_address": visitor.email}
        if normal is not None:
            values |= {"person_kind": "email", "person_value": normal, "trust": Trust.CLAIMED}
        session.execute(
            update(Conversation)
            .where(
                Conversation.visitor_id == visitor.id,
                Conversation.workspace_id == session.workspace_id,
                Conversation.trust.not_in(_DECIDED),
            )
            .values(**values, version=Conversation.version + 1)
            .execution_options(synchronize_session=False)
        )
    return not email or normal is not None


def contact_of(visitor: Visitor) -> str | None:
    """Where the visitor can be written to: the account's address, else what was typed."""
    return visitor.signed_email or visitor.email


def _goes_on(visitor: Visitor, proven: Proven | None) -> bool:
    if visitor.customer_value is None:
        return True
    return proven is not None and proven.customer_value == visitor.customer_value


def _prove(session: WorkspaceSession, visitor: Visitor, proven: Proven, now: datetime) -> None:
    """Make the visitor that customer, and their conversations that nobody else's."""
    visitor.customer_value, visitor.signed_email = proven.customer_value, proven.email
    visitor.proved_at = now
    visitor.name = account_name(session, proven.customer_value) or visitor.name
    theirs = select(Conversation).where(
        Conversation.visitor_id == visitor.id,
        Conversation.trust.not_in(_DECIDED),
        Conversation.status != ConversationStatus.RESOLVED,
    )
    for conversation in session.execute(theirs.with_for_update()).scalars():
        conversation.person_kind, conversation.person_value = "customer", proven.customer_value
        conversation.trust = Trust.SIGNED
        conversation.person_name = visitor.name or conversation.person_name
        conversation.person_address = proven.email or conversation.person_address
        add_event(session, conversation, {"what": "proved"}, agent_id=None, now=now)


def _one_line(text: str | None) -> str:
    shown = "".join(each if each.isprintable() else " " for each in text or "")
    return " ".join(shown.split())[:_LONGEST_NAME]
