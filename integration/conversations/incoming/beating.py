"""Keeping a short lease for as long as its work takes, so that a killed holder's ends soon."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

log = structlog.get_logger(__name__)

BEAT_SECONDS = 3.0


@contextmanager
def beating(renew: Callable[[], None], what: str) -> Iterator[None]:
    """Call `renew` every few seconds as long as the block lasts; one that fails is tried again."""
    ended = threading.Event()

    def beat() -> None:
        while not ended.wait(BEAT_SECONDS):
            try:
                renew()
            except Exception as error:  # noqa: BLE001 - tried again at the next beat
                log.warning("lease.not_renewed", lease=what, error=type(error).__name__)

    thread = threading.Thread(target=beat, name=what, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
