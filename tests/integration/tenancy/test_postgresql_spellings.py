"""Statements as PostgreSQL spells them: those that are limited to a workspace, and the others."""

import pytest

from integration.models import Order
from integration.statements.bulk import _staging, table_of
from integration.tenancy.workspace_check import unpinned

OWN = "workspace_id = %(workspace_id)s::BIGINT"
FAMILY = (
    "WITH RECURSIVE family (id) AS MATERIALIZED"
    f" (SELECT profiles.id FROM profiles WHERE profiles.{OWN} UNION ALL"
    " SELECT p.id FROM profiles AS p JOIN family ON p.joined_id = family.id)"
)
LIMITED = {
    "a parameter by its name and with a cast": (
        f"SELECT orders.name FROM orders WHERE orders.{OWN} AND orders.id = %(id)s::BIGINT"
    ),
    "a parameter by its place": "SELECT name FROM orders WHERE workspace_id = %s AND id = %s",
    "a list of ids": "DELETE FROM clues WHERE clues.profile_id = ANY (%(ids)s::BIGINT[])",
    "a list of texts beside the workspace": (
        f"SELECT id FROM orders WHERE {OWN} AND external_id = ANY(%(ids)s)"
    ),
    "many rows of a list": (
        "INSERT INTO due_profiles (workspace_id, profile_id)"
        " SELECT %s, unnest(%s::bigint[]) ON CONFLICT DO NOTHING"
    ),
    "rows of several lists": (
        "INSERT INTO tracking_numbers (workspace_id, number) SELECT * FROM"
        " unnest(%s::bigint[], %s::timestamp with time zone[]) ON CONFLICT DO NOTHING"
    ),
    "an INSERT of what a SELECT gives": (
        "INSERT INTO due_profiles (workspace_id, profile_id)"
        " SELECT workspace_id, id FROM profiles WHERE workspace_id = %s"
    ),
    "what is there is overwritten": (
        "INSERT INTO conversation_reads AS r (workspace_id, agent_id) VALUES (%s, %s)"
        " ON CONFLICT (agent_id, conversation_id) DO UPDATE SET message_id ="
        " greatest(r.message_id, excluded.message_id) WHERE r.message_id < excluded.message_id"
        " RETURNING r.message_id"
    ),
    "rows that others hold are passed": (
        f"SELECT id FROM arrivals WHERE {OWN} ORDER BY id LIMIT 10 FOR UPDATE SKIP LOCKED"
    ),
    "rows of one of two tables are locked": (
        "SELECT m.id FROM messages m JOIN conversations c ON c.id = m.conversation_id"
        f" WHERE c.{OWN} FOR NO KEY UPDATE OF m SKIP LOCKED"
    ),
    "names of a WITH": f"{FAMILY} SELECT orders.id FROM orders JOIN family ON"
    " orders.profile_id = family.id",
    "a WITH that writes": (
        f"WITH gone AS (DELETE FROM orders WHERE {OWN} RETURNING id)"
        " INSERT INTO tombstones (workspace_id, order_id) SELECT %s, id FROM gone"
    ),
    "a SELECT at each row's side": (
        "SELECT p.id, newest.id FROM profiles AS p LEFT OUTER JOIN LATERAL (SELECT o.id FROM orders"
        " AS o WHERE o.profile_id = p.id ORDER BY o.placed_at LIMIT 1) AS newest ON true"
        f" WHERE p.{OWN}"
    ),
    "an UPDATE by another table": (
        "UPDATE messages AS m SET seen_at = extract(epoch FROM now()) FROM ONLY conversations AS c"
        f" WHERE c.id = m.conversation_id AND c.{OWN}"
    ),
    "a DELETE by another table": (
        "DELETE FROM messages USING conversations WHERE"
        f" messages.conversation_id = conversations.id AND conversations.{OWN}"
    ),
    "a function's FROM": (
        f"SELECT substring(name FROM 1 FOR 3), trim(both ' ' from name) FROM orders WHERE {OWN}"
        " AND name IS DISTINCT FROM profile_id"
    ),
    "an OR beside the workspace": (
        f"SELECT id FROM public.orders WHERE ({OWN}) AND (name = %s OR id = %s)"
    ),
    "texts that look like names": (
        "SELECT E'it\\'s FROM orders', $$ FROM orders $$, nextval("
        "pg_get_serial_sequence('profiles', 'id')) /* FROM orders */ FROM generate_series(1, %s)"
    ),
    "nobody's": "SELECT pg_try_advisory_xact_lock(7455011, %(store_id)s)",
    "a temporary table of the same columns": (
        "CREATE TEMPORARY TABLE staged ON COMMIT DELETE ROWS AS SELECT id FROM orders LIMIT 0"
    ),
    "a COPY into a table of one's own": "COPY staged_orders (id, name) FROM STDIN",
    "a savepoint": "SAVEPOINT sa_savepoint_1",
    "an explanation": f"EXPLAIN (ANALYZE, BUFFERS) SELECT id FROM orders WHERE {OWN}",
}
UNLIMITED = {
    "SELECT name FROM orders WHERE id = %(id)s::BIGINT": ["orders"],
    "SELECT name FROM orders WHERE external_id = ANY (%(ids)s::TEXT[])": ["orders"],
    "SELECT name FROM public.orders": ["orders"],
    'SELECT name FROM "public"."orders"': ["orders"],
    "SELECT name FROM ONLY Orders": ["orders"],
    "SELECT count(*) FROM orders FOR UPDATE SKIP LOCKED": ["orders"],
    f"SELECT {OWN} FROM orders": ["orders"],
    f"SELECT id FROM orders ORDER BY {OWN}": ["orders"],
    f"SELECT id FROM orders WHERE {OWN} OR id = %(id)s": ["orders"],
    f"SELECT id FROM orders WHERE NOT ({OWN})": ["orders"],
    f"SELECT id FROM orders WHERE name = '{OWN}' AND name <> $${OWN}$$ -- {OWN}": ["orders"],
    f"SELECT id FROM orders WHERE name = E'\\' AND {OWN}' /* AND {OWN} */": ["orders"],
    f"SELECT id FROM profiles WHERE {OWN} UNION ALL SELECT id FROM orders": ["orders"],
    f"SELECT o.id FROM stores s, LATERAL (SELECT id FROM orders) o WHERE s.{OWN}": ["orders"],
    f"WITH gone AS (DELETE FROM orders RETURNING id) SELECT id FROM stores WHERE {OWN}": ["orders"],
    f"{FAMILY} SELECT orders.id FROM orders, family": ["orders"],
    f"WITH it AS (TABLE orders) SELECT id FROM it, stores WHERE stores.{OWN}": ["orders"],
    f"INSERT INTO tombstones (workspace_id) SELECT id FROM orders WHERE name = '{OWN}'": ["orders"],
    "INSERT INTO profile_notes (profile_id) SELECT unnest(%s::bigint[])": ["profile_notes"],
    "INSERT INTO profile_notes (profile_id) VALUES (%s) ON CONFLICT (id) DO UPDATE SET"
    " workspace_id = excluded.workspace_id WHERE profile_notes.workspace_id = %s": [
        "profile_notes"
    ],
    f"UPDATE stores SET {OWN}": ["stores"],
    f"UPDATE stores SET name = %s, {OWN} WHERE {OWN}": ["stores"],
    "UPDATE messages AS m SET seen_at = now() FROM conversations AS c WHERE"
    f" c.{OWN} AND c.subject = m.subject": ["messages"],
    f"DELETE FROM messages USING conversations WHERE conversations.{OWN}": ["messages"],
    "CREATE TEMPORARY TABLE staged AS SELECT id FROM orders LIMIT 10": ["orders"],
    # What can't be judged, by its kind.
    f"MERGE INTO orders AS o USING staged ON o.{OWN} WHEN MATCHED THEN DELETE": ["orders"],
    "TABLE orders": ["orders"],
    "COPY orders TO STDOUT": ["orders"],
    "COPY orders (id, workspace_id) FROM STDIN": ["orders"],
    "TRUNCATE TABLE orders, messages": ["messages", "orders"],
    "LOCK TABLE orders": ["orders"],
    f"PREPARE it AS SELECT id FROM orders WHERE {OWN}": ["orders"],
    f"DECLARE it CURSOR FOR SELECT id FROM orders WHERE {OWN}": ["orders"],
    "EXECUTE it": ["EXECUTE"],
    "CALL erase_all()": ["CALL"],
    "DO $$ BEGIN DELETE FROM orders; END $$": ["DO"],
}


@pytest.mark.parametrize("what", LIMITED)
def test_what_is_limited_is_known(what: str) -> None:
    assert unpinned(LIMITED[what]) == ()


@pytest.mark.parametrize("statement", UNLIMITED)
def test_what_is_not_limited_is_named(statement: str) -> None:
    assert list(unpinned(statement)) == UNLIMITED[statement]


def test_what_a_copy_runs_is_limited_where_it_fills_the_workspace() -> None:
    columns = ("id", "workspace_id", "name")
    assert [unpinned(each) for each in _staging(table_of(Order), columns)] == [()] * 4
    lacking = [unpinned(each) for each in _staging(table_of(Order), ("id", "name"))]
    assert lacking == [(), (), ("orders",), ()]
