"""How long we wait for a store, and how often we try again."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timing:
    """How long and how often; injectable, so that tests need not wait.

    `longest_wait_seconds` caps our own back-off, `patience_seconds` what a store may ask for
    before the call gives up and says how long to stay away.
    """

    clock: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    jitter: Callable[[], float] = random.random
    attempts: int = 5
    throttled_attempts: int = 12
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 20.0
    patience_seconds: float = 60.0
    timeout_seconds: float = 20.0

    def backoff(self, attempt: int) -> float:
        """Seconds before the attempt after this one (counted from 0): half fixed, half random."""
        full = min(self.longest_wait_seconds, self.first_wait_seconds * 2.0**attempt)
        return full / 2 + self.jitter() * full / 2
