"""Looks of many kinds beside a read by key, in turns: how lists and searches are measured.

Each look is whole: its own transaction, its rows read. Times are what somebody waits, beside
whatever else the machine did; what a look cost stands next to it (`bench.meter`).
"""

import os
import statistics
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random

from bench.first_reads import emptied_postgresql
from bench.meter import Meter
from bench.ratios import Ratio
from integration.db import Database
from integration.statements.by_driver import fetch

WANTED_MICROSECONDS = 100_000.0
_KEYS = 2_000
_PERCENTILES = (50, 95, 99)

Look = Callable[[int], object]
"""Given a number that chooses."""


@dataclass(slots=True)
class Seen:
    """What looks took and cost, in microseconds: by round, and by kind of all rounds."""

    by_key: list[float] = field(default_factory=list)
    mixed: list[float] = field(default_factory=list)
    slowest: list[float] = field(default_factory=list)
    taken: dict[str, list[float]] = field(default_factory=dict)
    cost: dict[str, list[float]] = field(default_factory=dict)
    read: dict[str, float] = field(default_factory=dict)
    unit: str = ""
    loads: list[float] = field(default_factory=list)
    more: dict[str, float | str] = field(default_factory=dict)

    def figures(self) -> dict[str, float | str]:
        """For a ratio's `more`: of all kinds, then of each."""
        everything = [each for some in self.taken.values() for each in some]
        costs = [each for some in self.cost.values() for each in some]
        by_kind = {kind: _percentile(some, 95) for kind, some in self.taken.items()}
        return {
            # Of the last minute, at the beginning of each round and at the end.
            "load of the machine": ", ".join(f"{each:.0f}" for each in self.loads),
            "slowest kind": max(by_kind, key=lambda kind: by_kind[kind]),
            **{f"all kinds, p{each} ms": _percentile(everything, each) for each in _PERCENTILES},
            "all kinds, p95 of the processor ms": _percentile(costs, 95),
            "dearest kind's p95 of the processor ms": max(
                _percentile(some, 95) for some in self.cost.values()
            ),
            **{kind: self._told(kind) for kind in self.taken},
            **self.more,
        }

    def _told(self, kind: str) -> str:
        waited = " / ".join(f"{_percentile(self.taken[kind], each):.3g}" for each in _PERCENTILES)
        cost = _percentile(self.cost[kind], 95)
        return (
            f"p50 / p95 / p99 {waited} ms, processor p95 {cost:.3g} ms,"
            f" {self.read[kind]:,.0f} {self.unit}"
        )


def measure(
    db: Database, looks: Mapping[str, Look], table: str, rows: int, *, reads: int, rounds: int
) -> Seen:
    """Alternate looks of each kind, `reads` of each, and reads of `table` by its key."""
    meter = Meter(db)
    seen = Seen(unit=meter.unit)
    for kind, look in looks.items():
        for number in range(2):
            look(number)
        several = [meter.read_by(lambda: look(number)) for number in range(3)]  # noqa: B023
        seen.read[kind] = statistics.median(several)
    for _ in range(rounds):
        seen.loads.append(os.getloadavg()[0])
        seen.by_key.append(p95(_read_by_key(db, table, rows)))
        taken = {}
        for kind, look in looks.items():
            taken[kind] = _look(meter, look, reads, seen.cost.setdefault(kind, []))
            seen.taken.setdefault(kind, []).extend(taken[kind])
        seen.mixed.append(p95([each for some in taken.values() for each in some]))
        seen.slowest.append(max(map(p95, taken.values())))
    seen.loads.append(os.getloadavg()[0])
    return seen


def _look(meter: Meter, look: Look, reads: int, costs: list[float]) -> list[float]:
    meter.find_backends()
    taken = []
    for number in range(reads):
        spent, began = meter.processor_nanoseconds(), time.perf_counter()
        look(number)
        taken.append((time.perf_counter() - began) * 1e6)
        costs.append((meter.processor_nanoseconds() - spent) / 1e3)
    return taken


def _read_by_key(db: Database, table: str, rows: int) -> list[float]:
    choice, taken = Random(3), []
    statement = f"SELECT * FROM {table} WHERE id = {'?' if db.is_sqlite else '%s'}"
    with db.workspace(1) as session:
        connection = session.connection()
        for _ in range(_KEYS):
            one = choice.randint(1, rows)
            began = time.perf_counter()
            fetch(connection, statement, (one,))
            taken.append((time.perf_counter() - began) * 1e6)
    return taken


def p95(taken: Sequence[float]) -> float:
    """What 95 in 100 stay within."""
    return statistics.quantiles(taken, n=20)[18]


def _percentile(taken: Sequence[float], percent: int) -> float:
    """Of microseconds, in milliseconds."""
    return statistics.quantiles(taken, n=100)[percent - 1] / 1000


def ratios(name: str, what: str, key: str, seen: Seen) -> list[Ratio]:
    """All looks and the slowest kind beside a read by key; wanted is what 100 ms are of it.

    `what` names the looks and where, `key` what is read by its key.
    """
    wanted = WANTED_MICROSECONDS / statistics.median(seen.by_key)
    by_key, told = tuple(seen.by_key), f"{what} ÷ a read of a {key} by its key, p95"
    mixed, slowest = tuple(seen.mixed), tuple(seen.slowest)
    of_slowest = f"the slowest kind of {told}"
    return [
        Ratio(name, told, "µs", mixed, by_key, wanted, at_most=True, more=seen.figures()),
        Ratio(f"{name} slowest", of_slowest, "µs", slowest, by_key, wanted, at_most=True),
    ]


@contextmanager
def empty_postgresql(url: str | None) -> Iterator[str]:
    """An empty database: the one that was named, else that of the tests' own server."""
    if url is not None:
        yield emptied_postgresql(url)
        return
    # Only here: it starts a server.
    from tests.real.postgres import running_postgres  # noqa: PLC0415

    with running_postgres() as own:
        yield own.replace("postgresql://", "postgresql+psycopg://")
