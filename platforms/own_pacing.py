"""Pacing by what this process alone has seen, where nothing is shared with others."""

import time
from collections.abc import Callable

from platforms.buckets import BucketPacer, Buckets
from platforms.gates import MOST_AT_ONCE, HostGate, HostGates


class OwnPacing:
    """The port's Pacing inside one process.

    `share` is how much of each bucket is taken to be ours, `most_at_once` how many requests a host
    gets from here.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        *,
        share: float = 1.0,
        most_at_once: int = MOST_AT_ONCE,
    ) -> None:
        self._buckets = Buckets(clock, sleep, share)
        self._gates = HostGates(clock, sleep, most_at_once)

    def bucket(self, store: str) -> BucketPacer:
        """The bucket of that store."""
        return self._buckets.of(store)

    def gate(self, host: str) -> HostGate:
        """The gate of that host."""
        return self._gates.of(host)
