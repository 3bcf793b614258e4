"""Comparing every id finds what no window shows: deletions, gaps, copies from a backup's future."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from integration.models import Customer, Order, Tombstone
from integration.reconciliation.jobs import compare_due, is_due
from platforms.errors import TruncatedResult
from platforms.records import Page
from tests.factories.fake_store import FakeReader
from tests.factories.records import customer, order
from tests.integration.reconciliation.place import Place, figures

DAYS = timedelta(days=1)
ALL = [str(number) for number in range(100, 110)]


def test_a_copy_that_is_whole_is_found_whole(place: Place) -> None:
    run = place.compare_whole()
    assert (run.kind, run.asked_by, run.state) == ("whole", "schedule", "done")
    assert (run.compared, figures(run)) == (10, {})
    assert place.sync().compared_whole_at == place.clock()
    assert place.sync().claim is None
    assert [kind for kind, _ in place.remote.asked if kind.endswith("by_id")] == []


def test_what_a_window_missed_long_ago_is_read_by_its_id(place: Place) -> None:
    place.change(100, total_minor=4321, ago=2 * DAYS)
    place.change(500, ago=2 * DAYS)
    place.remote.put(replace(customer("9"), updated_at=place.clock() - DAYS))
    place.change(501, ago=timedelta(seconds=30))
    run = place.compare_whole(asked_by="person")
    counted = {"missing": 2, "stale": 1, "repaired": 3, "early": 1, "latest_seconds": 172_800}
    assert figures(run) == counted
    assert place.standing() == [*ALL, "500", "501"]
    assert (held := place.order(100)) is not None
    assert held.total_minor == 4321
    assert "9" in place.customers()
    assert ("orders_by_id", ("100", "500", "501")) in place.remote.asked
    assert figures(place.compare_whole(asked_by="person")) == {}


def test_what_the_store_lists_no_more_is_asked_for_once_more_and_deleted(place: Place) -> None:
    place.remote.put(replace(customer("9"), updated_at=place.clock() - 2 * DAYS))
    place.refresh()
    place.compare_whole(asked_by="person")
    del place.remote.orders["103"], place.remote.customers["9"]
    run = place.compare_whole(asked_by="person")
    assert figures(run) == {"gone": 2, "repaired": 2}
    assert place.standing() == [number for number in ALL if number != "103"]
    assert (held := place.order(103)) is not None
    assert held.deleted_at == place.clock()
    assert held.counts is False
    assert place.customers()["9"].deleted_at == place.clock()
    assert ("orders_by_id", ("103",)) in place.remote.asked
    # It is found once.
    assert figures(place.compare_whole(asked_by="person")) == {}


def test_what_a_list_leaves_out_and_the_store_still_has_stays(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = FakeReader.order_marks

    def without_one(reader: FakeReader, cursor: str | None = None) -> object:
        for page in whole(reader, cursor):
            marks = tuple(mark for mark in page.records if mark.external_id != "103")
            yield Page(marks, page.cursor)

    monkeypatch.setattr(FakeReader, "order_marks", without_one)
    assert figures(place.compare_whole()) == {}
    assert place.standing() == ALL


def test_what_joins_the_copy_meanwhile_is_not_taken_for_gone(place: Place) -> None:
    def join(kind: str, _number: int) -> None:
        if kind == "customer_marks":
            # A webhook tells an order that the list, made before, doesn't hold.
            place.remote.put(order("999"))
            place.refresh_by_webhook("999")
            del place.remote.orders["999"]

    place.remote.on_page = join
    assert figures(place.compare_whole()) == {}
    assert "999" in place.standing()


def test_so_much_at_once_is_held_back_until_somebody_says_so(place: Place) -> None:
    for number in range(200, 260):
        place.change(number, ago=2 * DAYS)
    place.compare_whole(asked_by="person")
    for number in range(200, 251):
        del place.remote.orders[str(number)]
    run = place.compare_whole(asked_by="person")
    assert figures(run) == {"held_back": 51}
    assert len(place.standing()) == 70
    assert place.alarms() == ["mass_deletion"]
    # Nobody is asked twice, and none of them was read by its id.
    assert figures(place.compare_whole(asked_by="person")) == {"held_back": 51}
    assert place.alarms() == ["mass_deletion"]
    assert [what for what in place.remote.asked if what[0] == "orders_by_id"][1:] == []
    run = place.compare_whole(asked_by="person", accept_deletions=True)
    assert figures(run) == {"gone": 51, "repaired": 51}
    assert len(place.standing()) == 19
    assert (place.alarms(), place.alarms(cleared=True)) == ([], ["mass_deletion"])


def test_fifty_are_believed_however_few_are_held(place: Place) -> None:
    place.remote.orders.clear()
    assert figures(place.compare_whole()) == {"gone": 10, "repaired": 10}
    assert place.standing() == []


def test_the_alarm_is_over_once_the_store_lists_them_again(place: Place) -> None:
    for number in range(200, 260):
        place.change(number, ago=2 * DAYS)
    place.compare_whole(asked_by="person")
    hidden = dict(place.remote.orders)
    place.remote.orders.clear()
    place.compare_whole(asked_by="person")
    assert place.alarms() == ["mass_deletion"]
    place.remote.orders.update(hidden)
    assert figures(place.compare_whole(asked_by="person")) == {}
    assert place.alarms() == []


@pytest.mark.parametrize(
    "held_at",
    [datetime(2099, 1, 1, tzinfo=UTC), None],
    ids=["a clock in 2099", "from before a backup"],
)
def test_a_copy_ahead_of_its_store_is_set_right(place: Place, held_at: datetime | None) -> None:
    held_at = held_at or place.clock() - timedelta(hours=2)
    place.set_order(100, source_updated_at=held_at, total_minor=9999)
    assert figures(place.refresh()) == {}
    run = place.compare_whole()
    assert figures(run) == {"stale": 1, "repaired": 1}
    assert (held := place.order(100)) is not None
    assert held.total_minor == 1250
    assert held.source_updated_at == place.remote.orders["100"].updated_at
    # And what comes after is taken again.
    place.change(100, total_minor=777)
    place.refresh()
    assert (held := place.order(100)) is not None
    assert held.total_minor == 777


@pytest.mark.parametrize("minutes", [-4, 0, 59])
def test_what_may_have_changed_meanwhile_is_left_for_the_next_comparison(
    place: Place, minutes: int
) -> None:
    at = place.clock() + timedelta(minutes=minutes)
    place.set_order(100, source_updated_at=at, total_minor=9999)
    assert figures(place.compare_whole()) == {}
    assert (held := place.order(100)) is not None
    assert held.total_minor == 9999
    place.clock.advance(seconds=24 * 3600)
    assert figures(place.compare_whole()) == {"stale": 1, "repaired": 1}


def test_a_held_state_that_changed_while_it_was_read_is_not_replaced(place: Place) -> None:
    place.set_order(100, source_updated_at=datetime(2099, 1, 1, tzinfo=UTC), total_minor=9999)

    def change(kind: str, number: int) -> None:
        if kind == "order_marks" and number == 8:
            place.set_order(100, source_updated_at=datetime(2098, 1, 1, tzinfo=UTC))

    place.remote.on_page = change
    place.compare_whole()
    assert (held := place.order(100)) is not None
    assert held.total_minor == 9999


def test_an_order_that_was_brought_back_stands_again(place: Place) -> None:
    hidden = place.remote.orders.pop("103")
    place.compare_whole(asked_by="person")
    assert "103" not in place.standing()
    place.remote.put(hidden)
    place.clock.advance(seconds=60)
    run = place.compare_whole(asked_by="person")
    assert (run.stale, run.repaired) == (1, 1)
    assert place.standing() == ALL


def test_beyond_the_stores_horizon_nothing_is_taken_for_gone(place: Place) -> None:
    # The store shows what was placed since the first of the month (see the fake reader).
    horizon = place.clock().replace(day=1)
    place.set_order(100, placed_at=horizon - DAYS)
    place.set_order(101, placed_at=horizon + DAYS)
    place.set_order(102, placed_at=horizon + 3 * DAYS)
    for number in ("100", "101", "102"):
        del place.remote.orders[number]
    assert figures(place.compare_whole()) == {"gone": 1, "repaired": 1}
    assert place.standing() == [number for number in ALL if number != "102"]


def test_erased_and_merged_ones_are_left(place: Place) -> None:
    place.remote.put(replace(customer("9"), updated_at=place.clock() - 2 * DAYS))
    place.compare_whole(asked_by="person")
    with place.services.db.workspace(place.workspace_id, write=True) as session:
        session.execute(update(Order).where(Order.external_id == "100").values(profile_id=None))
        session.execute(update(Customer).values(merged_into_external_id="7"))
        session.add(
            Tombstone(
                store_id=place.store_id,
                kind="order",
                external_id="500",
                deleted_at=place.clock(),
                erased_at=place.clock(),
            )
        )
    del place.remote.orders["100"], place.remote.customers["9"]
    place.change(500, ago=2 * DAYS)
    assert figures(place.compare_whole(asked_by="person")) == {}
    assert place.order(500) is None


def test_a_comparison_that_breaks_off_deletes_nothing(place: Place) -> None:
    def break_off(kind: str, number: int) -> None:
        if kind == "order_marks" and number:
            raise TruncatedResult("the bulk result has 4 of 10 objects")

    place.remote.on_page = break_off
    run = place.compare_whole()
    assert (run.state, run.error) == ("failed", "the bulk result has 4 of 10 objects")
    assert figures(run) == {}
    assert place.standing() == ALL
    assert place.sync().compared_whole_at is None
    assert place.sync().claim is None


def test_each_store_has_its_own_time_of_the_day() -> None:
    now = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    assert is_due(1, None, now)
    # 7919 s after midnight, which is 02:11:59.
    assert not is_due(1, datetime(2026, 11, 22, 2, 12, tzinfo=UTC), now)
    assert is_due(1, datetime(2026, 11, 22, 2, 11, tzinfo=UTC), now)
    assert not is_due(1, datetime(2026, 11, 21, 2, 12, tzinfo=UTC), now.replace(hour=2))
    assert is_due(1, datetime(2026, 11, 21, 2, 11, tzinfo=UTC), now.replace(hour=2))


def test_a_store_is_compared_once_its_first_read_is_done_and_not_again_at_once(
    place: Place,
) -> None:
    place.services.jobs.waiting.clear()  # type: ignore[attr-defined]
    compare_due(place.services)
    names = [name for name, _ in place.services.jobs.waiting]  # type: ignore[attr-defined]
    assert names == ["reconciliation.whole"]
    place.compare_whole()
    compare_due(place.services)
    assert len(place.services.jobs.waiting) == 1  # type: ignore[attr-defined]
    # One that another schedule just began is not begun again; a person's is.
    assert [run.kind for run in place.runs()] == ["whole"]
    place.compare_whole()
    assert len(place.runs()) == 1
    place.compare_whole(asked_by="person")
    assert len(place.runs()) == 2
