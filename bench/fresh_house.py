"""`tillside up` in a folder, as anybody runs it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from bench.drain_world import KEYS, SETTINGS

_STARTS_WITHIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class House:
    """Where it listens; `keys` are the shops' API keys, `settings` what it runs with."""

    port: int
    keys: Sequence[str]
    settings: Mapping[str, str]


@contextmanager
def running(
    folder: Path, keys: Sequence[str], more: Mapping[str, str] | None = None
) -> Iterator[House]:
    """All processes, until the block ends; with further settings, or others than usual."""
    port = _free_port()
    settings = {
        **SETTINGS,
        "DATA_DIR": str(folder),
        "ENCRYPTION_KEYS": KEYS,
        "HOST": "127.0.0.1",
        "PORT": str(port),
        "ALLOW_PRIVATE_ADDRESSES": "on",
        **(more or {}),
    }
    kept = {name: value for name, value in os.environ.items() if name != "REDIS_URL"}
    log = (folder / "house.log").open("ab")
    process = subprocess.Popen(
        [sys.executable, "-m", "integration.cli", "up"],
        env={**kept, **settings},
        stdout=log,
        stderr=log,
        start_new_session=True,
    )
    try:
        _await(port, process)
        yield House(port, keys, settings)
    finally:
        process.send_signal(signal.SIGTERM)
        with suppress(subprocess.TimeoutExpired):
            process.wait(30)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        log.close()


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + _STARTS_WITHIN_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2).close()
            return
        time.sleep(0.1)
    raise RuntimeError("the house doesn't start; see house.log")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
