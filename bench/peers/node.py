"""Shopify's library for Node as a server of webhooks: made once under `.bench/`, then started.

Express hands the body over as text, so what is sent to it has to be UTF-8 (as webhooks are). It
knows the topics orders/create, orders/updated, customers/update and refunds/create, at
`/webhooks/shopify`, and answers others with 404.
"""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.peers.environment import made_once

_SOURCE = Path(__file__).parent / "shopify_api"
_FOLDER = Path(__file__).resolve().parents[2] / ".bench" / "node"
_MADE_OF = ("package.json", "package-lock.json")
WEBHOOKS_PATH = "/webhooks/shopify"


@dataclass(frozen=True, slots=True)
class Peer:
    """A server that listens on loopback; `pid` is its process, `database` where it keeps rows."""

    port: int
    pid: int
    database: Path

    def rows(self) -> int:
        """How many deliveries it keeps."""
        connection = sqlite3.connect(self.database)
        [count] = connection.execute("SELECT count(*) FROM deliveries").fetchone()
        connection.close()
        return int(count)


def environment() -> Path:
    """The folder with its packages, of exactly the versions that are locked.

    Needs node 20 and npm; better-sqlite3 may be compiled, so a minute the first time. Raises
    CalledProcessError when it can't be made, FileNotFoundError without npm.
    """
    told = _FOLDER / "made-of"
    wanted = "".join((_SOURCE / name).read_text(encoding="utf-8") for name in _MADE_OF)
    with made_once("node"):
        if not (told.exists() and told.read_text(encoding="utf-8") == wanted):
            _install()
            told.write_text(wanted, encoding="utf-8")
        for script in _SOURCE.glob("*.mjs"):
            shutil.copy(script, _FOLDER / script.name)
    return _FOLDER


def _install() -> None:
    _FOLDER.mkdir(parents=True, exist_ok=True)
    for name in _MADE_OF:
        shutil.copy(_SOURCE / name, _FOLDER / name)
    command = ["npm", "ci", "--silent", "--no-audit", "--no-fund"]
    subprocess.run(command, cwd=_FOLDER, check=True, stdout=subprocess.DEVNULL)


def packages() -> dict[str, str]:
    """The exact versions that the peer is made of, by package."""
    found = json.loads((_SOURCE / "package.json").read_text(encoding="utf-8"))
    versions: dict[str, str] = found["dependencies"]
    return versions


@contextmanager
def webhook_server(folder: Path, secret: str, *, core: int | None = None) -> Iterator[Peer]:
    """The server with an empty database in `folder`, on that core alone where one is given."""
    database = folder / "peer.db"
    process = subprocess.Popen(
        ["node", "server.mjs", str(database)],
        cwd=environment(),
        env={
            "PATH": os.environ["PATH"],
            "NODE_ENV": "production",
            "SHOPIFY_API_SECRET": secret,
            "PORT": "0",
        },
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    try:
        if core is not None:
            _bind(process.pid, core)
        word, _, port = process.stdout.readline().partition(" ")
        if word != "ready":
            raise RuntimeError("the peer's server didn't start")
        yield Peer(int(port), process.pid, database)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        process.stdout.close()


def _bind(pid: int, core: int) -> None:
    """Every thread that the process has by now."""
    for task in Path(f"/proc/{pid}/task").iterdir():
        os.sched_setaffinity(int(task.name), {core})
