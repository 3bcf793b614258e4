"""Which Python the environment is made of."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from progress import Stop, quiet

OLDEST = (3, 11)
# Newer ones than the last may lack wheels; they are taken only when nothing else is there.
NAMES = ("python3.13", "python3.12", "python3.11", "python3.14", "python3", "python")

_PROBE = (
    "import sys, ssl, sqlite3, zlib, ctypes, venv;"
    f"sys.exit(0 if sys.version_info >= {OLDEST!r} else 1)"
)


def choose() -> str:
    """The Python to use: $PYTHON, the one that runs this, or the newest found.

    Raises Stop when none is new enough.
    """
    wanted = os.environ.get("PYTHON")
    if wanted:
        if works(wanted):
            return wanted
        raise Stop(f"PYTHON={wanted} is not a complete Python of {_oldest()} or newer.")
    # Outside an environment: one made of another would break with it.
    own = sys.executable if sys.prefix == sys.base_prefix else ""
    for candidate in (own, *(shutil.which(name) or "" for name in NAMES)):
        if candidate and works(candidate):
            return candidate
    raise Stop(
        f"Tillside needs Python {_oldest()} or newer; this is {sys.version.split()[0]} and no other"
        f" was found.\nOn Debian 12 or Ubuntu 24.04 and later: apt-get install python3\n"
        f"One that stands elsewhere: make PYTHON=/path/to/python3 …"
    )


def works(python: str | Path) -> bool:
    """Whether it starts, is new enough, and has the modules that we need."""
    return quiet([str(python), "-c", _PROBE], timeout_seconds=20).returncode == 0


def has_module(python: str, module: str) -> bool:
    """Whether that Python can import a module."""
    return quiet([python, "-c", f"import {module}"], timeout_seconds=20).returncode == 0


def _oldest() -> str:
    return ".".join(str(part) for part in OLDEST)
