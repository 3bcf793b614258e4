"""`tillside demo` as its user starts it: a process, its words, its end by Ctrl-C."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Page, expect

from integration.processes.ports import free_port

_READY_WITHIN_SECONDS = 600.0
_ENDS_WITHIN_SECONDS = 120.0
_PATIENCE_MS = 90_000


@dataclass
class RunningDemo:
    """A demo that runs. `said` is what it printed so far."""

    process: "subprocess.Popen[str]"
    port: int
    said: list[str] = field(default_factory=list)

    @property
    def app(self) -> str:
        """Where Tillside is, without a trailing slash."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def admin(self) -> str:
        """Where the first shop's admin is, without a trailing slash."""
        found = re.search(r"http://localhost:\d+/[\w.-]+/admin(?=/orders)", "".join(self.said))
        assert found is not None, "".join(self.said)
        return found.group()

    @property
    def site(self) -> str:
        """Where the WooCommerce site is, without a trailing slash."""
        found = re.search(r"http://localhost:\d+(?=/wp-admin)", "".join(self.said))
        assert found is not None, "".join(self.said)
        return found.group()

    def await_word(self, word: str) -> None:
        """Return once it has printed that."""
        deadline = time.monotonic() + _READY_WITHIN_SECONDS
        while word not in "".join(self.said):
            assert self.process.poll() is None, "".join(self.said)
            assert time.monotonic() < deadline, "".join(self.said)
            time.sleep(0.05)

    def interrupt(self) -> int:
        """Press Ctrl-C; its exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(_ENDS_WITHIN_SECONDS)


@contextmanager
def running_demo() -> Iterator[RunningDemo]:
    """A demo on free ports, with its first reads done."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "integration.cli", "demo"],
        env={**os.environ, "PORT": str(port)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    demo = RunningDemo(process, port)
    reader = threading.Thread(target=_read, args=(demo,), daemon=True)
    reader.start()
    try:
        demo.await_word("Aegean Eyewear — atelier: read")
        yield demo
    finally:
        if process.poll() is None:
            demo.interrupt()
        reader.join(5)
        assert process.stdout is not None
        process.stdout.close()


def be_patient(page: Page) -> None:
    """Wait for what whole processes do as long as a busy machine may take for it."""
    page.set_default_timeout(_PATIENCE_MS)
    expect.set_options(timeout=_PATIENCE_MS)


def _read(demo: RunningDemo) -> None:
    assert demo.process.stdout is not None
    for line in demo.process.stdout:
        demo.said.append(line)


def descendants(pid: int) -> set[int]:
    """The processes that a process started, and theirs."""
    found = {pid}
    parents = _parents()
    while True:
        more = {child for child, parent in parents.items() if parent in found} - found
        if not more:
            return found - {pid}
        found |= more


def alive(pids: set[int]) -> set[int]:
    """Those of these processes that still run."""
    return pids & _parents().keys()


def _parents() -> dict[int, int]:
    parents = {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            try:
                with open(f"/proc/{name}/stat", encoding="utf-8", errors="replace") as file:
                    state, parent = file.read().rpartition(")")[2].split()[:2]
            except (FileNotFoundError, ProcessLookupError):
                continue
            if state != "Z":
                parents[int(name)] = int(parent)
    return parents
