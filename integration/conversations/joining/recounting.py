"""A conversation's figures and its place in the list, counted anew from the messages it has.

For what changed which messages those are: merging, splitting and undoing either.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import open_content, seal_preview
from integration.conversations.figures import in_office, whole_seconds
from integration.conversations.hours.still_waiting import Waiting
from integration.crypto import CannotOpen
from integration.db import WorkspaceSession
from integration.models import Conversation, Message
from integration.models.vocabulary import ConversationStatus, MessageKind
from integration.statements.bulk import among

_SAID = frozenset({MessageKind.CUSTOMER, MessageKind.ANSWER, MessageKind.AUTOMATIC})


def move_messages(
    session: WorkspaceSession, ids: Sequence[int], held: Conversation, to: Conversation
) -> None:
    """Move those of the messages that stand there still; they know where they were written."""
    if not ids:
        return
    options = {"synchronize_session": False}
    moving = update(Message).where(
        Message.workspace_id == session.workspace_id,
        Message.conversation_id == held.id,
        among(session.connection(), Message.id, ids),
    )
    first = moving.where(Message.moved_from_id.is_(None)).values(moved_from_id=held.id)
    session.execute(first, execution_options=options)
    session.execute(moving.values(conversation_id=to.id), execution_options=options)
    home = update(Message).where(Message.conversation_id == to.id, Message.moved_from_id == to.id)
    session.execute(home.values(moved_from_id=None), execution_options=options)


def recount(session: WorkspaceSession, keys: ChannelKeys, conversation: Conversation) -> None:
    """Count it anew; its status stays. It is locked by the caller."""
    columns = select(
        Message.id, Message.kind, Message.agent_id, Message.created_at, Message.sent_at,
        Message.details, Message.moved_from_id,
    )  # fmt: skip
    statement = columns.where(Message.conversation_id == conversation.id)
    everything = session.execute(statement.order_by(Message.id)).all()
    rows = [row for row in everything if row.kind != MessageKind.EVENT]
    conversation.messages = len(rows)
    conversation.reopened = sum(map(_came_back, everything))
    _count(session, conversation, everything)
    if conversation.status == ConversationStatus.RESOLVED:
        _still_resolved(session, conversation)
    said = [row.created_at for row in rows if row.kind in _SAID]
    conversation.last_message_at = max(said, default=conversation.created_at)
    _show_newest(session, keys, conversation, rows)
    conversation.version += 1
    session.flush()


def _count(session: WorkspaceSession, conversation: Conversation, rows: Sequence[Any]) -> None:
    waiting = Waiting()
    conversation.answers = 0
    conversation.first_asked_at = None
    conversation.first_answered_at = conversation.first_answered_by = None
    conversation.answered_seconds = conversation.answered_office_seconds = None
    for row in rows:
        home, how = row.moved_from_id or conversation.id, row.details or {}
        if row.kind == MessageKind.EVENT:
            waiting.happened(home, how)
        elif row.kind == MessageKind.ANSWER:
            waiting.answered(home)
            _answered(session, conversation, row.agent_id, row.created_at)
        elif row.kind == MessageKind.CUSTOMER and how.get("answered"):
            at = row.sent_at or row.created_at
            conversation.first_asked_at = conversation.first_asked_at or at
            waiting.answered(home)
            _answered(session, conversation, None, at)
        elif row.kind == MessageKind.CUSTOMER and not how.get("automatic"):
            conversation.first_asked_at = conversation.first_asked_at or row.created_at
            waiting.asked(home, row.created_at)
    conversation.waiting_since = waiting.since


def _came_back(row: Any) -> bool:
    told = row.details or {}
    is_event = row.kind == MessageKind.EVENT and told.get("what") == "status"
    return is_event and told.get("from") == ConversationStatus.RESOLVED


def _answered(
    session: WorkspaceSession, conversation: Conversation, agent_id: int | None, at: datetime
) -> None:
    conversation.answers += 1
    begun = conversation.first_asked_at
    if begun is None or conversation.first_answered_at is not None:
        return
    conversation.first_answered_at, conversation.first_answered_by = at, agent_id
    conversation.answered_seconds = whole_seconds(begun, at)
    conversation.answered_office_seconds = in_office(session, begun, at)


def _still_resolved(session: WorkspaceSession, conversation: Conversation) -> None:
    conversation.waiting_since = None
    if conversation.resolved_at is None:
        return
    begun = conversation.first_asked_at or conversation.created_at
    conversation.resolved_seconds = whole_seconds(begun, conversation.resolved_at)
    conversation.resolved_office_seconds = in_office(session, begun, conversation.resolved_at)
    conversation.first_contact = conversation.answers <= 1 and conversation.reopened == 0


def _show_newest(
    session: WorkspaceSession, keys: ChannelKeys, conversation: Conversation, rows: Sequence[Any]
) -> None:
    conversation.preview = conversation.preview_kind = conversation.preview_channel_id = None
    conversation.last_message_id = rows[-1].id if rows else None
    if not rows:
        return
    newest = session.get_one(Message, rows[-1].id)
    conversation.preview_kind, conversation.preview_channel_id = newest.kind, newest.channel_id
    try:
        key = keys.by_id(session, newest.channel_id)
        text = open_content(key, newest).text
    except CannotOpen:
        return
    conversation.preview = seal_preview(key, conversation.id, text)
