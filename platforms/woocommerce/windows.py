"""Windows of a list, fetched side by side and taken in their order."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Generic, TypeVar

from platforms.records import Unreadable

R = TypeVar("R")

# So many are fetched at once, and so many more wait to be taken: what takes them writes a thousand
# records at a time, and the store shall not stand idle meanwhile.
AT_ONCE = 4
AHEAD = 12
# An end of a list that the store doesn't tell.
UNKNOWN = 2**62


@dataclass(frozen=True, slots=True)
class Window(Generic[R]):
    """Some of a list as it stood at one moment, from `offset` on.

    `ids` are of all that came, ascending; `records` of those stand beside them, None for what is
    left out, an Unreadable for what can't be read. `total` is the length of the whole list, where
    the store says so.
    """

    offset: int
    ids: tuple[int, ...]
    records: tuple[R | Unreadable | None, ...]
    total: int | None


class Lookahead(Generic[R]):
    """Fetches windows ahead of the one that is taken. Leave it with its block: threads end."""

    def __init__(self, fetch: Callable[[int, int, Callable[[], bool]], Window[R]]) -> None:
        self._fetch = fetch
        self._pool = ThreadPoolExecutor(AT_ONCE, thread_name_prefix="woocommerce-page")
        self._waiting: dict[int, Future[Window[R]]] = {}
        self._over = threading.Event()

    def __enter__(self) -> "Lookahead[R]":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._pool.shutdown(wait=True, cancel_futures=True)

    def take(self, offset: int, size: int, end: int | None) -> Window[R]:
        """The window at that offset; those that follow it, up to `end`, are fetched meanwhile.

        Where nobody knows the end few are: they may lie behind it.
        """
        self._ask(offset, size)
        if end is not None:
            step = size - 1
            last = min(end, offset + (AHEAD if end < UNKNOWN else AT_ONCE) * step)
            for following in range(offset + step, last, step):
                self._ask(following, size)
        return self._waiting.pop(offset).result()

    def forget(self) -> None:
        """Drop what was fetched ahead: the list moved."""
        for future in self._waiting.values():
            future.cancel()
        self._waiting.clear()

    def _ask(self, offset: int, size: int) -> None:
        if offset not in self._waiting:
            self._waiting[offset] = self._pool.submit(self._fetch, offset, size, self._over.is_set)
