"""Many rows in one statement, fast: SQL compiled once a table, values made ready by hand.

SQLAlchemy's own executemany looks each value's type up for every row; on a backfill that is the
largest single cost. Here a row is a tuple in the order of the columns, and only the columns whose
type the driver doesn't take as it is (times on SQLite, JSON) are touched.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any, cast
from zlib import crc32

import orjson
from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Table,
    TableClause,
    any_,
    bindparam,
    column,
    text,
    update,
)
from sqlalchemy import table as lightweight
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import ARRAY, psycopg
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.sql.expression import Executable

from integration.logs.told_errors import values_left_out
from integration.models.declarative import Model
from integration.statements.by_driver import change, change_each, fetch
from integration.statements.column_values import decoded, encoded
from integration.tenancy.row_security import workspace_of

# Below that a COPY costs more than it saves.
_COPIED_FROM = 300
_EACH = text("SELECT value FROM json_each(:among)")


def table_of(model: type[Model]) -> Table:
    """The table of a model."""
    return cast(Table, model.__table__)


def write_rows(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: list[tuple[Any, ...]],
    *,
    key: tuple[str, ...] = (),
) -> None:
    """Insert rows; with `key`, a row whose key is there already is overwritten instead."""
    if rows:
        name = connection.dialect.name
        values = encoded(table, columns, rows, name)
        if name == "postgresql" and not key and len(rows) >= _COPIED_FROM:
            _copy(connection, table, columns, values)
            return
        change_each(connection, _statement(table, columns, key, name), values)


def _copy(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: list[tuple[Any, ...]]
) -> None:
    """Insert rows by PostgreSQL's COPY, in the connection's transaction.

    By a table of the connection's own: COPY goes into none that has row-level security.
    https://www.postgresql.org/docs/current/sql-copy.html
    """
    make, copying, move, clear = _staging(table, columns)
    driver: Any = connection.connection
    with values_left_out():
        # Heard of, as whatever else is run by its text.
        change(connection, make)
        with driver.cursor() as cursor, cursor.copy(copying) as copy:
            for row in rows:
                copy.write_row(row)
        change(connection, move)
        change(connection, clear)


@lru_cache(maxsize=64)
def _staging(table: Table, columns: tuple[str, ...]) -> tuple[str, str, str, str]:
    names = ", ".join(columns)
    own = f"staged_{table.name}_{crc32(names.encode()):x}"
    like = f"SELECT {names} FROM {table.name} LIMIT 0"  # noqa: S608
    return (
        f"CREATE TEMPORARY TABLE IF NOT EXISTS {own} ON COMMIT DELETE ROWS AS {like}",
        f"COPY {own} ({names}) FROM STDIN",
        f"INSERT INTO {table.name} ({names}) SELECT {names} FROM {own}",  # noqa: S608
        f"DELETE FROM {own}",  # noqa: S608
    )


def add_rows(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: list[tuple[Any, ...]],
    *,
    key: tuple[str, ...],
    sums: tuple[str, ...],
) -> None:
    """Insert rows; where a row's key is there already, `sums` are added to what it has."""
    if rows:
        name = connection.dialect.name
        statement = _statement(table, columns, key, name, sums)
        change_each(connection, statement, encoded(table, columns, rows, name))


def stretch_rows(
    connection: Connection,
    table: Table,
    least: tuple[str, ...],
    greatest: tuple[str, ...],
    rows: list[tuple[Any, ...]],
) -> None:
    """Lower `least` and raise `greatest` of the rows with these ids; None stands for nothing.

    A row has the columns' values in that order, then the id.
    """
    if rows:
        name = connection.dialect.name
        pin = _pin(connection)
        statement = _stretching(table, least, greatest, tuple(pin), name)
        columns = (*least, *greatest, "id")
        values = encoded(table, columns, rows, name)
        change_each(connection, statement, _pinned(values, pin))


def update_rows(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: list[tuple[Any, ...]],
    *,
    key: tuple[str, ...],
) -> None:
    """Set `columns` of the rows with these keys; a row has the columns' values, then the key's."""
    if rows:
        name = connection.dialect.name
        pin = {} if "workspace_id" in key else _pin(connection)
        statement = _update(table, columns, (*key, *pin), name)
        values = encoded(table, columns + key, rows, name)
        change_each(connection, statement, _pinned(values, pin))


def read_rows(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    prefix: Mapping[str, int],
    key: str,
    values: Collection[str],
) -> list[tuple[Any, ...]]:
    """Those columns of the rows that have one of these values as `key`, and all of `prefix`."""
    if not values:
        return []
    name = connection.dialect.name
    prefix = {**prefix, **_pin(connection)}
    asked: Any = orjson.dumps(list(values)).decode() if name == "sqlite" else list(values)
    statement = _selection(table, columns, tuple(prefix), key, name)
    rows = fetch(connection, statement, (*prefix.values(), asked))
    return decoded(table, columns, rows, name)


def among(connection: Connection, field: Any, values: Iterable[Any]) -> ColumnElement[bool]:
    """`field IN values` with the values as one parameter, so that the statement stays the same."""
    listed = list(values)
    if connection.dialect.name == "sqlite":
        # As text: to put the same together from its parts costs as much as running it.
        given: BindParameter[str] = bindparam("among", orjson.dumps(listed).decode(), unique=True)
        return field.in_(_EACH.bindparams(given))  # type: ignore[no-any-return]
    return field == any_(bindparam(None, listed, type_=ARRAY(field.type)))  # type: ignore[no-any-return]


def _pin(connection: Connection) -> dict[str, int]:
    """What limits a statement to the workspace that the connection is for."""
    workspace_id = workspace_of(connection)
    return {} if workspace_id is None else {"workspace_id": workspace_id}


def _pinned(rows: Sequence[tuple[Any, ...]], pin: Mapping[str, int]) -> Sequence[tuple[Any, ...]]:
    return [(*row, *pin.values()) for row in rows] if pin else rows


@lru_cache(maxsize=64)
def _selection(
    table: Table, columns: tuple[str, ...], prefix: tuple[str, ...], key: str, name: str
) -> str:
    mark = "?" if name == "sqlite" else "%s"
    some = "IN (SELECT value FROM json_each(?))" if name == "sqlite" else "= ANY(%s)"
    where = " AND ".join((*(f"{each} = {mark}" for each in prefix), f"{key} {some}"))
    return f"SELECT {', '.join(columns)} FROM {table.name} WHERE {where}"  # noqa: S608


@lru_cache(maxsize=64)
def _statement(
    table: Table,
    columns: tuple[str, ...],
    key: tuple[str, ...],
    name: str,
    sums: tuple[str, ...] = (),
) -> str:
    values = {name: bindparam(name, type_=table.c[name].type) for name in columns}
    target = _in_order(table, columns)
    insert = sqlite_insert if name == "sqlite" else postgresql_insert
    return _compiled(_upsert(insert(target), target, values, key, sums), name, columns)


def _in_order(table: Table, columns: tuple[str, ...]) -> TableClause:
    """The table with its columns in that order, which is then the order of the parameters."""
    return lightweight(table.name, *(column(name, table.c[name].type) for name in columns))


@lru_cache(maxsize=64)
def _update(table: Table, columns: tuple[str, ...], key: tuple[str, ...], name: str) -> str:
    target = _in_order(table, columns + key)
    statement = (
        update(target)
        .where(
            *(target.c[part] == bindparam(f"key_{part}", type_=table.c[part].type) for part in key)
        )
        .values({name: bindparam(name, type_=table.c[name].type) for name in columns})
    )
    return _compiled(statement, name, (*columns, *(f"key_{part}" for part in key)))


def _upsert(
    statement: sqlite.Insert | postgresql.Insert,
    target: TableClause,
    values: dict[str, Any],
    key: tuple[str, ...],
    sums: tuple[str, ...],
) -> Executable:
    statement = statement.values(values)
    if key:
        told = statement.excluded
        changed: dict[str, Any] = {name: told[name] for name in values if name not in key}
        if sums:
            changed = {name: target.c[name] + told[name] for name in sums}
        return statement.on_conflict_do_update(index_elements=key, set_=changed)
    return statement


@lru_cache(maxsize=8)
def _stretching(
    table: Table,
    least: tuple[str, ...],
    greatest: tuple[str, ...],
    pin: tuple[str, ...],
    name: str,
) -> str:
    """By hand: SQLite's min and max are NULL when either is, PostgreSQL's have other names."""
    parts = []
    for place, column_name in enumerate(least + greatest, 1):
        is_least = place <= len(least)
        if name == "sqlite":
            word = "min" if is_least else "max"
            known = f"coalesce({column_name}, ?{place}), coalesce(?{place}, {column_name})"
        else:
            word = "least" if is_least else "greatest"
            known = f"{column_name}, %s"
        parts.append(f"{column_name} = {word}({known})")
    keys = []
    for place, column_name in enumerate(("id", *pin), len(least + greatest) + 1):
        keys.append(f"{column_name} = {f'?{place}' if name == 'sqlite' else '%s'}")
    where = " AND ".join(keys)
    return f"UPDATE {table.name} SET {', '.join(parts)} WHERE {where}"  # noqa: S608


def _compiled(statement: Any, name: str, columns: tuple[str, ...]) -> str:
    by_place: Any = psycopg.dialect
    dialect = sqlite.dialect() if name == "sqlite" else by_place(paramstyle="format")
    compiled = statement.compile(dialect=dialect)
    # Values go in by place: the places have to be those of the columns.
    assert tuple(compiled.positiontup) == columns
    return str(compiled)


def column_names(table: Table, *, without: Iterable[str] = ()) -> tuple[str, ...]:
    """The names of a table's columns in their order, but for some."""
    left_out = set(without)
    return tuple(column.name for column in table.c if column.name not in left_out)
