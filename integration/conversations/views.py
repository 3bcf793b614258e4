"""The lists of the inbox: a page of conversations as a row shows each, and how many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select

from integration.bulk import among, table_of
from integration.conversations.asked import STATUSES, Asked, Place, View, read_cursor
from integration.conversations.channel_keys import ChannelKeys
from integration.conversations.contents import open_preview
from integration.conversations.listing import Listing, mentioning
from integration.conversations.search import found_places
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

MOST_ROWS = 100
MOST_COUNTED = 999
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


@dataclass(frozen=True, slots=True)
class ConversationPage:
    """A page of a list. `next` is a cursor for what follows, None at the end.

    With words that nearly all have, a page can be short though more follows.
    """

    rows: tuple[ConversationRow, ...]
    next: str | None

    def as_dict(self) -> dict[str, Any]:
        """As the API tells it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Counted:
    """How many, counted to 999; `is_more`: there are more."""

    number: int
    is_more: bool = False

    def __str__(self) -> str:
        return f"{self.number}+" if self.is_more else str(self.number)


@dataclass(frozen=True, slots=True)
class ViewCounts:
    """How many conversations the views have; of `mentions` those with one that wasn't seen.

    `channels` and `stores` are of open ones, by our ids as text.
    """

    mine: Counted
    unassigned: Counted
    open: Counted
    pending: Counted
    snoozed: Counted
    mentions: Counted
    spam: Counted
    channels: Mapping[str, Counted] = field(default_factory=dict)
    stores: Mapping[str, Counted] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """As the API tells it."""
        return asdict(self)


def list_conversations(
    session: WorkspaceSession,
    keys: ChannelKeys,
    asked: Asked,
    *,
    agent_id: int,
    now: datetime,
    cursor: str | None = None,
    limit: int = 50,
) -> ConversationPage:
    """A page of what is asked, as that agent sees it. Raises Invalid for a cursor that is none."""
    after = None if cursor is None else read_cursor(cursor)
    limit = max(1, min(limit, MOST_ROWS))
    listing = Listing(session, asked, agent_id)
    ended_at: Place | None = None
    if asked.search.strip():
        places, ended_at = found_places(session, listing, asked.search, after, limit + 1)
    else:
        places = listing.walk(after, limit + 1)
    shown = places[:limit]
    if len(places) > limit:
        ended_at = shown[-1]
    ids = [place.conversation_id for place in shown]
    rows = rows_of(session, keys, ids, agent_id=agent_id, now=now)
    return ConversationPage(rows, ended_at.cursor() if ended_at else None)


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


def counts(session: WorkspaceSession, *, agent_id: int) -> ViewCounts:
    """How many there are in each view, as far as 999."""
    columns = _CONVERSATIONS.c
    mine, nobodys = columns.assignee_id == agent_id, columns.assignee_id.is_(None)
    of_channels = select(_CHANNELS.c.id).where(
        _CHANNELS.c.workspace_id == session.workspace_id, _CHANNELS.c.removed_at.is_(None)
    )
    of_stores = select(_STORES.c.id).where(_STORES.c.workspace_id == session.workspace_id)
    return ViewCounts(
        mine=_counted(session, "mine", mine),
        unassigned=_counted(session, "unassigned", nobodys),
        open=_counted(session, "open"),
        pending=_counted(session, "pending"),
        snoozed=_counted(session, "snoozed"),
        mentions=_up_to(len(mentioning(session, agent_id, unseen=True))),
        spam=_counted(session, "spam"),
        channels=_each(session, columns.channel_id, of_channels),
        stores=_each(session, columns.store_id, of_stores),
    )


def _each(session: WorkspaceSession, column: Any, wanted: Any) -> dict[str, Counted]:
    ids = session.execute(wanted.limit(MOST_ROWS)).scalars().all()
    return {str(each): _counted(session, "open", column == each) for each in ids}


def _counted(session: WorkspaceSession, view: View, *more: ColumnElement[bool]) -> Counted:
    columns, number = _CONVERSATIONS.c, 0
    for status in STATUSES[view]:
        few = (
            select(columns.id)
            .where(
                columns.workspace_id == session.workspace_id,
                columns.status == status,
                columns.is_spam if view == "spam" else ~columns.is_spam,
                columns.merged_into_id.is_(None),
                *more,
            )
            .limit(MOST_COUNTED + 1 - number)
            .subquery()
        )
        number += session.execute(select(func.count()).select_from(few)).scalar_one()
        if number > MOST_COUNTED:
            break
    return _up_to(number)


def _up_to(number: int) -> Counted:
    return Counted(min(number, MOST_COUNTED), number > MOST_COUNTED)


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
    statement = (
        select(_TAGS.c.conversation_id, _TAGS.c.tag)
        .where(
            _TAGS.c.workspace_id == session.workspace_id,
            among(session.connection(), _TAGS.c.conversation_id, ids),
        )
        .order_by(_TAGS.c.tag)
    )
    found: dict[int, tuple[str, ...]] = {}
    for conversation_id, tag in session.execute(statement):
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
