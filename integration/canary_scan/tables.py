"""Looking through every table that a database has, whatever we know of it."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from sqlalchemy import Connection, text

from integration.canary_scan.needles import Needles
from integration.db import Database

# Gives what a row's sealed column says when it is opened; nothing where no key of ours opens it.
Opened: TypeAlias = Callable[[Mapping[str, Any]], Iterator[bytes]]

_NAMES = {
    "sqlite": """SELECT '"' || replace(name, '"', '""') || '"' FROM sqlite_master"""
    " WHERE type = 'table' ORDER BY name",
    "postgresql": "SELECT quote_ident(tablename) FROM pg_tables"
    " WHERE schemaname = current_schema() ORDER BY 1",
}
_AT_ONCE = 500


def in_tables(
    database: Database, needles: Needles, openers: Mapping[str, Opened], *, prefix: str = ""
) -> Counter[str]:
    """In how many rows of which columns they stand, sealed ones opened (`messages.sealed_content,
    opened`); with PostgreSQL's own samples of columns.
    """
    found: Counter[str] = Counter()
    kind = database.engine.dialect.name
    with database.bare_across_workspaces() as connection:
        for name in list(connection.execute(text(_NAMES[kind])).scalars()):
            for row in _rows(connection, name):
                for place in _places(name.strip('"'), row, needles, openers):
                    found[prefix + place] += 1
        if kind == "postgresql":
            samples = text(
                "SELECT tablename || '.' || attname, most_common_vals::text,"
                " histogram_bounds::text FROM pg_stats WHERE schemaname = current_schema()"
            )
            for column, *kept in connection.execute(samples):
                if needles.stand_in(kept):
                    found[f"{prefix}{column}, in the planner's samples"] += 1
    return found


def _rows(connection: Connection, name: str) -> Iterator[Mapping[str, Any]]:
    # The name comes of the database's own list of tables.
    statement = text(f"SELECT * FROM {name}").execution_options(yield_per=_AT_ONCE)  # noqa: S608
    for row in connection.execute(statement).mappings():
        yield dict(row)


def _places(
    table: str, row: Mapping[str, Any], needles: Needles, openers: Mapping[str, Opened]
) -> Iterator[str]:
    for name, value in row.items():
        column = f"{table}.{name}"
        if needles.stand_in(value):
            yield column
        opener = openers.get(column)
        if opener is not None and value and any(map(needles.stand_in, opener(row))):
            yield f"{column}, opened"
