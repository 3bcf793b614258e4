"""Mails are read in child processes that are limited, and killed when they take too long.

A child serves many mails; after one that it didn't finish there is a new one for the next mail.
"""

import atexit
import os
import subprocess
import sys
import threading
from contextlib import suppress
from functools import cache
from pathlib import Path

from channels.email import wire
from channels.email.ours import Ours
from channels.errors import Unreadable
from channels.records import Inbound

WALL_SECONDS = 2.0
# A machine that has no time for the child isn't the mail's fault.
PATIENT_SECONDS = 20.0
_STARVED_SECONDS = 1.0
_READY_SECONDS = 60.0
_MAILS_OF_A_CHILD = 500
_MOST_IDLE = 2
_ROOT = str(Path(__file__).resolve().parents[2])
_TICKS = os.sysconf("SC_CLK_TCK")
_CANNOT = "Reading the mail takes longer than it may."


class _Overrun(Exception):
    """A child was killed after that many seconds of the processor, or died by itself: after 0."""

    def __init__(self, seconds: float) -> None:
        super().__init__()
        self.seconds = seconds


class Parser:
    """Reads mails in children of this process. Safe for several threads."""

    def __init__(self, *, wall_seconds: float = WALL_SECONDS) -> None:
        self._wall_seconds = wall_seconds
        self._lock = threading.Lock()
        self._idle: list[_Child] = []

    def read(self, raw: bytes, ours: Ours) -> Inbound:
        """The message in a raw mail. Raises Unreadable, also when it takes too long."""
        try:
            return self._read(raw, ours, self._wall_seconds)
        except _Overrun as overrun:
            if overrun.seconds >= _STARVED_SECONDS:
                raise Unreadable(_CANNOT) from None
        # The machine had no time for the child, or somebody else ended it.
        try:
            return self._read(raw, ours, PATIENT_SECONDS)
        except _Overrun:
            raise Unreadable(_CANNOT) from None

    def begin_anew(self) -> None:
        """Forget another process' children and locks: what a fork has to do first."""
        self._lock = threading.Lock()
        for child in self._idle:
            child.leave()
        self._idle = []

    def close(self) -> None:
        """End the children that are idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def _read(self, raw: bytes, ours: Ours, wall_seconds: float) -> Inbound:
        child = self._take()
        try:
            inbound = child.read(raw, ours, wall_seconds)
        except Unreadable:
            self._give_back(child)
            raise
        except BaseException:
            child.end()
            raise
        self._give_back(child)
        return inbound

    def _take(self) -> "_Child":
        with self._lock:
            while self._idle:
                child = self._idle.pop()
                if child.is_alive():
                    return child
                child.end()
        return _Child()

    def _give_back(self, child: "_Child") -> None:
        with self._lock:
            if child.mails < _MAILS_OF_A_CHILD and len(self._idle) < _MOST_IDLE:
                self._idle.append(child)
                return
        child.end()


class _Child:
    """One process, and how many mails it has read."""

    def __init__(self) -> None:
        self.mails = 0
        search = os.pathsep.join(filter(None, (_ROOT, os.environ.get("PYTHONPATH", ""))))
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-m", "channels.email.parsing_child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            # Nothing of our environment: keys and passwords stand there.
            env={"PYTHONPATH": search, "PYTHONUTF8": "1", "PATH": os.defpath},
            start_new_session=True,
        )
        try:
            self._within(_READY_SECONDS, b"", {})
        except _Overrun:
            self.end()
            raise RuntimeError("the process that reads mails doesn't start") from None

    def is_alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def read(self, raw: bytes, ours: Ours, wall_seconds: float) -> Inbound:
        """The message. Raises Unreadable, and _Overrun after which this child is of no use."""
        self.mails += 1
        told, data = self._within(wall_seconds, raw, wire.question(ours))
        try:
            return wire.heard(told, data)
        except wire.Broken:
            raise Unreadable("The mail can't be read.") from None

    def end(self) -> None:
        """Kill it."""
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                assert pipe is not None
                pipe.close()
        self._process.kill()
        self._process.wait()

    def leave(self) -> None:
        """Let go of another process' child."""
        for pipe in (self._process.stdin, self._process.stdout):
            with suppress(OSError):
                assert pipe is not None
                pipe.close()
        self._process.returncode = 0

    def _within(
        self, seconds: float, raw: bytes, question: dict[str, object]
    ) -> tuple[dict[str, object], bytes]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        before = self._used() or 0.0
        used: list[float] = []

        def stop() -> None:
            used.append((self._used() or 0.0) - before)
            self._process.kill()

        timer = threading.Timer(seconds, stop)
        timer.daemon = True
        timer.start()
        try:
            if question:
                wire.write(self._process.stdin, question, raw)
            told: tuple[dict[str, object], bytes] = wire.read(self._process.stdout)
        except (wire.Broken, OSError):
            timer.cancel()
            timer.join()
            raise _Overrun(used[0] if used else 0.0) from None
        timer.cancel()
        return told

    def _used(self) -> float | None:
        """Seconds of the processor that it has used, None where that can't be known."""
        try:
            told = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8")
        except (OSError, ValueError):
            return None
        fields = told.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / _TICKS


@cache
def shared_parser() -> Parser:
    """This process' parser."""
    parser = Parser()
    atexit.register(parser.close)
    os.register_at_fork(after_in_child=parser.begin_anew)
    return parser
