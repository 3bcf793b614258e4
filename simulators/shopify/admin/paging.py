"""Long lists, a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

PER_PAGE = 25

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    rows: Sequence[T]
    number: int
    total: int

    @property
    def previous(self) -> int | None:
        return self.number - 1 if self.number > 1 else None

    @property
    def next(self) -> int | None:
        return self.number + 1 if self.number * PER_PAGE < self.total else None


def cut(rows: Sequence[T], number: int) -> Page[T]:
    """Page `number`, counted from 1; one outside the list is empty."""
    number = max(1, number)
    return Page(rows[(number - 1) * PER_PAGE : number * PER_PAGE], number, len(rows))
