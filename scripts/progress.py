"""What the set-up says while it works, and how it stops."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager


class Stop(Exception):
    """The set-up can't go on; its text is a plain sentence for whoever called it."""


def say(line: str) -> None:
    """One line of progress, at once."""
    print(f"tillside: {line}", file=sys.stderr, flush=True)


@contextmanager
def counter() -> Iterator[Callable[[bool], None]]:
    """Counts what it is called with True for, on one line that is wiped at the end."""
    seen = 0
    shown = sys.stderr.isatty()

    def count(one_more: bool) -> None:
        nonlocal seen
        seen += one_more
        if one_more and shown:
            print(f"\r  {seen} packages", end="", file=sys.stderr, flush=True)

    try:
        yield count
    finally:
        if shown and seen:
            print("\r" + " " * 24 + "\r", end="", file=sys.stderr, flush=True)


def quiet(
    command: Sequence[str],
    *,
    timeout_seconds: float | None = None,
    cwd: str | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run it with its output, both streams, kept in `stdout`. One that can't start is exit 127."""
    try:
        return subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=cwd,
            timeout=timeout_seconds,
            text=True,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return subprocess.CompletedProcess(command, 127, stdout=str(error))
