"""Where a view's conversations stand: walked in their order, or those of some ids put in it.

Each index of the list begins with what a view asks and a status, and ends with a time: so a page is
read from its end, a status at a time, however many there are.
"""

from collections.abc import Collection, Sequence
from functools import cached_property
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select, text

from integration.conversations.lists.asked import STATUSES, Asked, Place
from integration.db import WorkspaceSession
from integration.models import Conversation, ConversationTag, Mention, Message
from integration.models.vocabulary import ConversationStatus
from integration.statements.bulk import among, table_of

_CONVERSATIONS, _TAGS = table_of(Conversation), table_of(ConversationTag)
_MENTIONS, _MESSAGES = table_of(Mention), table_of(Message)
# A tag on so few conversations is read whole and these put in order.
RARE_TAG = 5_000
# Of a commoner one, so many of the list are looked at before all that have it are read.
_FIRST = 1_000
_MOST_MENTIONS = 2_000
_ROOM = text("SET LOCAL work_mem = '64MB'")


class Listing:
    """The conversations of one view in one order; merged ones are in none."""

    def __init__(self, session: WorkspaceSession, asked: Asked, agent_id: int) -> None:
        self._session = session
        self._asked = asked
        self._agent_id = agent_id

    def walk(self, after: Place | None, most: int) -> list[Place]:
        """So many that follow a place."""
        mentioned = self._mentioned()
        if self._tagged is None:
            return self._read(after, most, mentioned)
        ids = list(self._session.execute(self._tagged.limit(RARE_TAG + 1)).scalars())
        if len(ids) <= RARE_TAG:
            return self._read(after, most, [*mentioned, self._is_among(ids)])
        # A common tag is met soon. One that only old ones have is met by none of the first.
        step = max(_FIRST, 2 * most)
        first = self._read(after, step, mentioned)
        found = self._with_the_tag(first)
        if len(found) >= most or len(first) < step:
            return found[:most]
        return self._read(after, most, mentioned, has_tag=True)

    def placed(self, ids: Collection[int], after: Place | None, most: int) -> list[Place]:
        """So many of these that follow a place and belong to the view."""
        if not ids:
            return []
        conditions = [*self._mentioned(), self._is_among(ids)]
        if self._tagged is not None:
            conditions.append(self._looks_tag_up())
        return self._read(after, most, conditions)

    @cached_property
    def _tagged(self) -> Select[Any] | None:
        """The ids of the conversations with the tag that is asked for."""
        if self._asked.tag is None:
            return None
        return select(_TAGS.c.conversation_id).where(
            _TAGS.c.workspace_id == self._session.workspace_id, _TAGS.c.tag == self._asked.tag
        )

    def _with_the_tag(self, places: Sequence[Place]) -> list[Place]:
        assert self._tagged is not None
        ids = [place.conversation_id for place in places]
        some = among(self._session.connection(), _TAGS.c.conversation_id, ids)
        having = set(self._session.execute(self._tagged.where(some)).scalars())
        return [place for place in places if place.conversation_id in having]

    def _has_the_tag(self, status: str) -> ColumnElement[bool]:
        if status != ConversationStatus.RESOLVED:
            return self._looks_tag_up()
        # Of these there are most: all ids with the tag are put into a table of the moment, once,
        # and each entry of the index is looked up in it. "Is true" keeps both databases from
        # looking up each id among the conversations instead.
        assert self._tagged is not None
        if self._session.connection().dialect.name == "postgresql":
            # PostgreSQL does so only where they fit.
            self._session.execute(_ROOM)
        return _CONVERSATIONS.c.id.in_(self._tagged).is_(True)

    def _looks_tag_up(self) -> ColumnElement[bool]:
        assert self._tagged is not None
        its = self._tagged.where(_TAGS.c.conversation_id == _CONVERSATIONS.c.id)
        return its.correlate(_CONVERSATIONS).exists()

    def _mentioned(self) -> list[ColumnElement[bool]]:
        if self._asked.view != "mentions":
            return []
        return [self._is_among(mentioning(self._session, self._agent_id))]

    def _is_among(self, ids: Collection[int]) -> ColumnElement[bool]:
        return among(self._session.connection(), _CONVERSATIONS.c.id, ids)

    def _read(
        self,
        after: Place | None,
        most: int,
        narrowed: Sequence[ColumnElement[bool]],
        *,
        has_tag: bool = False,
    ) -> list[Place]:
        found: list[Place] = []
        if self._asked.sort == "waiting" and (after is None or after.is_waiting):
            found = self._phase(after, most, narrowed, has_tag, is_waiting=True)
            after = None
        if len(found) < most:
            found += self._phase(after, most - len(found), narrowed, has_tag, is_waiting=False)
        return found

    def _phase(
        self,
        after: Place | None,
        most: int,
        narrowed: Sequence[ColumnElement[bool]],
        has_tag: bool,
        *,
        is_waiting: bool,
    ) -> list[Place]:
        results = []
        for status in STATUSES[self._asked.view]:
            statement = self._of_status(status, is_waiting).where(*narrowed)
            if has_tag:
                statement = statement.where(self._has_the_tag(status))
            if after is not None:
                statement = statement.where(_follows(after))
            results.append(self._session.execute(statement.limit(most)))
        # Each is in its order: of all together only so many are read.
        places = ((Place(at, each, is_waiting) for each, at in result) for result in results)
        found = list(islice(merge(*places, key=lambda place: place.rank), most))
        for result in results:
            result.close()
        return found

    def _of_status(self, status: str, is_waiting: bool) -> Select[Any]:
        columns, asked = _CONVERSATIONS.c, self._asked
        at = columns.waiting_since if is_waiting else columns.last_message_at
        order = (at, columns.id) if is_waiting else (at.desc(), columns.id.desc())
        statement = (
            select(columns.id, at)
            .where(
                columns.workspace_id == self._session.workspace_id,
                columns.status == status,
                columns.is_spam if asked.view == "spam" else ~columns.is_spam,
                columns.merged_into_id.is_(None),
            )
            .order_by(*order)
        )
        if is_waiting:
            statement = statement.where(columns.waiting_since.is_not(None))
        elif asked.sort == "waiting":
            statement = statement.where(columns.waiting_since.is_(None))
        return statement.where(*self._plain())

    def _plain(self) -> list[ColumnElement[bool]]:
        asked, columns = self._asked, _CONVERSATIONS.c
        conditions = [
            column == value
            for column, value in (
                (columns.channel_id, asked.channel_id),
                (columns.channel_kind, asked.kind),
                (columns.store_id, asked.store_id),
                (columns.assignee_id, asked.assignee_id),
            )
            if value is not None
        ]
        if asked.view == "mine":
            conditions.append(columns.assignee_id == self._agent_id)
        if asked.view == "unassigned":
            conditions.append(columns.assignee_id.is_(None))
        return conditions


def mentioning(
    session: WorkspaceSession, agent_id: int, *, unseen: bool = False, most: int = _MOST_MENTIONS
) -> list[int]:
    """The conversations with a note that mentions the agent, the newest mentions only."""
    newest = (
        select(_MENTIONS.c.message_id)
        .where(
            _MENTIONS.c.agent_id == agent_id,
            _MENTIONS.c.workspace_id == session.workspace_id,
            *((_MENTIONS.c.seen_at.is_(None),) if unseen else ()),
        )
        .order_by(_MENTIONS.c.message_id.desc())
        .limit(most)
        .subquery()
    )
    statement = select(_MESSAGES.c.conversation_id).join(
        newest, newest.c.message_id == _MESSAGES.c.id
    )
    return list(dict.fromkeys(session.execute(statement).scalars()))


def _follows(after: Place) -> ColumnElement[bool]:
    columns, number = _CONVERSATIONS.c, after.conversation_id
    if after.is_waiting:
        at = columns.waiting_since
        return and_(at >= after.at, or_(at > after.at, columns.id > number))
    at = columns.last_message_at
    return and_(at <= after.at, or_(at < after.at, columns.id < number))
