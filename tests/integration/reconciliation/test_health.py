"""What is told of a store's health: exact figures, and nothing of another workspace."""

from datetime import timedelta

import pytest

from integration.errors import Invalid, NotFound
from integration.models import Order
from integration.reconciliation.health import store_comparisons, store_health
from integration.reconciliation.health_records import (
    HealthDeliveries,
    HealthHeld,
    HealthHour,
    HealthSums,
    StoreHealth,
)
from tests.factories.health_rows import (
    add_alarm,
    add_comparison,
    add_hour,
    add_untaken,
    add_work,
)
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.world import NOW, World, change_store

HOUR = NOW.replace(minute=0)


def _read(world: World) -> StoreHealth:
    return store_health(world.services, world.workspace_id, world.store_id)


def _compare(world: World, minutes_ago: float, **values: object) -> int:
    started_at = NOW - timedelta(minutes=minutes_ago)
    place = (world.workspace_id, world.store_id)
    return add_comparison(world.services, *place, started_at, **values)


def test_a_store_without_any_history_has_empty_hours_and_sums(world: World) -> None:
    health = _read(world)
    assert health.store.name == "Aegean Goods"
    assert health.timezone == "Europe/Athens"
    assert health.held == HealthHeld(0, 0)
    assert health.deliveries == HealthDeliveries(0, None, 0)
    assert len(health.hours) == 72
    assert (health.hours[0].hour, health.hours[-1].hour) == (HOUR - timedelta(hours=71), HOUR)
    assert {hour.deliveries + hour.found for hour in health.hours} == {0}
    assert health.sums == HealthSums(NOW, 0, 0, 0, 0, 0, 0)
    assert (health.comparisons, health.next, health.alarms, health.cleared_alarms) == (
        (),
        None,
        (),
        (),
    )


def test_hours_join_deliveries_with_what_comparisons_found_late(world: World) -> None:
    place = (world.workspace_id, world.store_id)
    at = HOUR - timedelta(hours=2)
    add_hour(world.services, *place, at, applied=4, parked=1, delay_ms_sum=1001, delay_ms_most=700)
    add_hour(world.services, *place, HOUR, refused=2)
    add_hour(world.services, *place, HOUR - timedelta(hours=72), applied=9)
    _compare(world, 100, missing=1, stale=1, gone=1, early=5)
    _compare(world, 90, missing=1)
    hours = {hour.hour: hour for hour in _read(world).hours}
    assert hours[at] == HealthHour(at, 4, 0, 1, 250, 700, 4)
    assert hours[at].deliveries == 5
    assert hours[HOUR] == HealthHour(HOUR, 0, 2, 0, None, None, 0)
    assert sum(hour.deliveries for hour in hours.values()) == 7


def test_sums_are_of_thirty_days_and_say_since_when(world: World) -> None:
    _compare(world, 60 * 24 * 31, missing=50, repaired=50, latest_seconds=99_999)
    _compare(world, 60 * 24 * 3, missing=2, stale=1, repaired=3, latest_seconds=840)
    _compare(world, 20, compared=10, gone=1, held_back=80, early=3)
    _compare(world, 10, state="failed", compared=0, error="no answer")
    sums = _read(world).sums
    assert sums == HealthSums(NOW - timedelta(days=3), 2, 1, 50, 4, 3, 840)


def test_the_ledger_comes_in_pages_from_the_newest(world: World) -> None:
    ids = [_compare(world, 100 - number, error=f"{number}") for number in range(35)]
    health = _read(world)
    assert [each.id for each in health.comparisons] == [str(each) for each in ids[:4:-1]]
    place = (world.workspace_id, world.store_id)
    assert health.next is not None
    older, following = store_comparisons(world.services, *place, health.next)
    assert [each.id for each in older] == [str(each) for each in ids[4::-1]]
    assert following is None
    asked = store_health(world.services, *place, cursor=health.next)
    assert asked.comparisons == older
    for nonsense in ("", "x", "-1", "١", "9" * 19, "5-", "9-9-9"):
        with pytest.raises(Invalid):
            store_comparisons(world.services, *place, nonsense)


def test_what_waits_is_counted_in_the_inbox_too(world: World) -> None:
    place = (world.workspace_id, world.store_id)
    seconds = timedelta(seconds=1)
    add_work(world.services, *place, NOW - 5 * seconds, delivery_id=1, state="leased")
    add_work(world.services, *place, NOW - 6 * seconds, delivery_id=2)
    add_work(world.services, *place, NOW - 90 * seconds, delivery_id=3, state="parked")
    add_work(world.services, *place, NOW - 99 * seconds, delivery_id=4, state="applied")
    add_untaken(world.services, *place, NOW - 7 * seconds, "a")
    other = (world.other_workspace_id, world.other_store_id)
    add_untaken(world.services, *other, NOW - 80 * seconds, "b")
    add_work(world.services, *other, NOW - 80 * seconds, delivery_id=5)
    assert _read(world).deliveries == HealthDeliveries(3, NOW - 7 * seconds, 1)


def test_alarms_are_told_by_their_code_until_they_are_over(world: World) -> None:
    place = (world.workspace_id, world.store_id)
    hours = timedelta(hours=1)
    add_alarm(world.services, *place, NOW - 5 * hours, code="record_unreadable", message="a")
    add_alarm(world.services, *place, NOW - 3 * hours, code="record_unreadable", message="b")
    add_alarm(world.services, *place, NOW - 9 * hours, cleared_at=NOW - 8 * hours)
    add_alarm(world.services, *place, NOW - 999 * hours, cleared_at=NOW - 998 * hours)
    other = (world.other_workspace_id, world.other_store_id)
    add_alarm(world.services, *other, NOW)
    health = _read(world)
    (held,) = health.alarms
    assert (held.code, held.count, held.message) == ("record_unreadable", 2, "b")
    assert (held.raised_at, held.newest_at) == (NOW - 5 * hours, NOW - 3 * hours)
    (over,) = health.cleared_alarms
    assert (over.code, over.cleared_at) == ("deliveries_stopped", NOW - 8 * hours)


def test_what_is_held_leaves_out_what_was_deleted(world: World) -> None:
    add_person(world, orders=3)
    add_person(world, orders=7, other=True)
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        session.query(Order).filter(Order.name == "#1041").one().deleted_at = NOW
    assert _read(world).held == HealthHeld(2, 1)


def test_anothers_store_is_as_unknown_as_none(world: World) -> None:
    for store_id in (world.other_store_id, 999):
        with pytest.raises(NotFound, match=r"^There is no such store\.$"):
            store_health(world.services, world.workspace_id, store_id)
        with pytest.raises(NotFound, match=r"^There is no such store\.$"):
            store_comparisons(world.services, world.workspace_id, store_id, "5")


def test_the_object_is_plain(world: World) -> None:
    change_store(world.services, world.store_id, compared_whole_at=NOW)
    _compare(world, 5)
    told = _read(world).as_dict()
    assert told["store"]["freshness"]["backfill"]["state"] == "done"
    assert told["compared_whole_at"] == NOW
    assert told["hours"][0]["applied"] == 0
    assert told["comparisons"][0]["kind"] == "changes"
    assert told["sums"]["comparisons"] == 1
    assert told["next"] is None
