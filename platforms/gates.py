"""How many requests a host gets at once from one process: few, fewer when it complains.

WooCommerce has no rate limit of its own; its hosts and firewalls do, and most tell it only by
refusing.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

MOST_AT_ONCE = 4
# Requests that have to go well before one more may run beside them.
GROWS_AFTER = 20


class HostGate:
    """Lets requests to one host pass; threads share it."""

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        most_at_once: int = MOST_AT_ONCE,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._most = most_at_once
        self._limit = most_at_once
        self._room = threading.Condition()
        self._running = 0
        self._went_well = 0
        self._epoch = 0
        self._closed_until = 0.0

    @property
    def limit(self) -> int:
        """How many may run at once now."""
        return self._limit

    @contextmanager
    def turn(self) -> Iterator[int]:
        """Wait for room and hold it. What it gives is for `complained`."""
        self._wait_while_closed()
        with self._room:
            self._room.wait_for(lambda: self._running < self._limit)
            self._running += 1
            epoch = self._epoch
        try:
            yield epoch
        finally:
            with self._room:
                self._running -= 1
                self._room.notify_all()

    def went_well(self) -> None:
        """The host answered; in time it gets more at once again."""
        with self._room:
            self._went_well += 1
            if self._went_well >= GROWS_AFTER and self._limit < self._most:
                self._limit += 1
                self._went_well = 0
                self._room.notify_all()

    def complained(self, epoch: int, closed_for_seconds: float = 0.0) -> None:
        """The host had too much: half as many from now on, and none for so long.

        Requests that ran side by side complain together, which counts once.
        """
        with self._room:
            self._went_well = 0
            self._closed_until = max(self._closed_until, self._clock() + closed_for_seconds)
            if epoch == self._epoch:
                self._epoch += 1
                self._limit = max(1, self._limit // 2)

    def _wait_while_closed(self) -> None:
        while (seconds := self._closed_until - self._clock()) > 0:
            self._sleep(seconds)


class HostGates:
    """A gate for each host that this process has called."""

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        most_at_once: int = MOST_AT_ONCE,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._most = most_at_once
        self._lock = threading.Lock()
        self._by_host: dict[str, HostGate] = {}

    def of(self, host: str) -> HostGate:
        """That host's own."""
        with self._lock:
            return self._by_host.setdefault(host, HostGate(self._clock, self._sleep, self._most))
