"""Deadlines of many requests, kept with one timer for all."""

import asyncio
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

T = TypeVar("T", bound=Hashable)


class Deadlines(Generic[T]):
    """Things that may take until a time each; used in the loop only.

    Whatever is still held when its time is over is handed to `overdue`, once and at most
    `every_seconds` late. A timer for each would cost more than the rest of the waiting.
    """

    def __init__(self, overdue: Callable[[T], None], *, every_seconds: float) -> None:
        self._overdue = overdue
        self._every_seconds = every_seconds
        self._due: dict[T, float] = {}
        self._loop: asyncio.AbstractEventLoop | None = None

    def hold(self, item: T, until: float) -> None:
        """Hold it until that time of the loop's clock."""
        self._due[item] = until
        loop = asyncio.get_running_loop()
        if self._loop is not loop:
            self._loop = loop
            loop.call_later(self._every_seconds, self._look, loop)

    def drop(self, item: T) -> bool:
        """Whether it was held still, and not overdue. It isn't held any more."""
        return self._due.pop(item, None) is not None

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._loop is not loop:
            return
        now = loop.time()
        for item in [item for item, until in self._due.items() if until <= now]:
            del self._due[item]
            self._overdue(item)
        if self._due:
            loop.call_later(self._every_seconds, self._look, loop)
        else:
            self._loop = None
