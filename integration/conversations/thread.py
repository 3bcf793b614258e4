"""Reading a conversation: its state, and its messages opened."""

from collections.abc import Collection, Iterable
from typing import Any

from sqlalchemy import select

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import EMPTY, MessageContent, open_content
from integration.conversations.found import conversation_for
from integration.conversations.records import ConversationView, FileView, MessageView, Thread
from integration.crypto import CannotOpen
from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.models import Attachment, Channel, Conversation, ConversationTag, Message
from integration.models.vocabulary import MessageKind

MESSAGES_A_PAGE = 50
# What a customer may see of a conversation.
FOR_CUSTOMERS = frozenset({MessageKind.CUSTOMER, MessageKind.ANSWER, MessageKind.AUTOMATIC})


def thread_of(
    session: WorkspaceSession,
    keys: ChannelKeys,
    conversation_id: int,
    *,
    after_id: int | None = None,
    before_id: int | None = None,
    limit: int = MESSAGES_A_PAGE,
    kinds: Collection[str] | None = None,
) -> Thread:
    """A conversation with its newest messages, those before one, or those after one.

    Raises NotFound.
    """
    conversation = conversation_for(session, conversation_id)
    statement = select(Message).where(Message.conversation_id == conversation.id)
    if kinds is not None:
        statement = statement.where(Message.kind.in_(kinds))
    if after_id is not None:
        statement = statement.where(Message.id > after_id).order_by(Message.id)
        rows = list(session.execute(statement.limit(limit)).scalars())
        return Thread(_view(session, conversation), messages_of(session, keys, rows), True)
    if before_id is not None:
        statement = statement.where(Message.id < before_id)
    newest_first = statement.order_by(Message.id.desc()).limit(limit + 1)
    rows = list(session.execute(newest_first).scalars())
    shown = rows[:limit][::-1]
    has_earlier = len(rows) > limit
    return Thread(_view(session, conversation), messages_of(session, keys, shown), has_earlier)


def message_of(
    session: WorkspaceSession, keys: ChannelKeys, conversation_id: int, message_id: int
) -> MessageView:
    """One message of a conversation, opened. Raises NotFound, also for another conversation's."""
    conversation = conversation_for(session, conversation_id)
    statement = select(Message).where(
        Message.id == message_id, Message.conversation_id == conversation.id
    )
    row = session.execute(statement).scalar_one_or_none()
    if row is None:
        raise NotFound("There is no such message.")
    return messages_of(session, keys, [row])[0]


def messages_of(
    session: WorkspaceSession, keys: ChannelKeys, rows: Iterable[Message]
) -> tuple[MessageView, ...]:
    """These messages, opened, with their files."""
    rows = list(rows)
    files = _files(session, [row.id for row in rows])
    return tuple(_message(session, keys, row, files.get(row.id, ())) for row in rows)


def view_of(session: WorkspaceSession, conversation: Conversation) -> ConversationView:
    """A conversation without its messages."""
    return _view(session, conversation)


def _view(session: WorkspaceSession, conversation: Conversation) -> ConversationView:
    channel_name = session.execute(
        select(Channel.name).where(Channel.id == conversation.channel_id)
    ).scalar_one()
    tags = session.execute(
        select(ConversationTag.tag)
        .where(ConversationTag.conversation_id == conversation.id)
        .order_by(ConversationTag.tag)
    ).scalars()
    plain = {
        name: _as_text(name, getattr(conversation, name))
        for name in ConversationView.__dataclass_fields__
        if name not in ("channel_name", "tags")
    }
    return ConversationView(**plain, channel_name=channel_name, tags=tuple(tags))


def _as_text(column: str, value: Any) -> Any:
    """Ids are text outside."""
    is_id = column == "id" or column.endswith("_id")
    return str(value) if is_id and value is not None else value


def _message(
    session: WorkspaceSession, keys: ChannelKeys, row: Message, files: tuple[FileView, ...]
) -> MessageView:
    content, is_erased = _content(session, keys, row)
    return MessageView(
        id=str(row.id),
        key=row.key,
        kind=row.kind,
        channel_id=str(row.channel_id),
        agent_id=None if row.agent_id is None else str(row.agent_id),
        trust=row.trust,
        text=content.text,
        html=content.html,
        quoted=content.quoted,
        subject=content.subject,
        sender_name=content.sender_name,
        sender_address=content.sender_address,
        to=content.to,
        cc=content.cc,
        facts=content.facts,
        details=row.details or {},
        delivery=row.delivery,
        delivery_error=row.delivery_error,
        files=files,
        created_at=row.created_at,
        sent_at=row.sent_at,
        seen_at=row.seen_at,
        is_erased=is_erased,
    )


def _content(
    session: WorkspaceSession, keys: ChannelKeys, row: Message
) -> tuple[MessageContent, bool]:
    """What it says, and whether that was erased."""
    if row.sealed_content is None:
        return EMPTY, row.kind != MessageKind.EVENT
    try:
        return open_content(keys.by_id(session, row.channel_id), row), False
    except CannotOpen:
        return EMPTY, True


def _files(session: WorkspaceSession, message_ids: list[int]) -> dict[int, tuple[FileView, ...]]:
    if not message_ids:
        return {}
    found: dict[int, tuple[FileView, ...]] = {}
    statement = select(Attachment).where(Attachment.message_id.in_(message_ids))
    for row in session.execute(statement.order_by(Attachment.id)).scalars():
        assert row.message_id is not None
        view = FileView(
            key=row.key,
            name=row.name,
            media_type=row.media_type,
            size_bytes=row.size_bytes,
            is_inline=row.is_inline,
            content_id=row.content_id,
            refused=row.refused,
        )
        found[row.message_id] = (*found.get(row.message_id, ()), view)
    return found
