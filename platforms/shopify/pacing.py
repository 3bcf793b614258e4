"""A store's cost bucket as we believe it to be, corrected by every answer.

The bucket's size and its speed come from the store (`extensions.cost.throttleStatus`): plans differ
and Shopify changes them, so none is written here.
"""

import threading
from collections.abc import Callable


class BucketPacer:
    """The port's Pacer inside one process."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._available = 0.0
        self._maximum = 0.0
        self._restore_per_second = 0.0
        self._seen_at = 0.0

    def reserve(self, cost: float) -> None:
        """Wait until the bucket is believed to hold that much, and take it."""
        seconds = self._take(cost)
        if seconds > 0:
            self._sleep(seconds)

    def observe(self, available: float, maximum: float, restore_per_second: float) -> None:
        """Believe what the store just said."""
        with self._lock:
            self._available = available
            self._maximum = maximum
            self._restore_per_second = restore_per_second
            self._seen_at = self._clock()

    def _take(self, cost: float) -> float:
        """Seconds until what is taken will have been there; waiters queue by going below zero."""
        with self._lock:
            if self._restore_per_second <= 0:
                return 0.0
            now = self._clock()
            restored = (now - self._seen_at) * self._restore_per_second
            # A cost above the bucket's size would never be met.
            self._available = min(self._maximum, self._available + restored)
            self._available -= min(cost, self._maximum)
            self._seen_at = now
            return max(0.0, -self._available / self._restore_per_second)


class Pacers:
    """A pacer for each store that this process has called."""

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None]) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._by_store: dict[str, BucketPacer] = {}

    def of(self, domain: str) -> BucketPacer:
        """That store's own."""
        with self._lock:
            return self._by_store.setdefault(domain, BucketPacer(self._clock, self._sleep))
