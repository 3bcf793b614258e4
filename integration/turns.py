"""Turns among the threads of a process: who came first goes first."""

import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    """A lock that is handed on in the order in which it was asked for.

    SQLite's own waiting is a sleep and another try, by which a thread may be passed over for ever.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._is_taken = False
        self._holder: int | None = None
        self._waiting: deque[threading.Event] = deque()

    @contextmanager
    def one(self) -> Iterator[None]:
        """Wait for this thread's turn, and have it for as long as the block lasts.

        Raises RuntimeError where this thread has it already: it would wait for itself for ever.
        """
        me = threading.get_ident()
        if self._holder == me:
            raise RuntimeError("a transaction that writes was begun inside another one")
        with self._lock:
            mine = threading.Event()
            if self._is_taken:
                self._waiting.append(mine)
            else:
                self._is_taken = True
                mine.set()
        try:
            mine.wait()
            self._holder = me
            yield
        finally:
            self._end(mine)

    def _end(self, mine: threading.Event) -> None:
        with self._lock:
            if not mine.is_set():
                # A signal ended the wait, before the turn came.
                self._waiting.remove(mine)
                return
            self._holder = None
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._is_taken = False
