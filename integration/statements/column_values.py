"""Values as drivers take and give them, made ready by hand: by column, without looking at each."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

import orjson
from sqlalchemy import Boolean, String, Table

from integration.models.declarative import Document, UtcDateTime

_Coder = Callable[[Any], Any]


def encode_time(value: datetime) -> str:
    """A time as SQLAlchemy writes it on SQLite: UTC, always with microseconds."""
    moment = value if value.tzinfo is UTC else value.astimezone(UTC)
    return moment.isoformat(" ", "microseconds")[:26]


def encode_document(value: Any) -> str:
    """JSON as text; records of ours are written as objects."""
    if not value:
        # Most of it is empty.
        return "{}" if isinstance(value, dict) else "[]"
    return orjson.dumps(value).decode()


def encoded(
    table: Table, columns: tuple[str, ...], rows: list[tuple[Any, ...]], name: str
) -> list[tuple[Any, ...]]:
    """Rows as the driver of that database takes them, None staying None."""
    encoders = _encoders(table, columns, name)
    if not encoders or not rows:
        return rows
    by_column: list[Sequence[Any]] = list(zip(*rows, strict=True))
    for place, encode in encoders:
        by_column[place] = _encoded_column(by_column[place], encode)
    return list(zip(*by_column, strict=True))


def _encoded_column(values: Sequence[Any], encode: _Coder) -> list[Any]:
    """What a column's values are to the driver. The same one again (the batch's time) is free."""
    found: list[Any] = []
    last, written = None, None
    for value in values:
        if value is not last:
            last, written = value, None if value is None else encode(value)
        found.append(written)
    return found


@lru_cache(maxsize=64)
def _encoders(table: Table, columns: tuple[str, ...], name: str) -> tuple[tuple[int, _Coder], ...]:
    found: list[tuple[int, _Coder]] = []
    for place, column_name in enumerate(columns):
        kind = table.c[column_name].type
        if isinstance(kind, UtcDateTime):
            if name == "sqlite":
                found.append((place, encode_time))
        elif isinstance(kind, type(Document)):
            found.append((place, encode_document if name == "sqlite" else _document_without_nul))
        elif isinstance(kind, String) and name != "sqlite":
            found.append((place, _without_nul))
    return tuple(found)


def _without_nul(text: str) -> str:
    """PostgreSQL holds no NUL in text: what a buyer smuggled in mustn't stop a store's copy."""
    return text.replace("\x00", "\ufffd") if "\x00" in text else text


def _document_without_nul(value: Any) -> str:
    text = encode_document(value)
    return text.replace("\\u0000", "\\ufffd") if "\\u0000" in text else text


def decoded(
    table: Table, columns: tuple[str, ...], rows: Sequence[Sequence[Any]], name: str
) -> list[tuple[Any, ...]]:
    """Rows of that database's driver as our types, None staying None."""
    decoders = _decoders(table, columns, name)
    found = []
    for row in rows:
        values = list(row)
        for place, decode in decoders:
            value = values[place]
            if value is not None:
                values[place] = decode(value)
        found.append(tuple(values))
    return found


def decode_time(text: str) -> datetime:
    """A time as `encode_time` writes it."""
    return datetime.fromisoformat(text + "+00:00")


def decode_document(text: str) -> Any:
    """JSON of a text."""
    return {} if text == "{}" else [] if text == "[]" else orjson.loads(text)


def _in_utc(value: datetime) -> datetime:
    return value if value.tzinfo is UTC else value.astimezone(UTC)


@lru_cache(maxsize=64)
def _decoders(table: Table, columns: tuple[str, ...], name: str) -> tuple[tuple[int, _Coder], ...]:
    found: list[tuple[int, _Coder]] = []
    is_sqlite = name == "sqlite"
    for place, column_name in enumerate(columns):
        kind = table.c[column_name].type
        if isinstance(kind, UtcDateTime):
            found.append((place, decode_time if is_sqlite else _in_utc))
        elif is_sqlite and isinstance(kind, type(Document)):
            found.append((place, decode_document))
        elif is_sqlite and isinstance(kind, Boolean):
            found.append((place, bool))
    return tuple(found)
