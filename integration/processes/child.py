"""Child processes that end with us, even when we are killed."""

import ctypes
import signal
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import IO

_PR_SET_PDEATHSIG = 1


def start_child(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    output: IO[bytes] | None = None,
) -> "subprocess.Popen[bytes]":
    """Start a process in a group of its own: a Ctrl-C at our terminal reaches us only."""
    return subprocess.Popen(  # noqa: S603
        list(command),
        env=dict(environment) if environment is not None else None,
        stdout=output,
        stderr=output,
        start_new_session=True,
        preexec_fn=end_with_parent,  # noqa: PLW1509
    )


def end_with_parent() -> None:
    """Have the kernel end this process (SIGTERM) when the one that started it dies (Linux)."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
