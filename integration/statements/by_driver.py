"""Statements run by the driver's own cursor, by their text.

For those that run for every delivery or page and take a few hundredths of a millisecond:
SQLAlchemy's way of running one costs several times as much. Errors are SQLAlchemy's all the same,
without the parameters: they may be personal data.
"""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from sqlalchemy import Connection


def fetch(connection: Connection, text: str, parameters: Any = ()) -> list[Any]:
    """All rows, in the connection's transaction."""
    cursor = _run(connection, text, parameters)
    try:
        return cursor.fetchall()  # type: ignore[no-any-return]
    finally:
        cursor.close()


def change(connection: Connection, text: str, parameters: Any = ()) -> int:
    """Run a statement that gives no rows. Returns how many rows it changed."""
    cursor = _run(connection, text, parameters)
    count: int = cursor.rowcount
    cursor.close()
    return count


def change_each(connection: Connection, text: str, parameters: Sequence[Any]) -> None:
    """Run it once for each of the parameters."""
    if len(parameters) == 1:
        change(connection, text, parameters[0])
    else:
        _run(connection, text, parameters, many=True).close()


def _run(connection: Connection, text: str, parameters: Any, *, many: bool = False) -> Any:
    if not connection.in_transaction():
        connection.begin()
    cursor: Any = connection.connection.cursor()
    # Whoever listens to statements hears of these too, and may keep something at their context.
    before = connection.dispatch.before_cursor_execute or ()
    after = connection.dispatch.after_cursor_execute or ()
    told = (connection, cursor, text, parameters, SimpleNamespace(), many)
    try:
        for hear in before:
            hear(*told)
        if many:
            cursor.executemany(text, parameters)
        else:
            cursor.execute(text, parameters)
        for hear in after:
            hear(*told)
    except connection.dialect.loaded_dbapi.Error as error:
        # As SQLAlchemy tells them: of the right class, and a connection that is gone left.
        connection._handle_dbapi_exception(error, text, None, cursor, None)
        raise
    return cursor
