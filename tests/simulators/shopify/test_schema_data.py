"""The committed schemas: every field the stand-in answers stands in every version."""

from __future__ import annotations

import pytest
from graphql import is_composite_type

from simulators.shopify.graphql.nodes import TYPES
from simulators.shopify.graphql.resolve import TABLES
from simulators.shopify.graphql.schema import FOLDER, load, served, versions


def test_versions_and_licence() -> None:
    assert versions() == ("2025-10", "2026-01", "2026-04", "2026-07", "2026-10")
    assert "ISC" in (FOLDER / "LICENSE").read_text()
    assert "@shopify/dev-mcp" in (FOLDER / "README.md").read_text()


@pytest.mark.parametrize(
    ("asked", "answer"),
    [
        ("2026-10", "2026-10"),
        ("2024-04", "2025-10"),
        ("unstable", "2026-10"),
        ("2027-01", None),
        ("2026-03", None),
        ("latest", None),
    ],
)
def test_falling_forward(asked: str, answer: str | None) -> None:
    assert served(asked) == answer


def test_every_field_we_answer_is_a_field_of_the_newest_schema() -> None:
    types = load("2026-10").schema.type_map
    older = load("2025-10").schema.type_map
    unknown = [
        f"{name}.{field}"
        for name, table in TABLES.items()
        for field in table
        if field not in getattr(types.get(name), "fields", {})
        and field not in getattr(older.get(name), "fields", {})
    ]
    assert unknown == []


def test_every_object_has_a_type_of_the_schema() -> None:
    types = load("2026-10").schema.type_map
    assert all(is_composite_type(types[name]) for name in TYPES.values())
