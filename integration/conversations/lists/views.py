"""The lists of the inbox: a page of conversations as a row shows each, and how many there are."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.lists.asked import STATUSES, Asked, Place, View, read_cursor
from integration.conversations.lists.listing import Listing, mentioning
from integration.conversations.lists.rows import ConversationRow, rows_of
from integration.conversations.lists.search import found_places
from integration.db import WorkspaceSession
from integration.models import Channel, Store
from integration.statements.bulk import table_of
from integration.statements.by_driver import fetch

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
_COUNTED: tuple[View, ...] = ("open", "pending", "snoozed", "spam")
_CHANNELS, _STORES = table_of(Channel), table_of(Store)


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
    """How many there are in each view, as far as 999: one statement, of entries of indexes."""
    few = _Few(session)
    mine, nobodys = few.of("mine", "assignee_id", agent_id), few.of("unassigned", "assignee_id")
    views = [few.of(view) for view in _COUNTED]
    channels = {each: few.of("open", "channel_id", each) for each in _channels(session)}
    stores = {each: few.of("open", "store_id", each) for each in _stores(session)}
    found = few.count()
    opened, pending, snoozed, spam = (found[view] for view in views)
    return ViewCounts(
        mine=found[mine],
        unassigned=found[nobodys],
        open=opened,
        pending=pending,
        snoozed=snoozed,
        mentions=_up_to(len(mentioning(session, agent_id, unseen=True))),
        spam=spam,
        channels={str(each): found[place] for each, place in channels.items()},
        stores={str(each): found[place] for each, place in stores.items()},
    )


def _channels(session: WorkspaceSession) -> Sequence[int]:
    its = _CHANNELS.c.workspace_id == session.workspace_id, _CHANNELS.c.removed_at.is_(None)
    return session.execute(select(_CHANNELS.c.id).where(*its).limit(MOST_ROWS)).scalars().all()


def _stores(session: WorkspaceSession) -> Sequence[int]:
    its = _STORES.c.workspace_id == session.workspace_id
    return session.execute(select(_STORES.c.id).where(its).limit(MOST_ROWS)).scalars().all()


class _Few:
    """Counts of views that are asked of the database together, each up to one more than 999."""

    def __init__(self, session: WorkspaceSession) -> None:
        self._connection = session.connection()
        self._workspace_id = session.workspace_id
        self._is_sqlite = self._connection.dialect.name == "sqlite"
        self._counts: list[str] = []
        self._values: list[Any] = []

    def of(self, view: View, column: str | None = None, value: int | None = None) -> int:
        """Count a view, or those of it with a value in a column (None: without one); its place."""
        parts = [self._of_status(view, status, column, value) for status in STATUSES[view]]
        self._counts.append(" + ".join(parts))
        return len(self._counts) - 1

    def count(self) -> list[Counted]:
        """What was asked for, by its place."""
        statement = f"SELECT {', '.join(self._counts)}"
        [row] = fetch(self._connection, statement, self._values)
        return [_up_to(number) for number in row]

    def _of_status(self, view: View, status: str, column: str | None, value: int | None) -> str:
        mark = "?" if self._is_sqlite else "%s"
        conditions = [
            f"workspace_id = {mark}",
            f"status = {mark}",
            self._is_spam(view == "spam"),
            "merged_into_id IS NULL",
        ]
        self._values += [self._workspace_id, status]
        if column is not None and value is None:
            conditions.append(f"{column} IS NULL")
        elif column is not None:
            conditions.append(f"{column} = {mark}")
            self._values.append(value)
        return (
            "(SELECT count(*) FROM (SELECT 1 FROM conversations"  # noqa: S608
            f" WHERE {' AND '.join(conditions)} LIMIT {MOST_COUNTED + 1}) AS few)"
        )

    def _is_spam(self, is_spam: bool) -> str:
        # In the words of the indexes.
        if self._is_sqlite:
            return f"is_spam = {is_spam:d}"
        return "is_spam" if is_spam else "NOT is_spam"


def _up_to(number: int) -> Counted:
    return Counted(min(number, MOST_COUNTED), number > MOST_COUNTED)
