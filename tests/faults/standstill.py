"""When the whole machine stood still, which is nobody's fault here."""

import threading
import time
from dataclasses import dataclass, field

_LOOKS_EVERY_SECONDS = 0.05
# Shorter ones may come from this process being busy, which counts.
_AT_LEAST_SECONDS = 0.5


@dataclass
class Standstill:
    """Notes, while its block lasts, when a thread that only wakes now and then woke too late."""

    held_up: list[tuple[float, float]] = field(default_factory=list)
    _ends: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> "Standstill":
        self._thread = threading.Thread(target=self._look, name="standstill")
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ends.set()
        self._thread.join()

    def seconds_between(self, began: float, ended: float) -> float:
        """How long it stood still between two moments of `time.monotonic`."""
        return sum(max(0.0, min(ended, end) - max(began, start)) for start, end in self.held_up)

    def _look(self) -> None:
        before = time.monotonic()
        while not self._ends.wait(_LOOKS_EVERY_SECONDS):
            now = time.monotonic()
            if now - before > _LOOKS_EVERY_SECONDS + _AT_LEAST_SECONDS:
                self.held_up.append((before + _LOOKS_EVERY_SECONDS, now))
            before = now
