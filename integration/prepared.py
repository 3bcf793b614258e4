"""Statements compiled once and run by their text: for reads that somebody waits for.

SQLAlchemy works out a statement's text, its cache key and its parameters each time it runs. For a
read of two statements that is most of the time it takes; here it is done once a database.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from types import SimpleNamespace
from typing import Any

import orjson
from sqlalchemy import Connection, Select, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.types import Text

_Process = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class _Compiled:
    """Text, the values that never change, and how values and columns are turned."""

    text: str
    places: tuple[str, ...] | None
    values: dict[str, Any]
    binders: dict[str, _Process]
    readers: tuple[tuple[int, _Process], ...]
    row: Any


class Prepared:
    """A SELECT that `build` makes for a database's dialect; its bindparams are given at each run.

    Rows come as named tuples, their values turned as SQLAlchemy's types do.
    """

    def __init__(self, build: Callable[[Dialect], Select[Any]]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}
        self._lock = Lock()

    def rows(self, connection: Connection, **given: Any) -> list[Any]:
        """All rows, in the connection's transaction."""
        compiled = self._compiled.get(connection.dialect.name)
        if compiled is None:
            compiled = self._compile(connection.dialect)
        values = compiled.values | given
        for name, bind in compiled.binders.items():
            values[name] = bind(values[name])
        parameters: Any = values
        if compiled.places is not None:
            parameters = tuple([values[name] for name in compiled.places])
        return [_read(compiled, row) for row in _fetched(connection, compiled.text, parameters)]

    def _compile(self, dialect: Dialect) -> _Compiled:
        with self._lock:
            statement = self._build(dialect)
            compiled: Any = statement.compile(dialect=dialect)
            columns = list(statement.selected_columns)
            binders = {
                name: parameter.type.dialect_impl(dialect).bind_processor(dialect)
                for name, parameter in compiled.binds.items()
            }
            readers = (
                (place, column.type.dialect_impl(dialect).result_processor(dialect, None))
                for place, column in enumerate(columns)
            )
            made = _Compiled(
                text=str(compiled),
                places=tuple(compiled.positiontup) if compiled.positional else None,
                values=dict(compiled.params),
                binders={name: bind for name, bind in binders.items() if bind is not None},
                readers=tuple((place, read) for place, read in readers if read is not None),
                row=namedtuple("Row", [column.key for column in columns]),  # type: ignore[misc]
            )
            self._compiled[dialect.name] = made
            return made


def listed(dialect: Dialect, field: Any, name: str) -> Any:
    """`field IN :name`, where `name` is given as `texts` makes it, however many there are."""
    if dialect.name == "sqlite":
        each = func.json_each(bindparam(name, type_=Text)).table_valued("value")
        return field.in_(select(each.c.value))
    return field == any_(bindparam(name, type_=ARRAY(Text)))


def texts(connection: Connection, values: Iterable[str]) -> Any:
    """Texts as one parameter, for `listed`."""
    given = list(values)
    return orjson.dumps(given).decode() if connection.dialect.name == "sqlite" else given


def _fetched(connection: Connection, text: str, parameters: Any) -> list[Any]:
    """By the driver's own cursor: SQLAlchemy's result costs more than these statements do."""
    if not connection.in_transaction():
        connection.begin()
    cursor = connection.connection.cursor()
    # Whoever listens to statements hears of these too, and may keep something at their context.
    told = (connection, cursor, text, parameters, SimpleNamespace(), False)
    try:
        for hear in connection.dispatch.before_cursor_execute:
            hear(*told)
        cursor.execute(text, parameters)
        for hear in connection.dispatch.after_cursor_execute:
            hear(*told)
        return cursor.fetchall()  # type: ignore[return-value]
    except connection.dialect.loaded_dbapi.Error as error:
        # As SQLAlchemy would tell it, and without the parameters: they may be personal data.
        raise DBAPIError(text, None, error) from error
    finally:
        cursor.close()


def _read(compiled: _Compiled, row: Any) -> Any:
    values = list(row)
    for place, read in compiled.readers:
        values[place] = read(values[place])
    return compiled.row._make(values)
