"""Long jobs side by side in one process: a thread for each, as many as there are places.

A reading waits for its store nearly all the time, by the store's own limit: so many share a
process, and none stands in line behind another's hours.
"""

import threading
import time
from collections.abc import Callable

import structlog

log = structlog.get_logger(__name__)


class SideBySide:
    """Places for jobs that run in threads of their own. One job's end or death is only its own."""

    def __init__(self, places: int) -> None:
        self._places = places
        self._changed = threading.Condition()
        self._running = 0

    @property
    def running(self) -> int:
        """How many run now."""
        return self._running

    def await_place(self, at_most_seconds: float) -> bool:
        """Whether there is a place, after waiting for one for at most so long."""
        with self._changed:
            return self._changed.wait_for(lambda: self._running < self._places, at_most_seconds)

    def start(self, name: str, job: Callable[[], None]) -> None:
        """Run it in a thread. Never waits: who takes a job asks for a place before."""
        with self._changed:
            self._running += 1
        # A daemon: a process that is asked to end doesn't wait for hours.
        thread = threading.Thread(target=self._run, args=(name, job), name=name, daemon=True)
        try:
            thread.start()
        except BaseException:
            self._leave()
            raise

    def await_end(self, at_most_seconds: float) -> bool:
        """Whether all have ended, after waiting for at most so long."""
        ends = time.monotonic() + at_most_seconds
        with self._changed:
            while self._running and (left := ends - time.monotonic()) > 0:
                self._changed.wait(left)
            return self._running == 0

    def _run(self, name: str, job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:
            log.error("job.failed", job=name, error=type(error).__name__, exc_info=error)
        finally:
            self._leave()

    def _leave(self) -> None:
        with self._changed:
            self._running -= 1
            self._changed.notify_all()
