"""B6: how near a paced reading comes to the least time that its store's bucket allows.

The stand-in Shopify prices queries by the documented rule (`linear_costs`) and keeps each shop's
bucket as Shopify does: what a query asks for has to be there, what it spends is charged. It works
out what a query finds once, before the rounds: fifty shops on one core would else be waited for. A
real bulk worker runs the job `sync.refresh` of stores of which it holds nothing: the whole way,
pages by query, records, profiles, a commit each (SQLite, synchronous=FULL).

In each round: one store alone; fifty stores at once in one worker, each with a bucket of its own;
and one store read by two processes at the same time, which share its bucket. The least time is that
of the same queries, one after the other from a full bucket, by the stand-in's own notes. Fair is
how far apart the fifty are, each measured by its own least, against their mean.

    python -m bench.quota [--stores 50] [--rounds 5] [--json] [--quick]
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bench.quota_world import Asked, Bucket, Stand, world
from bench.ratios import Ratio, tell
from integration.processes.valkey import running_valkey

WANTED_RATIO = 1.05
WANTED_SPREAD = 0.05
# What a shop on the Standard plan has.
_OF_ONE, _ORDERS_OF_ONE = Bucket(2000, 100), 230
# Slower, so that the stand-in has time for all of them on one machine.
_OF_MANY, _ORDERS_OF_MANY = Bucket(1000, 60), 230


@dataclass
class Rounds:
    """One figure of ours beside the least, round by round."""

    ours: list[float] = field(default_factory=list)
    least: list[float] = field(default_factory=list)
    plain: list[float] = field(default_factory=list)

    def add(self, seconds: float, asked: Asked, bucket: Bucket) -> None:
        """One more round."""
        self.ours.append(seconds)
        self.least.append(asked.least_seconds(bucket))
        self.plain.append(seconds / asked.plain_seconds(bucket))

    def ratio(self, name: str, what: str) -> Ratio:
        """As a ratio of the report."""
        more: dict[str, float | str] = {
            "÷ the least if a query needed only what it spends": statistics.median(self.plain)
        }
        return Ratio(
            name,
            what,
            "s",
            tuple(self.ours),
            tuple(self.least),
            WANTED_RATIO,
            at_most=True,
            more=more,
        )


@dataclass
class Figures:
    """All that the rounds tell."""

    alone: Rounds = field(default_factory=Rounds)
    worst: Rounds = field(default_factory=Rounds)
    shared: Rounds = field(default_factory=Rounds)
    apart: list[float] = field(default_factory=list)
    mean: list[float] = field(default_factory=list)
    throttled: list[float] = field(default_factory=list)
    queries: list[float] = field(default_factory=list)
    megabytes: float = 0.0

    def count(self, asked: dict[str, Asked]) -> None:
        """Note how many queries there were, and how many were refused."""
        self.throttled.append(float(sum(each.throttled for each in asked.values())))
        self.queries.append(float(sum(len(each.queries) for each in asked.values())))


def measure(stores: int, rounds: int) -> list[Ratio]:
    """The ratios of so many rounds. First readings aren't counted.

    Prices are learned then, and the stand-in writes its answers.
    """
    figures = Figures()
    one, many = Stand(1, _ORDERS_OF_ONE, _OF_ONE), Stand(stores, _ORDERS_OF_MANY, _OF_MANY)
    try:
        with _valkey() as valkey:
            for stand, held in ((one, 1), (many, stores)):
                _once_unpaced(stand, valkey, held)
            for _ in range(rounds):
                _one_store(many, valkey, figures)
                _all_stores(many, valkey, figures, stores)
                _two_processes(one, valkey, figures)
    finally:
        one.close()
        many.close()
    return _ratios(figures, stores)


@contextmanager
def _valkey() -> Iterator[str]:
    with (
        tempfile.TemporaryDirectory(prefix="tillside-bench-") as name,
        running_valkey(Path(name)) as server,
    ):
        yield server.url


def _once_unpaced(stand: Stand, valkey: str, stores: int) -> None:
    with world(stand, stores, valkey) as made:
        stand.hasten()
        made.read_all(list(made.stores))


def _one_store(stand: Stand, valkey: str, figures: Figures) -> None:
    with world(stand, 1, valkey) as made:
        (domain,) = made.stores
        stand.begin()
        seconds = made.read_all([domain])[domain]
    asked = stand.asked()
    figures.alone.add(seconds, asked[domain], stand.bucket)
    figures.count(asked)


def _all_stores(stand: Stand, valkey: str, figures: Figures, stores: int) -> None:
    with world(stand, stores, valkey) as made:
        stand.begin()
        ended = made.read_all(list(made.stores))
        figures.megabytes = max(figures.megabytes, made.worker_megabytes())
    asked = stand.asked()
    last = max(ended, key=lambda domain: ended[domain])
    figures.worst.add(ended[last], asked[last], stand.bucket)
    # They don't hold quite the same: each is measured by its own least.
    shares = [ended[domain] / asked[domain].least_seconds(stand.bucket) for domain in ended]
    figures.apart.append(max(shares) - min(shares))
    figures.mean.append(statistics.mean(shares))
    figures.count(asked)


def _two_processes(stand: Stand, valkey: str, figures: Figures) -> None:
    with world(stand, 1, valkey) as made:
        (domain,) = made.stores
        stand.begin()
        seconds = made.read_twice(domain)
    asked = stand.asked()
    figures.shared.add(seconds, asked[domain], stand.bucket)
    figures.count(asked)


def _ratios(figures: Figures, stores: int) -> list[Ratio]:
    return [
        figures.alone.ratio("B6", "a paced reading ÷ its bucket's least"),
        figures.worst.ratio("B6 stores", f"the last of {stores} stores at once ÷ its own least"),
        figures.shared.ratio("B6 shared", "two processes that share a bucket ÷ its least"),
        Ratio(
            "B6 fair",
            f"the slowest less the quickest of {stores} stores ÷ their mean",
            "× its own least",
            tuple(figures.apart),
            tuple(figures.mean),
            WANTED_SPREAD,
            at_most=True,
            more={"the worker at most, MB": figures.megabytes},
        ),
        Ratio(
            "B6 throttled",
            "queries refused ÷ queries",
            "queries",
            tuple(figures.throttled),
            tuple(figures.queries),
            0.0,
            at_most=True,
        ),
    ]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the ratios; 1 when one isn't what is wanted."""
    parser = argparse.ArgumentParser(prog="bench.quota", description=__doc__)
    parser.add_argument("--stores", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true", help="one round of few stores")
    options = parser.parse_args(arguments)
    stores, rounds = (4, 1) if options.quick else (options.stores, options.rounds)
    ratios = measure(stores, rounds)
    tell(ratios, as_json=options.json)
    return 0 if all(ratio.is_met for ratio in ratios) else 1


if __name__ == "__main__":
    sys.exit(main())
