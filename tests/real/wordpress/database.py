"""A real MariaDB for WordPress: a folder and a socket of its own, nothing listens on a port."""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from scripts import plugin_site

# Fast because nothing of it has to outlive a crash; without accounts, for only the socket's
# folder leads to it, and that is ours alone.
_OPTIONS = (
    "--no-defaults",
    "--skip-networking",
    "--skip-grant-tables",
    "--skip-log-bin",
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-log-file-size=8M",
    "--innodb-buffer-pool-size=32M",
    "--innodb-flush-method=nosync",
)


@contextmanager
def running_mariadb() -> Iterator[Path]:
    """The socket of a server without any database; the server ends with it."""
    program = plugin_site.program("mariadbd")
    assert program is not None
    with tempfile.TemporaryDirectory(prefix="tillside-db-", dir="/tmp") as name:
        folder = Path(name)
        (folder / "data").mkdir()
        places = (f"--datadir={folder}/data", f"--socket={folder}/s", f"--pid-file={folder}/pid")
        # As root it starts only when it is told so.
        who = ("--user=root",) if os.geteuid() == 0 else ()
        with (folder / "log").open("wb") as log:
            server = subprocess.Popen([program, *_OPTIONS, *places, *who], stdout=log, stderr=log)
        try:
            _wait(server, folder)
            yield folder / "s"
        finally:
            server.kill()
            server.wait()


def _wait(server: "subprocess.Popen[bytes]", folder: Path) -> None:
    deadline = time.monotonic() + 60
    while not (folder / "pid").exists():
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError((folder / "log").read_text(errors="replace")[-2000:])
        time.sleep(0.02)
