"""Errors as logs may tell them: of what kind and where, never with what a row or a request held.

PostgreSQL quotes values in its messages (`Key (email)=(…) already exists`), and so do a KeyError, a
ValueError and whatever parses.
"""

import sqlite3
import traceback
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from redis.exceptions import RedisError
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import StatementError
from structlog.typing import ExcInfo

from integration.errors import AppError
from platforms.errors import PlatformError

# Ours are plain sentences, SQLite's and the interpreter's name identifiers and types.
_PLAIN = (
    AppError,
    PlatformError,
    RedisError,
    sqlite3.Error,
    AttributeError,
    ImportError,
    NameError,
    RuntimeError,
    TypeError,
)


def told(error: BaseException) -> str:
    """One line: its class, and as much of its message as can't hold anybody's data.

    Of PostgreSQL's errors that is the SQLSTATE and the names of the constraint, table and column.
    """
    what = _what(error)
    return f"{_class(error)}: {what}" if what else _class(error)


def told_traceback(error: BaseException) -> str:
    """Its traceback with those of its causes, as Python has it but for the messages."""
    return "\n".join(_lines(error, set()))


def traceback_of(exc_info: ExcInfo) -> str:
    """The same, of what `sys.exc_info()` gives."""
    return told_traceback(exc_info[1])


@contextmanager
def values_left_out() -> Iterator[None]:
    """Errors of PostgreSQL's driver leave the block without the values in their messages."""
    try:
        yield
    except psycopg.Error as error:
        error.args = (_of_postgresql(error),)
        raise


def leave_values_out(context: ExceptionContext) -> None:
    """The same for all that goes through an engine (SQLAlchemy's event `handle_error`)."""
    driver, ours = context.original_exception, context.sqlalchemy_exception
    if isinstance(driver, psycopg.Error):
        driver.args = (_of_postgresql(driver),)
    if ours is not None and driver is not None:
        ours.args = (told(driver),)


def _what(error: BaseException) -> str:
    if isinstance(error, StatementError):
        return told(error.orig) if error.orig is not None else ""
    if isinstance(error, psycopg.Error):
        return _of_postgresql(error)
    if isinstance(error, _PLAIN):
        return str(error)
    if isinstance(error, OSError) and error.errno is not None:
        # The whole of it may name an address with its query, as urllib's do; a path is ours.
        is_path = isinstance(error.filename, str) and error.filename.startswith("/")
        where = f": {error.filename}" if is_path else ""
        return f"[Errno {error.errno}] {error.strerror}{where}"
    return ""


def _of_postgresql(error: psycopg.Error) -> str:
    if error.sqlstate is None:
        # It never came from a statement: the server can't be reached, or lets nobody in.
        is_plain = isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)
        return str(error) if is_plain else ""
    said = error.diag
    names = {
        "constraint": said.constraint_name,
        "table": said.table_name,
        "column": said.column_name,
    }
    return ", ".join([error.sqlstate, *(f"{what} {name}" for what, name in names.items() if name)])


def _class(error: BaseException) -> str:
    kind = type(error)
    is_known = kind.__module__ in ("builtins", "__main__")
    return kind.__qualname__ if is_known else f"{kind.__module__}.{kind.__qualname__}"


def _lines(error: BaseException, seen: set[int]) -> Iterator[str]:
    seen.add(id(error))
    before, why = error.__cause__, "The above exception was the direct cause of the following:"
    if before is None and not error.__suppress_context__:
        before, why = error.__context__, "During handling of the above, another exception occurred:"
    if before is not None and id(before) not in seen:
        yield from _lines(before, seen)
        yield f"\n{why}\n"
    if error.__traceback__ is not None:
        yield "Traceback (most recent call last):"
        yield "".join(traceback.format_tb(error.__traceback__)).rstrip("\n")
    yield told(error)
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield "\nOne of this group:\n"
            yield from _lines(one, seen)
