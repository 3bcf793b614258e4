"""How SQLite looks things up while a batch is taken in: by keys, not through a workspace."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import event, select, text

from integration.conversations.lists.terms import forget
from integration.db import Database
from integration.models import Attachment, Message
from integration.statements.planner import tell_planner
from platforms.changes import CustomersMerged, OrderDeleted
from tests.factories.mirror import Mirror
from tests.factories.records import at, customer, order, parcel, told


@contextmanager
def _plans(db: Database) -> Iterator[list[str]]:
    """The plan of each look-up in a table that grows with the store."""
    found: list[str] = []

    def explain(_conn: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if statement.startswith(("SELECT", "UPDATE", "DELETE", "INSERT")):
            one = parameters[0] if rest[-1] else parameters
            connection = cursor.connection
            plan = connection.execute(f"EXPLAIN QUERY PLAN {statement}", one).fetchall()
            found.extend(row[3] for row in plan)

    event.listen(db.engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)


def test_a_batch_is_looked_up_by_its_keys(db: Database, mirror: Mirror) -> None:
    account = customer(email="a@example.com")
    first = order(seconds=1, customer=account, customer_external_id="7")
    mirror.take(told(first))
    with _plans(db) as plans:
        mirror.take(told(order("101", seconds=2, email="guest@example.com")))
        mirror.take(told(order(seconds=3, email="b@example.com", fulfillments=(parcel(),))))
        mirror.take(told(customer(seconds=4, email="c@example.com")))
        mirror.take(told(CustomersMerged("8", "7", at(5))), told(OrderDeleted("101", at(6))))
    searched = [plan for plan in plans if plan.startswith("SEARCH")]
    for table in ("orders", "customers", "profiles", "identities"):
        assert any(f" {table} " in plan for plan in searched), table
    # Whether anybody decided anything at all: the first row is enough.
    looked_up = [plan for plan in searched if "SEARCH identity_" not in plan]
    assert [plan for plan in looked_up if plan.endswith("(workspace_id=?)")] == []
    grow = ("orders", "customers", "profiles", "identities", "order_lines", "profile_totals")
    assert [plan for plan in plans if plan in [f"SCAN {table}" for table in grow]] == []


def test_statistics_that_an_operator_gathered_stay(db: Database) -> None:
    def statistics() -> dict[str, str]:
        rows = connection.execute(text("SELECT idx, stat FROM sqlite_stat1 WHERE idx IS NOT NULL"))
        return {row.idx: row.stat for row in rows}

    with db.engine.begin() as connection:
        made = statistics()
        assert made["ix_orders_workspace_id_name"] == "1000000 500000 2"
        assert made["uq_identities_linking"] == "1000000 500000 1000 1"
        connection.execute(
            text("UPDATE sqlite_stat1 SET stat='7 7 1' WHERE idx='ix_orders_workspace_id_name'")
        )
        tell_planner(connection)
        assert statistics() == {**made, "ix_orders_workspace_id_name": "7 7 1"}
        connection.rollback()


def test_messages_files_and_words_are_looked_up_by_their_keys(db: Database, mirror: Mirror) -> None:
    several = list(range(1, 61))
    with db.workspace(mirror.workspace_id, write=True) as session, _plans(db) as plans:
        session.execute(select(Message).where(Message.id.in_(several))).all()
        session.execute(select(Message).where(Message.conversation_id.in_(several))).all()
        session.execute(select(Attachment).where(Attachment.message_id.in_(several))).all()
        forget(session, several)
    assert len(plans) >= 5
    assert [plan for plan in plans if plan.endswith("(workspace_id=?)")] == []
