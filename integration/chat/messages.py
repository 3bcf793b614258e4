"""What a visitor writes, and what they see: their own words, and answers to them in the chat.

Never notes, events, what came by other ways (a mail's sender may be somebody else), or another
visitor's words in a conversation that was merged.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import case, func, select, update

from channels.records import File, Inbound
from integration.agents.directory import name_for_customers
from integration.chat.own import OURS, is_visible, message_key, open_elsewhere, own_conversations
from integration.chat.places import ChatPlace
from integration.chat.plain import Plain, read_plain
from integration.chat.visitors import add_visitor, contact_of, introduce, known_visitor, visitor_of
from integration.conversations.channels.keys import ChannelKeys, account_of
from integration.conversations.channels.standing import adapter_of
from integration.conversations.receiving import receive
from integration.conversations.records import FileView, MessageView, Received
from integration.conversations.thread import messages_of
from integration.db import WorkspaceSession
from integration.errors import Invalid
from integration.identity.normalize import normalize_email
from integration.models import Agent, Channel, Conversation, ConversationRead, Message, Visitor
from integration.models.vocabulary import DeliveryState, MessageKind
from integration.services import Services

LONGEST_TEXT = 4000
MOST_SHOWN = 100
_KEY = re.compile(r"[A-Za-z0-9_\-]{16,32}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Said:
    """What a visitor sends. `key` is random and the same whenever the same message comes again.

    `goes_on`: their page has a conversation, so that their token isn't a new one.
    """

    key: str
    text: str = field(repr=False)
    name: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)
    locale: str | None = None
    files: tuple[File, ...] = ()
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """A message as its visitor sees it. `author` is the answering agent's name, where they have
    one; `state` is sent or seen, of the visitor's own messages."""

    id: str
    key: str | None
    is_mine: bool
    is_automatic: bool
    text: str = field(repr=False)
    author: str | None
    at: datetime
    state: str
    files: tuple[FileView, ...] = ()


@dataclass(frozen=True, slots=True)
class ShownThread:
    """What a visitor sees after a message of theirs, the oldest first.

    `conversation_id` is the newest one's, which the live stream is about; `seen_until` is up to
    which message somebody of the merchant's has read. `has_more`: ask again after the last one.
    """

    conversation_id: int | None
    status: str | None
    rating: int | None
    messages: tuple[Shown, ...]
    seen_until: str | None
    has_more: bool


def write(
    services: Services, session: WorkspaceSession, place: ChatPlace, token: str, said: Said
) -> Received:
    """Write a visitor's message; who they are is what they proved, or claim.

    The first one makes the visitor. Raises Invalid, Unauthorized. Tell of it after the commit.
    """
    if not _KEY.fullmatch(said.key):
        raise Invalid("The message has no key.")
    if len(said.text) > LONGEST_TEXT:
        raise Invalid(f"That is too long: at most {LONGEST_TEXT} characters can be sent.")
    if not said.text.strip() and not said.files:
        raise Invalid("Write something first.")
    now = services.now()
    visitor = known_visitor(session, place, token) if said.goes_on else None
    visitor = visitor or visitor_of(session, place, token)
    if visitor is None:
        visitor = add_visitor(session, place, token, locale=said.locale, now=now)
    introduce(session, visitor, said.name, said.email)
    visitor.seen_at = now
    visitor.locale = said.locale or visitor.locale
    session.flush()
    channel, keys = session.get_one(Channel, place.channel_id), ChannelKeys(services.keyring)
    inbound = _inbound(services, keys, channel, visitor, said)
    elsewhere = open_elsewhere(session, visitor)
    # One customer on two devices writes as one visitor: each sees what the other wrote.
    writer = elsewhere.visitor_id if elsewhere is not None and elsewhere.visitor_id else visitor.id
    received = receive(
        session,
        keys,
        channel,
        inbound,
        key=message_key(writer, said.key),
        now=now,
        conversation_id=elsewhere.id if elsewhere is not None else None,
        visitor_id=visitor.id,
    )
    if received.is_new_conversation:
        conversation = session.get_one(Conversation, received.conversation_id)
        conversation.person_address = conversation.person_address or contact_of(visitor)
        session.flush()
    return received


def read(
    session: WorkspaceSession,
    keys: ChannelKeys,
    visitor: Visitor,
    after_id: int = 0,
    limit: int = MOST_SHOWN,
) -> ShownThread:
    """What the visitor sees after that message, without gaps, the oldest first."""
    plain = read_plain(session, keys, visitor, after_id, limit + 1)
    if plain is not None:
        return _shown_plain(plain, limit)
    own = own_conversations(session, visitor)
    newest = own[-1] if own else None
    statement = (
        select(Message)
        .where(is_visible(visitor, own), Message.id > after_id)
        .order_by(Message.id)
        .limit(limit + 1)
    )
    rows = list(session.execute(statement).scalars()) if own else []
    views = messages_of(session, keys, rows[:limit])
    names = _names(session, rows)
    seen = _seen_until(session, own)
    shown = tuple(_shown(view, names, seen) for view in views)
    return ShownThread(
        conversation_id=newest.id if newest else None,
        status=newest.status if newest else None,
        rating=newest.rating if newest else None,
        messages=shown,
        seen_until=str(seen) if seen else None,
        has_more=len(rows) > limit,
    )


def mark_seen(
    session: WorkspaceSession, visitor: Visitor, up_to_id: int, now: datetime
) -> list[int]:
    """Write down that the visitor has seen the answers up to that one; what it changes, by
    conversation."""
    own = own_conversations(session, visitor)
    if not own:
        return []
    unseen = select(Message.id, Message.conversation_id).where(
        is_visible(visitor, own),
        Message.kind.in_(OURS),
        Message.seen_at.is_(None),
        Message.id <= up_to_id,
    )
    rows = session.execute(unseen).all()
    if rows:
        session.execute(
            update(Message)
            .where(
                Message.id.in_([row.id for row in rows]),
                Message.workspace_id == session.workspace_id,
            )
            # One that also goes out by mail keeps telling how that went.
            .values(delivery=_as_seen(), seen_at=now)
            .execution_options(synchronize_session=False)
        )
    return sorted({row.conversation_id for row in rows})


def _as_seen() -> Any:
    is_sent = Message.delivery == DeliveryState.SENT
    return case((is_sent, DeliveryState.SEEN.value), else_=Message.delivery)


def _inbound(
    services: Services, keys: ChannelKeys, channel: Channel, visitor: Visitor, said: Said
) -> Inbound:
    raw = orjson.dumps({"text": said.text, "person": _person(visitor), "locale": said.locale})
    inbound = adapter_of(services, channel.kind).read(raw, account_of(keys, channel))
    return replace(inbound, files=said.files)


def _person(visitor: Visitor) -> dict[str, Any]:
    if visitor.customer_value is not None:
        told = {"kind": "customer", "value": visitor.customer_value, "trust": "signed"}
    elif visitor.email is not None and normalize_email(visitor.email) is not None:
        told = {"kind": "email", "value": visitor.email, "trust": "claimed"}
    else:
        told = {"kind": "visitor", "value": str(visitor.id), "trust": "claimed"}
    return {**told, "name": visitor.name}


def _names(session: WorkspaceSession, rows: Sequence[Message]) -> dict[str, str]:
    ids = {row.agent_id for row in rows if row.agent_id is not None}
    if not ids:
        return {}
    found = session.execute(select(Agent.id, Agent.name).where(Agent.id.in_(ids)))
    told = {str(each.id): name_for_customers(each.name) for each in found}
    return {agent_id: name for agent_id, name in told.items() if name is not None}


def _seen_until(session: WorkspaceSession, own: Sequence[Conversation]) -> int:
    if not own:
        return 0
    statement = select(func.max(ConversationRead.last_message_id)).where(
        ConversationRead.conversation_id.in_([each.id for each in own])
    )
    return session.execute(statement).scalar() or 0


def _shown_plain(plain: Plain, limit: int) -> ShownThread:
    conversation, seen = plain.conversation, plain.conversation.seen_until or 0
    shown = tuple(
        Shown(
            id=str(row.id),
            key=row.key.rpartition(":")[2] if row.kind == MessageKind.CUSTOMER else None,
            is_mine=row.kind == MessageKind.CUSTOMER,
            is_automatic=row.kind == MessageKind.AUTOMATIC,
            text=content.text,
            author=name_for_customers(row.agent_name) if row.agent_name else None,
            at=row.created_at,
            state="seen" if row.kind == MessageKind.CUSTOMER and row.id <= seen else "sent",
        )
        for row, content in plain.messages[:limit]
    )
    return ShownThread(
        conversation_id=conversation.id,
        status=conversation.status,
        rating=conversation.rating,
        messages=shown,
        seen_until=str(seen) if seen else None,
        has_more=len(plain.messages) > limit,
    )


def _shown(view: MessageView, names: dict[str, str], seen: int) -> Shown:
    is_mine = view.kind == MessageKind.CUSTOMER
    return Shown(
        id=view.id,
        key=view.key.rpartition(":")[2] if is_mine else None,
        is_mine=is_mine,
        is_automatic=view.kind == MessageKind.AUTOMATIC,
        text=view.text,
        author=names.get(view.agent_id or ""),
        at=view.created_at,
        state="seen" if is_mine and int(view.id) <= seen else "sent",
        files=view.files,
    )
