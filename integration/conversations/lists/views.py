"""The lists of the inbox: a page of conversations as a row shows each, and how many there are."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from integration.bulk import table_of
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.lists.asked import STATUSES, Asked, Place, View, read_cursor
from integration.conversations.lists.listing import Listing, mentioning
from integration.conversations.lists.rows import ConversationRow, rows_of
from integration.conversations.lists.search import found_places
from integration.db import WorkspaceSession
from integration.models import Channel, Conversation, Store

__all__ = [
    "ConversationPage",
    "ConversationRow",
    "Counted",
    "ViewCounts",
    "counts",
    "list_conversations",
    "rows_of",
]

MOST_ROWS = 100
MOST_COUNTED = 999
_CONVERSATIONS, _CHANNELS, _STORES = map(table_of, (Conversation, Channel, Store))


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
