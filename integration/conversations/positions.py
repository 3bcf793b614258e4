"""Lists of a workspace that people put in order."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from integration.models import ContactReason, RoutingRule

_Row = TypeVar("_Row", ContactReason, RoutingRule)


def put_in_order(rows: Iterable[_Row], ids: Sequence[int]) -> list[_Row] | None:
    """Give the rows the positions of their ids, from 1; those that moved.

    None, and nothing is moved, unless the ids name each of them once.
    """
    held = {row.id: row for row in rows}
    if sorted(ids) != sorted(held):
        return None
    moved = []
    for position, row_id in enumerate(ids, 1):
        row = held[row_id]
        if row.position != position:
            row.position = position
            moved.append(row)
    return moved
