"""What a row is without its personal data, worked out from the marks on its columns."""

from typing import Any

from sqlalchemy import JSON, Column, Table

from integration.models.declarative import Model


def blank_values(model: type[Model]) -> dict[str, Any]:
    """New values for every column of a model that is marked as personal."""
    table = model.__table__
    assert isinstance(table, Table)
    return {column.name: _blank(column) for column in table.columns if column.info.get("personal")}


def _blank(column: Column[Any]) -> Any:
    if column.nullable:
        return None
    if isinstance(column.type, JSON):
        return []
    return b"" if column.info.get("sealed") else ""
