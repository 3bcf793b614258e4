"""What a visitor with one conversation sees, read by two statements: what a busy chat asks most.

Whoever has more than one (or one that was merged, or a customer's on several devices), and messages
with files, are read by `integration.chat.messages`; both tell the same.
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, exists, func, or_, select, union
from sqlalchemy.engine import Dialect

from integration.chat.own import OURS, message_key
from integration.conversations.channels.keys import ChannelKeys, open_channel_key
from integration.conversations.contents import MessageContent, open_content
from integration.crypto import CannotOpen
from integration.db import WorkspaceSession
from integration.models import (
    Agent,
    Attachment,
    Channel,
    Conversation,
    ConversationRead,
    Message,
    Visitor,
)
from integration.models.vocabulary import MessageKind
from integration.statements.prepared import Prepared

# Enough to see that there are more than one.
_ENOUGH = 2


@dataclass(frozen=True, slots=True)
class Plain:
    """The only conversation (`id`, `status`, `rating`, `seen_until`), and messages: each as a row
    (`id`, `key`, `kind`, `agent_name`, `created_at`), with what it says.
    """

    conversation: Any
    messages: tuple[tuple[Any, MessageContent], ...]


def _conversations(_dialect: Dialect) -> Any:
    seen_until = (
        select(func.max(ConversationRead.last_message_id))
        .where(ConversationRead.conversation_id == Conversation.id)
        .scalar_subquery()
    )
    return (
        select(
            Conversation.id,
            Conversation.status,
            Conversation.rating,
            Conversation.merged_into_id,
            seen_until.label("seen_until"),
            Channel.data_key,
            Channel.token_digest,
        )
        .join(Channel, Channel.id == Conversation.channel_id)
        .where(
            Conversation.workspace_id == bindparam("workspace_id"),
            Conversation.visitor_id == bindparam("visitor_id"),
            Conversation.channel_id == bindparam("channel_id"),
        )
        .limit(_ENOUGH)
    )


def _messages(_dialect: Dialect) -> Any:
    conversation_id: Any = bindparam("conversation_id")
    after_id: Any = bindparam("after_id")
    # Each by an index of its own: an OR of the two is read by none.
    found = union(
        *(
            select(Message.id).where(
                Message.workspace_id == bindparam("workspace_id"),
                column == conversation_id,
                Message.id > after_id,
            )
            for column in (Message.conversation_id, Message.moved_from_id)
        )
    ).subquery()
    was_here = Message.moved_from_id == conversation_id
    is_own = and_(
        Message.kind == MessageKind.CUSTOMER.value,
        Message.key.like(bindparam("keys")),
    )
    is_ours = and_(
        or_(*(Message.kind == each.value for each in OURS)),
        or_(Message.moved_from_id.is_(None), was_here),
    )
    return (
        select(
            Message.id,
            Message.kind,
            Message.key,
            Message.channel_id,
            Message.sealed_content,
            Message.created_at,
            Agent.name.label("agent_name"),
            exists().where(Attachment.message_id == Message.id).label("has_files"),
        )
        .select_from(found)
        .join(Message, Message.id == found.c.id)
        .outerjoin(Agent, Agent.id == Message.agent_id)
        .where(
            Message.workspace_id == bindparam("workspace_id"),
            Message.channel_id == bindparam("channel_id"),
            or_(is_own, is_ours),
        )
        .order_by(Message.id)
        .limit(bindparam("most"))
    )


_CONVERSATIONS, _MESSAGES = Prepared(_conversations), Prepared(_messages)


def read_plain(
    session: WorkspaceSession, keys: ChannelKeys, visitor: Visitor, after_id: int, most: int
) -> Plain | None:
    """The visitor's conversation and what they see after that message, the oldest first.

    None for whom this isn't so simple.
    """
    if visitor.customer_value is not None:
        return None
    connection = session.connection()
    place = {"workspace_id": session.workspace_id, "channel_id": visitor.channel_id}
    held = _CONVERSATIONS.rows(connection, visitor_id=visitor.id, **place)
    if len(held) != 1 or held[0].merged_into_id is not None:
        return None
    rows = _MESSAGES.rows(
        connection,
        conversation_id=held[0].id,
        after_id=after_id,
        keys=message_key(visitor.id, "%"),
        most=most,
        **place,
    )
    if any(row.has_files for row in rows):
        return None
    try:
        key = open_channel_key(keys.keyring, held[0]) if rows else None
        return Plain(held[0], tuple((row, open_content(key, row)) for row in rows if key))
    except CannotOpen:
        return None
