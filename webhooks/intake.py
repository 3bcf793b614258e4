"""Taking new deliveries in: each gets its work row in the main database, once."""

import time
from collections.abc import Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection

from integration.services import Services
from integration.statements.by_driver import change, change_each, fetch
from webhooks.work_rows import for_driver

_MARK = "inbox"
_CHUNK = 1000
# What is taken in has to be worked off as well: a backlog of any length holds nobody up for longer.
AT_MOST_SECONDS = 0.2


def take_in(services: Services) -> int:
    """Give new deliveries their work rows, as many as a moment allows. Returns how many.

    Ids become visible in their order (one writer on SQLite, a lock on PostgreSQL), so whoever holds
    the mark has missed nothing below it; conflicts are left alone all the same.
    """
    taken, until = 0, time.monotonic() + AT_MOST_SECONDS
    while has_new(services) and time.monotonic() < until:
        with services.db.bare_across_workspaces(write=True) as connection:
            count = take_some(services, connection)
        taken += count
        if not is_full(count):
            break
    return taken


def has_new(services: Services) -> bool:
    """Whether the inbox holds what wasn't taken in yet."""
    with services.inbox.bare_across_workspaces() as connection:
        [(newest,)] = fetch(connection, "SELECT max(id) FROM deliveries")
    if newest is None:
        return False
    with services.db.bare_across_workspaces() as connection:
        taken_id = _taken_id(connection)
    return taken_id is None or newest > taken_id


def is_full(count: int) -> bool:
    """Whether so many taken in at once may have left others."""
    return count >= _CHUNK


def take_some(services: Services, connection: Connection) -> int:
    """Take a bounded number in, inside the caller's transaction. Returns how many there were."""
    taken_id = _taken_id(connection, locks=True)
    if taken_id is None:
        # There is no mark yet, or another drain takes in just now; nobody queues for it.
        change(connection, _statement(connection, _MAKE), {"name": _MARK})
        taken_id = _taken_id(connection, locks=True)
    if taken_id is None:
        return 0
    rows = _read_after(services, taken_id)
    if rows:
        change_each(connection, _statement(connection, _TAKE), rows)
        moved = {"name": _MARK, "taken_id": rows[-1]["id"]}
        change(connection, _statement(connection, _MOVE), moved)
    return len(rows)


_MAKE = "INSERT INTO inbox_marks (name, taken_id) VALUES (:name, 0) ON CONFLICT DO NOTHING"
_MOVE = "UPDATE inbox_marks SET taken_id = :taken_id WHERE name = :name"
_TAKE = (
    "INSERT INTO delivery_works"
    " (delivery_id, workspace_id, store_id, topic, received_at, state, attempts, fence)"
    " VALUES (:id, :workspace_id, :store_id, :topic, :received_at, 'waiting', 0, 0)"
    " ON CONFLICT DO NOTHING"
)
_COLUMNS = ("id", "workspace_id", "store_id", "topic", "received_at")
_AFTER = (
    f"SELECT {', '.join(_COLUMNS)} FROM deliveries WHERE id > :taken_id"  # noqa: S608
    " ORDER BY id LIMIT :at_most"
)


def _taken_id(connection: Connection, *, locks: bool = False) -> int | None:
    rows = fetch(connection, _mark(connection.dialect.name, locks), {"name": _MARK})
    return rows[0][0] if rows else None


def _read_after(services: Services, taken_id: int) -> Sequence[dict[str, Any]]:
    # Times go from one database to the other as the driver has them.
    with services.inbox.bare_across_workspaces() as connection:
        given = {"taken_id": taken_id, "at_most": _CHUNK}
        rows = fetch(connection, _statement(connection, _AFTER), given)
    return [dict(zip(_COLUMNS, row, strict=True)) for row in rows]


def _statement(connection: Connection, statement: str) -> str:
    return for_driver(connection.dialect.name, statement)


@cache
def _mark(dialect: str, locks: bool) -> str:
    lock = " FOR UPDATE SKIP LOCKED" if locks and dialect != "sqlite" else ""
    return for_driver(dialect, f"SELECT taken_id FROM inbox_marks WHERE name = :name{lock}")  # noqa: S608
