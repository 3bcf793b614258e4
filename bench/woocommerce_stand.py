"""A stand-in WooCommerce with many orders in a process of its own, and the peers that read it."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from integration.http import GuardedHttp

AIRBYTE = "airbyte-source-woocommerce==0.4.12"
DLT = "dlt[sqlalchemy]==1.31.0"
_PEERS = Path(__file__).parent / "peers"
_STREAMS = ("customers", "orders")


@dataclass(frozen=True, slots=True)
class Stand:
    """A stand-in that serves, with keys to it."""

    url: str
    keys: dict[str, str]


@contextmanager
def stand_in(orders: int, latency_ms: int) -> Iterator[Stand]:
    """A seeded stand-in in a process of its own, which lets every request wait so long."""
    command = [sys.executable, "-m", "simulators.woocommerce", f"--orders={orders}"]
    command += [f"--customers={orders // 3}", f"--latency-seconds={latency_ms / 1000}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        url = process.stdout.readline().removeprefix("ready ").strip()
        yield Stand(url, _keys(url))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)
        process.stdout.close()


def airbyte(folder: Path, python: Path, stand: Stand) -> tuple[float, int]:
    """Seconds from airbyte-source-woocommerce's first request to its end; orders it told."""
    config = {
        "api_key": stand.keys["consumer_key"],
        "api_secret": stand.keys["consumer_secret"],
        "shop": "shop.example",
        "start_date": "2024-01-01",
    }
    catalog = {"streams": [_stream(name) for name in _STREAMS]}
    (folder / "config.json").write_bytes(orjson.dumps(config))
    (folder / "catalog.json").write_bytes(orjson.dumps(catalog))
    command = [str(python), str(_PEERS / "airbyte_woocommerce.py"), "read"]
    command += ["--config", str(folder / "config.json")]
    command += ["--catalog", str(folder / "catalog.json")]
    told = folder / "records.jsonl"
    with told.open("wb") as out:
        last = _run(command, folder, {"STAND_IN": stand.url}, out)
    with told.open("rb") as lines:
        count = sum(b'"RECORD"' in line and b'"stream":"orders"' in line for line in lines)
    return float(last[1]), count


def dlt(folder: Path, python: Path, stand: Stand) -> tuple[float, int]:
    """Seconds of dlt's whole run into a new SQLite file, and the orders in it."""
    for left in folder.glob("dlt*.db*"):
        left.unlink()
    settings = {
        "STAND_IN": stand.url,
        "KEY": stand.keys["consumer_key"],
        "SECRET": stand.keys["consumer_secret"],
        "DATABASE": str(folder / "dlt.db"),
        "FOLDER": str(folder / "dlt"),
        "RUNTIME__DLTHUB_TELEMETRY": "false",
        "RUNTIME__LOG_LEVEL": "ERROR",
    }
    command = [str(python), str(_PEERS / "dlt_woocommerce.py")]
    last = _run(command, folder, settings, subprocess.DEVNULL)
    return float(last[1]), int(last[3])


def _run(command: list[str], folder: Path, settings: Mapping[str, str], out: Any) -> list[str]:
    """The words of the last line that a peer's script writes to stderr."""
    done = subprocess.run(
        command,
        env={"PATH": os.environ["PATH"], "HOME": str(folder), **settings},
        cwd=folder,
        stdout=out,
        stderr=subprocess.PIPE,
        check=True,
    )
    return done.stderr.decode().rstrip().rpartition("\n")[2].split()


def _keys(url: str) -> dict[str, str]:
    answer = GuardedHttp(allow_private_addresses=True).send(
        "POST",
        f"{url}/_control/keys/create",
        headers={"Content-Type": "application/json"},
        body=b"{}",
    )
    keys: dict[str, str] = orjson.loads(answer.body)["result"]
    return keys


def _stream(name: str) -> dict[str, Any]:
    return {
        "stream": {"name": name, "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
        "sync_mode": "full_refresh",
        "destination_sync_mode": "overwrite",
    }
