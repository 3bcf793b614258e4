"""A statement of a workspace's session that isn't limited to the workspace isn't run."""

from pathlib import Path

import pytest
from sqlalchemy import delete, insert, select, text, update

from integration.db import Database
from integration.models import Conversation, Message, Order, Workspace
from integration.statements.by_driver import fetch
from integration.tenancy.workspace_check import UnlimitedStatement, unpinned
from tests.factories.databases import lay_out
from tests.factories.stores import make_workspace

ORDERS, MESSAGES, TALKS = Order.__table__, Message.__table__, Conversation.__table__
OURS = ORDERS.c.workspace_id == 1


@pytest.fixture
def db(tmp_path: Path) -> Database:
    lay_out(tmp_path, "main.db", inbox=None)
    database = Database(f"sqlite:///{tmp_path / 'main.db'}")
    make_workspace(database)
    return database


LIMITED = [
    "SELECT name FROM orders WHERE workspace_id = ? AND id = ?",
    "SELECT o.name FROM orders AS o WHERE o.id = ? AND ? = o.workspace_id",
    "SELECT m.id FROM conversations c JOIN messages m ON m.conversation_id = c.id"
    " WHERE c.workspace_id = ?",
    "SELECT id FROM messages WHERE conversation_id IN"
    " (SELECT id FROM conversations WHERE workspace_id = ?)",
    "SELECT id FROM conversations c WHERE workspace_id = ? AND EXISTS"
    " (SELECT * FROM messages m WHERE m.conversation_id = c.id)",
    "WITH RECURSIVE family (id) AS (SELECT id FROM profiles WHERE workspace_id = ? UNION"
    " SELECT p.id FROM profiles p JOIN family ON p.joined_id = family.id)"
    " SELECT id FROM family",
    "INSERT INTO profile_notes (workspace_id, text) VALUES (?, ?) ON CONFLICT DO NOTHING",
    "UPDATE orders SET name = 'workspace_id = 7' WHERE workspace_id = ? AND id = ?",
    "SELECT 1 FROM sign_in_failures WHERE at > ?",
    # A list of ids, on either database.
    "DELETE FROM identities WHERE identities.id IN (SELECT value FROM json_each(?))",
    "DELETE FROM identities WHERE identities.id = ANY (%(ids)s::BIGINT[])",
    "SELECT fence FROM delivery_works WHERE delivery_id = ANY(%(ids)s) FOR UPDATE",
]
UNLIMITED = {
    "SELECT name FROM orders WHERE id = ?": "orders",
    "SELECT workspace_id FROM orders WHERE id IN (?, ?)": "orders",
    "SELECT o.id FROM orders o WHERE o.name = 'o.workspace_id = 1'": "orders",
    "SELECT o.id FROM orders o, stores s WHERE s.workspace_id = ?": "orders",
    "SELECT o.id FROM orders o JOIN stores s ON s.name = o.name WHERE s.workspace_id = ?": "orders",
    "SELECT id FROM orders WHERE workspace_id = ? UNION SELECT id FROM stores": "stores",
    "SELECT id FROM orders WHERE workspace_id = ? AND id IN (SELECT order_id FROM conversations)": (
        "conversations"
    ),
    "INSERT INTO profile_notes (profile_id, text) VALUES (?, ?)": "profile_notes",
    "UPDATE orders SET name = ?": "orders",
    "DELETE FROM messages WHERE conversation_id = ?": "messages",
    "SELECT name FROM workspaces": "workspaces",
}


@pytest.mark.parametrize("statement", LIMITED)
def test_what_is_limited_is_known(statement: str) -> None:
    assert unpinned(statement) == ()


@pytest.mark.parametrize("statement", UNLIMITED)
def test_what_is_not_limited_is_named(statement: str) -> None:
    assert unpinned(statement) == (UNLIMITED[statement],)


REFUSED = [
    select(ORDERS.c.id),
    update(ORDERS).values(name="mine").where(ORDERS.c.id == 7),
    delete(MESSAGES).where(MESSAGES.c.conversation_id == 7),
    insert(ORDERS).values(name="theirs"),
    text("SELECT id FROM orders"),
    select(Workspace.name),
]


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_a_query_without_a_workspace_is_not_run(db: Database, number: int) -> None:
    with db.workspace(1) as session, pytest.raises(UnlimitedStatement):
        session.connection().execute(REFUSED[number])
    with db.workspace(1) as session, pytest.raises(UnlimitedStatement):
        session.execute(REFUSED[number])


def test_what_runs_by_its_text_is_looked_at_too(db: Database) -> None:
    with db.workspace(1) as session:
        with pytest.raises(UnlimitedStatement):
            fetch(session.connection(), "SELECT id FROM orders WHERE id = ?", (1,))
        assert (
            fetch(session.connection(), "SELECT id FROM orders WHERE workspace_id = ?", (1,)) == []
        )


def test_each_part_of_a_shared_transaction_is_looked_at(db: Database) -> None:
    with db.several_workspaces() as shared:
        shared.connection.execute(select(ORDERS.c.id))
        with pytest.raises(UnlimitedStatement), shared.workspace(1) as session:
            session.connection().execute(select(ORDERS.c.id))
        shared.connection.execute(select(ORDERS.c.id))


def test_a_limited_one_and_the_orms_run(db: Database) -> None:
    with db.workspace(1) as session:
        assert session.connection().execute(select(ORDERS.c.id).where(OURS)).all() == []
        assert session.execute(select(Order)).all() == []
        joined = select(MESSAGES.c.id).join(TALKS, TALKS.c.id == MESSAGES.c.conversation_id)
        session.connection().execute(joined.where(TALKS.c.workspace_id == 1))
    with db.across_workspaces() as everywhere:
        assert everywhere.execute(select(ORDERS.c.id)).all() == []
