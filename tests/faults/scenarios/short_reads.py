"""F6: results that end too soon, and answers that fail in the middle: no read succeeds short."""

from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from integration.models.vocabulary import BackfillState
from integration.reconciliation.whole import compare_whole
from integration.sync.backfill import backfill
from integration.sync.refresh import refresh
from tests.faults.scenarios.stores import World, connect, world

# Each as what the stand-in is told: a switch, or a fault at a door.
SHOPIFY: dict[str, tuple[str, dict[str, Any]]] = {
    "truncated file": ("switches", {"bulk_truncate": True}),
    "failed operation": ("switches", {"bulk_fail": True}),
    "expired file": ("switches", {"bulk_expired_url": True}),
    "file cut off": ("faults", {"kind": "half_answer", "door": "bulk"}),
    "file's host resets": ("faults", {"kind": "reset", "door": "bulk"}),
    "file's host fails": ("faults", {"kind": "status", "door": "bulk"}),
    "500": ("faults", {"kind": "status", "door": "graphql"}),
    "429": ("faults", {"kind": "status", "status": 429, "seconds": 0.01, "door": "graphql"}),
    "throttled": ("faults", {"kind": "throttled", "door": "graphql"}),
    "reset": ("faults", {"kind": "reset", "door": "graphql"}),
    "half an answer": ("faults", {"kind": "half_answer", "door": "graphql"}),
    "an empty answer": ("faults", {"kind": "empty", "door": "graphql"}),
    # Only what is read by id, after marks told of it.
    "500 in the middle": ("faults", {"kind": "status", "door": "graphql", "contains": '"ids":['}),
    "reset in the middle": ("faults", {"kind": "reset", "contains": '"ids":['}),
}
WOOCOMMERCE: dict[str, tuple[str, dict[str, Any]]] = {
    "500": ("faults", {"kind": "error"}),
    "429": ("faults", {"kind": "throttled", "seconds": 0.01}),
    "reset": ("faults", {"kind": "reset"}),
    "firewall": ("faults", {"kind": "firewall"}),
    "an empty answer": ("faults", {"kind": "empty"}),
    "garbage": ("faults", {"kind": "garbage"}),
    # Only windows after the first.
    "500 in the middle": ("faults", {"kind": "error", "contains": "offset=99"}),
    "reset in the middle": ("faults", {"kind": "reset", "contains": "offset=99"}),
    "garbage in the middle": ("faults", {"kind": "garbage", "contains": "offset=99"}),
}
# A page of WooCommerce holds a hundred.
_ORDERS = {"shopify": 20, "woocommerce": 110}
OF = {"shopify": SHOPIFY, "woocommerce": WOOCOMMERCE}
Case = tuple[str, str, int]
READS = ("first read", "changes", "whole")
# So often a door fails: until it is mended, or so few times that a retry outlives it.
_LASTING, _PASSING = -1, 1


@dataclass(frozen=True, slots=True)
class Outcome:
    """A read under a fault. `short` are reads that said they were done and weren't whole."""

    fault: str
    read: str
    short: int
    failed_without_reason: int
    wrong_in_the_end: int


def read_under_faults(
    slug: str, folder: Path, url: str | None = None, *, every: bool, changes: int = 1
) -> list[Outcome]:
    """Reads under faults, and again once each is mended.

    `every` read under every fault, lasting and passing; else every fault meets one of the reads.
    """
    with world(slug, folder, url, orders=_ORDERS[slug]) as place:
        if slug == "shopify":
            # Small pages, so that every reading takes many; and points enough for them.
            place.stand_in.shop().restore_rate = 1_000_000.0
            place.control("switches", linear_costs=True)
        connect(place)
        place.lose(1.0)
        chance = Random(1)
        chosen = _every(slug) if every else _some(slug)
        found = [_under(place, chance, *each, changes) for each in chosen if each[1] == READS[0]]
        if not found:
            backfill(place.services, **place.ids())
        rest = [each for each in chosen if each[1] != READS[0]]
        return found + [_under(place, chance, *each, changes) for each in rest]


def _every(slug: str) -> list[Case]:
    return [
        (name, read, times) for read in READS for name in OF[slug] for times in (_LASTING, _PASSING)
    ]


def _some(slug: str) -> list[Case]:
    """Each fault once, in turn at another read; every second one passes."""
    return [
        (name, READS[number % 3], (_LASTING, _PASSING)[number // 3 % 2])
        for number, name in enumerate(OF[slug])
    ]


def _under(place: World, chance: Random, name: str, read: str, times: int, changes: int) -> Outcome:
    for _ in range(changes):
        place.act(chance)
    _begin_fault(place, name, times)
    short, mute = _read(place, read)
    _end_fault(place, name)
    place.jobs.waiting.clear()
    again, _ = _read(place, read)
    if read == "first read":
        refresh(place.services, **place.ids())
    kind = f"{name}, {'lasting' if times == _LASTING else 'passing'}"
    return Outcome(kind, read, short + again, mute, len(place.wrong()))


def _read(place: World, read: str) -> tuple[int, int]:
    """Whether a read was done short, and whether it failed without saying why."""
    if read == "first read":
        return _first_read(place)
    if read == "changes":
        refresh(place.services, **place.ids())
    else:
        compare_whole(place.services, **place.ids(), asked_by="person")
    run = place.runs(read)[-1]
    sync = place.sync()
    proved = sync.complete_until if read == "changes" else sync.compared_whole_at
    if run.state == "done":
        return int(bool(place.wrong()) or proved != run.started_at), 0
    return int(proved == run.started_at), int(not run.error)


def _first_read(place: World) -> tuple[int, int]:
    before = place.told().keys()
    backfill(place.services, **place.ids(), anew=True)
    sync = place.sync()
    if sync.backfill_state == BackfillState.DONE:
        return int(bool(before - place.figures().keys())), 0
    return 0, int(not sync.error)


def _begin_fault(place: World, name: str, times: int) -> None:
    path, body = OF[place.slug][name]
    place.control(path, **body, **({"times": times} if path == "faults" else {}))


def _end_fault(place: World, name: str) -> None:
    path, body = OF[place.slug][name]
    if path == "switches":
        place.control(path, **dict.fromkeys(body, False))
    elif place.slug == "shopify":
        place.stand_in.control("faults", "DELETE")
    else:
        place.control("faults", clear=True)
