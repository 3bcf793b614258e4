"""Make `.venv` with everything that requirements.lock names, and the project itself.

Run by the system's python3 before anything is installed: only the standard library, and syntax
that an old Python reads too. A second run sees its stamp and returns at once.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import interpreters
import pip_sources
from progress import Stop, counter, quiet, say

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
LOCK = ROOT / "requirements.lock"
STAMP = VENV / "tillside-stamp"

# What builds the packages that come as source, and the project; installed before the rest.
BUILD_TOOLS = ("hatchling", "packaging", "pathspec", "pluggy", "setuptools", "trove-classifiers")


def main() -> int:
    """0 once `.venv` is complete, 1 after saying what is in the way."""
    try:
        if not is_complete():
            with _alone():
                if not is_complete():
                    build()
    except Stop as stop:
        print(f"\n{stop}\n", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; the next run goes on from here.", file=sys.stderr)
        return 130
    return 0


@contextmanager
def _alone() -> Iterator[None]:
    """One set-up at a time in this folder; a second one waits and finds the work done."""
    folder = os.open(str(ROOT), os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def is_complete() -> bool:
    """Whether the last run finished with the same lock file, in the same place."""
    try:
        return STAMP.read_text() == fingerprint() and (VENV / "bin" / "python").exists()
    except OSError:
        return False


def fingerprint() -> str:
    """What the environment was made from. The place counts: scripts name it in their first line."""
    digest = hashlib.sha256(str(VENV).encode())
    for path in (LOCK, ROOT / "pyproject.toml"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def build() -> None:
    """Make the environment, or mend the one that is there."""
    if not interpreters.works(VENV / "bin" / "python"):
        make_environment()
    pip = pip_sources.find(VENV, interpreters.choose)
    STAMP.unlink(missing_ok=True)
    say("installing the packages of requirements.lock (a minute or two, the first time)")
    with tempfile.TemporaryDirectory() as folder:
        tools = Path(folder) / "build-tools.txt"
        tools.write_text(entries(LOCK.read_text(), BUILD_TOOLS))
        install(pip, "--require-hashes", "--no-deps", "-r", str(tools))
    install(pip, "--require-hashes", "--no-build-isolation", "-r", str(LOCK))
    install(pip, "--no-deps", "--no-build-isolation", "--editable", str(ROOT))
    STAMP.write_text(fingerprint())
    say("ready")


def make_environment() -> None:
    """An empty `.venv` of a suitable Python, with pip inside where that Python brings it."""
    python = interpreters.choose()
    say(f"making .venv with {python}")
    if VENV.exists():
        shutil.rmtree(VENV)
    arguments = [python, "-m", "venv", str(VENV)]
    if not interpreters.has_module(python, "ensurepip"):
        arguments.insert(3, "--without-pip")
    done = quiet(arguments)
    if done.returncode != 0:
        shutil.rmtree(VENV, ignore_errors=True)
        raise Stop(f"{python} can't make a virtual environment:\n{done.stdout}")


def entries(lock: str, names: tuple[str, ...]) -> str:
    """The lock file's entries of these packages, with their hashes."""
    found = {
        entry.split("==", 1)[0]: entry for entry in re.split(r"\n(?=[a-z0-9])", lock.strip("\n"))
    }
    return "".join(found[name] + "\n" for name in names)


def install(pip: list[str], *arguments: str) -> None:
    """Run an installer quietly. Raises Stop with its last words, and what they mean."""
    environment = dict(os.environ, PIP_DISABLE_PIP_VERSION_CHECK="1", PIP_NO_INPUT="1")
    running = subprocess.Popen(
        [*pip, "install", *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env=environment,
        cwd=str(ROOT),
        text=True,
    )
    assert running.stdout is not None
    lines = []
    with running, counter() as count:
        for line in running.stdout:
            lines.append(line)
            count(line.startswith("Collecting "))
    if running.returncode != 0:
        output = "".join(lines)
        raise Stop(f"{_last_lines(output)}\n\n{_meaning(output)}")


def _last_lines(output: str) -> str:
    return "\n".join(output.strip().splitlines()[-12:])


def _meaning(output: str) -> str:
    lowered = output.lower()
    if "certificate_verify_failed" in lowered or "certificate verify failed" in lowered:
        return "The package index's certificate isn't trusted: apt-get install ca-certificates"
    if "do not match the hashes" in lowered:
        return "A package isn't the one that requirements.lock names: nothing of it was installed."
    if "no space left" in lowered:
        return "The disk is full: about 700 MB are needed."
    unreachable = ("temporary failure in name", "connection refused", "timed out", "newconnection")
    if any(sign in lowered for sign in unreachable):
        return "The package index can't be reached: the first run needs a network."
    return "Installing the packages failed; the lines above are pip's. The next run tries again."


if __name__ == "__main__":
    sys.exit(main())
