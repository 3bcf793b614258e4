"""F2 on SQLite: whatever order and repeats the deliveries come in, the mirror ends the same."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.services import Services
from tests.conftest import StandingClock
from tests.faults.lengths import how_many
from tests.faults.scenarios.any_order import (
    Counts,
    apply_in_any_order,
    permutations,
    random_sequences,
)
from tests.webhooks.parts import add_store, make_services


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock) -> Iterator[Services]:
    made = make_services(tmp_path, clock)
    yield made
    made.db.dispose()
    made.inbox.dispose()


def test_all_orders_of_six_events_end_in_one_state(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    counts = apply_in_any_order(
        services,
        add_store(services),
        permutations(),
        seed,
        lambda reads: monkeypatch.setattr("webhooks.rereading.read_again", reads),
    )
    assert counts == Counts(
        sequences=720, deliveries=720 * 6, final_states=1, wrong=0, unfinished=0
    )


def test_random_orders_with_repeats_end_in_one_state(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    count = how_many(200, 10_000)
    counts = apply_in_any_order(
        services,
        add_store(services),
        random_sequences(count, seed),
        seed,
        lambda reads: monkeypatch.setattr("webhooks.rereading.read_again", reads),
    )
    assert counts.deliveries > count * 6
    assert counts == Counts(
        sequences=count, deliveries=counts.deliveries, final_states=1, wrong=0, unfinished=0
    )
