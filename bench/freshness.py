"""How long after a webhook's 200 its change is seen, at 200 a second, with every process at work.

`tillside up` runs as it does for anybody: web, workers, scheduler, Valkey, SQLite. Ten shops have a
thousand orders; then each webhook (orders/updated, 6.5 KB) changes one of them, sent evenly; in
turns with it, as many go to one shop alone. Seen means committed, so that any reader gets it: the
new totals are looked for in the database every few milliseconds, and every fortieth through
`/api/v1/context` by an API key (that view's audit is a write of its own). The figure is the 99th
percentile from the answer to its being seen.

    python -m bench.freshness [--rounds 5] [--seconds 20] [--rate 200] [--quick] [--json]
"""

import argparse
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.drain_world import make_world
from bench.fresh_house import House, running
from bench.fresh_sender import Line, Sent, order_changes, send_evenly
from bench.ratios import Ratio, tell
from integration.install.api_keys import create_key

WANTED_MS = 250.0
_SHOPS = 10
_ORDERS = 1000
# Those of the one shop that sends alone: an order belongs to one shop.
_OTHER_ORDERS = 5_000_000
_LOOKS_EVERY_SECONDS = 0.004
_ASKS_EVERY_SECONDS = 0.01
_ASKED_ONE_IN = 40
_AT_MOST_SECONDS = 60.0


@dataclass
class Seen:
    """When each change was seen, by order and total; `asked` are those looked up by the API."""

    committed: dict[tuple[str, int], float] = field(default_factory=dict)
    asked_ms: list[float] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Figures:
    """Milliseconds from the answer; `unseen` never were."""

    p50: float
    p99: float
    api_p50: float
    api_p99: float
    unseen: int
    per_second: float


class Watcher:
    """Looks into the database for totals that are new."""

    def __init__(self, path: Path, changes: Sequence[Sent], seen: Seen) -> None:
        self._path = path
        self._changes = changes
        self._seen = seen
        self._sent = 0
        self._unseen: dict[str, set[int]] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None)
        while not self._ended.wait(_LOOKS_EVERY_SECONDS):
            self._look(connection)
        connection.close()

    def _look(self, connection: sqlite3.Connection) -> None:
        """Look for those only that were sent and not seen: the whole table costs a core."""
        while self._sent < len(self._changes) and self._changes[self._sent].answered.is_set():
            sent = self._changes[self._sent]
            self._unseen.setdefault(sent.external_id, set()).add(sent.total)
            self._sent += 1
        places = ",".join("?" * len(self._unseen))
        asked = f"SELECT external_id, total_minor FROM orders WHERE external_id IN ({places})"
        rows = connection.execute(asked, list(self._unseen)).fetchall()
        now = time.monotonic()
        for external_id, total in rows:
            if total in self._unseen[external_id]:
                self._seen.committed[external_id, total] = now
                # The totals grow: what is lower was covered by this one.
                self._unseen[external_id] = {
                    one for one in self._unseen[external_id] if one > total
                }
                if not self._unseen[external_id]:
                    del self._unseen[external_id]


def one_round(
    house: House, folder: Path, *, shops: int, rate: int, seconds: float, start: int
) -> Figures:
    """Send, and wait until everything was seen."""
    seen = Seen()
    first = 0 if shops == _SHOPS else _OTHER_ORDERS
    changes = order_changes(int(rate * seconds), shops, _ORDERS, start=start, first=first)
    watcher = Watcher(folder / "tillside.db", changes, seen)
    asking = threading.Thread(target=_ask, args=(house, changes, seen))
    asking.start()
    began = time.monotonic()
    send_evenly(house.port, changes, rate)
    took = time.monotonic() - began
    until = time.monotonic() + _AT_MOST_SECONDS
    while time.monotonic() < until and not _all_seen(changes, seen):
        time.sleep(0.05)
    asking.join()
    watcher.close()
    return _figures(changes, seen, took)


def _ask(house: House, changes: Sequence[Sent], seen: Seen) -> None:
    line = Line(house.port)
    for sent in changes[_ASKED_ONE_IN::_ASKED_ONE_IN]:
        if not sent.answered.wait(_AT_MOST_SECONDS):
            return
        until = sent.answered_at + _AT_MOST_SECONDS
        while time.monotonic() < until:
            orders = line.context(house.keys[sent.shop], sent.external_id)
            if any(order["total_minor"] >= sent.total for order in orders):
                seen.asked_ms.append((time.monotonic() - sent.answered_at) * 1000)
                break
            time.sleep(_ASKS_EVERY_SECONDS)


def _all_seen(changes: Sequence[Sent], seen: Seen) -> bool:
    last = {sent.external_id: sent.total for sent in changes}
    return all(key in seen.committed for key in last.items())


def _figures(changes: Sequence[Sent], seen: Seen, took: float) -> Figures:
    delays: list[float] = []
    unseen = 0
    newest: dict[str, float] = {}
    # A change that a later one covered before anybody looked was seen with that one.
    for sent in reversed(changes):
        at = seen.committed.get((sent.external_id, sent.total), newest.get(sent.external_id))
        if at is None:
            unseen += 1
            continue
        newest[sent.external_id] = at
        delays.append(max(at - sent.answered_at, 0.0) * 1000)
    return Figures(
        p50=_percentile(delays, 50),
        p99=_percentile(delays, 99),
        api_p50=_percentile(seen.asked_ms, 50),
        api_p99=_percentile(seen.asked_ms, 99),
        unseen=unseen,
        per_second=len(changes) / took,
    )


def _percentile(values: Sequence[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1] if len(values) > 1 else float("nan")


def measure(rounds: int, rate: int, seconds: float) -> list[Ratio]:
    """Rounds against one running house."""
    found: list[Figures] = []
    alone: list[Figures] = []
    with tempfile.TemporaryDirectory(prefix="tillside-bench-") as name:
        folder = Path(name)
        world = make_world(folder, _SHOPS)
        keys = [create_key(world.services, shop + 1, shop + 1) for shop in range(_SHOPS)]
        world.close()
        with running(folder, keys) as house:
            for number in range(rounds + 1):
                for shops, figures in ((_SHOPS, found), (1, alone)):
                    lasts = seconds if number else _ORDERS / rate
                    start = number * 1_000_000
                    one = one_round(
                        house, folder, shops=shops, rate=rate, seconds=lasts, start=start
                    )
                    # The first round makes the orders.
                    if number:
                        figures.append(one)
    more: dict[str, float | str] = {
        "one shop alone p99 ms": statistics.median(each.p99 for each in alone),
        "one shop alone p50 ms": statistics.median(each.p50 for each in alone),
        "p50 ms": statistics.median(each.p50 for each in found),
        "through the API p50 ms": statistics.median(each.api_p50 for each in found),
        "through the API p99 ms": statistics.median(each.api_p99 for each in found),
        "sent a second": statistics.median(each.per_second for each in found),
        "never seen": sum(each.unseen for each in (*found, *alone)),
    }
    ours = tuple(each.p99 for each in found)
    wanted = tuple(WANTED_MS for _ in found)
    what = f"accepted → seen, p99 at {rate}/s over ten shops ÷ the limit"
    return [Ratio("B8", what, "ms", ours, wanted, 1.0, at_most=True, more=more)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="bench.freshness", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--rate", type=int, default=200)
    parser.add_argument("--quick", action="store_true", help="one short round")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.quick:
        options.rounds, options.seconds = 1, 3.0
    tell(measure(options.rounds, options.rate, options.seconds), as_json=options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
