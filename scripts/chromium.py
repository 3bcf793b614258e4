"""Which Chromium drives the browser tests. It must start: Ubuntu's package is a stub for a snap."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


@cache
def find() -> str | None:
    """A Chromium that starts: $CHROMIUM, the system's, or Playwright's; None if there is none."""
    for path in _candidates():
        if _starts(path):
            return path
    return None


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
    try:
        done = subprocess.run(
            [path, "--version"], capture_output=True, timeout=20, text=True, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and "chrom" in done.stdout.lower()
