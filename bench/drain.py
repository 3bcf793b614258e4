"""How many deliveries a second one worker applies, against RQ's jobs that do nothing.

A busy hour of ten shops waits in the inbox (see shop_deliveries.py: 10,000 sealed deliveries, of
which about one in four is an order's newest). Ours is one process that drains it all: intake,
leases, opening, parsing, the mirror, profiles and figures, marks, each batch one commit (SQLite,
synchronous=FULL). The peer is one `SimpleWorker` of RQ on a Valkey of its own, in the same round.
Beside them: as many different orders, of which nothing is superseded; and how long a quiet shop's
delivery takes from its commit to its effect's, while another shop's 5,000 are worked off.

    python -m bench.drain [--rounds 5] [--deliveries 10000] [--quick] [--json]
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from bench.drain_world import World, make_world
from bench.noop_jobs import jobs_per_second
from bench.ratios import Ratio, tell
from bench.shop_deliveries import Told, busy_hour, one_each
from webhooks.drain import Drain, drain

WANTED = 10.0
_SHOPS = 10
_QUIET_ONES = 8
_PUT_AFTER_SECONDS = 0.15


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


def quiet_waits_ms(flooded: Path, folder: Path, quiet: Sequence[Told]) -> list[float]:
    """How long each of a quiet shop's deliveries took, put one by one amid another's flood."""
    world = _fresh(flooded, folder)
    drain = Drain(world.services)
    waits: list[float] = []
    for one in quiet:
        committed: list[float] = []
        putting = threading.Timer(_PUT_AFTER_SECONDS, _put, (world, one, committed))
        putting.start()
        is_flooded = True
        while not committed or not world.is_applied(one.shop, len(waits) + 1):
            is_flooded = drain.step()
        putting.join()
        if not is_flooded:
            break
        waits.append((time.perf_counter() - committed[0]) * 1000)
    drain.close()
    world.close()
    return waits


def _put(world: World, one: Told, committed: list[float]) -> None:
    world.put([one])
    committed.append(time.perf_counter())


def _filled(folder: Path, told: Sequence[Told]) -> Path:
    world = make_world(folder, _SHOPS)
    world.put(told)
    world.close()
    return folder


def _fresh(template: Path, folder: Path) -> World:
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(template, folder)
    return World.opened(folder)


def _waits(folder: Path, deliveries: int, rounds: int) -> list[float]:
    flooded = _filled(folder / "flooded", one_each(deliveries, 1))
    later = one_each(_QUIET_ONES * _SHOPS, _SHOPS, first=deliveries)
    quiet = [told for told in later if told.shop == 1]
    return [wait for _ in range(rounds) for wait in quiet_waits_ms(flooded, folder / "run", quiet)]


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
        waits = sorted(_waits(folder, deliveries // 2, rounds))
    more: dict[str, float | str] = {
        "distinct orders/s": statistics.median(distinct),
        "quiet shop waits p50 ms": statistics.median(waits),
        "at most ms": waits[-1],
    }
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
