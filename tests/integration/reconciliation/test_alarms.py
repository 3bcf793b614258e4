"""Alarms are raised once, on evidence, and cleared when what they tell of is over."""

from datetime import timedelta

import pytest

from integration.reconciliation.jobs import watch
from integration.reconciliation.subscriptions import note_subscriptions
from integration.reconciliation.thinning import thin
from integration.services import Services
from platforms.errors import StoreUnreachable
from platforms.records import SubscriptionReport
from tests.factories.health_rows import add_comparison, add_hour, add_work
from tests.integration.reconciliation.place import Place

HOUR = timedelta(hours=1)


def ids(place: Place) -> tuple[Services, int, int]:
    return place.services, place.workspace_id, place.store_id


def told(place: Place) -> list[str]:
    """The kinds of news that open pages heard since the last look."""
    events = place.services.events.told  # type: ignore[attr-defined]
    kinds = [event.kind for event in events]
    events.clear()
    return kinds


def test_three_missed_changes_without_a_delivery_say_that_deliveries_stopped(place: Place) -> None:
    for number in (500, 501):
        place.change(number)
    place.refresh()
    assert place.alarms() == []
    for number in (502, 503, 504):
        place.change(number)
    place.refresh()
    assert place.alarms() == ["deliveries_stopped"]
    for number in (505, 506, 507):
        place.change(number)
    place.refresh()
    assert place.alarms() == ["deliveries_stopped"]


def test_a_delivery_since_the_first_missed_change_says_otherwise(place: Place) -> None:
    add_work(*ids(place), place.clock() - timedelta(minutes=9), state="applied")
    for number in (502, 503, 504):
        place.change(number)
    place.refresh()
    assert place.alarms() == []


def test_the_alarm_is_over_once_a_delivery_comes(place: Place) -> None:
    for number in (502, 503, 504):
        place.change(number)
    place.refresh()
    place.clock.advance(seconds=900)
    place.refresh()
    assert place.alarms() == ["deliveries_stopped"]
    add_work(*ids(place), place.clock(), state="applied")
    place.clock.advance(seconds=900)
    place.refresh()
    assert (place.alarms(), place.alarms(cleared=True)) == ([], ["deliveries_stopped"])


@pytest.mark.parametrize(("silent_hours", "expected"), [(6, []), (8, ["deliveries_stopped"])])
def test_a_busy_store_that_changes_in_silence_is_suspected(
    place: Place, silent_hours: int, expected: list[str]
) -> None:
    now = place.clock().replace(minute=0)
    for hour in range(silent_hours, 48):
        add_hour(*ids(place), now - hour * HOUR, applied=3)
    place.change(500)
    add_work(*ids(place), place.clock() - timedelta(minutes=1), state="applied", delivery_id=9)
    place.refresh()
    assert place.alarms() == expected


def test_a_quiet_stores_usual_gaps_are_no_silence(place: Place) -> None:
    now = place.clock().replace(minute=0)
    for hour in range(12, 24 * 13, 13):
        add_hour(*ids(place), now - hour * HOUR, applied=1)
    place.change(500)
    place.refresh()
    assert place.alarms() == []


def test_a_copy_that_no_reading_proves_for_two_hours_is_told(place: Place) -> None:
    place.refresh()
    proved = place.clock()
    place.clock.advance(seconds=7200)
    watch(place.services)
    assert place.alarms() == []

    def fail(_kind: str, _number: int) -> None:
        raise StoreUnreachable("the store doesn't answer")

    place.remote.on_page = fail
    place.refresh()
    place.clock.advance(seconds=1)
    told(place)
    watch(place.services)
    watch(place.services)
    assert place.alarms() == ["copy_behind"]
    assert told(place) == ["store"]
    [alarm] = place.alarm_rows()
    assert alarm.message == (
        f"the copy is proved until {proved:%Y-%m-%d %H:%M} UTC only: the store doesn't answer"
    )
    place.remote.on_page = lambda _kind, _number: None
    place.refresh()
    watch(place.services)
    assert (place.alarms(), place.alarms(cleared=True)) == ([], ["copy_behind"])


def test_mended_subscriptions_are_history_and_dead_ones_stand(place: Place) -> None:
    told(place)
    note_subscriptions(*ids(place), SubscriptionReport(standing=("orders/create",)))
    assert (place.alarms(), told(place)) == ([], [])
    report = SubscriptionReport(("a",), created=("orders/paid",), mended=("orders/create",))
    note_subscriptions(*ids(place), report)
    assert (place.alarms(), place.alarms(cleared=True)) == ([], ["subscriptions_mended"])
    assert place.alarm_rows()[0].details == {"topics": ["orders/create", "orders/paid"]}
    assert told(place) == ["store"]
    dead = SubscriptionReport((), failed=(("orders/create", "the address is refused"),))
    note_subscriptions(*ids(place), dead)
    note_subscriptions(*ids(place), dead)
    assert place.alarms() == ["subscriptions_dead"]
    assert place.alarm_rows()[1].details == {"orders/create": "the address is refused"}
    note_subscriptions(*ids(place), SubscriptionReport(standing=("orders/create",)))
    assert place.alarms() == []


def test_old_comparisons_that_found_nothing_become_one_a_day(place: Place) -> None:
    day = place.clock().replace(hour=0, minute=0) - timedelta(days=9)
    for number in range(4):
        add_comparison(*ids(place), day + number * HOUR, compared=10, calls=2, early=1)
    kept = [
        add_comparison(*ids(place), day + 5 * HOUR, missing=1),
        add_comparison(*ids(place), day + 6 * HOUR, state="failed"),
        add_comparison(*ids(place), day + 7 * HOUR, kind="whole"),
        add_comparison(*ids(place), day + 8 * HOUR, asked_by="person"),
        add_comparison(*ids(place), place.clock() - timedelta(days=6)),
        add_comparison(*ids(place), place.clock() - timedelta(days=6, seconds=1)),
    ]
    add_comparison(*ids(place), place.clock() - timedelta(days=90, seconds=1), missing=1)
    for _ in range(2):
        thin(*ids(place))
        first, *others = place.runs()
        assert [run.id for run in others] == kept
        assert (first.compared, first.calls, first.early) == (40, 8, 4)
        assert (first.started_at, first.window_until) == (day, day + 3 * HOUR)
