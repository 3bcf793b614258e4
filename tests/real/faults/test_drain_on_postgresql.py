"""F2, F4 and F7 on PostgreSQL: any order, poison, a surge of old deliveries."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.crypto import new_key_text
from integration.services import Services
from tests.conftest import StandingClock
from tests.faults.lengths import how_many
from tests.faults.scenarios import any_order, poison, surge
from tests.webhooks.parts import add_store, make_services

pytestmark = pytest.mark.real
KEYS = new_key_text("k1")


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock, schema_url: str) -> Iterator[Services]:
    made = make_services(tmp_path, clock, url=schema_url, keys=KEYS)
    yield made
    made.db.dispose()


def test_deliveries_in_any_order_end_in_one_state(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    count = how_many(150, 10_000)
    chosen = [
        *random.Random(seed).sample(any_order.permutations(), how_many(150, 720)),
        *any_order.random_sequences(count, seed),
    ]
    counts = any_order.apply_in_any_order(
        services,
        add_store(services),
        chosen,
        seed,
        lambda reads: monkeypatch.setattr("webhooks.rereading.read_again", reads),
    )
    assert counts == any_order.Counts(
        sequences=len(chosen),
        deliveries=counts.deliveries,
        final_states=1,
        wrong=0,
        unfinished=0,
    )


@pytest.mark.parametrize("where", ["parse", "apply"])
def test_poison_that_raises_delays_nobody(
    services: Services, clock: StandingClock, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    poison.fail_in(where, services, monkeypatch, [1, 500, 999])
    counts = poison.work_off(services, add_store(services), clock, [1, 500, 999], 1000)
    assert counts == poison.Counts(
        applied_at_once=997,
        delayed=0,
        parked=3,
        attempts=(8, 8, 8),
        errors=frozenset({"unexpected"}),
        orders=997,
        counted_parked=3,
    )


def test_poison_that_kills_its_worker_is_parted_from_the_others_and_parked(
    services: Services, clock: StandingClock, tmp_path: Path, schema_url: str
) -> None:
    workers = poison.Workers(tmp_path, schema_url, KEYS, [50])
    try:
        counts = poison.work_off_with_deaths(
            services, add_store(services), clock, [50], 100, workers
        )
    finally:
        workers.close()
    assert counts == poison.Counts(
        applied_at_once=99,
        delayed=0,
        parked=1,
        attempts=(8,),
        errors=frozenset({"lease_expired"}),
        orders=99,
        counted_parked=1,
    )


def test_newest_wins_in_a_surge_of_old_deliveries(services: Services, clock: StandingClock) -> None:
    clock.advance(days=1)
    add_store(services)
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    count = how_many(100, 5000)
    assert surge.recover(services, count, seed) == surge.Counts(
        sent=4 * count, refused=0, late=0, orders=count, wrong=0, unfinished=0
    )
