"""F4 on SQLite: poison at 1, 500 and 999 of a burst, raising in parse, in apply, and killing."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.crypto import new_key_text
from integration.services import Services
from tests.conftest import StandingClock
from tests.faults.lengths import SOAKS, how_many
from tests.faults.scenarios.poison import Counts, Workers, fail_in, work_off, work_off_with_deaths
from tests.webhooks.parts import add_store, make_services

KEYS = new_key_text("k1")


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock) -> Iterator[Services]:
    made = make_services(tmp_path, clock, keys=KEYS)
    yield made
    made.db.dispose()
    made.inbox.dispose()


@pytest.mark.parametrize("where", ["parse", "apply"])
def test_poison_that_raises_delays_nobody(
    services: Services, clock: StandingClock, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    fail_in(where, services, monkeypatch, [1, 500, 999])
    counts = work_off(services, add_store(services), clock, [1, 500, 999], 1000)
    assert counts == Counts(
        applied_at_once=997,
        delayed=0,
        parked=3,
        attempts=(8, 8, 8),
        errors=frozenset({"unexpected"}),
        orders=997,
        counted_parked=3,
    )


def test_poison_that_kills_its_worker_is_parted_from_the_others_and_parked(
    services: Services, clock: StandingClock, tmp_path: Path
) -> None:
    count = how_many(100, 1000)
    poison = [1, count // 2, count - 1] if SOAKS else [count // 2]
    workers = Workers(tmp_path, None, KEYS, poison)
    try:
        counts = work_off_with_deaths(services, add_store(services), clock, poison, count, workers)
    finally:
        workers.close()
    assert counts == Counts(
        applied_at_once=count - len(poison),
        delayed=0,
        parked=len(poison),
        attempts=(8,) * len(poison),
        errors=frozenset({"lease_expired"}),
        orders=count - len(poison),
        counted_parked=len(poison),
    )
