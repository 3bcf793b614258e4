"""F4: poison in a burst: everybody else's deliveries are applied at once, the poison is parked."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from integration.models import Attempt, DeliveryWork, Order, Store, StoreHour
from integration.services import Services
from integration.sync.apply import apply
from tests.conftest import StandingClock
from tests.faults.putting import Told, put, told
from tests.faults.scenarios.dies_of_it import DIED
from tests.webhooks.bodies import order, order_id
from webhooks.drain import drain, sweep
from webhooks.outcomes import ATTEMPTS_AT_MOST

ROOT = Path(__file__).parents[3]
_AT = datetime(2026, 11, 22, 11, tzinfo=UTC)
_LEASES_END_AFTER_SECONDS = 15
_LONGEST_WAIT_DAYS = 1
_DEATHS_AT_MOST = 40


@dataclass(frozen=True, slots=True)
class Counts:
    """After the first pass: `applied_at_once`, and `delayed` that wait without being poison.

    At the end: `parked`, each with `attempts` and an error; `orders` that the mirror holds.
    """

    applied_at_once: int
    delayed: int
    parked: int
    attempts: tuple[int, ...]
    errors: frozenset[str]
    orders: int
    counted_parked: int


class Workers:
    """Worker processes, one after another, of which each dies of the poison."""

    def __init__(self, folder: Path, url: str | None, keys: str, poison: Sequence[int]) -> None:
        names = [f"#{number}" for number in poison]
        given = {"folder": str(folder), "url": url, "keys": keys, "poison": names}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.scenarios.dies_of_it", json.dumps(given)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def drain(self, clock: StandingClock) -> bool:
        """Have the next one drain; whether it lived."""
        process = self._process
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{clock().isoformat()}\n")
        process.stdin.flush()
        code = ""
        while not code.lstrip("-").isdigit():
            # What it logs comes by the same way.
            code = process.stdout.readline()
            assert code, "the workers are gone"
            code = code.strip()
        assert int(code) in (0, DIED)
        return int(code) == 0

    def close(self) -> None:
        """No more of them."""
        self._process.communicate(timeout=30)


def burst(count: int) -> list[Told]:
    """So many deliveries, numbered from 1, each of an order of its own."""
    return [
        told("orders/create", f"d{number}", _AT, order(number)) for number in range(1, count + 1)
    ]


def fail_in(
    where: str, services: Services, monkeypatch: pytest.MonkeyPatch, poison: Sequence[int]
) -> None:
    """Have the parser, or what applies (after it wrote), raise for these."""
    if where == "parse":
        gate = services.platforms["shopify"].gate
        genuine = gate.parse
        names = [json.dumps(f"#{number}").encode() for number in poison]

        def parse(envelope: Any, body: bytes, *more: Any) -> Any:
            if any(b'"name": ' + name in body for name in names):
                raise RuntimeError("poison")
            return genuine(envelope, body, *more)

        monkeypatch.setattr(gate, "parse", parse)
        return
    ids = {order_id(number) for number in poison}

    def explode(session: Any, store: Store, changes: Any, **given: Any) -> Any:
        done = apply(session, store, changes, **given)
        if any(each.change.record.external_id in ids for each in changes):
            raise ZeroDivisionError("poison")
        return done

    monkeypatch.setattr("webhooks.batch.apply", explode)


def work_off(
    services: Services, store: Store, clock: StandingClock, poison: Sequence[int], count: int
) -> Counts:
    """Drain the burst once, then again after each wait, until nothing is tried any more."""
    put(services, store, burst(count))
    drain(services)
    first = _states(services)
    delayed = [place for place, state in first.items() if state != "applied"]
    for _ in range(ATTEMPTS_AT_MOST):
        clock.advance(days=_LONGEST_WAIT_DAYS)
        drain(services)
    return _counts(services, first, set(delayed) - set(poison))


def work_off_with_deaths(
    services: Services,
    store: Store,
    clock: StandingClock,
    poison: Sequence[int],
    count: int,
    workers: Workers,
) -> Counts:
    """The same, where whoever parses the poison dies.

    Its first pass is over when whatever can be applied is: that takes as many deaths as it takes
    to part a crowd. The poison is tried on, alone, at growing distances.
    """
    put(services, store, burst(count))
    first: dict[int, str] = {}
    states: dict[int, str] = {}
    for _ in range(_DEATHS_AT_MOST):
        workers.drain(clock)
        states = _states(services)
        if not first and Counter(states.values())["applied"] == count - len(poison):
            first = states
        if set(states.values()) == {"applied", "parked"}:
            break
        clock.advance(seconds=_LEASES_END_AFTER_SECONDS)
        sweep(services)
        if first:
            clock.advance(days=_LONGEST_WAIT_DAYS)
            sweep(services)
    delayed = [place for place, state in first.items() if state != "applied"]
    return _counts(services, first, set(delayed) - set(poison))


def _counts(services: Services, first: dict[int, str], delayed: set[int]) -> Counts:
    with services.db.across_workspaces() as session:
        works = list(session.execute(select(DeliveryWork)).scalars())
        attempts = Counter(session.execute(select(Attempt.delivery_id)).scalars())
        orders = len(session.execute(select(Order.id)).all())
        hours = list(session.execute(select(StoreHour.parked)).scalars())
    parked = [work for work in works if work.state == "parked"]
    assert {work.state for work in works} == {"applied", "parked"}
    assert sum(attempts.values()) <= sum(work.attempts for work in works)
    return Counts(
        applied_at_once=sum(state == "applied" for state in first.values()),
        delayed=len(delayed),
        parked=len(parked),
        attempts=tuple(sorted(work.attempts for work in parked)),
        errors=frozenset(str(work.error_code) for work in parked),
        orders=orders,
        counted_parked=sum(hours),
    )


def _states(services: Services) -> dict[int, str]:
    with services.db.across_workspaces() as session:
        rows = session.execute(select(DeliveryWork.delivery_id, DeliveryWork.state)).all()
    return {row.delivery_id: row.state for row in rows}
