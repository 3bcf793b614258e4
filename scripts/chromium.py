"""Which Chromium drives the browser tests, and Playwright's driver, a Node from its wheel.

Both must start: Ubuntu's package of Chromium is a stub for a snap, and that Node needs a library
that a bare Debian doesn't have.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@cache
def find() -> str | None:
    """A Chromium that starts: $CHROMIUM, the system's, or Playwright's; None if there is none."""
    for path in _candidates():
        if _starts(path):
            return path
    return None


@cache
def driver() -> str | None:
    """The path of Playwright's Node, None where it doesn't start."""
    package = find_spec("playwright")
    if package is None or package.origin is None:
        return None
    path = str(Path(package.origin).parent / "driver" / "node")
    return path if _answers(path) is not None else None


def lacking() -> list[str]:
    """Debian's packages that the browser tests lack here."""
    missing = [] if find() else ["chromium"]
    return missing if driver() else [*missing, "libatomic1"]


def look_again() -> None:
    """Forget what was found: something has been installed."""
    find.cache_clear()
    driver.cache_clear()


def _candidates() -> Iterator[str]:
    wanted = os.environ.get("CHROMIUM")
    if wanted:
        yield wanted
    for name in NAMES:
        path = shutil.which(name)
        if path:
            yield path
    for pattern in ("chromium-*/chrome-linux*/chrome", "chromium_*/chrome-*/*headless*shell"):
        yield from (str(path) for path in sorted(_playwright_cache().glob(pattern), reverse=True))


def _playwright_cache() -> Path:
    own = os.environ.get("PLAYWRIGHT_BROWSERS_PATH")
    return Path(own) if own else Path.home() / ".cache" / "ms-playwright"


def _starts(path: str) -> bool:
    return "chrom" in (_answers(path) or "").lower()


def _answers(path: str) -> str | None:
    try:
        done = subprocess.run(
            [path, "--version"], capture_output=True, timeout=20, text=True, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout
