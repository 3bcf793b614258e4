"""Everything on one machine: starts the parts, starts again the one that dies, stops them all."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType

import structlog

from integration.processes.child import start_child

log = structlog.get_logger(__name__)

_LOOK_EVERY_SECONDS = 0.2
_STOPS_WITHIN_SECONDS = 12.0
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 15.0
_STEADY_AFTER_SECONDS = 30.0
_STOPPING = (signal.SIGTERM, signal.SIGINT)


class StopAsked(BaseException):
    """SIGTERM or SIGINT came. Not an Exception, so that no handler of errors swallows it."""


@dataclass(slots=True)
class Part:
    """A process of ours: its command, and how it fares."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    stops_last: bool = False
    process: "subprocess.Popen[bytes] | None" = None
    started_at: float = 0.0
    pause_seconds: float = _FIRST_PAUSE_SECONDS
    start_again_at: float = 0.0

    def start(self) -> None:
        """Start it."""
        self.process = start_child(self.command, self.environment)
        self.started_at = time.monotonic()

    def look(self) -> None:
        """Start it again when it died, after a pause that grows while it keeps dying."""
        now = time.monotonic()
        if self.process is not None and self.process.poll() is not None:
            log.warning("part.died", part=self.name, status=self.process.returncode)
            steady = now - self.started_at > _STEADY_AFTER_SECONDS
            grown = min(self.pause_seconds * 2, _LONGEST_PAUSE_SECONDS)
            self.pause_seconds = _FIRST_PAUSE_SECONDS if steady else grown
            self.start_again_at = now + self.pause_seconds
            self.process = None
        if self.process is None and now >= self.start_again_at:
            self.start()

    def ask_to_stop(self) -> None:
        """Ask it to end after what it is doing."""
        if self.process is not None and self.process.poll() is None:
            with suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGTERM)

    def end(self, within_seconds: float) -> None:
        """Wait for its end, and force it when that takes too long."""
        if self.process is None:
            return
        try:
            self.process.wait(max(0.1, within_seconds))
        except subprocess.TimeoutExpired:
            log.warning("part.killed", part=self.name)
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


@dataclass(slots=True)
class Supervisor:
    """The parts that run together."""

    parts: list[Part] = field(default_factory=list)

    def add(
        self,
        name: str,
        command: Sequence[str],
        environment: Mapping[str, str],
        *,
        stops_last: bool = False,
    ) -> Part:
        """One more part, started at once. What the others need `stops_last`."""
        part = Part(name, command, environment, stops_last)
        self.parts.append(part)
        part.start()
        return part

    def look(self) -> None:
        """Look after all parts once."""
        for part in self.parts:
            part.look()

    def watch(self) -> None:
        """Look after them until somebody asks us to stop."""
        while True:
            self.look()
            time.sleep(_LOOK_EVERY_SECONDS)

    def stop(self) -> None:
        """Stop all, what the others need after them; none is left when this returns."""
        deadline = time.monotonic() + _STOPS_WITHIN_SECONDS
        for is_last in (False, True):
            group = [part for part in self.parts if part.stops_last is is_last]
            for part in group:
                part.ask_to_stop()
            for part in group:
                part.end(deadline - time.monotonic())
        self.parts.clear()


@contextmanager
def supervised() -> Iterator[Supervisor]:
    """A supervisor whose parts are stopped at the end, also by SIGTERM and Ctrl-C."""
    before = {number: signal.getsignal(number) for number in _STOPPING}

    def stop(_number: int, _frame: FrameType | None) -> None:
        # A second Ctrl-C must not disturb the tidying up.
        for number in _STOPPING:
            signal.signal(number, signal.SIG_IGN)
        raise StopAsked

    for number in _STOPPING:
        signal.signal(number, stop)
    supervisor = Supervisor()
    try:
        with suppress(StopAsked):
            yield supervisor
    finally:
        for number in _STOPPING:
            signal.signal(number, signal.SIG_IGN)
        supervisor.stop()
        for number, handler in before.items():
            signal.signal(number, handler)


def tillside_command(*arguments: str) -> list[str]:
    """How to start a command of ours with the Python that runs us."""
    return [sys.executable, "-m", "integration.cli", *arguments]
