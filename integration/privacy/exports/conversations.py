"""What conversations hold of a person, as groups of names and values to be read by people."""

import json
from collections.abc import Collection, Iterator

from sqlalchemy import select

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.records import MessageView
from integration.conversations.thread import FOR_CUSTOMERS, messages_of
from integration.db import WorkspaceSession
from integration.identity.keys import Key
from integration.models import Conversation, ConversationTag, Message, Store, Visitor
from integration.models.vocabulary import MessageKind
from integration.privacy.erasing.conversation_traces import (
    conversations_known_by,
    own_messages,
    visits_of,
)
from integration.privacy.exports.records import Group, group, moment

CONVERSATIONS_A_PAGE = 20


def conversation_groups(
    session: WorkspaceSession, keys: ChannelKeys, store: Store, names: Collection[Key], page: int
) -> tuple[list[Group], bool]:
    """One page (from 1) of the conversations with whoever has these names; whether it is the last.

    Whoever only claimed one of their addresses is told with the others, as unproved. Notes of the
    shop's staff aren't the person's.
    """
    ids = conversations_known_by(session, store, names)[::-1]
    shown = ids[CONVERSATIONS_A_PAGE * (page - 1) : CONVERSATIONS_A_PAGE * page]
    statement = select(Conversation).where(Conversation.id.in_(shown))
    found = session.execute(statement.order_by(Conversation.id.desc())).scalars().all()
    groups = [
        group("conversations", "Conversations", str(each.id), _values(session, keys, each))
        for each in found
    ]
    return groups, CONVERSATIONS_A_PAGE * page >= len(ids)


def visit_groups(session: WorkspaceSession, names: Collection[Key]) -> list[Group]:
    """The visits in chats of whoever has these names, the newest first."""
    statement = select(Visitor).where(visits_of(names)).order_by(Visitor.id.desc())
    return [
        group("visits", "Visits in the chat", str(each.id), _visit(each))
        for each in session.execute(statement).scalars()
    ]


def _visit(visitor: Visitor) -> Iterator[tuple[str, str | None]]:
    yield "Name", visitor.name
    yield "E-mail address", visitor.email
    yield "Signed in as", visitor.signed_email
    yield "Page", _document(visitor.page)
    yield "Cart", _document(visitor.cart)
    yield "Consent given at", moment(visitor.consented_at)
    yield "First seen at", moment(visitor.created_at)
    yield "Last seen at", moment(visitor.seen_at)


def _document(value: object) -> str | None:
    return json.dumps(value, ensure_ascii=False, sort_keys=True) if value else None


def _values(
    session: WorkspaceSession, keys: ChannelKeys, conversation: Conversation
) -> Iterator[tuple[str, str | None]]:
    yield "Subject", conversation.subject
    yield "Channel", conversation.channel_kind
    yield "Begun at", moment(conversation.created_at)
    yield "Name", conversation.person_name
    yield "Address", conversation.person_address
    yield "Sender proved by", conversation.trust
    yield "Comment", conversation.rating_comment
    tags = select(ConversationTag.tag).where(ConversationTag.conversation_id == conversation.id)
    yield "Tags", ", ".join(sorted(session.execute(tags).scalars()))
    statement = (
        select(Message)
        .where(own_messages(conversation.id), Message.kind.in_(FOR_CUSTOMERS))
        .order_by(Message.id)
    )
    for message in messages_of(session, keys, session.execute(statement).scalars()):
        yield _who(message), "\n".join(_lines(message))


def _who(message: MessageView) -> str:
    return "Message" if message.kind == MessageKind.CUSTOMER else "Answer of the shop"


def _lines(message: MessageView) -> Iterator[str]:
    yield moment(message.created_at) or ""
    yield message.text
    for file in message.files:
        yield f"[{file.name}, {file.size_bytes} bytes]"
