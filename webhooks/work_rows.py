"""The drain's own statements over `delivery_works`, written out.

They run for every batch, and a batch may be of one delivery: put together by the ORM each would
take several times as long as in the database.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, TypeAlias

import orjson
from sqlalchemy import Connection
from sqlalchemy.orm import Session

from integration.statements.by_driver import change, fetch
from integration.statements.column_values import encode_time

# Doubled, so that SQLite's planner sees that the partial index covers the query.
WAITING = "state IN ('waiting', 'leased') AND state = 'waiting'"
LEASED = "state IN ('waiting', 'leased') AND state = 'leased'"
DUE = "(not_before IS NULL OR not_before <= :now)"

AMONG = {
    "sqlite": "{column} IN (SELECT value FROM json_each(:{name}))",
    "postgresql": "{column} = ANY(:{name})",
}

_NAME = re.compile(r"(?<!:):(\w+)")

# Whoever writes: a session, or the transaction that several share.
Writes: TypeAlias = Session | Connection


class Due(NamedTuple):
    """A delivery that is due."""

    delivery_id: int
    fence: int
    attempts: int
    is_mended: bool


_THESE = {name: each.format(column="delivery_id", name="ids") for name, each in AMONG.items()}


def due(writes: Writes, store_id: int | None, now: datetime, at_most: int) -> list[Due]:
    """The oldest of a store's deliveries that are due, locked."""
    connection = connection_of(writes)
    given: dict[str, Any] = {"now": time_value(connection, now), "at_most": at_most}
    if store_id is not None:
        given["store_id"] = store_id
    rows = fetch(connection, _due(_dialect(connection), store_id is not None), given)
    return [Due(row[0], row[1], row[2], bool(row[3])) for row in rows]


def is_leased(writes: Writes, store_id: int | None, now: datetime) -> bool:
    """Whether a living drain holds some of a store's deliveries."""
    connection = connection_of(writes)
    given: dict[str, Any] = {"now": time_value(connection, now)}
    if store_id is not None:
        given["store_id"] = store_id
    return bool(fetch(connection, _leased(_dialect(connection), store_id is not None), given))


def fences(writes: Writes, ids: Sequence[int]) -> dict[int, int]:
    """The fences of those of these deliveries that are leased, locked until the commit."""
    connection = connection_of(writes)
    given = {"ids": list_value(connection, ids)}
    return dict(fetch(connection, _fences(_dialect(connection)), given))


def raise_fences(writes: Writes, ids: Sequence[int], until: datetime) -> None:
    """Lease these until then."""
    connection = connection_of(writes)
    given = {"ids": list_value(connection, ids), "until": time_value(connection, until)}
    change(connection, _raise(_dialect(connection)), given)


def set_values(writes: Writes, ids: Sequence[int], **values: Any) -> int:
    """Set these columns of these deliveries. Returns how many there were."""
    connection = connection_of(writes)
    given = {
        name: time_value(connection, value) if isinstance(value, datetime) else value
        for name, value in values.items()
    }
    given["ids"] = list_value(connection, ids)
    return change(connection, _set(_dialect(connection), tuple(values)), given)


@dataclass(frozen=True, slots=True)
class Expired:
    """A delivery whose lease ran out."""

    delivery_id: int
    workspace_id: int | None
    store_id: int | None
    fence: int
    attempts: int


def any_expired(writes: Writes, now: datetime) -> bool:
    """Whether a lease ran out."""
    connection = connection_of(writes)
    given = {"now": time_value(connection, now)}
    return bool(fetch(connection, _any_expired(_dialect(connection)), given))


def expired(writes: Writes, now: datetime) -> list[Expired]:
    """The deliveries whose leases ran out, locked; those that somebody commits are left."""
    connection = connection_of(writes)
    given = {"now": time_value(connection, now)}
    return [Expired(*row) for row in fetch(connection, _expired(_dialect(connection)), given)]


def release(writes: Writes, ids: Sequence[int], code: str, message: str) -> None:
    """Let these wait again, with one attempt more."""
    connection = connection_of(writes)
    given = {"ids": list_value(connection, ids), "code": code, "message": message}
    change(connection, _release(_dialect(connection)), given)


def connection_of(writes: Writes) -> Connection:
    """The connection of either."""
    return writes if isinstance(writes, Connection) else writes.connection()


def time_value(writes: Writes, value: datetime) -> Any:
    """A time as its driver takes it."""
    return encode_time(value) if _dialect(writes) == "sqlite" else value


def among_text(writes: Writes, column: str, name: str) -> str:
    """SQL for `column IN values`, the values being the parameter of that name (`list_value`)."""
    return AMONG[_dialect(writes)].format(column=column, name=name)


def list_value(writes: Writes, values: Iterable[Any]) -> Any:
    """Values for `among_text`."""
    listed = list(values)
    return orjson.dumps(listed).decode() if _dialect(writes) == "sqlite" else listed


@cache
def for_driver(dialect: str, statement: str) -> str:
    """A statement with `:names` as that database's driver takes it."""
    return statement if dialect == "sqlite" else _NAME.sub(r"%(\1)s", statement)


def _dialect(writes: Writes) -> str:
    return connection_of(writes).dialect.name


@cache
def _any_expired(dialect: str) -> str:
    return for_driver(
        dialect,
        f"SELECT 1 FROM delivery_works WHERE {LEASED} AND leased_until < :now LIMIT 1",  # noqa: S608
    )


@cache
def _expired(dialect: str) -> str:
    return for_driver(
        dialect,
        "SELECT delivery_id, workspace_id, store_id, fence, attempts FROM delivery_works"  # noqa: S608
        f" WHERE {LEASED} AND leased_until < :now{_locked(dialect, skips=True)}",
    )


@cache
def _release(dialect: str) -> str:
    return for_driver(
        dialect,
        "UPDATE delivery_works SET state = 'waiting', attempts = attempts + 1, leased_until = NULL,"  # noqa: S608
        f" error_code = :code, error = :message WHERE {_THESE[dialect]}",
    )


@cache
def _due(dialect: str, has_store: bool) -> str:
    return for_driver(
        dialect,
        "SELECT delivery_id, fence, attempts, sealed_mended_body IS NOT NULL AS is_mended"  # noqa: S608
        " FROM delivery_works"
        f" WHERE {WAITING} AND {_of(has_store)} AND {DUE}"
        f" ORDER BY delivery_id LIMIT :at_most{_locked(dialect, skips=True)}",
    )


@cache
def _leased(dialect: str, has_store: bool) -> str:
    return for_driver(
        dialect,
        f"SELECT 1 FROM delivery_works WHERE {LEASED} AND {_of(has_store)}"  # noqa: S608
        " AND leased_until >= :now LIMIT 1",
    )


@cache
def _fences(dialect: str) -> str:
    return for_driver(
        dialect,
        f"SELECT delivery_id, fence FROM delivery_works WHERE {_THESE[dialect]}"  # noqa: S608
        f" AND state = 'leased' ORDER BY delivery_id{_locked(dialect)}",
    )


@cache
def _raise(dialect: str) -> str:
    return for_driver(
        dialect,
        "UPDATE delivery_works SET state = 'leased', fence = fence + 1, leased_until = :until"  # noqa: S608
        f" WHERE {_THESE[dialect]}",
    )


@cache
def _set(dialect: str, columns: tuple[str, ...]) -> str:
    given = ", ".join(f"{column} = :{column}" for column in columns)
    return for_driver(dialect, f"UPDATE delivery_works SET {given} WHERE {_THESE[dialect]}")  # noqa: S608


def _of(has_store: bool) -> str:
    return "store_id = :store_id" if has_store else "store_id IS NULL"


def _locked(dialect: str, *, skips: bool = False) -> str:
    if dialect == "sqlite":
        return ""
    return " FOR UPDATE SKIP LOCKED" if skips else " FOR UPDATE"
