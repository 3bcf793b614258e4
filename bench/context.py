"""How long the panel's read takes at 500,000 orders, beside a raw sqlite3 read of the same rows.

Ours is `GET /api/v1/context?order=…` of the real web process, over HTTP on one keep-alive
connection, with a Shopify session token (and once more with an API key), for somebody who ordered:
another one each time, and with another token. When the answer is here the view stands in the audit,
committed with synchronous=FULL: the rows are counted. The raw read asks a plain sqlite3 connection
for the same rows, statement by statement, and does nothing with them. Both are p95. Rounds
alternate; in each, ours is also measured while webhooks come in, as many as the process takes and
500 a second: to the process that is read from, and once more, as many as it takes, with a process
for people beside it (`tillside web --for-people`).

    python -m bench.context [--orders 500000] [--reads 600] [--rounds 5] [--json] [--quick]
"""

import argparse
import os
import random
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.context_reads import API_KEY, CLIENT, SECRET, Panel, raw, request
from bench.mirror import KEYS, SHOP, mirror
from bench.ratios import Ratio, tell
from bench.webhook_load import under_load
from integration.crypto import token_digest

WANTED, WANTED_UNDER_LOAD = 25.0, 2.0
_WAYS = ("raw", "session", "key", "beside")
# Each load with the way of asking under it, and its webhooks a second (0: as many as are taken).
_LOADS = (("saturated", "session", 0.0), ("paced", "session", 500.0), ("apart", "beside", 0.0))


@dataclass(slots=True)
class Seen:
    """p95 and p50 of each round in microseconds, by way; figures of the load by name."""

    p95: dict[str, list[float]] = field(default_factory=dict)
    p50: dict[str, list[float]] = field(default_factory=dict)
    load: dict[str, list[float]] = field(default_factory=dict)

    def note(self, way: str, taken: list[float]) -> None:
        """Keep a round's."""
        quantiles = statistics.quantiles(taken, n=100)
        self.p95.setdefault(way, []).append(quantiles[94] * 1e6)
        self.p50.setdefault(way, []).append(quantiles[49] * 1e6)


def timed(read: Callable[[Any], object], asked: Sequence[Any]) -> list[float]:
    """Seconds that each read took."""
    taken = []
    for one in asked:
        began = time.perf_counter()
        read(one)
        taken.append(time.perf_counter() - began)
    return taken


def measure(orders: int, reads: int, rounds: int) -> Seen:
    """Alternate the ways, round by round, after some reads that warm everything up."""
    seen = Seen()
    with tempfile.TemporaryDirectory(prefix="tillside-context-") as name:
        path = Path(name) / "tillside.db"
        shutil.copyfile(mirror(orders), path)
        _prepare(path)
        everybody = _orders(path)
        choice = random.Random(5)
        plain, connection = raw(path)
        with _web(Path(name)) as port, _web(Path(name), "--for-people") as apart:
            panel, beside = Panel(port), Panel(apart)

            def ask(way: str, count: int) -> list[float]:
                people = choice.sample(everybody, count)
                if way == "raw":
                    return timed(plain, people)
                read = beside.read if way == "beside" else panel.read
                kind = "session" if way == "beside" else way
                return timed(read, [request(kind, order) for order in people])

            for way in _WAYS:
                ask(way, min(200, reads))
            for _ in range(rounds):
                for way in _WAYS:
                    seen.note(way, ask(way, reads))
                for name_of_load, way, rate in _LOADS:
                    with under_load(port, SECRET, SHOP, per_second=rate) as load:
                        time.sleep(0.5)
                        seen.note(name_of_load, ask(way, reads))
                    for figure, value in load.figures.items():
                        seen.load.setdefault(f"{name_of_load}_{figure}", []).append(value)
            asked = 3 * min(200, reads) + (3 + len(_LOADS)) * reads * rounds
            panel.close()
            beside.close()
        connection.close()
        _check(path, asked)
    return seen


def ratios(seen: Seen) -> list[Ratio]:
    """What is wanted of them, with everything else that was seen."""
    more: dict[str, float | str] = {
        f"{way}_{name}_us": statistics.median(values)
        for name, ways in (("p50", seen.p50), ("p95", seen.p95))
        for way, values in ways.items()
    }
    load: dict[str, float | str] = {
        name: statistics.median(values) for name, values in seen.load.items()
    }
    idle = tuple(seen.p95["session"])
    what = "panel read over HTTP, audited ÷ raw sqlite3 read, p95"
    theirs = tuple(seen.p95["raw"])
    found = [Ratio("B7", what, "µs", idle, theirs, WANTED, at_most=True, more=more)]
    for way, what, calm in (
        ("saturated", "as many webhooks as it takes", "session"),
        ("paced", "500 webhooks/s", "session"),
        ("apart", "as many webhooks as the process beside takes", "beside"),
    ):
        found.append(
            Ratio(
                f"B7 {way}",
                f"panel read under {what} ÷ idle, p95",
                "µs",
                tuple(seen.p95[way]),
                tuple(seen.p95[calm]),
                WANTED_UNDER_LOAD,
                at_most=True,
                more={name: value for name, value in load.items() if name.startswith(way)},
            )
        )
    return found


def _prepare(path: Path) -> None:
    """A key for the API."""
    connection = sqlite3.connect(path)
    now = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    connection.execute(
        "INSERT INTO api_keys (workspace_id, store_id, key_digest, hint, created_at, last_used_at)"
        " VALUES (1, 1, ?, 'tsk_', ?, ?)",
        (token_digest(API_KEY), now, now),
    )
    connection.commit()
    connection.close()


def _orders(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    found = connection.execute("SELECT external_id FROM orders WHERE id % 7 = 0").fetchall()
    connection.close()
    return [external_id for (external_id,) in found]


def _check(path: Path, asked: int) -> None:
    connection = sqlite3.connect(path)
    [views] = connection.execute("SELECT count(*) FROM profile_views").fetchone()
    connection.close()
    if views != asked:
        raise SystemExit(f"{views} views are audited, not {asked}")


@contextmanager
def _web(folder: Path, *options: str) -> Iterator[int]:
    """The web process on the folder's files; its port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(folder),
        "APP_URL": "https://tillside.test",
        "DATA_DIR": str(folder),
        "PORT": str(port),
        "SECRET_KEY": "only-for-the-benchmark-on-this-machine",
        "ENCRYPTION_KEYS": KEYS,
        "SHOPIFY_API_KEY": CLIENT,
        "SHOPIFY_API_SECRET": SECRET,
    }
    for target in ("db", "upgrade"), ("web", *options):
        command = [sys.executable, "-m", "integration.cli", *target]
        process = subprocess.Popen(command, env=environment, start_new_session=True)
        if target == ("db", "upgrade") and process.wait(120) != 0:
            raise RuntimeError("the databases can't be made")
    try:
        _await(port, process)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the web process didn't start")


def main() -> None:
    """Measure and tell."""
    parser = argparse.ArgumentParser(prog="bench.context", description=__doc__)
    parser.add_argument("--orders", type=int, default=500_000)
    parser.add_argument("--reads", type=int, default=600)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    orders, reads, rounds = options.orders, options.reads, options.rounds
    if options.quick:
        orders, reads, rounds = 5_000, 100, 1
    tell(ratios(measure(orders, reads, rounds)), as_json=options.json)


if __name__ == "__main__":
    main()
