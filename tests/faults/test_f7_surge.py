"""F7 on SQLite: day-old deliveries in a surge beside fresh ones: newest wins, nobody waits."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.services import Services
from tests.conftest import StandingClock
from tests.faults.lengths import how_many
from tests.faults.scenarios.surge import Counts, recover
from tests.webhooks.parts import add_store, make_services


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock) -> Iterator[Services]:
    clock.advance(days=1)
    made = make_services(tmp_path, clock)
    yield made
    made.db.dispose()
    made.inbox.dispose()


def test_newest_wins_in_a_surge_of_old_deliveries(services: Services) -> None:
    add_store(services)
    seed = random.randrange(10**6)
    print(f"seed {seed}")
    count = how_many(100, 5000)
    assert recover(services, count, seed) == Counts(
        sent=4 * count, refused=0, late=0, orders=count, wrong=0, unfinished=0
    )
