"""Processes of mail servers: as whom they run, when they answer, how they end."""

import os
import pwd
import signal
import socket
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.integration.demo.running_demo import alive, descendants

_STARTS_WITHIN_SECONDS = 120.0


def whose() -> dict[str, Any]:
    """As whom it runs: root would have Dovecot change users, so root hands it to nobody."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def await_ports(process: "subprocess.Popen[bytes]", ports: tuple[int, ...], log: Path) -> None:
    """Return once a process answers on all its ports. Raises RuntimeError with its log."""
    deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
    waiting = list(ports)
    while waiting:
        if process.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError(f"a mail server did not start:\n{log.read_text(errors='replace')}")
        try:
            socket.create_connection(("127.0.0.1", waiting[0]), 1).close()
            waiting.pop(0)
        except OSError:
            time.sleep(0.05)


def end(process: "subprocess.Popen[bytes] | None", how: signal.Signals) -> None:
    """End a process and all that it started; returns once all are gone."""
    if process is None:
        return
    if how is signal.SIGKILL:
        # One that stands still starts no further processes meanwhile.
        process.send_signal(signal.SIGSTOP)
    every = {process.pid, *descendants(process.pid)}
    if how is signal.SIGTERM:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(1)
    for pid in every:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait(60)
    deadline = time.monotonic() + 60
    while alive(every - {process.pid}):
        if time.monotonic() > deadline:
            raise RuntimeError("a mail server outlived a SIGKILL")
        time.sleep(0.01)
