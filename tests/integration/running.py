"""Workers, schedulers and a Valkey of a test's own, as processes that it may kill."""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from redis import Redis
from redis.exceptions import RedisError

from integration.processes.child import start_child
from integration.processes.valkey import await_valkey, prepare_valkey
from integration.rq_jobs import RqJobs
from tests.integration.processes.a_worker import DEFINITIONS

_ROOT = Path(__file__).parents[2]


def until(condition: Callable[[], bool], seconds: float = 60) -> None:
    """Return once it holds; Valkey being away counts as no."""
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        with suppress(RedisError):
            if condition():
                return
        time.sleep(0.02)
    raise AssertionError("it didn't come true in time")


@dataclass
class Running:
    """A Valkey and the processes that use it."""

    folder: Path
    processes: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def __post_init__(self) -> None:
        server = prepare_valkey(self.folder)
        self.url = server.url
        self._server = server
        self._valkey = start_child(server.command)
        await_valkey(server)
        self.valkey = Redis.from_url(self.url)
        self.jobs = RqJobs(self.valkey, DEFINITIONS)

    def start(self, *arguments: str, log: IO[bytes] | None = None) -> "subprocess.Popen[bytes]":
        """A worker (`worker`, places, queues…) or a `scheduler`; `log` gets all that it prints."""
        kind, *more = arguments
        command = [
            sys.executable,
            "-m",
            "tests.integration.processes.a_worker",
            kind,
            self.url,
            *more,
        ]
        process = subprocess.Popen(command, cwd=_ROOT, stdout=log, stderr=log)
        self.processes.append(process)
        return process

    def said(self) -> list[str]:
        """What the jobs said, in order."""
        return [_text(word) for word in self.valkey.lrange("said", 0, -1)]

    def restart_valkey_empty(self) -> None:
        """Kill Valkey, forget all it held, and start it again after a moment."""
        self._valkey.kill()
        self._valkey.wait()
        for file in (self.folder / "valkey").glob("appendonlydir/*"):
            file.unlink()
        time.sleep(1.5)
        self._valkey = start_child(self._server.command)
        await_valkey(self._server)

    def end(self) -> None:
        """End all of them."""
        for process in self.processes:
            process.kill()
            process.wait()
        self.valkey.close()
        self._valkey.kill()
        self._valkey.wait()


def _text(word: bytes | str) -> str:
    return word.decode() if isinstance(word, bytes) else word


@contextmanager
def running(folder: Path) -> Iterator[Running]:
    """A Valkey of the test's own; all ends with the block."""
    made = Running(folder)
    try:
        yield made
    finally:
        made.end()
