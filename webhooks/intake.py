"""Taking new deliveries in: each gets its work row in the main database, once."""

import time
from typing import Any

from sqlalchemy import Table, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from integration.models import Delivery, DeliveryWork, InboxMark
from integration.models.vocabulary import WorkState
from integration.services import Services

_MARK = "inbox"
_CHUNK = 1000
_NEWEST = text("SELECT max(id) FROM deliveries")
_TAKEN = text("SELECT taken_id FROM inbox_marks WHERE name = :name")
# What is taken in has to be worked off as well: a backlog of any length holds nobody up for longer.
_AT_MOST_SECONDS = 0.2


def take_in(services: Services) -> int:
    """Give new deliveries their work rows, as many as a moment allows. Returns how many.

    Ids become visible in their order (one writer on SQLite, a lock on PostgreSQL), so whoever holds
    the mark has missed nothing below it; conflicts are left alone all the same.
    """
    taken, until = 0, time.monotonic() + _AT_MOST_SECONDS
    while has_new(services) and time.monotonic() < until:
        count = _take_chunk(services)
        taken += count
        if count < _CHUNK:
            break
    return taken


def has_new(services: Services) -> bool:
    """Whether the inbox holds what wasn't taken in yet."""
    with services.inbox.across_workspaces() as session:
        newest = session.execute(_NEWEST).scalar_one()
    if newest is None:
        return False
    with services.db.across_workspaces() as session:
        taken_id = session.execute(_TAKEN, {"name": _MARK}).scalar_one_or_none()
    return taken_id is None or newest > taken_id


def _take_chunk(services: Services) -> int:
    with services.db.across_workspaces(write=True) as session:
        _make_mark(session, services.db.is_sqlite)
        statement = select(InboxMark).where(InboxMark.name == _MARK)
        mark = session.execute(statement.with_for_update(skip_locked=True)).scalar_one_or_none()
        if mark is None:
            # Another drain takes in just now; nobody queues for it.
            return 0
        rows = _read_after(services, mark.taken_id)
        if rows:
            statement = _insert(DeliveryWork.__table__, services.db.is_sqlite)
            session.execute(statement.on_conflict_do_nothing(), rows)
            mark.taken_id = rows[-1]["delivery_id"]
            session.flush()
    return len(rows)


def _make_mark(session: Session, is_sqlite: bool) -> None:
    statement = _insert(InboxMark.__table__, is_sqlite).values(name=_MARK, taken_id=0)
    session.execute(statement.on_conflict_do_nothing())


def _insert(table: Any, is_sqlite: bool) -> Any:
    assert isinstance(table, Table)
    return sqlite.insert(table) if is_sqlite else postgresql.insert(table)


def _read_after(services: Services, taken_id: int) -> list[dict[str, Any]]:
    statement = (
        select(
            Delivery.id.label("delivery_id"),
            Delivery.workspace_id,
            Delivery.store_id,
            Delivery.topic,
            Delivery.received_at,
        )
        .where(Delivery.id > taken_id)
        .order_by(Delivery.id)
        .limit(_CHUNK)
    )
    with services.inbox.across_workspaces() as session:
        found = session.execute(statement).mappings().all()
    fresh = {"state": WorkState.WAITING.value, "attempts": 0, "fence": 0}
    return [{**row, **fresh} for row in found]
