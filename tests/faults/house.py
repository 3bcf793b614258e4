"""A house of real processes that can be killed; whoever dies is started again after a moment.

Not `tillside up`: here each part is somebody's own process, as with systemd or in containers.
"""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from integration.crypto import new_key_text
from integration.processes.ports import free_port
from integration.processes.valkey import await_valkey, prepare_valkey

ROOT = Path(__file__).parents[2]
_STARTS_AGAIN_AFTER_SECONDS = 0.2
_LOOKS_EVERY_SECONDS = 0.05


class Server(Protocol):
    """A database server that a house runs on."""

    url: str

    def kill(self) -> None:
        """End it and all its processes at once, unprepared."""
        ...

    def start_again(self) -> None:
        """Start it on what the killed one left."""
        ...


@dataclass
class Part:
    """A process group of its own. `starts` counts how often it was started."""

    command: Sequence[str]
    environment: dict[str, str]
    log: Path
    process: "subprocess.Popen[bytes] | None" = None
    dead_since: float = 0.0
    starts: int = 0

    def start(self) -> None:
        """Start it; what it says goes to its log."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                list(self.command),
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1

    def kill(self) -> None:
        """SIGKILL to all of the group."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def look(self) -> None:
        """Start it again a moment after it died."""
        if self.process is not None and self.process.poll() is not None:
            # What it had started dies with it.
            self.kill()
            self.process, self.dead_since = None, time.monotonic()
        if (
            self.process is None
            and time.monotonic() - self.dead_since > _STARTS_AGAIN_AFTER_SECONDS
        ):
            self.start()


@dataclass
class House:
    """The parts by name, and the settings that they all run with."""

    settings: dict[str, str]
    folder: Path
    server: Server | None
    ports: list[int] = field(default_factory=list)
    parts: dict[str, Part] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    ends: threading.Event = field(default_factory=threading.Event)

    def add(self, name: str, command: Sequence[str], **more: str) -> None:
        """One more part, started at once."""
        environment = {**os.environ, **self.settings, **more}
        with self.lock:
            part = Part(command, environment, self.folder / f"{name}.log")
            self.parts[name] = part
            part.start()

    def kill(self, *names: str) -> None:
        """Kill these parts at one moment; `database` is the server, on SQLite all that hold it."""
        with self.lock:
            for name in names:
                if name == "database" and self.server is not None:
                    self.server.kill()
                    self.server.start_again()
            held = [name for name in self.parts if name.startswith(("web", "worker"))]
            chosen = [*names, *(held if "database" in names and self.server is None else ())]
            for name in chosen:
                if name in self.parts:
                    self.parts[name].kill()

    def remove(self, *names: str) -> None:
        """Kill these parts for good."""
        with self.lock:
            for name in names:
                part = self.parts.pop(name, None)
                if part is not None:
                    part.kill()

    def said(self) -> str:
        """The last lines of every log."""
        logs = [part.log for part in self.parts.values()]
        return "\n".join(
            f"── {log.name}\n{log.read_text(errors='replace')[-3000:]}" for log in logs
        )

    def watch(self) -> None:
        """Start what dies again, until the end."""
        while not self.ends.wait(_LOOKS_EVERY_SECONDS):
            with self.lock:
                for part in self.parts.values():
                    part.look()


def settings_of(folder: Path, database_url: str | None = None) -> dict[str, str]:
    """Settings for a house of its own: keys, ports, a folder."""
    server = prepare_valkey(folder)
    settings = {
        "APP_URL": "https://tillside.test",
        "HOST": "127.0.0.1",
        "DATA_DIR": str(folder),
        "REDIS_URL": server.url,
        "SECRET_KEY": "a secret of the tests, long enough",
        "ENCRYPTION_KEYS": new_key_text("k1"),
        "SHOPIFY_API_KEY": "key-of-the-tests",
        "SHOPIFY_API_SECRET": "shpss_of_the_tests",
        "ALLOW_PRIVATE_ADDRESSES": "on",
    }
    return {**settings, **({"DATABASE_URL": database_url} if database_url else {})}


@contextmanager
def house(
    folder: Path,
    settings: dict[str, str],
    server: Server | None = None,
    *,
    webs: int = 1,
    workers: int = 1,
    schedulers: int = 1,
) -> Iterator[House]:
    """Valkey, and so many of each: web, worker of the live queue, scheduler; until the block ends.

    The parts are named `web1`, `web2`, …; `ports` are the webs'.
    """
    built = House(settings, folder, server)
    port = int(settings["REDIS_URL"].rpartition(":")[2].partition("/")[0])
    valkey = prepare_valkey(folder, port)
    built.add("valkey", valkey.command)
    await_valkey(valkey)
    watcher = threading.Thread(target=built.watch)
    try:
        while len(built.ports) < webs:
            built.ports.append(free_port(built.ports))
        for number, port in enumerate(built.ports, 1):
            built.add(f"web{number}", tillside("web"), PORT=str(port))
        for number in range(1, workers + 1):
            built.add(f"worker{number}", tillside("worker", "--queue", "live"))
        for number in range(1, schedulers + 1):
            built.add(f"scheduler{number}", tillside("scheduler"))
        watcher.start()
        yield built
    finally:
        built.ends.set()
        watcher.join()
        for part in built.parts.values():
            part.kill()


def tillside(*arguments: str) -> list[str]:
    """How one of our commands is started."""
    return [sys.executable, "-m", "integration.cli", *arguments]
