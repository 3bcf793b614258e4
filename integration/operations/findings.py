"""What is well and what isn't, each with what to do about it: the doctor's rules."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from integration.models.vocabulary import StoreStatus
from integration.operations.condition import Condition
from integration.operations.queues import QUEUES, Queues
from integration.operations.schema import Schema

OLDEST_SECONDS = 60
# As long as the alarm `copy_behind` takes to be raised.
BEHIND_SECONDS = 7200
WAITING_JOBS = 1000
SKEW_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Finding:
    """One part of the house. `do` is what helps where it isn't ok, else empty."""

    part: str
    ok: bool
    says: str
    do: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Its fields."""
        return asdict(self)


def finding(part: str, ok: bool, says: str, do: str = "") -> Finding:
    """A finding; what to do is left out where all is well."""
    return Finding(part, ok, says, "" if ok else do)


def of_deliveries(found: Condition) -> Iterator[Finding]:
    """Inbox, leases, parked deliveries."""
    age = round(found.oldest_seconds)
    yield finding(
        "inbox",
        found.oldest_seconds <= OLDEST_SECONDS,
        f"{found.depth} deliveries wait, the oldest {age} s" if found.depth else "empty",
        "see that workers of the queue `live` run; more of them work off more",
    )
    yield finding(
        "leases",
        not found.leases_expired,
        f"{found.leases_expired} deliveries are held by a worker that is gone"
        if found.leases_expired
        else "none expired",
        "the sweep hands them out within seconds: see that scheduler and workers run",
    )
    yield finding(
        "deliveries",
        not found.parked,
        f"{found.parked} parked" if found.parked else "none parked",
        "`tillside deliveries list --state parked`, then `replay` what was mended",
    )


def of_proof(found: Condition) -> Finding:
    """How far the copy of the furthest store is proved."""
    behind = found.furthest_behind
    if behind is None:
        return finding("copies", True, "no store to compare with yet")
    minutes = round(found.behind_seconds / 60)
    return finding(
        "copies",
        found.behind_seconds <= BEHIND_SECONDS,
        f"all proved until {minutes} min ago or later; the furthest behind: {behind.domain}",
        f"`tillside stores reconcile {behind.domain}`; see that workers of `bulk` run",
    )


def of_stores(found: Condition, failed: dict[str, str]) -> Finding:
    """The stores by status, and what the last reading of some failed at."""
    counts = sorted(found.stores.items())
    says = ", ".join(f"{count} {status}" for status, count in counts) or "none yet"
    ill = bool(found.stores.get(StoreStatus.REAUTHORIZE) or failed)
    return finding(
        "stores",
        not ill,
        "; ".join([says, *(f"{domain}: {error}" for domain, error in failed.items())]),
        "who has to authorize again is told so in the panel; `tillside stores list` names them",
    )


def of_alarms(found: Condition, newest: str | None) -> Finding:
    """The alarms that aren't cleared."""
    if not found.alarms:
        return finding("alarms", True, "none")
    counts = ", ".join(f"{count} {code}" for code, count in sorted(found.alarms.items()))
    return finding(
        "alarms", False, f"{counts} raised; the newest: {newest}", "see docs/operations.md, Alarms"
    )


def of_queues(told: Queues) -> Iterator[Finding]:
    """Queues, workers, scheduler."""
    waiting = ", ".join(f"{name} {told.waiting[name]}" for name in QUEUES)
    yield finding(
        "queues",
        max(told.waiting.values()) <= WAITING_JOBS,
        f"jobs that wait: {waiting}",
        "start more workers of the queue that is long: `tillside worker --queue NAME`",
    )
    lacking = [name for name in QUEUES if not told.alive.get(f"worker:{name}")]
    running = ", ".join(f"{name} {told.alive.get(f'worker:{name}', 0)}" for name in QUEUES)
    yield finding(
        "workers",
        not lacking,
        f"processes that run: {running}",
        f"start `tillside worker --queue {lacking[0]}`" if lacking else "",
    )
    yield finding(
        "scheduler",
        told.has_leader,
        f"{told.alive.get('scheduler', 0)} run, {'one leads' if told.has_leader else 'none leads'}",
        "start `tillside scheduler`; after one is killed the next leads within 15 s",
    )


def of_schema(held: Sequence[Schema]) -> Finding:
    """Whether the databases have the shape that this code works with."""
    versions = ", ".join(f"{each.target} {each.held or 'none'}" for each in held)
    needed = ", ".join(f"{each.target} {each.newest}" for each in held if not each.is_current)
    says = f"{versions}; this code needs {needed}" if needed else versions
    return finding("schema", not needed, says, "run `tillside db upgrade`")


def of_room(free_bytes: int, enough_bytes: int) -> Finding:
    """The room where DATA_DIR is."""
    return finding(
        "disk",
        free_bytes >= enough_bytes,
        f"{free_bytes / 1e9:.1f} GB free at DATA_DIR",
        "make room at once: without it deliveries are answered 503; see docs/operations.md",
    )


def of_clock(skew_seconds: float) -> Finding:
    """How far this machine's clock and the database's are apart."""
    return finding(
        "clock",
        abs(skew_seconds) <= SKEW_SECONDS,
        f"{skew_seconds:+.1f} s against the database",
        "let a time service keep all machines' clocks: leases and sessions count on them",
    )
