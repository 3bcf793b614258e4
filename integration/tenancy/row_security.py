"""Row-level security of PostgreSQL: the second wall between workspaces.

Each transaction says for whom it is, by the setting `tillside.workspace`: a workspace's id, or
`all` for what looks across workspaces by name (`db.py`). Each table of merchants' rows has a policy
that shows and takes only rows of that workspace. A transaction that says nothing sees nothing.
SQLite has no such thing, and a superuser isn't held: there statements are looked at instead
(`workspace_check`).
"""

from typing import Any

from sqlalchemy import Connection, MetaData

SETTING = "tillside.workspace"
SCOPE = "tillside_scope"
EVERY_WORKSPACE = "all"
POLICY = "tillside_workspace"
# Subselects are worked out once a statement, not once a row. After a transaction the setting is an
# empty text, before the first one null.
_TOLD = f"(SELECT current_setting('{SETTING}', true))"
_NUMBER = (
    f"(SELECT nullif(nullif(current_setting('{SETTING}', true), '{EVERY_WORKSPACE}'), '')::bigint)"
)
_IS_HELD = "SELECT NOT (rolsuper OR rolbypassrls) FROM pg_roles WHERE rolname = current_user"
_TELL = f"SELECT set_config('{SETTING}', %s, true)"


def workspace_of(connection: Connection) -> int | None:
    """The workspace that a connection's statements are limited to, None where they aren't."""
    scope = connection.get_execution_options().get(SCOPE, EVERY_WORKSPACE)
    return None if scope == EVERY_WORKSPACE else int(scope)


def tell(connection: Connection, scope: str) -> None:
    """Say for whom the connection's transaction is from here on. Nothing on SQLite."""
    if connection.dialect.name == "postgresql":
        cursor = connection.connection.cursor()
        try:
            cursor.execute(_TELL, (scope,))
        finally:
            cursor.close()


def protect(connection: Connection, table: str, column: str = "workspace_id") -> None:
    """Put the wall around a table's rows, also for its owner. For migrations; nothing on SQLite."""
    if connection.dialect.name != "postgresql":
        return
    is_theirs = f"{column} = {_NUMBER} OR {_TOLD} = '{EVERY_WORKSPACE}'"
    for statement in (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY {POLICY} ON {table} USING ({is_theirs}) WITH CHECK ({is_theirs})",
    ):
        connection.exec_driver_sql(statement)


def unprotect(connection: Connection, table: str) -> None:
    """Take the wall away. For migrations that go back; nothing on SQLite."""
    if connection.dialect.name != "postgresql":
        return
    for statement in (
        f"DROP POLICY {POLICY} ON {table}",
        f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} DISABLE ROW LEVEL SECURITY",
    ):
        connection.exec_driver_sql(statement)


def to_protect(metadata: MetaData) -> dict[str, str]:
    """The tables that need the wall, and the column that names the workspace of a row."""
    scoped = {
        name: "workspace_id"
        for name, table in metadata.tables.items()
        if "workspace_id" in table.columns
    }
    return {**scoped, "workspaces": "id"}


def unprotected(connection: Connection, metadata: MetaData) -> list[str]:
    """The tables that need the wall and haven't got it. On PostgreSQL only."""
    statement = (
        "SELECT c.relname FROM pg_class c JOIN pg_policy p ON p.polrelid = c.oid"
        " WHERE c.relnamespace = current_schema()::regnamespace AND c.relrowsecurity"
        " AND c.relforcerowsecurity AND p.polname = %s"
    )
    walled = set(connection.exec_driver_sql(statement, (POLICY,)).scalars())
    return sorted(to_protect(metadata).keys() - walled)


def is_held(connection: Connection) -> bool:
    """Whether the role of this connection is held by the wall: a superuser isn't, nor one with
    BYPASSRLS. On PostgreSQL only.
    """
    return bool(connection.exec_driver_sql(_IS_HELD).scalar())


def is_driver_held(driver: Any) -> bool:
    """The same of a driver's connection, whose transaction is over then."""
    try:
        with driver.cursor() as cursor:
            row = cursor.execute(_IS_HELD).fetchone()
        return bool(row and row[0])
    finally:
        driver.rollback()
