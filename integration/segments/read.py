"""The people of a segment: how many, and a page of them, who ordered last first.

The count is exact up to `MOST_COUNTED`; beyond, that there are more. It looks at each profile of
the workspace once and stops there. A small segment is found the same way and put in order here; a
larger one is read along the index on the last order, where its people stand close together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select

from integration.db import WorkspaceSession
from integration.errors import Invalid
from integration.segments.conditions import Condition
from integration.segments.matching import PROFILES, meeting, shown_people
from integration.segments.people import PersonRow, person_rows

MOST_COUNTED = 10_000
PEOPLE_A_PAGE = 50
_SMALL = 5_000
_LONGEST_NUMBER = 18
_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)
_LAST, _ID = PROFILES.c.last_order_at, PROFILES.c.id


@dataclass(frozen=True, slots=True)
class PeopleCount:
    """How many people; where `is_exact` is False, more than that."""

    people: int
    is_exact: bool


@dataclass(frozen=True, slots=True)
class SegmentPeople:
    """A page of people. `next` is a cursor for those that follow, or None.

    `count` is how many there are at all; None on a later page of a large segment.
    """

    people: tuple[PersonRow, ...]
    next: str | None
    count: PeopleCount | None


@dataclass(frozen=True, slots=True)
class _Place:
    """Where somebody stands in the order: the last order (None: at the end), then the id."""

    at: datetime | None
    id: int

    @property
    def weight(self) -> tuple[bool, datetime, int]:
        return self.at is not None, self.at or _EPOCH, self.id


def count_people(
    session: WorkspaceSession, conditions: Sequence[Condition], now: datetime
) -> PeopleCount:
    """How many people meet the conditions."""
    return _counted(session, _met(session, conditions, now))


def page_of_people(
    session: WorkspaceSession,
    conditions: Sequence[Condition],
    now: datetime,
    *,
    limit: int = PEOPLE_A_PAGE,
    cursor: str | None = None,
) -> SegmentPeople:
    """People who meet the conditions: who ordered last first, at the end those without an order.

    Raises Invalid for a cursor that is none. Somebody who orders meanwhile moves to the front: they
    may be missing from the pages that follow.
    """
    after = _place(cursor)
    met = _met(session, conditions, now)
    places = _small(session, met)
    if places is not None:
        count: PeopleCount | None = PeopleCount(len(places), True)
        following = [place for place in places if after is None or place.weight < after.weight]
    else:
        following = _along_the_index(session, met, after, limit + 1)
        count = _counted(session, met) if after is None else None
    ids = [place.id for place in following[:limit]]
    by_id = {row.id: row for row in person_rows(session, ids)}
    people = tuple(by_id[str(found)] for found in ids if str(found) in by_id)
    return SegmentPeople(
        people, _cursor(following[limit - 1]) if len(following) > limit else None, count
    )


def _met(
    session: WorkspaceSession, conditions: Sequence[Condition], now: datetime
) -> ColumnElement[bool]:
    dialect = session.connection().dialect
    return and_(shown_people(session.workspace_id), meeting(conditions, now, dialect))


def _counted(session: WorkspaceSession, met: ColumnElement[bool]) -> PeopleCount:
    found = select(_ID).where(met).limit(MOST_COUNTED + 1).subquery()
    people = session.connection().execute(select(func.count()).select_from(found)).scalar_one()
    return PeopleCount(min(people, MOST_COUNTED), people <= MOST_COUNTED)


def _small(session: WorkspaceSession, met: ColumnElement[bool]) -> list[_Place] | None:
    """All of a small segment in order, None for a larger one.

    The planner mustn't walk the index for it: rare people stand far apart there.
    """
    rows = session.connection().execute(select(_ID, _LAST).where(met).limit(_SMALL + 1)).all()
    if len(rows) > _SMALL:
        return None
    places = [_Place(row.last_order_at, row.id) for row in rows]
    return sorted(places, key=lambda place: place.weight, reverse=True)


def _along_the_index(
    session: WorkspaceSession, met: ColumnElement[bool], after: _Place | None, limit: int
) -> list[_Place]:
    """In two statements, for neither database has NULLs at the end by an index."""
    connection = session.connection()
    rows: list[Any] = []
    if after is None or after.at is not None:
        rows += connection.execute(_with_orders(met, after).limit(limit)).all()
    if len(rows) < limit:
        last = after if after is not None and after.at is None else None
        rows += connection.execute(_without_orders(met, last).limit(limit - len(rows))).all()
    return [_Place(row.last_order_at, row.id) for row in rows]


def _with_orders(met: ColumnElement[bool], after: _Place | None) -> Select[Any]:
    statement = select(_ID, _LAST).where(met, _LAST.is_not(None))
    if after is not None:
        statement = statement.where(after.at >= _LAST, or_(after.at > _LAST, after.id > _ID))
    return statement.order_by(_LAST.desc(), _ID.desc())


def _without_orders(met: ColumnElement[bool], after: _Place | None) -> Select[Any]:
    statement = select(_ID, _LAST).where(met, _LAST.is_(None))
    if after is not None:
        statement = statement.where(after.id > _ID)
    return statement.order_by(_ID.desc())


def _cursor(place: _Place) -> str:
    return f"{'' if place.at is None else (place.at - _EPOCH) // _MICROSECOND}.{place.id}"


def _place(cursor: str | None) -> _Place | None:
    if cursor is None:
        return None
    micros, _, number = cursor.partition(".")
    if not (_is_number(number) and (not micros or _is_number(micros))):
        raise Invalid("The cursor is none of ours.", code="invalid_cursor")
    try:
        at = _EPOCH + int(micros) * _MICROSECOND if micros else None
    except OverflowError:
        raise Invalid("The cursor is none of ours.", code="invalid_cursor") from None
    return _Place(at, int(number))


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= _LONGEST_NUMBER
