"""Wakes the drain after new deliveries were committed, off the request path."""

import threading
import time

import structlog

from integration.jobs import Jobs

log = structlog.get_logger(__name__)

_AT_MOST_EVERY_SECONDS = 0.05


class WakeUp:
    """A hint and no more: a lost one is made good by the sweep."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._wanted = threading.Event()
        self._starting = threading.Lock()
        self._thread: threading.Thread | None = None
        self._closed = False

    def __call__(self) -> None:
        """Have the drain run soon. Returns at once, never raises."""
        self._wanted.set()
        if self._thread is None:
            self._start()

    def close(self) -> None:
        """Tell what is still to be told, then end the thread."""
        self._closed = True
        self._wanted.set()
        if self._thread is not None:
            self._thread.join()

    def _start(self) -> None:
        with self._starting:
            if self._thread is None and not self._closed:
                self._thread = threading.Thread(target=self._run, name="wake", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            self._wanted.wait()
            self._wanted.clear()
            self._tell()
            if self._closed and not self._wanted.is_set():
                return
            time.sleep(_AT_MOST_EVERY_SECONDS)

    def _tell(self) -> None:
        try:
            self._jobs.enqueue("webhooks.drain", key="drain")
        except Exception as error:  # noqa: BLE001 - a hint: whatever goes wrong, deliveries are safe
            log.warning("webhooks.not_woken", error=type(error).__name__)
