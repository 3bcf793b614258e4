"""Statements that are compiled once: the same rows as SQLAlchemy's own way, whatever is given."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import bindparam, select
from sqlalchemy.engine import Dialect

from integration.models import Order
from integration.statements.bulk import table_of
from integration.statements.prepared import Prepared, listed, several
from tests.factories.databases import sqlite_database, sqlite_template
from tests.factories.mirror import Mirror
from tests.factories.records import at, order, told

ORDERS = table_of(Order).c


@pytest.fixture
def mirror(tmp_path: Path) -> Iterator[Mirror]:
    database = sqlite_database(sqlite_template(tmp_path), tmp_path)
    yield Mirror(database, "prepared.myshopify.com")
    database.dispose()


def by_names(dialect: Dialect) -> Any:
    return (
        select(ORDERS.name, ORDERS.placed_at, ORDERS.is_test, ORDERS.tags)
        .where(
            ORDERS.workspace_id == bindparam("workspace_id"), listed(dialect, ORDERS.name, "names")
        )
        .order_by(ORDERS.name)
        .limit(bindparam("most"))
    )


def since(_: Dialect) -> Any:
    placed_at = bindparam("since", type_=ORDERS.placed_at.type)
    ours = ORDERS.workspace_id == bindparam("workspace_id")
    return select(ORDERS.name).where(ours, ORDERS.placed_at >= placed_at).order_by(ORDERS.name)


def test_values_are_turned_as_their_types_do(mirror: Mirror) -> None:
    mirror.take(*(told(order(str(n), name=f"#{n}", placed_at=at(n))) for n in range(1, 5)))
    prepared = Prepared(by_names)
    with mirror.db.workspace(mirror.workspace_id) as session:
        connection = session.connection()

        def named(*names: str, most: int = 9) -> list[Any]:
            given = {"workspace_id": session.workspace_id, "names": several(connection, names)}
            return prepared.rows(connection, most=most, **given)

        first, second = named("#1", "#3", "#9")
        assert (first.name, second.name) == ("#1", "#3")
        assert (first.placed_at, first.is_test, first.tags) == (at(1), False, [])
        assert first.placed_at.tzinfo is UTC
        assert [row.name for row in named("#1", "#2", "#4", most=2)] == ["#1", "#2"]
        assert named() == []


def test_times_are_given_as_the_database_keeps_them(mirror: Mirror) -> None:
    mirror.take(*(told(order(str(n), name=f"#{n}", placed_at=at(n))) for n in range(1, 4)))
    with mirror.db.workspace(mirror.workspace_id) as session:
        ours = {"workspace_id": session.workspace_id}
        rows = Prepared(since).rows(session.connection(), since=at(2), **ours)
        assert [row.name for row in rows] == ["#2", "#3"]
        never = datetime(2099, 1, 1, tzinfo=UTC)
        assert Prepared(since).rows(session.connection(), since=never, **ours) == []
