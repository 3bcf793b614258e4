"""Nothing is missed between two readings, whatever a store's clock shows."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from integration.db import Database
from integration.models import StoreSync
from integration.sync.backfill import backfill
from integration.sync.refresh import refresh
from integration.sync.since import ClockShown, from_when, synced_until
from tests.conftest import StandingClock
from tests.factories.records import at, order
from tests.integration.sync.places import SparsePlace

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("updated", "until"),
    [
        ([], -3600),
        ([-60], -60),
        ([-300, -60, -900], -60),
        ([0], 0),
        ([600], 0),
        ([-86_400], -3600),
        # A clock in 2099 shows nothing of the store's own.
        ([2_303_164_800, -120], -120),
    ],
    ids=["nothing", "behind or quiet", "the newest", "even", "ahead", "quiet for a day", "absurd"],
)
def test_the_next_reading_goes_on_by_the_stores_own_clock(updated: list[int], until: int) -> None:
    shown = ClockShown()
    for seconds in updated:
        shown.note(at(seconds), at(0))
    assert synced_until(at(0), shown.behind) == at(until)


def test_what_a_clock_wrote_that_was_ahead_hides_no_changes() -> None:
    assert from_when(at(-60), at(0)) == at(-60)
    assert from_when(at(0), at(0)) == at(0)
    assert from_when(at(86_400), at(0)) == at(-3600)


def test_a_reading_never_goes_back_behind_the_one_before() -> None:
    assert synced_until(at(0), None, at(-900)) == at(-900)
    assert synced_until(at(0), timedelta(seconds=60), at(-900)) == at(-60)
    assert synced_until(at(0), None, at(-7200)) == at(-3600)


@pytest.mark.parametrize("minutes_behind", [0, 40, -40])
def test_a_change_between_two_readings_is_read(
    db: Database, tmp_path: Path, clock: StandingClock, minutes_behind: int
) -> None:
    place = SparsePlace(db, tmp_path, clock, f"{tmp_path.name}.example")
    behind = timedelta(minutes=minutes_behind)
    place.remote.put(replace(order("100"), updated_at=clock() - behind))
    backfill(place.services, **place.ids)
    for number in range(101, 104):
        clock.advance(seconds=900)
        refresh(place.services, **place.ids)
        # Right after that reading, and never again.
        place.remote.put(replace(order(str(number)), updated_at=clock() - behind))
    clock.advance(seconds=900)
    refresh(place.services, **place.ids)
    assert [place.order(str(number)).external_id for number in range(100, 104)] == [
        "100",
        "101",
        "102",
        "103",
    ]
    [sync] = place.rows(StoreSync)
    assert sync.complete_until == clock()


def test_a_quiet_stores_last_change_is_read_again_for_an_hour_only(
    db: Database, tmp_path: Path, clock: StandingClock
) -> None:
    place = SparsePlace(db, tmp_path, clock, f"{tmp_path.name}.example")
    place.remote.put(replace(order("100"), updated_at=clock()))
    backfill(place.services, **place.ids)
    clock.advance(seconds=3 * 3600)
    refresh(place.services, **place.ids)
    place.remote.asked.clear()
    clock.advance(seconds=900)
    refresh(place.services, **place.ids)
    asked = [since for kind, since in place.remote.asked if kind == "orders"]
    assert asked == [clock() - timedelta(seconds=900) - HOUR - timedelta(minutes=5)]
