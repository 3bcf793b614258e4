"""How many deliveries a second one worker applies, against RQ's jobs that do nothing.

A busy hour of ten shops waits in the inbox (see shop_deliveries.py: 10,000 sealed deliveries, of
which about one in four is an order's newest). Ours is one process that drains it all: intake,
leases, opening, parsing, the mirror, profiles and figures, marks, each batch one commit (SQLite,
synchronous=FULL). The peer is one `SimpleWorker` of RQ on a Valkey of its own, in the same round.
`distinct` is the same with as many different orders, of which nothing is superseded. `quiet p99` is
how long a quiet shop's delivery takes to be applied while another's 5,000 wait.

    python -m bench.drain [--rounds 5] [--deliveries 10000] [--quick] [--json]
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench.drain_world import World, make_world
from bench.noop_jobs import jobs_per_second
from bench.ratios import Ratio, tell
from bench.shop_deliveries import Told, busy_hour, one_each
from webhooks.drain import drain

WANTED = 10.0
_SHOPS = 10


def drained_per_second(template: Path, folder: Path) -> float:
    """Deliveries that one process applies a second, from a full inbox to an empty one."""
    world = _fresh(template, folder)
    began = time.perf_counter()
    drain(world.services)
    taken = time.perf_counter() - began
    applied = world.states()
    assert set(applied) == {"applied"}, applied
    world.close()
    return applied["applied"] / taken


def _filled(folder: Path, told: Sequence[Told]) -> Path:
    world = make_world(folder, _SHOPS)
    world.put(told)
    world.close()
    return folder


def _fresh(template: Path, folder: Path) -> World:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder)
    return World.opened(folder)


def measure(deliveries: int, rounds: int, noops: int) -> list[Ratio]:
    """Alternating rounds of ours and RQ's."""
    ours: list[float] = []
    theirs: list[float] = []
    distinct: list[float] = []
    with tempfile.TemporaryDirectory(prefix="tillside-bench-") as name:
        folder = Path(name)
        busy = _filled(folder / "busy", busy_hour(deliveries, _SHOPS))
        each = _filled(folder / "each", one_each(deliveries // 4, _SHOPS))
        for _ in range(rounds):
            ours.append(drained_per_second(busy, folder / "run"))
            theirs.append(jobs_per_second(folder, noops))
            distinct.append(drained_per_second(each, folder / "run"))
    more: dict[str, float | str] = {"distinct orders/s": statistics.median(distinct)}
    what = "deliveries applied by one worker ÷ RQ SimpleWorker's no-ops"
    return [Ratio("B5", what, "a second", tuple(ours), tuple(theirs), WANTED, more=more)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures."""
    parser = argparse.ArgumentParser(prog="bench.drain", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--deliveries", type=int, default=10_000)
    parser.add_argument("--quick", action="store_true", help="one small round")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.quick:
        options.rounds, options.deliveries = 1, 1000
    ratios = measure(options.deliveries, options.rounds, 100 if options.quick else 1000)
    tell(ratios, as_json=options.json)
    return 0


if __name__ == "__main__":
    sys.exit(main())
