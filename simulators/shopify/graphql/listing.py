"""Connections: lists with cursors that survive changes, cut into pages."""

from __future__ import annotations

import base64
import json
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

MAX_PAGE = 250


@dataclass(slots=True)
class Listing:
    """What a connection holds, in ascending order; `keys` (sorted, unique) name the items."""

    items: Sequence[Any]
    keys: Sequence[Any] | None = None


@dataclass(slots=True)
class Edge:
    node: Any
    cursor: str


@dataclass(slots=True)
class PageInfo:
    has_next: bool
    has_previous: bool
    start: str | None
    end: str | None


@dataclass(slots=True)
class Page:
    edges: list[Edge]
    info: PageInfo


EMPTY = Page([], PageInfo(False, False, None, None))


def encode(key: Any) -> str:
    return base64.b64encode(json.dumps(key, default=str, separators=(",", ":")).encode()).decode()


def decode(cursor: str) -> Any:
    """The key of a cursor; raises a GraphQL error when it is none."""
    try:
        key = json.loads(base64.b64decode(cursor, validate=True))
    except ValueError:
        raise GraphQLError("Invalid cursor for current pagination sort.") from None
    return tuple(key) if isinstance(key, list) else key


def _size(arguments: dict[str, Any]) -> tuple[int | None, int | None]:
    first, last = arguments.get("first"), arguments.get("last")
    if first is None and last is None:
        raise GraphQLError("you must provide one of first or last")
    for size in (first, last):
        if size is not None and not 0 <= size <= MAX_PAGE:
            raise GraphQLError(f"The page size must lie between 0 and {MAX_PAGE}")
    return first, last


def _position(keys: Sequence[Any], cursor: str, *, after: bool) -> int:
    key = decode(cursor)
    try:
        at = bisect_left(keys, key)
        return at + 1 if after and at < len(keys) and keys[at] == key else at
    except TypeError:
        raise GraphQLError("Invalid cursor for current pagination sort.") from None


def paginate(listing: Listing, arguments: dict[str, Any]) -> Page:
    """The page that `first/after/last/before/reverse` ask for."""
    first, last = _size(arguments)
    keys: Sequence[Any] = listing.keys if listing.keys is not None else range(len(listing.items))
    after, before = arguments.get("after"), arguments.get("before")
    backwards = bool(arguments.get("reverse"))
    low_cursor, high_cursor = (before, after) if backwards else (after, before)
    low = _position(keys, low_cursor, after=True) if low_cursor else 0
    high = _position(keys, high_cursor, after=False) if high_cursor else len(keys)
    high = max(low, high)
    take = first if first is not None else last or 0
    from_low = (first is not None) != backwards
    start, end = (low, min(high, low + take)) if from_low else (max(low, high - take), high)
    if first is not None and last is not None and end - start > last:
        start, end = (end - last, end) if from_low else (start, start + last)
    picked = range(start, end)
    edges = [Edge(listing.items[i], encode(keys[i])) for i in picked]
    more_low, more_high = start > 0, end < len(keys)
    if backwards:
        edges.reverse()
        more_low, more_high = more_high, more_low
    return Page(
        edges,
        PageInfo(
            more_high,
            more_low,
            edges[0].cursor if edges else None,
            edges[-1].cursor if edges else None,
        ),
    )
