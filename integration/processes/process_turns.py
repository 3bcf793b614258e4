"""Turns among the processes that write one SQLite file: none of them is passed over.

SQLite's own waiting is a sleep and another try. A process whose threads hand the file to each other
leaves no moment in between, and would keep all others out for as long as it has work.
"""

import fcntl
import os
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager

_LOOK_AGAIN_SECONDS = 0.001


class ProcessTurns:
    """A lock of two files beside that one: whoever holds `.next` has the following turn.

    A process that just had its turn has to ask for the next one behind whoever waits for it. One
    thread of a process at a time may ask. Where the files can't be opened or locked (another user
    made them), or whoever has the turn hangs, SQLite's own lock is all there is.
    """

    def __init__(self, path: str, *, at_most_seconds: float = 30.0) -> None:
        self._at_most_seconds = at_most_seconds
        self._names = (f"{path}.next", f"{path}.turn")
        self._files: tuple[int, int] | None = None
        self._process_id = 0

    @contextmanager
    def one(self) -> Iterator[None]:
        """Wait for this process' turn, and have it for as long as the block lasts."""
        files = self._opened()
        if files is None:
            yield
            return
        following, turn = files
        try:
            try:
                until = time.monotonic() + self._at_most_seconds
                _lock(following, until)
                _lock(turn, until)
            finally:
                fcntl.flock(following, fcntl.LOCK_UN)
            yield
        finally:
            fcntl.flock(turn, fcntl.LOCK_UN)

    def _opened(self) -> tuple[int, int] | None:
        # A fork shares its parent's locks: it needs files of its own.
        if self._process_id != os.getpid():
            self._process_id = os.getpid()
            try:
                self._files = (_open(self._names[0]), _open(self._names[1]))
            except OSError:
                self._files = None
            else:
                weakref.finalize(self, _close, self._files)
        return self._files


def _open(name: str) -> int:
    return os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _close(files: tuple[int, int]) -> None:
    for each in files:
        os.close(each)


def _lock(file: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                return
            time.sleep(_LOOK_AGAIN_SECONDS)
        except OSError:
            # A file system without locks: fairness is lost, and nothing else.
            return
        else:
            return
