"""B4: how fast a WooCommerce store's first read is, against airbyte-source-woocommerce and dlt.

All read accounts and orders of the same stand-in, which serves from a process of its own. Ours is
the whole way: pages through the guarded client, records, the job `sync.backfill` with its claim,
newest-wins, profiles and figures, a commit every 1,000 records (SQLite, synchronous=FULL), and the
products that were ordered. airbyte-source-woocommerce writes its records to a file and keeps no
database; dlt's `rest_api` source loads into SQLite by its `sqlalchemy` destination. Both are
unmodified, in environments of their own; their start is not counted. Rounds alternate, so that all
meet the same machine.

The latency is what the stand-in lets every request wait, as a store does that works for its
answer: a quick one takes a hundred milliseconds. Each peer is met at each latency. `more` tells
which, and how many orders each read: airbyte reads those modified since 2024, dlt all.

    python -m bench.woocommerce [--orders 10000] [--rounds 5] [--latency-ms 0 100] [--json]
        [--quick]
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import orjson

from bench.first_reads import FirstRead, empty_sqlite, read_all
from bench.peers.environment import environment
from bench.ratios import Ratio, tell
from bench.woocommerce_stand import AIRBYTE, DLT, Stand, airbyte, dlt, stand_in
from integration.services import Services
from platforms.port import Grant, KeyHandover

_Peer = Callable[[Path, Path, Stand], tuple[float, int]]
# Id, peer, its environment, how it is run, what is wanted.
_PEERS: tuple[tuple[str, str, str, _Peer, float], ...] = (
    ("B4a", AIRBYTE, "airbyte-source-woocommerce", airbyte, 2.0),
    ("B4b", DLT, "dlt", dlt, 5.0),
)


def ours(folder: Path, stand: Stand) -> FirstRead:
    """The whole way into a new SQLite file."""

    def connect(services: Services) -> Grant:
        handover: KeyHandover | None = services.platforms["woocommerce"].handover
        assert handover is not None
        body = {**stand.keys, "user_id": "b" * 43, "key_permissions": "read_write"}
        keys = handover.receive(orjson.dumps(body)).keys
        return handover.prove(handover.visit(stand.url), keys)

    return read_all(empty_sqlite(folder), "woocommerce", connect, {"DATA_DIR": str(folder)})


def measure(orders: int, rounds: int, latency_ms: int) -> list[Ratio]:
    """Alternate all and compare. A first read of ours isn't counted: the stand-in writes then."""
    pythons = [environment(folder, package) for _, package, folder, _, _ in _PEERS]
    own: list[float] = []
    theirs: list[list[float]] = [[] for _ in _PEERS]
    told = [0 for _ in _PEERS]
    with (
        tempfile.TemporaryDirectory(prefix="tillside-bench-") as name,
        stand_in(orders, latency_ms) as stand,
    ):
        folder = Path(name)
        held = ours(folder, stand).orders
        if held < orders * 0.9:
            raise RuntimeError(f"of {orders} orders we hold {held}")
        for _ in range(rounds):
            own.append(held / ours(folder, stand).seconds)
            for place, (_, _, _, read, _) in enumerate(_PEERS):
                seconds, told[place] = read(folder, pythons[place], stand)
                theirs[place].append(told[place] / seconds)
    return [
        Ratio(
            id,
            f"first read of a WooCommerce store, {latency_ms} ms a request ÷ {package}",
            "orders/s",
            tuple(own),
            tuple(theirs[place]),
            wanted,
            more={"latency, ms": latency_ms, "orders of ours": held, "of theirs": told[place]},
        )
        for place, (id, package, _, _, wanted) in enumerate(_PEERS)
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the ratios; 1 when one isn't what is wanted."""
    parser = argparse.ArgumentParser(prog="bench.woocommerce", description=__doc__)
    parser.add_argument("--orders", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--latency-ms", type=int, nargs="+", default=[0, 100])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="one small round")
    options = parser.parse_args(arguments)
    orders, rounds = (1_000, 1) if options.quick else (options.orders, options.rounds)
    ratios = [ratio for latency in options.latency_ms for ratio in measure(orders, rounds, latency)]
    tell(ratios, as_json=options.json)
    return 0 if all(ratio.is_met for ratio in ratios) else 1


if __name__ == "__main__":
    sys.exit(main())
