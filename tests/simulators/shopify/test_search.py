"""The search syntax and the cursors, by themselves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from graphql import GraphQLError
from hypothesis import given
from hypothesis import strategies as st

from simulators.shopify.graphql.listing import Listing, encode, paginate
from simulators.shopify.graphql.search import Field, compile_search


@dataclass
class Thing:
    number: int
    name: str
    at: datetime
    tags: tuple[str, ...] = ()


THINGS = [
    Thing(1, "alpha", datetime(2026, 1, 1, 10, tzinfo=UTC), ("Red",)),
    Thing(2, "beta", datetime(2026, 1, 1, 23, tzinfo=UTC)),
    Thing(3, "gamma ray", datetime(2026, 1, 2, 10, tzinfo=UTC), ("red", "blue")),
]
FIELDS = {
    "id": Field(lambda t: t.number, "number"),
    "name": Field(lambda t: t.name),
    "at": Field(lambda t: t.at, "moment"),
    "day": Field(lambda t: t.at, "day"),
    "tag": Field(lambda t: t.tags, "list"),
    "default": Field(lambda t: t.name, "contains"),
}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", [1, 2, 3]),
        ("id:2", [2]),
        ("id:>=2", [2, 3]),
        ("id:>1 id:<3", [2]),
        ("id:1 OR id:3", [1, 3]),
        ("-id:1", [2, 3]),
        ("NOT id:1", [2, 3]),
        ("(id:1 OR id:2) AND name:beta", [2]),
        ("name:'gamma ray'", [3]),
        ('name:"gamma ray"', [3]),
        ("name:al*", [1]),
        ("tag:red", [1, 3]),
        ("mm", [3]),
        ("at:>=2026-01-01T23:00:00Z", [2, 3]),
        ("at:>'2026-01-01T23:00:00Z'", [3]),
        ("at:<2026-01-02", [1]),
        ("day:>=2026-01-02T01:00:00Z", [2, 3]),
        ("day:2026-01-01", [1]),
        ("day:>2026-01-01", [2, 3]),
    ],
)
def test_queries(query: str, found: list[int]) -> None:
    """Dates without an offset are meant in the shop's zone: here two hours before UTC."""
    search = compile_search(query, FIELDS, "Europe/Athens")
    assert [t.number for t in THINGS if search.test(t)] == found
    assert search.warnings == []


@pytest.mark.parametrize("query", ["colour:red", "id:many", "at:yesterday"])
def test_what_cannot_be_searched_is_warned_of_and_ignored(query: str) -> None:
    search = compile_search(query, FIELDS, "UTC")
    assert len(search.warnings) == 1
    assert all(search.test(thing) for thing in THINGS)


@given(st.text(alphabet="()-:<>='\" aANDORid12", max_size=20))
def test_no_query_breaks_it(query: str) -> None:
    search = compile_search(query, FIELDS, "UTC")
    assert all(search.test(thing) in (True, False) for thing in THINGS)


def walk(listing: Listing, size: int, *, forwards: bool, reverse: bool) -> list[Any]:
    found: list[Any] = []
    cursor = None
    while True:
        if forwards:
            page = paginate(listing, {"first": size, "after": cursor, "reverse": reverse})
            found += [edge.node for edge in page.edges]
            more, cursor = page.info.has_next, page.info.end
        else:
            page = paginate(listing, {"last": size, "before": cursor, "reverse": reverse})
            found = [edge.node for edge in page.edges] + found
            more, cursor = page.info.has_previous, page.info.start
        if not more:
            return found


@given(
    st.lists(st.integers(0, 99), unique=True, max_size=12),
    st.integers(1, 5),
    st.booleans(),
    st.booleans(),
)
def test_walking_by_cursors_sees_each_item_once(
    numbers: list[int], size: int, forwards: bool, reverse: bool
) -> None:
    ordered = sorted(numbers)
    listing = Listing(ordered, [(number,) for number in ordered])
    expected = ordered[::-1] if reverse else ordered
    assert walk(listing, size, forwards=forwards, reverse=reverse) == expected


def test_a_cursor_survives_that_its_item_goes() -> None:
    page = paginate(Listing([1, 2, 3, 4], [(1,), (2,), (3,), (4,)]), {"first": 2})
    rest = paginate(Listing([1, 3, 4], [(1,), (3,), (4,)]), {"first": 9, "after": page.info.end})
    assert [edge.node for edge in rest.edges] == [3, 4]


@pytest.mark.parametrize("cursor", ["nonsense", "=", encode({"a": 1}), encode("text")])
def test_bad_cursors_are_graphql_errors(cursor: str) -> None:
    with pytest.raises(GraphQLError):
        paginate(Listing([1], [(1,)]), {"first": 1, "after": cursor})
