"""B3: how fast a shop's first read is, against airbyte-source-shopify, which only reads.

Both read the orders of the same stand-in Shopify, which serves from a process of its own and what
it wrote already: neither waits for it to write. Ours is the whole way: the bulk operations with
their accounts and orders, downloaded, joined and made records, the job `sync.backfill` with its
claim, newest-wins, profiles, identities, search text and figures, a commit every 1,000 records
(SQLite, synchronous=FULL). The peer, unmodified, in an environment of its own, reads REST pages of
250 orders, writes its records to a file and keeps no database. Ours is timed from the job's start,
the peer from its first page. Rounds alternate, so that both meet the same machine.

`--postgresql URL` reads into that database too (all in it is removed!) and tells it beside.

    python -m bench.backfill [--orders 20000] [--rounds 5] [--json] [--quick] [--postgresql URL]
"""

import argparse
import resource
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.first_reads import FirstRead, emptied_postgresql, empty_sqlite, read_all
from bench.peers.environment import environment
from bench.ratios import Ratio, tell
from bench.shopify_stand import PEER, Stand, peer, stand_in
from integration.services import Services
from platforms.port import Grant, Secret

WANTED_RATIO = 4.0
_SCOPES = ("read_orders", "read_all_orders", "read_customers", "read_products", "read_inventory")


def ours(url: str, folder: Path, stand: Stand) -> FirstRead:
    """The whole way into the database at that URL."""

    def connect(_services: Services) -> Grant:
        return Grant(stand.shop, Secret(stand.token), _SCOPES)

    settings = {
        "DATA_DIR": str(folder),
        "SHOPIFY_API_KEY": "the-client-id",
        "SHOPIFY_API_SECRET": "shpss_of_the_benchmark",
        "SHOPIFY_URL_TEMPLATE": f"{stand.url}/{{shop}}",
    }
    return read_all(url, "shopify", connect, settings)


def measure(orders: int, rounds: int, postgresql: str | None = None) -> Ratio:
    """Alternate both and compare. A first read of each isn't counted: the stand-in writes then."""
    python = environment("airbyte-source-shopify", PEER)
    own: list[float] = []
    theirs: list[float] = []
    beside: list[float] = []
    with tempfile.TemporaryDirectory(prefix="tillside-bench-") as name, stand_in(orders) as stand:
        folder = Path(name)
        held = ours(empty_sqlite(folder), folder, stand).orders
        told = peer(folder, python, stand)[1]
        if held != told:
            raise RuntimeError(f"we hold {held} orders, the peer tells {told}")
        for _ in range(rounds):
            own.append(held / ours(empty_sqlite(folder), folder, stand).seconds)
            theirs.append(told / peer(folder, python, stand)[0])
            if postgresql:
                url = emptied_postgresql(postgresql)
                beside.append(held / ours(url, folder, stand).seconds)
    more: dict[str, float | str] = {
        "orders read": held,
        "our process at most, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    if beside:
        more["into PostgreSQL, orders/s"] = sorted(beside)[len(beside) // 2]
    what = f"first read of a shop ÷ {PEER}"
    return Ratio("B3", what, "orders/s", tuple(own), tuple(theirs), WANTED_RATIO, more=more)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the ratio; 1 when it isn't what is wanted."""
    parser = argparse.ArgumentParser(prog="bench.backfill", description=__doc__)
    parser.add_argument("--orders", type=int, default=20_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="one small round")
    parser.add_argument("--postgresql", metavar="URL")
    options = parser.parse_args(arguments)
    orders, rounds = (2_000, 1) if options.quick else (options.orders, options.rounds)
    ratio = measure(orders, rounds, options.postgresql)
    tell([ratio], as_json=options.json)
    return 0 if ratio.is_met else 1


if __name__ == "__main__":
    sys.exit(main())
