"""The leaky bucket of an app on a shop."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field


@dataclass
class Bucket:
    """Fills with `rate` points a second up to `size`.

    What a query asks for has to be there; what it didn't spend is given back when it is answered.
    """

    size: float
    rate: float
    available: float = field(init=False)
    taken: float = 0.0
    """Points spent since it was made."""
    refused: int = 0
    """Queries answered THROTTLED since it was made."""
    _held: int = 0
    _seen: float = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.available = self.size
        self._seen = time.monotonic()

    def _refill(self) -> None:
        now = time.monotonic()
        if self._held:
            self._seen = now
            return
        self.available = min(self.size, self.available + (now - self._seen) * self.rate)
        self._seen = now

    def take(self, points: float) -> bool:
        """Take the points if they are there."""
        with self._lock:
            self._refill()
            if self._held or points > self.available:
                self._held = max(0, self._held - 1)
                self.refused += 1
                return False
            self.available -= points
            self.taken += points
            return True

    def give_back(self, points: float) -> None:
        with self._lock:
            self._refill()
            self.available = min(self.size, self.available + points)
            self.taken -= points

    def drain(self, refusals: int = 0) -> None:
        """Empty it, for tests of throttling. It fills again once it refused that many queries."""
        with self._lock:
            self._refill()
            self.available, self._held = 0.0, refusals

    def status(self) -> dict[str, float]:
        with self._lock:
            self._refill()
            return {
                "maximumAvailable": self.size,
                "currentlyAvailable": int(self.available),
                "restoreRate": self.rate,
            }
