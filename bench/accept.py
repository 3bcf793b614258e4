"""How many webhooks a second are durably acknowledged, against a bare SQLite group commit.

One run measures, one after the other and on the same disk: a bare group commit (32 threads, one
writer, no HTTP, no sealing), our receiver as ASGI on granian, and the same receiver as WSGI on
granian's threads. Bodies are 10 KB, commits are synchronous=FULL, one delivery in twenty is a
repeat. Everything stays on loopback.

    python -m bench.accept [--requests 6000] [--connections 32] [--rounds 5] [--json]
"""

import argparse
import base64
import hashlib
import hmac
import json
import os
import queue
import random
import selectors
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench.accept_server import SECRET, SHOP, prepare

BODY_BYTES = 10 * 1024
REPEAT_EVERY = 20
TIME_LIMIT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What one measurement found. Latencies are milliseconds."""

    per_second: float
    p50_ms: float
    p99_ms: float
    rows: int


def bare(folder: Path, requests: int, threads: int) -> Figures:
    """A plain group commit: each thread waits until the writer has committed its row."""
    prepare(folder)
    body = random.randbytes(BODY_BYTES)
    waiting: queue.SimpleQueue[tuple[bytes, threading.Event] | None] = queue.SimpleQueue()
    writer = threading.Thread(target=_write_bare, args=(folder / "inbox.db", waiting, body))
    writer.start()
    taken: list[float] = []
    numbers = iter(range(requests))
    lock = threading.Lock()

    def send() -> None:
        mine = []
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                break
            done = threading.Event()
            started = time.perf_counter()
            waiting.put((hashlib.sha256(_delivery_id(number).encode()).digest(), done))
            done.wait()
            mine.append(time.perf_counter() - started)
        with lock:
            taken.extend(mine)

    senders = [threading.Thread(target=send) for _ in range(threads)]
    started = time.perf_counter()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    seconds = time.perf_counter() - started
    waiting.put(None)
    writer.join()
    return _figures(taken, seconds, folder)


def _write_bare(path: Path, waiting: Any, body: bytes) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=FULL")
    insert = (
        "INSERT INTO deliveries (dedupe_key, platform, store_hint, topic, delivery_external_id,"
        " received_at, is_compliance, sealed_body) VALUES (?, 's', 's', 't', 'd', 'now', 0, ?)"
        " ON CONFLICT (dedupe_key) DO NOTHING"
    )
    item = waiting.get()
    while item is not None:
        batch = [item]
        while not waiting.empty() and len(batch) < 256:
            found = waiting.get()
            if found is None:
                waiting.put(None)
                break
            batch.append(found)
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(insert, [(key, body) for key, _ in batch])
        connection.execute("COMMIT")
        for _, done in batch:
            done.set()
        item = waiting.get()
    connection.close()


def served(folder: Path, interface: str, requests: int, connections: int) -> Figures:
    """Our receiver on granian, loaded over keep-alive connections."""
    prepare(folder)
    with _server(folder, interface) as port:
        _load(port, 200, connections, prefix="warm")
        before = _rows(folder)
        taken, seconds = _load(port, requests, connections, prefix="d")
    return _figures(taken, seconds, folder, before)


@contextmanager
def _server(folder: Path, interface: str) -> Iterator[int]:
    port = _free_port()
    command = [sys.executable, "-m", "bench.accept_server", interface, str(folder), str(port)]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        _await(port, process)
        yield port
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(10)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _await(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server didn't start")


def _load(port: int, requests: int, connections: int, prefix: str) -> tuple[list[float], float]:
    """Send so many requests, each connection one at a time. Every answer has to be 200."""
    body = random.Random(1).randbytes(BODY_BYTES)
    signature = base64.b64encode(hmac.digest(SECRET.encode(), body, "sha256")).decode()
    head = (
        "POST /webhooks/shopify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"X-Shopify-Topic: orders/create\r\nX-Shopify-Shop-Domain: {SHOP}\r\n"
        f"X-Shopify-Hmac-Sha256: {signature}\r\nX-Shopify-API-Version: 2026-10\r\n"
        f"Content-Length: {len(body)}\r\nX-Shopify-Webhook-Id: "
    ).encode()
    numbers = iter(range(requests))
    selector = selectors.DefaultSelector()
    taken: list[float] = []
    begun: dict[socket.socket, float] = {}

    def send(connection: socket.socket) -> bool:
        number = next(numbers, None)
        if number is None:
            return False
        request = b"%s%s\r\n\r\n%s" % (head, (prefix + _delivery_id(number)).encode(), body)
        begun[connection] = time.perf_counter()
        connection.sendall(request)
        return True

    started = time.perf_counter()
    open_connections = 0
    for _ in range(connections):
        connection = socket.create_connection(("127.0.0.1", port), 10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ)
        open_connections += send(connection)
    while open_connections:
        if time.perf_counter() - started > TIME_LIMIT_SECONDS:
            raise RuntimeError("the load took too long")
        for key, _ in selector.select(1):
            connection = key.fileobj  # type: ignore[assignment]
            answer = connection.recv(4096)
            taken.append(time.perf_counter() - begun[connection])
            if not answer.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"not acknowledged: {answer[:80]!r}")
            open_connections -= not send(connection)
    seconds = time.perf_counter() - started
    for key in list(selector.get_map().values()):
        key.fileobj.close()  # type: ignore[union-attr]
    selector.close()
    return taken, seconds


def _delivery_id(number: int) -> str:
    """Every twentieth one repeats the one before it."""
    return f"{number - 1 if number % REPEAT_EVERY == REPEAT_EVERY - 1 else number}"


def _figures(taken: list[float], seconds: float, folder: Path, before: int = 0) -> Figures:
    quantiles = statistics.quantiles(taken, n=100)
    return Figures(
        per_second=len(taken) / seconds,
        p50_ms=quantiles[49] * 1000,
        p99_ms=quantiles[98] * 1000,
        rows=_rows(folder) - before,
    )


def _rows(folder: Path) -> int:
    connection = sqlite3.connect(folder / "inbox.db")
    [count] = connection.execute("SELECT count(*) FROM deliveries").fetchone()
    connection.close()
    return int(count)


def _round(requests: int, connections: int) -> dict[str, Figures]:
    """Each way once, one after the other, so that a round's ratios are of the same minute."""
    ways: dict[str, Callable[[Path], Figures]] = {
        "bare": lambda folder: bare(folder, requests, connections),
        "asgi": lambda folder: served(folder, "asgi", requests, connections),
        "wsgi": lambda folder: served(folder, "wsgi", requests, connections),
    }
    expected = len({_delivery_id(number) for number in range(requests)})
    found = {}
    for name, measure in ways.items():
        with tempfile.TemporaryDirectory(prefix=f"tillside-{name}-") as folder:
            found[name] = measure(Path(folder))
        if found[name].rows != expected:
            raise SystemExit(f"{name}: {found[name].rows} rows are stored, not {expected}")
    return found


def main() -> None:
    """Measure and print; the ratios are the medians of the rounds'."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--requests", type=int, default=6000)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    requests, connections = min(options.requests, 50_000), min(options.connections, 256)
    rounds = [_round(requests, connections) for _ in range(min(options.rounds, 20))]
    middle = {name: _median([found[name] for found in rounds]) for name in rounds[0]}
    ratios = {
        f"{name}_to_bare": statistics.median(
            found[name].per_second / found["bare"].per_second for found in rounds
        )
        for name in ("asgi", "wsgi")
    }
    if options.json:
        print(json.dumps({name: asdict(figures) for name, figures in middle.items()} | ratios))
        return
    for name, figures in middle.items():
        print(
            f"{name:5} {figures.per_second:8.0f}/s  p50 {figures.p50_ms:6.1f} ms"
            f"  p99 {figures.p99_ms:6.1f} ms"
        )
    print("   ".join(f"{name} {ratio:.2f}" for name, ratio in ratios.items()))


def _median(found: list[Figures]) -> Figures:
    return sorted(found, key=lambda figures: figures.per_second)[len(found) // 2]


if __name__ == "__main__":
    main()
