"""How fast a WooCommerce store's first read is, against airbyte-source-woocommerce.

Both read accounts and orders of the same stand-in, which serves from a process of its own. Ours is
the whole way: pages through the guarded client, records, the job `sync.backfill` with its claim,
newest-wins, profiles and figures, a commit every 1,000 records (SQLite, synchronous=FULL), and the
products that were ordered. The peer, unmodified, in an environment of its own, writes its records
to a file and keeps no database. Its start is not counted. Rounds alternate, so that both meet the
same machine.

`--latency-ms` is what the stand-in lets every request wait, as a store does that works for its
answer; a quick one takes a hundred. Without it the peer does nothing but parse, and both come out
about the same.

    python -m bench.woocommerce [--orders 10000] [--rounds 5] [--latency-ms 100] [--json]
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import func, select

from bench.peers.environment import environment
from integration.app import build_platforms
from integration.crypto import keyring, new_key_text
from integration.db import Database
from integration.events import RecordedEvents
from integration.http import GuardedHttp
from integration.install.granting import StoreRef, keep_grant
from integration.models import Order, StoreSync
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from integration.settings import load as load_settings
from integration.sync.backfill import backfill
from integration.upgrade import upgrade_database
from platforms.port import KeyHandover

WANTED_RATIO = 2.0
PEER = "airbyte-source-woocommerce==0.4.12"
_SHIM = Path(__file__).parent / "peers" / "airbyte_woocommerce.py"
_STREAMS = ("customers", "orders")


@dataclass(frozen=True, slots=True)
class Result:
    """The figures of one run. Speeds are orders a second, the ratio is the rounds' median."""

    orders: int
    rounds: int
    latency_ms: int
    ours_per_second: float
    peer_per_second: float
    peer_orders: int
    ratio: float


@dataclass(frozen=True, slots=True)
class Stand:
    """A stand-in that serves, with keys to it."""

    url: str
    keys: dict[str, str]


@contextmanager
def stand_in(orders: int, latency_ms: int) -> Iterator[Stand]:
    """A seeded stand-in in a process of its own."""
    command = [sys.executable, "-m", "simulators.woocommerce", f"--orders={orders}"]
    command += [f"--customers={orders // 3}", f"--latency-seconds={latency_ms / 1000}"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        url = process.stdout.readline().removeprefix("ready ").strip()
        yield Stand(url, _keys(url))
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=20)


def _keys(url: str) -> dict[str, str]:
    answer = GuardedHttp(allow_private_addresses=True).send(
        "POST",
        f"{url}/_control/keys/create",
        headers={"Content-Type": "application/json"},
        body=b"{}",
    )
    keys: dict[str, str] = orjson.loads(answer.body)["result"]
    return keys


def ours(folder: Path, stand: Stand) -> float:
    """Seconds for the whole way, from the first request to the last commit."""
    with _services(folder) as services:
        ref = _connected(services, stand)
        began = time.perf_counter()
        backfill(services, workspace_id=ref.workspace_id, store_id=ref.store_id)
        return time.perf_counter() - began


def check(folder: Path, stand: Stand, orders: int) -> None:
    """One whole read that isn't timed: every order has to be there."""
    with _services(folder) as services:
        ref = _connected(services, stand)
        backfill(services, workspace_id=ref.workspace_id, store_id=ref.store_id)
        with services.db.workspace(ref.workspace_id) as session:
            sync = session.get_one(StoreSync, ref.store_id)
            held = session.execute(select(func.count()).select_from(Order)).scalar_one()
    assert sync.backfill_state == "done", sync.error
    assert held >= orders * 0.9, held


def peer(folder: Path, python: Path, stand: Stand) -> tuple[float, int]:
    """Seconds from the peer's first request to its end, and how many orders it told."""
    config = {
        "api_key": stand.keys["consumer_key"],
        "api_secret": stand.keys["consumer_secret"],
        "shop": "shop.example",
        "start_date": "2024-01-01",
    }
    catalog = {"streams": [_stream(name) for name in _STREAMS]}
    (folder / "config.json").write_bytes(orjson.dumps(config))
    (folder / "catalog.json").write_bytes(orjson.dumps(catalog))
    command = [str(python), str(_SHIM), "read"]
    command += ["--config", str(folder / "config.json")]
    command += ["--catalog", str(folder / "catalog.json")]
    told = folder / "records.jsonl"
    with told.open("wb") as out:
        done = subprocess.run(
            command,
            env={"PATH": os.environ["PATH"], "HOME": str(folder), "STAND_IN": stand.url},
            stdout=out,
            stderr=subprocess.PIPE,
            check=True,
        )
    seconds = float(done.stderr.decode().rsplit("seconds ", 1)[1])
    with told.open("rb") as lines:
        count = sum(b'"RECORD"' in line and b'"stream":"orders"' in line for line in lines)
    return seconds, count


def measure(orders: int, rounds: int, latency_ms: int) -> Result:
    """Alternate both and compare. The first round of each warms up and isn't counted."""
    python = environment("airbyte-source-woocommerce", PEER)
    with tempfile.TemporaryDirectory(prefix="tillside-bench-") as name:
        folder = Path(name)
        with stand_in(orders, latency_ms) as stand:
            check(folder, stand, orders)
            _, peer_orders = peer(folder, python, stand)
            times = [(ours(folder, stand), peer(folder, python, stand)[0]) for _ in range(rounds)]
    return Result(
        orders=orders,
        rounds=rounds,
        latency_ms=latency_ms,
        ours_per_second=orders / statistics.median(own for own, _ in times),
        peer_per_second=orders / statistics.median(other for _, other in times),
        peer_orders=peer_orders,
        ratio=statistics.median(other / own for own, other in times),
    )


def _stream(name: str) -> dict[str, Any]:
    return {
        "stream": {"name": name, "json_schema": {}, "supported_sync_modes": ["full_refresh"]},
        "sync_mode": "full_refresh",
        "destination_sync_mode": "overwrite",
    }


@contextmanager
def _services(folder: Path) -> Iterator[Services]:
    path = folder / "run.db"
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    settings = {
        "APP_URL": "http://127.0.0.1:1",
        "DATA_DIR": str(folder),
        "SECRET_KEY": "only-for-the-benchmark-on-this-machine",
        "ALLOW_PRIVATE_ADDRESSES": "on",
    }
    http = GuardedHttp(allow_private_addresses=True)
    database = Database(f"sqlite:///{path}", pool_size=2)
    upgrade_database(database, "main")
    try:
        yield Services(
            settings=load_settings(settings),
            db=database,
            inbox=database,
            keyring=keyring(new_key_text("bench")),
            http=http,
            platforms=build_platforms(http, settings),
            jobs=RecordedJobs(),
            events=RecordedEvents(),
            now=lambda: datetime.now(UTC),
        )
    finally:
        database.dispose()


def _connected(services: Services, stand: Stand) -> StoreRef:
    handover: KeyHandover | None = services.platforms["woocommerce"].handover
    assert handover is not None
    body = {**stand.keys, "user_id": "b" * 43, "key_permissions": "read_write"}
    keys = handover.receive(orjson.dumps(body)).keys
    grant = handover.prove(handover.visit(stand.url), keys)
    return keep_grant(services, "woocommerce", grant).ref


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 when they aren't what is wanted."""
    parser = argparse.ArgumentParser(prog="bench.woocommerce", description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--latency-ms", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    result = measure(options.orders, options.rounds, options.latency_ms)
    if options.json:
        print(json.dumps(asdict(result)))
    else:
        print(
            f"first read of {result.orders} orders, {result.latency_ms} ms a request: "
            f"{result.ours_per_second:,.0f}/s, {PEER} {result.peer_per_second:,.0f}/s "
            f"({result.peer_orders} orders told), ratio {result.ratio:.2f}"
        )
    return 0 if result.ratio >= WANTED_RATIO else 1


if __name__ == "__main__":
    sys.exit(main())
