"""The people of a workspace, who ordered last first, from a position on."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    false,
    func,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect

from integration.db import WorkspaceSession
from integration.models import Profile
from integration.models.declarative import BigId
from integration.search.positions import Position, position_of
from integration.statements.bulk import table_of
from integration.statements.prepared import Prepared, listed, several

_PROFILES = table_of(Profile).c


def everybody(session: WorkspaceSession, after: Position | None, at_most: int) -> list[Position]:
    """So many people that follow a position; fewer only where there are no more."""
    return _in_turn(session, _SHOWN, after, at_most)


def walk(session: WorkspaceSession, after: Position | None, at_most: int) -> list[Position]:
    """The same with those who are joined to others: the index alone is read."""
    return _in_turn(session, _ALL, after, at_most)


def newest_among(
    session: WorkspaceSession, profile_ids: Collection[int], after: Position | None, at_most: int
) -> list[Position]:
    """Those of many profiles that follow a position, found by walking through all people.

    None of the profiles may be joined to another.
    """
    # As text: the driver takes longer to write so many numbers than the database to read them.
    listed_ids = orjson.dumps(list(profile_ids)).decode()
    if session.connection().dialect.name != "sqlite":
        listed_ids = f"{{{listed_ids[1:-1]}}}"
    return _in_turn(session, _AMONG, after, at_most, ids=listed_ids)


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


def _in_turn(
    session: WorkspaceSession,
    walks: "_Walks",
    after: Position | None,
    at_most: int,
    **given: Any,
) -> list[Position]:
    """Those with orders, then those without: so each part is read from its index."""
    found: list[Position] = []
    if after is None or after.last_order_at is not None:
        statement = walks.dated if after is None else walks.dated_on
        found = _run(session, statement, after, most=at_most, **given)
        after = None
    if len(found) < at_most:
        statement = walks.undated if after is None else walks.undated_on
        found += _run(session, statement, after, most=at_most - len(found), **given)
    return found


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
_IS_SHOWN = _PROFILES.joined_id.is_(None)
_Where = Callable[[Dialect], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class _Walks:
    """Statements that begin with the newest, and that go on after a position."""

    dated: Prepared
    dated_on: Prepared
    undated: Prepared
    undated_on: Prepared


def _walks(where: _Where) -> _Walks:
    newest = (_PROFILES.last_order_at.desc(), _PROFILES.id.desc())
    older = tuple_(_PROFILES.last_order_at, _PROFILES.id) < tuple_(_AT, _ID)
    latest = (_PROFILES.id.desc(),)
    return _Walks(
        _prepared(where, (_HAS_ORDERED,), newest),
        _prepared(where, (_HAS_ORDERED, older), newest),
        _prepared(where, (_NEVER_ORDERED,), latest),
        _prepared(where, (_NEVER_ORDERED, _PROFILES.id < _ID), latest),
    )


def _these(*where: ColumnElement[bool]) -> Prepared:
    newest = (_PROFILES.last_order_at.desc().nulls_last(), _PROFILES.id.desc())
    return _prepared(_of_these, (_IS_SHOWN, *where), newest)


def _prepared(
    which: _Where, where: Sequence[ColumnElement[bool]], order: Sequence[Any]
) -> Prepared:
    def build(dialect: Dialect) -> Select[Any]:
        return (
            select(_PROFILES.id, _PROFILES.last_order_at)
            .where(_PROFILES.workspace_id == bindparam("of_workspace"), which(dialect), *where)
            .order_by(*order)
            .limit(bindparam("most", type_=Integer))
        )

    return Prepared(build)


def _of_these(dialect: Dialect) -> ColumnElement[bool]:
    looked_up: ColumnElement[bool] = listed(dialect, _PROFILES.id, "ids")
    return looked_up


def _walked_past(dialect: Dialect) -> ColumnElement[bool]:
    """The same as a condition on whom one comes past, and no way to look them up."""
    if dialect.name == "sqlite":
        unindexed: ColumnElement[bool] = listed(dialect, _PROFILES.id + 0, "ids")
        return unindexed
    # Inside a function it stays a condition, by a hash that is made once. An array would be read
    # from its beginning for each profile where PostgreSQL keeps the plan.
    given = select(func.unnest(cast(bindparam("ids", type_=Text), ARRAY(BigId))))
    return func.coalesce(_PROFILES.id.in_(given), false())


_SHOWN = _walks(lambda _: _IS_SHOWN)
_ALL, _AMONG = _walks(lambda _: true()), _walks(_walked_past)
_PLACED, _PLACED_LATE = _these(), _these(_NEVER_ORDERED, _PROFILES.id < _ID)
_PLACED_ON = _these(
    or_(
        _PROFILES.last_order_at < _AT,
        and_(_PROFILES.last_order_at == _AT, _PROFILES.id < _ID),
        _NEVER_ORDERED,
    )
)
