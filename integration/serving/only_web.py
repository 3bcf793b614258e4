"""On SQLite one web process writes the inbox; a second one is told so, and doesn't fight for it."""

import fcntl
import time
from pathlib import Path
from typing import IO

from integration.errors import MissingSetting
from integration.settings import Settings

_SUFFIX = ".web-lock"
_PATIENCE_SECONDS = 10.0
_LOOK_AGAIN_SECONDS = 0.1


def be_the_only_web(settings: Settings) -> IO[bytes] | None:
    """What holds the place; keep it. It goes with the process and the ones that it forked.

    A predecessor that is just ending is waited for. None on PostgreSQL, which takes any number.
    Raises MissingSetting, in plain words, when another web process has that file.
    """
    inbox = settings.effective_inbox_url
    if not inbox.startswith("sqlite:///"):
        return None
    path = Path(inbox.removeprefix("sqlite:///") + _SUFFIX)
    path.parent.mkdir(parents=True, exist_ok=True)
    held = path.open("ab")
    until = time.monotonic() + _PATIENCE_SECONDS
    while not _is_locked(held):
        if time.monotonic() > until:
            held.close()
            raise MissingSetting(
                f"DATA_DIR: another `tillside web` works on {path.parent}. SQLite takes one; "
                "set DATABASE_URL to a PostgreSQL for several"
            )
        time.sleep(_LOOK_AGAIN_SECONDS)
    return held


def is_taken(settings: Settings) -> bool:
    """Whether a web process has the place now."""
    inbox = settings.effective_inbox_url
    path = Path(inbox.removeprefix("sqlite:///") + _SUFFIX)
    if not inbox.startswith("sqlite:///") or not path.exists():
        return False
    with path.open("ab") as probe:
        return not _is_locked(probe)


def _is_locked(held: IO[bytes]) -> bool:
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
