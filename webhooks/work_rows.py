"""The drain's own statements over `delivery_works`, written out.

They run for every batch, and a batch may be of one delivery: put together by the ORM each would
take several times as long as in the database.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import orjson
from sqlalchemy import CursorResult, Row, TextClause, text
from sqlalchemy.orm import Session

from integration.column_values import encode_time

# Doubled, so that SQLite's planner sees that the partial index covers the query.
WAITING = "state IN ('waiting', 'leased') AND state = 'waiting'"
LEASED = "state IN ('waiting', 'leased') AND state = 'leased'"
DUE = "(not_before IS NULL OR not_before <= :now)"

_AMONG = {
    "sqlite": "{column} IN (SELECT value FROM json_each(:{name}))",
    "postgresql": "{column} = ANY(:{name})",
}

_THESE = {name: each.format(column="delivery_id", name="ids") for name, each in _AMONG.items()}


def due(session: Session, store_id: int | None, now: datetime, at_most: int) -> Sequence[Row[Any]]:
    """The oldest of a store's deliveries that are due, locked: id, fence, attempts, is_mended."""
    given: dict[str, Any] = {"now": time_value(session, now), "at_most": at_most}
    if store_id is not None:
        given["store_id"] = store_id
    statement = _due(_dialect(session), store_id is not None)
    return session.execute(statement, given).all()


def is_leased(session: Session, store_id: int | None, now: datetime) -> bool:
    """Whether a living drain holds some of a store's deliveries."""
    given: dict[str, Any] = {"now": time_value(session, now)}
    if store_id is not None:
        given["store_id"] = store_id
    return session.execute(_leased(store_id is not None), given).first() is not None


def fences(session: Session, ids: Sequence[int]) -> dict[int, int]:
    """The fences of those of these deliveries that are leased, locked until the commit."""
    rows = session.execute(_fences(_dialect(session)), {"ids": list_value(session, ids)})
    return {row.delivery_id: row.fence for row in rows}


def raise_fences(session: Session, ids: Sequence[int], until: datetime) -> None:
    """Lease these until then."""
    given = {"ids": list_value(session, ids), "until": time_value(session, until)}
    session.execute(_raise(_dialect(session)), given)


def set_values(session: Session, ids: Sequence[int], **values: Any) -> int:
    """Set these columns of these deliveries. Returns how many there were."""
    given = {
        name: time_value(session, value) if isinstance(value, datetime) else value
        for name, value in values.items()
    }
    result = session.execute(
        _set(_dialect(session), tuple(values)), {**given, "ids": list_value(session, ids)}
    )
    assert isinstance(result, CursorResult)
    return result.rowcount


@dataclass(frozen=True, slots=True)
class Expired:
    """A delivery whose lease ran out."""

    delivery_id: int
    workspace_id: int | None
    store_id: int | None
    fence: int
    attempts: int


def any_expired(session: Session, now: datetime) -> bool:
    """Whether a lease ran out."""
    return session.execute(_ANY_EXPIRED, {"now": time_value(session, now)}).first() is not None


def expired(session: Session, now: datetime) -> list[Expired]:
    """The deliveries whose leases ran out, locked; those that somebody commits are left."""
    statement = _expired(_dialect(session))
    rows = session.execute(statement, {"now": time_value(session, now)})
    return [Expired(*row) for row in rows]


def release(session: Session, ids: Sequence[int], code: str, message: str) -> None:
    """Let these wait again, with one attempt more."""
    given = {"ids": list_value(session, ids), "code": code, "message": message}
    session.execute(_release(_dialect(session)), given)


def time_value(session: Session, value: datetime) -> Any:
    """A time as its driver takes it."""
    return encode_time(value) if _dialect(session) == "sqlite" else value


def among_text(session: Session, column: str, name: str) -> str:
    """SQL for `column IN values`, the values being the parameter of that name (`list_value`)."""
    return _AMONG[_dialect(session)].format(column=column, name=name)


def list_value(session: Session, values: Iterable[Any]) -> Any:
    """Values for `among_text`."""
    listed = list(values)
    return orjson.dumps(listed).decode() if _dialect(session) == "sqlite" else listed


def _dialect(session: Session) -> str:
    return session.get_bind().dialect.name


_ANY_EXPIRED = text(f"SELECT 1 FROM delivery_works WHERE {LEASED} AND leased_until < :now LIMIT 1")  # noqa: S608


@cache
def _expired(dialect: str) -> TextClause:
    return text(
        "SELECT delivery_id, workspace_id, store_id, fence, attempts FROM delivery_works"  # noqa: S608
        f" WHERE {LEASED} AND leased_until < :now{_locked(dialect, skips=True)}"
    )


@cache
def _release(dialect: str) -> TextClause:
    return text(
        "UPDATE delivery_works SET state = 'waiting', attempts = attempts + 1, leased_until = NULL,"  # noqa: S608
        f" error_code = :code, error = :message WHERE {_THESE[dialect]}"
    )


@cache
def _due(dialect: str, has_store: bool) -> TextClause:
    return text(
        "SELECT delivery_id, fence, attempts, sealed_mended_body IS NOT NULL AS is_mended"  # noqa: S608
        " FROM delivery_works"
        f" WHERE {WAITING} AND {_of(has_store)} AND {DUE}"
        f" ORDER BY delivery_id LIMIT :at_most{_locked(dialect, skips=True)}"
    )


@cache
def _leased(has_store: bool) -> TextClause:
    return text(
        f"SELECT 1 FROM delivery_works WHERE {LEASED} AND {_of(has_store)}"  # noqa: S608
        " AND leased_until >= :now LIMIT 1"
    )


@cache
def _fences(dialect: str) -> TextClause:
    return text(
        f"SELECT delivery_id, fence FROM delivery_works WHERE {_THESE[dialect]}"  # noqa: S608
        f" AND state = 'leased' ORDER BY delivery_id{_locked(dialect)}"
    )


@cache
def _raise(dialect: str) -> TextClause:
    return text(
        "UPDATE delivery_works SET state = 'leased', fence = fence + 1, leased_until = :until"  # noqa: S608
        f" WHERE {_THESE[dialect]}"
    )


@cache
def _set(dialect: str, columns: tuple[str, ...]) -> TextClause:
    given = ", ".join(f"{column} = :{column}" for column in columns)
    return text(f"UPDATE delivery_works SET {given} WHERE {_THESE[dialect]}")  # noqa: S608


def _of(has_store: bool) -> str:
    return "store_id = :store_id" if has_store else "store_id IS NULL"


def _locked(dialect: str, *, skips: bool = False) -> str:
    if dialect == "sqlite":
        return ""
    return " FOR UPDATE SKIP LOCKED" if skips else " FOR UPDATE"
