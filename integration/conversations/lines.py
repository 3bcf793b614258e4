"""The rows of a conversation: a message with its content, an event, and what both do to it."""

import secrets
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import MessageContent, seal_content, seal_preview
from integration.db import WorkspaceSession
from integration.models import Conversation, Message
from integration.models.vocabulary import MessageKind

LONGEST_KEY = 64


def new_key() -> str:
    """A key for a message that nobody will write twice."""
    return secrets.token_urlsafe(16)


def written_before(session: WorkspaceSession, key: str) -> Message | None:
    """The message of that key, where somebody wrote it already."""
    statement = select(Message).where(
        Message.key == key, Message.workspace_id == session.workspace_id
    )
    return session.execute(statement).scalars().one_or_none()


def add_message(
    session: WorkspaceSession,
    keys: ChannelKeys,
    conversation: Conversation,
    content: MessageContent,
    *,
    kind: MessageKind,
    key: str,
    now: datetime,
    channel_id: int | None = None,
    **columns: object,
) -> Message:
    """Write a message into a conversation and let its list show it. Flushed: it has its id."""
    channel_id = channel_id or conversation.channel_id
    data_key = keys.by_id(session, channel_id)
    message = Message(
        conversation_id=conversation.id,
        channel_id=channel_id,
        kind=kind,
        key=key,
        sealed_content=seal_content(data_key, channel_id, key, content),
        created_at=now,
        **columns,
    )
    session.add(message)
    session.flush()
    conversation.messages += 1
    conversation.version += 1
    conversation.last_message_at = now
    conversation.last_message_id = message.id
    conversation.preview = seal_preview(data_key, conversation.id, content.text)
    conversation.preview_channel_id = channel_id
    conversation.preview_kind = kind
    return message


def add_event(
    session: WorkspaceSession,
    conversation: Conversation,
    details: Mapping[str, Any],
    *,
    agent_id: int | None,
    now: datetime,
) -> None:
    """Write down that something was done to a conversation; its place in the list stays."""
    conversation.version += 1
    session.add(
        Message(
            conversation_id=conversation.id,
            channel_id=conversation.channel_id,
            kind=MessageKind.EVENT,
            key=new_key(),
            agent_id=agent_id,
            details=dict(details),
            created_at=now,
        )
    )
    session.flush()
