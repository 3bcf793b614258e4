"""What a database itself keeps of rows that are erased: its log, and its samples of columns."""

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import SQLAlchemyError

from integration.db import Database
from integration.models import Model
from integration.services import Services

log = structlog.get_logger(__name__)


def clear_remains(services: Services) -> None:
    """Take away what the databases keep of what was just erased; what can't be now is logged.

    SQLite's log is taken in and emptied (freed pages are overwritten by `secure_delete`).
    PostgreSQL's planner samples the columns anew, which it does by itself only later.
    """
    for database in {id(each): each for each in (services.db, services.inbox)}.values():
        if database.is_sqlite:
            if not database.empty_log():
                log.warning("privacy.log_not_emptied", database=database.engine.url.database)
        else:
            _sample_anew(database)


def _sample_anew(database: Database) -> None:
    try:
        with database.bare_across_workspaces(write=True) as connection:
            for table in Model.metadata.sorted_tables:
                columns = [each.name for each in table.columns if each.info.get("personal")]
                if columns:
                    connection.execute(text(f"ANALYZE {table.name}"))
                    _forget_samples(connection, table.name, columns)
    except SQLAlchemyError as error:
        log.warning("privacy.not_sampled_anew", error=type(error).__name__)


def _forget_samples(connection: Connection, table: str, columns: list[str]) -> None:
    """Of a table that has become empty PostgreSQL keeps the old samples; since 18 they can go."""
    version = connection.dialect.server_version_info or (0,)
    # Both names come of our own models.
    empty = f"SELECT 1 WHERE NOT EXISTS (SELECT 1 FROM {table})"  # noqa: S608
    if version < (18,) or connection.execute(text(empty)).first() is None:
        return
    clear = text("SELECT pg_clear_attribute_stats(current_schema()::text, :of, :name, false)")
    for name in columns:
        connection.execute(clear, {"of": table, "name": name})
