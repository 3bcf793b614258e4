"""Statements compiled once and run by their text: for those that somebody waits for.

SQLAlchemy works out a statement's text, its cache key and its parameters each time it runs. For a
read of two statements that is most of the time it takes; here it is done once a database.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from threading import Lock
from typing import Any

import orjson
from sqlalchemy import Connection, Select, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.expression import Executable
from sqlalchemy.types import Text

from integration.statements.by_driver import change, fetch

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
    """A statement that `build` makes for a dialect; its bindparams are given at each run.

    Rows come as named tuples, their values turned as SQLAlchemy's types do.
    """

    def __init__(self, build: Callable[[Dialect], Executable]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled] = {}
        self._lock = Lock()

    def rows(self, connection: Connection, **given: Any) -> list[Any]:
        """All rows of a SELECT, in the connection's transaction."""
        compiled, parameters = self._ready(connection, given)
        return [_read(compiled, row) for row in fetch(connection, compiled.text, parameters)]

    def run(self, connection: Connection, **given: Any) -> int:
        """Run what gives no rows, in the connection's transaction. Returns how many it changed."""
        compiled, parameters = self._ready(connection, given)
        return change(connection, compiled.text, parameters)

    def _ready(self, connection: Connection, given: dict[str, Any]) -> tuple[_Compiled, Any]:
        compiled = self._compiled.get(connection.dialect.name)
        if compiled is None:
            compiled = self._compile(connection.dialect)
        values = compiled.values | given
        for name, bind in compiled.binders.items():
            values[name] = bind(values[name])
        parameters: Any = values
        if compiled.places is not None:
            parameters = tuple([values[name] for name in compiled.places])
        return compiled, parameters

    def _compile(self, dialect: Dialect) -> _Compiled:
        with self._lock:
            statement: Any = self._build(dialect)
            compiled: Any = statement.compile(dialect=dialect)
            is_read = isinstance(statement, Select)
            columns = list(statement.selected_columns) if is_read else []
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
                row=namedtuple("Row", [column.key for column in columns]),
            )
            self._compiled[dialect.name] = made
            return made


def listed(dialect: Dialect, field: Any, name: str) -> Any:
    """`field IN :name`, where `name` is given as `several` makes it, however many there are."""
    if dialect.name == "sqlite":
        each = func.json_each(bindparam(name, type_=Text)).table_valued("value")
        return field.in_(select(each.c.value))
    return field == any_(bindparam(name, type_=ARRAY(field.type)))


def several(connection: Connection, values: Iterable[Any]) -> Any:
    """Texts or numbers as one parameter, for `listed`."""
    given = list(values)
    return orjson.dumps(given).decode() if connection.dialect.name == "sqlite" else given


def _read(compiled: _Compiled, row: Any) -> Any:
    values = list(row)
    for place, read in compiled.readers:
        values[place] = read(values[place])
    return compiled.row._make(values)
