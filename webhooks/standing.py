"""The drain's job: works off what is due, then stays a while for what comes next.

Starting a job costs as much as applying a dozen deliveries, so a drain that has nothing to do looks
into the inbox itself. While it is there it holds the wake-up's key: receivers needn't enqueue
another. It makes way as soon as another job waits for its worker.
"""

import time

from integration.services import Services
from webhooks.drain import Drain
from webhooks.intake import has_new
from webhooks.turns import stores_with_work

KEY = "drain"
_HELP_KEY = "drain-help"
# RQ would cut the job off at its time-out.
_AT_MOST_SECONDS = 120.0
_HELPS_AT_MOST_SECONDS = 5.0
_STAYS_SECONDS = 5.0
_LOOKS_EVERY_SECONDS = 0.01
_ASKS_EVERY_SECONDS = 0.25
# A killed drain's key ends by itself.
_HELD_SECONDS = 3.0


def drain_and_stay(services: Services) -> None:
    """Drain until nothing has come for some seconds, or somebody else waits for this worker."""
    standing = _Standing(services)
    try:
        standing.work()
    finally:
        standing.close()
    # Whoever wrote while we held the key told nobody.
    if has_new(services) or stores_with_work(services, services.now()):
        services.jobs.enqueue("webhooks.drain", key=KEY)


def help_out(services: Services) -> None:
    """Drain beside another for some seconds: several stores have waited at once."""
    if not Drain(services, call_help).work_off(_HELPS_AT_MOST_SECONDS):
        call_help(services)


def call_help(services: Services) -> None:
    """Have another worker drain too. One SQLite file has one writer: there nobody could help."""
    if not services.db.is_sqlite:
        services.jobs.enqueue("webhooks.help", key=_HELP_KEY)


class _Standing:
    def __init__(self, services: Services) -> None:
        self._services = services
        self._drain = Drain(services, call_help)
        self._asked_at = time.monotonic()

    def work(self) -> None:
        now = idle_since = time.monotonic()
        ends = now + _AT_MOST_SECONDS
        self._hold()
        while now < ends:
            if self._drain.step():
                idle_since = time.monotonic()
                if idle_since >= self._asked_at + _ASKS_EVERY_SECONDS and self._is_wanted():
                    return
            elif now >= idle_since + _STAYS_SECONDS or self._is_wanted():
                return
            else:
                self._look_out()
            now = time.monotonic()

    def _look_out(self) -> None:
        until = time.monotonic() + _ASKS_EVERY_SECONDS
        while not has_new(self._services) and time.monotonic() < until:
            time.sleep(_LOOKS_EVERY_SECONDS)

    def _is_wanted(self) -> bool:
        self._asked_at = time.monotonic()
        self._hold()
        return self._services.jobs.has_waiting("live")

    def _hold(self) -> None:
        self._services.jobs.hold(KEY, for_seconds=_HELD_SECONDS)

    def close(self) -> None:
        """Let go of the key and of the threads."""
        self._services.jobs.release(KEY)
        self._drain.close()
