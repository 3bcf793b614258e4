"""Where a view's conversations stand: walked in their order, or those of some ids put in it.

Each index of the list begins with what a view asks and a status, and ends with a time: so a page is
read from its end, a status at a time, however many there are.
"""

from collections.abc import Collection, Sequence
from heapq import merge
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, or_, select

from integration.bulk import among, table_of
from integration.conversations.lists.asked import STATUSES, Asked, Place
from integration.db import WorkspaceSession
from integration.models import Conversation, ConversationTag, Mention, Message

_CONVERSATIONS, _TAGS = table_of(Conversation), table_of(ConversationTag)
_MENTIONS, _MESSAGES = table_of(Mention), table_of(Message)
# A tag on so few conversations is read whole; of a commoner one, the list is walked.
RARE_TAG = 5_000
_MOST_MENTIONS = 2_000


class Listing:
    """The conversations of one view in one order; merged ones are in none."""

    def __init__(self, session: WorkspaceSession, asked: Asked, agent_id: int) -> None:
        self._session = session
        self._asked = asked
        self._agent_id = agent_id

    def walk(self, after: Place | None, most: int) -> list[Place]:
        """So many that follow a place."""
        return self._read(after, most, self._narrowed())

    def placed(self, ids: Collection[int], after: Place | None, most: int) -> list[Place]:
        """So many of these that follow a place and belong to the view."""
        if not ids:
            return []
        some = among(self._session.connection(), _CONVERSATIONS.c.id, ids)
        return self._read(after, most, [*self._narrowed(), some])

    def _narrowed(self) -> list[ColumnElement[bool]]:
        """The conditions that no index of the list holds."""
        conditions = []
        connection = self._session.connection()
        if self._asked.view == "mentions":
            ids = mentioning(self._session, self._agent_id)
            conditions.append(among(connection, _CONVERSATIONS.c.id, ids))
        if self._asked.tag is not None:
            tagged = select(_TAGS.c.conversation_id).where(
                _TAGS.c.workspace_id == self._session.workspace_id, _TAGS.c.tag == self._asked.tag
            )
            ids = list(self._session.execute(tagged.limit(RARE_TAG + 1)).scalars())
            if len(ids) <= RARE_TAG:
                conditions.append(among(connection, _CONVERSATIONS.c.id, ids))
            else:
                its = tagged.where(_TAGS.c.conversation_id == _CONVERSATIONS.c.id)
                conditions.append(its.correlate(_CONVERSATIONS).exists())
        return conditions

    def _read(
        self, after: Place | None, most: int, narrowed: Sequence[ColumnElement[bool]]
    ) -> list[Place]:
        found: list[Place] = []
        if self._asked.sort == "waiting" and (after is None or after.is_waiting):
            found = self._phase(after, most, narrowed, is_waiting=True)
            after = None
        if len(found) < most:
            found += self._phase(after, most - len(found), narrowed, is_waiting=False)
        return found

    def _phase(
        self,
        after: Place | None,
        most: int,
        narrowed: Sequence[ColumnElement[bool]],
        *,
        is_waiting: bool,
    ) -> list[Place]:
        results = []
        for status in STATUSES[self._asked.view]:
            statement = self._of_status(status, is_waiting).where(*narrowed)
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
