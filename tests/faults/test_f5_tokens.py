"""F5 on SQLite: a token ends amid the reads of eight workers: one refresh, whatever goes wrong."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.factories.databases import sqlite_database, sqlite_template
from tests.faults.lengths import how_many
from tests.faults.scenarios.tokens import Connected, Counts, connected

READS = how_many(48, 1600)
ONCE = Counts(reads=READS, failed=0, asked=1, pairs=1, status="active")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Connected]:
    database = sqlite_database(sqlite_template(tmp_path), tmp_path)
    database.dispose()
    with connected(str(database.engine.url)) as made:
        yield made


@pytest.mark.parametrize("known_to_us", [False, True])
def test_a_token_that_ends_is_refreshed_once_for_all(store: Connected, known_to_us: bool) -> None:
    counts = store.read_by_eight(READS, lambda: store.expire(known_to_us=known_to_us))
    assert counts == ONCE


def test_a_refresh_whose_answer_is_lost_is_asked_for_again(store: Connected) -> None:
    def expire() -> None:
        store.stand.control("faults", kind="lost_answer", door="oauth")
        store.expire()

    counts = store.read_by_eight(READS, expire)
    # The store made one pair, and told it again.
    assert counts == Counts(reads=READS, failed=0, asked=2, pairs=1, status="active")


def test_a_worker_killed_while_it_refreshes_leaves_it_to_another(store: Connected) -> None:
    def expire() -> None:
        store.expire()
        store.kill_while_refreshing()
        store.end_claims()

    counts = store.read_by_eight(READS, expire)
    assert counts == Counts(reads=READS, failed=0, asked=2, pairs=1, status="active")
