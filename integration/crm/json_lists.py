"""Lists inside a row: many rows of another table as one JSON value, on both databases."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import orjson
from sqlalchemy import (
    JSON,
    ColumnElement,
    FromClause,
    ScalarSelect,
    Text,
    func,
    select,
    type_coerce,
)
from sqlalchemy.engine import Dialect

from integration.models.declarative import Document


def json_list(
    dialect: Dialect,
    values: Mapping[str, ColumnElement[Any]],
    source: FromClause,
    *where: ColumnElement[bool],
) -> ScalarSelect[Any]:
    """The rows of `source` that match, as a JSON array of objects; read it with `objects`."""
    parts: list[Any] = []
    for name, value in values.items():
        parts += [name, _nested(dialect, value)]
    if dialect.name == "sqlite":
        listed = func.json_group_array(func.json_object(*parts))
    else:
        listed = func.json_agg(func.json_build_object(*parts))
    return select(type_coerce(listed, Text)).select_from(source).where(*where).scalar_subquery()


def objects(value: Any) -> list[dict[str, Any]]:
    """The objects of a list that `json_list` made."""
    if isinstance(value, str):
        value = orjson.loads(value)
    return value or []


def moment(value: str | None) -> datetime | None:
    """A time from inside such a list, as either database writes it."""
    if value is None:
        return None
    parsed = datetime.fromisoformat(value)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def by_weight(identity: dict[str, Any]) -> tuple[bool, bool, str, str]:
    """A sort key of identities: what links first, then what a store asserts."""
    return (
        not identity["links"],
        not identity["verified"],
        identity["kind"],
        identity["value"],
    )


def _nested(dialect: Dialect, value: ColumnElement[Any]) -> Any:
    """JSON columns nest as JSON, not as text."""
    if isinstance(value.type, JSON | type(Document)):
        return func.json(type_coerce(value, Text)) if dialect.name == "sqlite" else value
    # The types' own readers don't reach inside: a time stays as the database writes it.
    return type_coerce(value, Text) if dialect.name == "sqlite" else value
