"""An environment for a peer: made once under `.bench/`, with nothing of ours in it."""

import subprocess
import sys
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2] / ".bench"


def environment(name: str, *requirements: str) -> Path:
    """The Python of that peer's environment. Raises CalledProcessError when it can't be made."""
    folder = _ROOT / name
    python = folder / "bin" / "python"
    told = folder / "requirements.txt"
    wanted = "\n".join(requirements)
    if python.exists() and told.exists() and told.read_text(encoding="utf-8") == wanted:
        return python
    subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
    quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([str(python), *quiet, *requirements], check=True)
    told.write_text(wanted, encoding="utf-8")
    return python
