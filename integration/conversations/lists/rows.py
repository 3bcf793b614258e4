"""Conversations as the rows of a list."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, select

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import open_preview
from integration.crypto import CannotOpen
from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.models import (
    Agent,
    Channel,
    Conversation,
    ConversationRead,
    ConversationTag,
    Store,
)
from integration.models.vocabulary import ConversationStatus, MessageKind
from integration.statements.bulk import among, table_of

_CONVERSATIONS, _TAGS, _READS = map(table_of, (Conversation, ConversationTag, ConversationRead))
_CHANNELS, _STORES, _AGENTS = map(table_of, (Channel, Store, Agent))


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A conversation as a list shows it. Ids are text, times aware UTC.

    `preview` is the beginning of the newest message, whose kind is `preview_kind`; empty where its
    key was destroyed. `is_unread`: the customer wrote since the agent looked. `target_due_at` is
    until when something is to be done; `is_overdue`: that is past.
    """

    id: str
    subject: str | None
    preview: str
    preview_kind: str | None
    person_name: str | None
    person_address: str | None
    trust: str
    channel_id: str
    channel_kind: str
    channel_name: str
    store_id: str | None
    store_name: str | None
    status: str
    assignee_id: str | None
    assignee_name: str | None
    tags: tuple[str, ...]
    messages: int
    created_at: datetime
    last_message_at: datetime
    waiting_since: datetime | None
    snoozed_until: datetime | None
    target_due_at: datetime | None
    is_overdue: bool
    is_unread: bool
    is_spam: bool
    version: int

    def as_dict(self) -> dict[str, Any]:
        """As the API tells it."""
        return asdict(self)


def rows_of(
    session: WorkspaceSession,
    keys: ChannelKeys,
    conversation_ids: Sequence[int],
    *,
    agent_id: int,
    now: datetime,
) -> tuple[ConversationRow, ...]:
    """These conversations as rows, in this order; unknown ones and others' are left out."""
    if not conversation_ids:
        return ()
    found = {row.id: row for row in session.execute(_rows(session, conversation_ids, agent_id))}
    tags = _tags(session, conversation_ids)
    return tuple(
        _row(session, keys, found[each], tags.get(each, ()), now)
        for each in conversation_ids
        if each in found
    )


def _rows(session: WorkspaceSession, ids: Sequence[int], agent_id: int) -> Any:
    columns = _CONVERSATIONS.c
    reads = and_(_READS.c.conversation_id == columns.id, _READS.c.agent_id == agent_id)
    return (
        select(
            _CONVERSATIONS,
            _CHANNELS.c.name.label("channel_name"),
            _STORES.c.name.label("store_name"),
            _AGENTS.c.name.label("assignee_name"),
            _READS.c.last_message_id.label("read_to"),
        )
        .join(_CHANNELS, _CHANNELS.c.id == columns.channel_id)
        .outerjoin(_STORES, _STORES.c.id == columns.store_id)
        .outerjoin(_AGENTS, _AGENTS.c.id == columns.assignee_id)
        .outerjoin(_READS, reads)
        .where(
            columns.workspace_id == session.workspace_id,
            among(session.connection(), columns.id, ids),
        )
    )


def _tags(session: WorkspaceSession, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
    """Their tags. Put in order here: else SQLite reads all tags of the workspace in their order."""
    statement = select(_TAGS.c.conversation_id, _TAGS.c.tag).where(
        _TAGS.c.workspace_id == session.workspace_id,
        among(session.connection(), _TAGS.c.conversation_id, ids),
    )
    found: dict[int, tuple[str, ...]] = {}
    rows = sorted((tag, conversation_id) for conversation_id, tag in session.execute(statement))
    for tag, conversation_id in rows:
        found[conversation_id] = (*found.get(conversation_id, ()), tag)
    return found


def _row(
    session: WorkspaceSession, keys: ChannelKeys, row: Any, tags: tuple[str, ...], now: datetime
) -> ConversationRow:
    due_at = row.target_due_at
    return ConversationRow(
        id=str(row.id),
        subject=row.subject,
        preview=_preview(session, keys, row),
        preview_kind=row.preview_kind,
        person_name=row.person_name,
        person_address=row.person_address,
        trust=row.trust,
        channel_id=str(row.channel_id),
        channel_kind=row.channel_kind,
        channel_name=row.channel_name,
        store_id=_text(row.store_id),
        store_name=row.store_name,
        status=row.status,
        assignee_id=_text(row.assignee_id),
        assignee_name=row.assignee_name,
        tags=tags,
        messages=row.messages,
        created_at=row.created_at,
        last_message_at=row.last_message_at,
        waiting_since=row.waiting_since,
        snoozed_until=row.snoozed_until,
        target_due_at=due_at,
        is_overdue=due_at is not None and due_at <= now,
        is_unread=_is_unread(row),
        is_spam=row.is_spam,
        version=row.version,
    )


def _is_unread(row: Any) -> bool:
    if row.preview_kind != MessageKind.CUSTOMER or row.status == ConversationStatus.RESOLVED:
        return False
    return row.read_to is None or row.read_to < (row.last_message_id or 0)


def _preview(session: WorkspaceSession, keys: ChannelKeys, row: Any) -> str:
    if row.preview is None or row.preview_channel_id is None:
        return ""
    try:
        key = keys.by_id(session, row.preview_channel_id)
    except (CannotOpen, NotFound):
        return ""
    return open_preview(key, row.id, row.preview)


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)
