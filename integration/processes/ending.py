"""What a process gives back when it ends before its work does."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import structlog

log = structlog.get_logger(__name__)

_lock = threading.Lock()
_held: dict[object, Callable[[], None]] = {}


@contextmanager
def given_back_at_end(give_back: Callable[[], None]) -> Iterator[None]:
    """Have `give_back` called if the process ends while the block runs."""
    key = object()
    with _lock:
        _held[key] = give_back
    try:
        yield
    finally:
        with _lock:
            _held.pop(key, None)


def give_back_everything() -> int:
    """Call what is to be called; how many there were. What fails is told and left to expire."""
    with _lock:
        waiting = list(_held.values())
        _held.clear()
    for give_back in waiting:
        try:
            give_back()
        except Exception as error:  # noqa: BLE001 - it ends by itself in a while
            log.warning("ending.not_given_back", error=type(error).__name__)
    return len(waiting)
