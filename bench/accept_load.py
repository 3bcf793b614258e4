"""Webhooks over keep-alive connections from a process of its own, and what each answer took.

`python -m bench.accept_load PORT REQUESTS CONNECTIONS PREFIX` prints the figures as JSON. Requests
are made before the first is sent, so that the sender costs little beside the server.
"""

import base64
import hmac
import json
import os
import selectors
import socket
import statistics
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

from bench.accept_server import SECRET, SHOP
from bench.order_body import order_body

BODY = order_body()
REPEAT_EVERY = 20
TIME_LIMIT_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Figures:
    """What one measurement found. Latencies are milliseconds, the server's processor time (all of
    it, the kernel's for it included) microseconds."""

    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_us: float = 0.0
    sender_cpu_us: float = 0.0


def delivery_id(number: int) -> str:
    """Every twentieth one repeats the one before it."""
    return f"{number - 1 if number % REPEAT_EVERY == REPEAT_EVERY - 1 else number}"


def figures(taken: list[float], seconds: float, sender_seconds: float = 0.0) -> Figures:
    """The figures of answers that took so many seconds each."""
    quantiles = statistics.quantiles(taken, n=100)
    return Figures(
        per_second=len(taken) / seconds,
        p50_ms=quantiles[49] * 1000,
        p99_ms=quantiles[98] * 1000,
        sender_cpu_us=sender_seconds / len(taken) * 1e6,
    )


def requests_of(count: int, prefix: str) -> list[bytes]:
    """Signed requests, ready to be sent."""
    signature = base64.b64encode(hmac.digest(SECRET.encode(), BODY, "sha256")).decode()
    head = (
        "POST /webhooks/shopify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"X-Shopify-Topic: orders/create\r\nX-Shopify-Shop-Domain: {SHOP}\r\n"
        f"X-Shopify-Hmac-Sha256: {signature}\r\nX-Shopify-API-Version: 2026-10\r\n"
        f"Content-Length: {len(BODY)}\r\nX-Shopify-Webhook-Id: {prefix}"
    )
    return [f"{head}{delivery_id(number)}\r\n\r\n".encode() for number in range(count)]


def send(port: int, heads: list[bytes], connections: int) -> Figures:
    """Each connection has one on its way at a time. Every answer has to be 200."""
    left = iter(heads)
    selector = selectors.DefaultSelector()
    taken: list[float] = []
    begun: dict[socket.socket, float] = {}
    for _ in range(connections):
        connection = socket.create_connection(("127.0.0.1", port), 20)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(connection, selectors.EVENT_READ, connection)
        begun[connection] = 0.0
    started, cpu = time.perf_counter(), time.process_time()
    for connection in list(begun):
        _next(connection, left, begun)
    while begun:
        if time.perf_counter() - started > TIME_LIMIT_SECONDS:
            raise RuntimeError("the load took too long")
        for key, _ in selector.select(1):
            answer = key.data.recv(4096)
            taken.append(time.perf_counter() - begun[key.data])
            if not answer.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(f"not acknowledged: {answer[:80]!r}")
            _next(key.data, left, begun)
    found = figures(taken, time.perf_counter() - started, time.process_time() - cpu)
    for key in list(selector.get_map().values()):
        key.data.close()
    selector.close()
    return found


def _next(
    connection: socket.socket, left: Iterator[bytes], begun: dict[socket.socket, float]
) -> None:
    head = next(left, None)
    if head is None:
        del begun[connection]
        return
    begun[connection] = time.perf_counter()
    connection.sendall(head + BODY)


def main() -> None:
    """Send and print."""
    port, count, connections, prefix = sys.argv[1:5]
    found = send(int(port), requests_of(int(count), prefix), int(connections))
    told = {name: getattr(found, name) for name in ("per_second", "p50_ms", "p99_ms")}
    print(json.dumps({**told, "sender_cpu_us": found.sender_cpu_us, "pid": os.getpid()}))


if __name__ == "__main__":
    main()
