"""An environment for a peer: made once under `.bench/`, with nothing of ours in it."""

import fcntl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2] / ".bench"


def environment(name: str, *requirements: str) -> Path:
    """The Python of that peer's environment. Raises CalledProcessError when it can't be made."""
    folder = ROOT / name
    python = folder / "bin" / "python"
    told = folder / "requirements.txt"
    wanted = "\n".join(requirements)
    with made_once(name):
        if told.exists() and told.read_text(encoding="utf-8") == wanted:
            return python
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([str(python), *quiet, *requirements], check=True)
        told.write_text(wanted, encoding="utf-8")
    return python


@contextmanager
def made_once(name: str) -> Iterator[None]:
    """Nobody else makes what is called so under `.bench/` while the block runs."""
    ROOT.mkdir(exist_ok=True)
    with (ROOT / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
