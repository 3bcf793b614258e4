"""Garbage collection at a time of our own while a store is read.

Records and rows by the hundred thousand make the collector search all of them again and again for
cycles that they don't have: a fifth of a backfill's time. They die by their reference counts.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

# Cycles come from statements and connections, a few kilobytes a batch.
_EVERY_BATCHES = 10
_FULL_EVERY_BATCHES = 100


@contextmanager
def collecting_between_batches() -> Iterator[Callable[[], None]]:
    """Pause the collector; what is given collects now and then, to be called after each batch."""
    was_enabled = gc.isenabled()
    batches = 0

    def collect() -> None:
        nonlocal batches
        batches += 1
        if batches % _EVERY_BATCHES == 0:
            gc.collect(2 if batches % _FULL_EVERY_BATCHES == 0 else 0)

    gc.disable()
    try:
        yield collect
    finally:
        if was_enabled:
            gc.enable()
