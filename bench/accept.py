"""How many webhooks a second are durably acknowledged: ours, Shopify's library, a bare commit.

One run alternates, on the same disk and on one core each: our receiver on granian; Shopify's own
library for Node (Express, better-sqlite3, an insert before the answer); a bare group commit with
32 threads (no HTTP, no sealing). The sender of the webhooks has the other core. Bodies are 10 KB,
a documented order; we store them packed and sealed, the other two as they are. Commits are
synchronous=FULL, one delivery in twenty is a repeat, and what is stored is counted after each
round. Everything stays on loopback.

    python -m bench.accept [--rounds 5] [--requests 20000] [--connections 32] [--quick] [--json]
"""

import argparse
import json
import os
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
from pathlib import Path

from bench.accept_load import Figures, delivery_id
from bench.accept_server import SECRET, prepare
from bench.peers.node import webhook_server
from bench.ratios import Ratio, tell

SERVER_CORE, SENDER_CORE = 0, 1
_WARM_REQUESTS = 1000
_TICKS = os.sysconf("SC_CLK_TCK")


def ours(folder: Path, requests: int, connections: int) -> Figures:
    """Our receiver on granian, as `tillside web` runs it."""
    prepare(folder)
    with _server(folder) as (port, pid):
        return _loaded(port, pid, requests, connections, lambda: _rows(folder / "inbox.db"))


def node(folder: Path, requests: int, connections: int) -> Figures:
    """The peer."""
    with webhook_server(folder, SECRET, core=SERVER_CORE) as peer:
        return _loaded(peer.port, peer.pid, requests, connections, peer.rows)


def bare(folder: Path, requests: int, connections: int) -> Figures:
    """The limit: nothing but the commits."""
    prepare(folder)
    found = _told("bench.accept_bare", SERVER_CORE, str(folder), str(requests), str(connections))
    _check(_rows(folder / "inbox.db"), requests)
    return Figures(found["per_second"], found["p50_ms"], found["p99_ms"])


def _loaded(
    port: int, pid: int, requests: int, connections: int, rows: Callable[[], int]
) -> Figures:
    load = ("bench.accept_load", SENDER_CORE, str(port))
    _told(*load, str(_WARM_REQUESTS), str(connections), "warm")
    before, cpu = rows(), _cpu_seconds(pid)
    found = _told(*load, str(requests), str(connections), "d")
    cpu = _cpu_seconds(pid) - cpu
    _check(rows() - before, requests)
    return Figures(
        found["per_second"],
        found["p50_ms"],
        found["p99_ms"],
        cpu / requests * 1e6,
        found["sender_cpu_us"],
    )


def _told(module: str, core: int, *arguments: str) -> dict[str, float]:
    command = ["taskset", "-c", str(core), sys.executable, "-m", module, *arguments]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def _check(stored: int, requests: int) -> None:
    expected = len({delivery_id(number) for number in range(requests)})
    if stored != expected:
        raise SystemExit(f"{stored} rows are stored, not {expected}")


@contextmanager
def _server(folder: Path) -> Iterator[tuple[int, int]]:
    """Its port, and the process that answers."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = ["taskset", "-c", str(SERVER_CORE), sys.executable, "-m", "bench.accept_server"]
    process = subprocess.Popen([*command, str(folder), str(port)], start_new_session=True)
    try:
        _await(port, process)
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text()
        yield port, int(children.split()[-1])
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _await(port: int, process: "subprocess.Popen[bytes]") -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), 1) as probe:
                # The port is there before the workers are.
                probe.settimeout(60)
                probe.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
                if probe.recv(64):
                    return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError("the server didn't start")


def _cpu_seconds(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11:13]
    return (int(user) + int(system)) / _TICKS


def _rows(path: Path) -> int:
    connection = sqlite3.connect(path)
    [count] = connection.execute("SELECT count(*) FROM deliveries").fetchone()
    connection.close()
    return int(count)


def measure(rounds: int, requests: int, connections: int) -> list[Ratio]:
    """The ratios. Each round is all three, one after the other, on fresh files."""
    found: dict[str, list[Figures]] = {"ours": [], "node": [], "bare": []}
    ways = {"ours": ours, "node": node, "bare": bare}
    for _ in range(rounds):
        for name, way in ways.items():
            # The peer is slow: a third of the requests takes it as long.
            count = requests // 3 if name == "node" else requests
            with tempfile.TemporaryDirectory(prefix=f"tillside-{name}-") as folder:
                found[name].append(way(Path(folder), count, connections))
    return _ratios(**{name: tuple(many) for name, many in found.items()})


def _ratios(
    ours: Sequence[Figures], node: Sequence[Figures], bare: Sequence[Figures]
) -> list[Ratio]:
    speed = tuple(each.per_second for each in ours)
    more: dict[str, float | str] = {
        "our p50 ms": _middle(each.p50_ms for each in ours),
        "our p99 ms": _middle(each.p99_ms for each in ours),
        "the peer's p50 ms": _middle(each.p50_ms for each in node),
        "the peer's p99 ms": _middle(each.p99_ms for each in node),
        "our processor µs each": _middle(each.cpu_us for each in ours),
        "the peer's processor µs each": _middle(each.cpu_us for each in node),
        "the sender's processor µs each": _middle(each.sender_cpu_us for each in ours),
    }
    what = "durable webhooks accepted ÷ @shopify/shopify-api on Node, one core each"
    slowest = "p99 of an answer ÷ @shopify/shopify-api's"
    limit = "durable webhooks accepted ÷ bare group commit, one core each"
    p99s = (tuple(each.p99_ms for each in ours), tuple(each.p99_ms for each in node))
    bares = tuple(each.per_second for each in bare)
    return [
        Ratio("B1", what, "/s", speed, tuple(each.per_second for each in node), 4.0, more=more),
        Ratio("B1 p99", slowest, "ms", *p99s, 1 / 6, at_most=True),
        Ratio("B2", limit, "/s", speed, bares, 0.7),
    ]


def _middle(values: Iterator[float]) -> float:
    return round(statistics.median(values), 1)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="bench.accept", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--requests", type=int, default=20_000)
    parser.add_argument("--connections", type=int, default=32)
    parser.add_argument("--quick", action="store_true", help="one small round")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.quick:
        options.rounds, options.requests = 1, 3000
    tell(measure(options.rounds, options.requests, options.connections), as_json=options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
