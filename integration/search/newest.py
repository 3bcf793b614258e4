"""The people of a workspace, who ordered last first, from a position on."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, and_, bindparam, or_, select, tuple_
from sqlalchemy.engine import Dialect

from integration.bulk import table_of
from integration.db import WorkspaceSession
from integration.models import Profile
from integration.prepared import Prepared, listed, several
from integration.search.positions import Position, position_of

_PROFILES = table_of(Profile).c


def walk(session: WorkspaceSession, after: Position | None, at_most: int) -> list[Position]:
    """So many people that follow a position; fewer only where there are no more."""
    found: list[Position] = []
    if after is None or after.last_order_at is not None:
        statement = _DATED if after is None else _DATED_ON
        found = _run(session, statement, after, most=at_most)
        after = None
    if len(found) < at_most:
        statement = _UNDATED if after is None else _UNDATED_ON
        found += _run(session, statement, after, most=at_most - len(found))
    return found


def placed(
    session: WorkspaceSession,
    profile_ids: Collection[int],
    after: Position | None,
    at_most: int,
) -> list[Position]:
    """Those of these profiles that are shown and follow a position, in their order."""
    if not profile_ids:
        return []
    if after is None:
        statement = _PLACED
    else:
        statement = _PLACED_ON if after.last_order_at is not None else _PLACED_LATE
    ids = several(session.connection(), profile_ids)
    return _run(session, statement, after, most=at_most, ids=ids)


def _run(
    session: WorkspaceSession, statement: Prepared, after: Position | None, **given: Any
) -> list[Position]:
    if after is not None:
        given["after_id"] = after.profile_id
        if after.last_order_at is not None:
            given["after_at"] = after.last_order_at
    rows = statement.rows(session.connection(), of_workspace=session.workspace_id, **given)
    return [position_of(row) for row in rows]


_AT = bindparam("after_at", type_=_PROFILES.last_order_at.type)
_ID = bindparam("after_id", type_=_PROFILES.id.type)
_HAS_ORDERED = _PROFILES.last_order_at.is_not(None)
_NEVER_ORDERED = _PROFILES.last_order_at.is_(None)


def _people(*where: ColumnElement[bool]) -> Select[Any]:
    return (
        select(_PROFILES.id, _PROFILES.last_order_at)
        .where(
            _PROFILES.workspace_id == bindparam("of_workspace"),
            _PROFILES.joined_id.is_(None),
            *where,
        )
        .limit(bindparam("most", type_=Integer))
    )


def _dated(*where: ColumnElement[bool]) -> Prepared:
    newest = (_PROFILES.last_order_at.desc(), _PROFILES.id.desc())
    return Prepared(lambda _: _people(_HAS_ORDERED, *where).order_by(*newest))


def _undated(*where: ColumnElement[bool]) -> Prepared:
    return Prepared(lambda _: _people(_NEVER_ORDERED, *where).order_by(_PROFILES.id.desc()))


def _these(*where: ColumnElement[bool]) -> Prepared:
    newest = (_PROFILES.last_order_at.desc().nulls_last(), _PROFILES.id.desc())

    def build(dialect: Dialect) -> Select[Any]:
        return _people(listed(dialect, _PROFILES.id, "ids"), *where).order_by(*newest)

    return Prepared(build)


_DATED, _UNDATED, _PLACED = _dated(), _undated(), _these()
_DATED_ON = _dated(tuple_(_PROFILES.last_order_at, _PROFILES.id) < tuple_(_AT, _ID))
_UNDATED_ON = _undated(_PROFILES.id < _ID)
_PLACED_ON = _these(
    or_(
        _PROFILES.last_order_at < _AT,
        and_(_PROFILES.last_order_at == _AT, _PROFILES.id < _ID),
        _NEVER_ORDERED,
    )
)
_PLACED_LATE = _these(_NEVER_ORDERED, _PROFILES.id < _ID)
