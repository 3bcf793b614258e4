"""Webhooks sent to a web process for a while, from a process of its own: as many as it takes, or
so many a second. Other benchmarks start it (`under_load`).
"""

import argparse
import base64
import hmac
import json
import os
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from bench.order_body import order_body

_ANSWER_BYTES = 4096


@dataclass(slots=True)
class Load:
    """What was sent and answered so far; latencies in seconds."""

    port: int
    secret: str
    shop: str
    taken: list[float] = field(default_factory=list)
    begun: dict[socket.socket, float] = field(default_factory=dict)
    sent: int = 0
    _head: bytes = b""
    _body: bytes = b""

    def __post_init__(self) -> None:
        self._body = order_body()
        digest = hmac.digest(self.secret.encode(), self._body, "sha256")
        self._head = (
            "POST /webhooks/shopify HTTP/1.1\r\nHost: localhost\r\n"
            "Content-Type: application/json\r\nX-Shopify-Topic: orders/updated\r\n"
            f"X-Shopify-Shop-Domain: {self.shop}\r\n"
            f"X-Shopify-Hmac-Sha256: {base64.b64encode(digest).decode()}\r\n"
            f"X-Shopify-API-Version: 2026-10\r\nContent-Length: {len(self._body)}\r\n"
            f"X-Shopify-Webhook-Id: {os.getpid()}-"
        ).encode()

    def send(self, connection: socket.socket) -> None:
        """One more, by a connection that waits for none."""
        self.sent += 1
        self.begun[connection] = time.perf_counter()
        connection.sendall(b"%s%d\r\n\r\n%s" % (self._head, self.sent, self._body))

    def receive(self, connection: socket.socket) -> None:
        """Its answer. Raises RuntimeError unless it is an acknowledgement."""
        answer = connection.recv(_ANSWER_BYTES)
        self.taken.append(time.perf_counter() - self.begun.pop(connection))
        if not answer.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(f"not acknowledged: {answer[:80]!r}")


def run(load: Load, seconds: float, connections: int, per_second: float) -> float:
    """Send for so long; how many were acknowledged a second. Without a rate: as many as can be."""
    selector = selectors.DefaultSelector()
    idle: list[socket.socket] = []
    for _ in range(connections):
        connection = socket.create_connection(("127.0.0.1", load.port), 10)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ, connection)
        idle.append(connection)
    print("sending", flush=True)
    started = time.perf_counter()
    while (passed := time.perf_counter() - started) < seconds:
        due = passed * per_second if per_second else float("inf")
        while idle and load.sent < due:
            load.send(idle.pop())
        wait = (load.sent + 1) / per_second - passed if per_second and idle else 0.1
        for key, _ in selector.select(max(0.0, wait)):
            load.receive(key.data)
            idle.append(key.data)
    for connection in idle:
        connection.close()
    selector.close()
    return len(load.taken) / (time.perf_counter() - started)


@contextmanager
def under_load(
    port: int, secret: str, shop: str, *, per_second: float = 0.0, seconds: float = 60.0
) -> Iterator["Told"]:
    """Webhooks come in while the block runs; what they met is told after it."""
    command = [sys.executable, "-m", "bench.webhook_load", str(port), secret, shop]
    command += [f"--seconds={seconds}", f"--per-second={per_second}"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    told = Told()
    assert process.stdout is not None
    try:
        if process.stdout.readline().strip() != "sending":
            raise RuntimeError("the load didn't start")
        yield told
    finally:
        process.terminate()
        out, _ = process.communicate(timeout=20)
        told.figures = json.loads(out) if out.strip() else {}


@dataclass(slots=True)
class Told:
    """What the senders saw, by name: `per_second`, `p99_ms`."""

    figures: dict[str, float] = field(default_factory=dict)


def main() -> None:
    """Send until the time is over or SIGTERM comes, and tell the figures as JSON."""
    parser = argparse.ArgumentParser(prog="bench.webhook_load", description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("secret")
    parser.add_argument("shop")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--per-second", type=float, default=0.0)
    parser.add_argument("--connections", type=int, default=32)
    options = parser.parse_args()
    load = Load(options.port, options.secret, options.shop)
    started = time.perf_counter()
    with suppress(KeyboardInterrupt):
        run(load, options.seconds, options.connections, options.per_second)
    seconds = time.perf_counter() - started
    p99 = statistics.quantiles(load.taken, n=100)[98] if len(load.taken) > 1 else 0.0
    print(json.dumps({"per_second": len(load.taken) / seconds, "p99_ms": p99 * 1000}))


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    main()
