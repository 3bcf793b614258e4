"""Where an installer comes from, also where Debian's python3-venv is missing.

Tried in this order; the first that answers is used, and nothing is installed into the system:
1. pip inside `.venv` (the usual case: `python -m venv` put it there),
2. the pip of the Python that made it, pointed at `.venv` (Debian's python3-pip),
3. the pip wheel that Debian keeps in /usr/share/python-wheels,
4. uv, if it is on the PATH,
5. Debian's package python3-pip-whl, downloaded and unpacked into a temporary folder: apt checks its
   signature, and no root is needed.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from progress import Stop, quiet, say

WHEELS = Path("/usr/share/python-wheels")


def find(venv: Path, choose: Callable[[], str]) -> list[str]:
    """A command that takes `install …` and installs into `venv`. Raises Stop with what to do."""
    python = str(venv / "bin" / "python")
    inside = [python, "-m", "pip"]
    if _answers(inside):
        return inside
    outside = [choose(), "-m", "pip", "--python", python]
    if _answers(outside):
        say("python3-venv is missing: using the system's pip")
        return outside
    if _put_in(python, WHEELS):
        say("python3-venv is missing: took pip from Debian's wheel")
        return inside
    uv = shutil.which("uv")
    if uv:
        say("python3-venv is missing: using uv")
        return [sys.executable, str(Path(__file__).with_name("uv_as_pip.py")), uv, python]
    if _put_in_from_debian(python):
        return inside
    version = quiet([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]).stdout
    raise Stop(
        "There is no pip to install packages with, and none could be fetched.\n"
        f"On Debian or Ubuntu, as root: apt-get update && apt-get install -y python3-venv\n"
        f"(for a Python that is not the system's own: python{version.strip()}-venv)"
    )


def _answers(command: list[str]) -> bool:
    return quiet([*command, "--version"], timeout_seconds=60).returncode == 0


def _put_in(python: str, folder: Path) -> bool:
    """Install pip into the environment from a wheel of itself, which runs where it lies."""
    for wheel in sorted(folder.glob("pip-*.whl"), reverse=True):
        command = [python, f"{wheel}/pip", "install", "--no-index", "--no-deps", str(wheel)]
        if quiet(command).returncode == 0:
            return True
    return False


def _put_in_from_debian(python: str) -> bool:
    if not (shutil.which("apt-get") and shutil.which("dpkg-deb")):
        return False
    say("python3-venv is missing: fetching pip from Debian's packages")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if not (_download(folder, []) or _download(folder, _lists_of_our_own(folder))):
            return False
        for package in folder.glob("python3-pip-whl_*.deb"):
            quiet(["dpkg-deb", "-x", str(package), str(folder / "unpacked")])
        return _put_in(python, folder / "unpacked" / WHEELS.relative_to("/"))


def _download(folder: Path, options: list[str]) -> bool:
    command = ["apt-get", *options, "download", "python3-pip-whl"]
    return quiet(command, cwd=str(folder), timeout_seconds=300).returncode == 0


def _lists_of_our_own(folder: Path) -> list[str]:
    """Options for apt with package lists of our own, where the machine's are empty or too old."""
    for part in ("lists/partial", "cache/archives/partial"):
        (folder / part).mkdir(parents=True)
    options = ["-o", f"Dir::State::lists={folder}/lists", "-o", f"Dir::Cache={folder}/cache"]
    quiet(["apt-get", *options, "update"], timeout_seconds=300)
    return options
