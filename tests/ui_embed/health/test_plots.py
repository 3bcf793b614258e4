"""The shapes of the plots: where bars, lines and marks lie, exactly."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from babel import Locale

from integration.reconciliation.health_records import HealthHour
from ui_embed.formats import Formats
from ui_embed.health.plots import delay_plot, delivery_plot, worth_drawing

NEWEST = datetime(2026, 11, 22, 12, tzinfo=UTC)
FORMATS = Formats(Locale.parse("en_GB"), UTC, NEWEST + timedelta(minutes=4))


def _hours(count: int = 72, **told: HealthHour) -> list[HealthHour]:
    """So many hours without anything, but for those told by how long ago they are (`h3`)."""
    known = {int(name[1:]): hour for name, hour in told.items()}
    return [
        known.get(ago) or HealthHour(NEWEST - timedelta(hours=ago))
        for ago in range(count - 1, -1, -1)
    ]


def _hour(
    ago: int, applied: int = 0, mean: int = 0, longest: int = 0, found: int = 0
) -> HealthHour:
    at = NEWEST - timedelta(hours=ago)
    if not applied:
        return HealthHour(at, found=found)
    return HealthHour(at, applied, 0, 0, mean, longest, found)


def test_bars_are_as_high_as_their_share_of_a_round_number() -> None:
    plot = delivery_plot(_hours(10, h0=_hour(0, 5), h1=_hour(1, 10)), FORMATS)
    assert [step.label for step in plot.frame.steps] == ["10", "5", "0"]
    older, newest = plot.bars
    assert (older.top, older.height, newest.top, newest.height) == (0, 100, 50, 50)
    assert (older.at, older.width) == (80.8, 8.4)
    assert {bar.found_height for bar in plot.bars} == {0}


@pytest.mark.parametrize(
    ("most", "top"), [(0, 4), (4, 4), (5, 10), (11, 20), (21, 40), (41, 100), (990, 1000)]
)
def test_the_scale_ends_with_a_round_number(most: int, top: int) -> None:
    plot = delivery_plot(_hours(12, h0=_hour(0, most)), FORMATS)
    assert plot.frame.steps[0].label == f"{top:,}"


def test_a_single_one_that_was_found_is_seen_among_thousands() -> None:
    (bar,) = delivery_plot(_hours(12, h0=_hour(0, 8000, found=1)), FORMATS).bars
    assert bar.found_height == 4
    assert (bar.found_top, bar.top, bar.height) == (16, 20, 80)


def test_each_step_of_a_delay_is_as_high_as_the_others() -> None:
    hours = _hours(12, h3=_hour(3, 1, 100, 1000), h1=_hour(1, 1, 1, 90_000))
    plot = delay_plot(hours, FORMATS)
    assert [step.label for step in plot.frame.steps] == [
        "10 mins",
        "1 min",
        "10 secs",
        "1 sec",
        "0.1 secs",
        "0.01 secs",
    ]
    # Two runs with a gap between them, each as wide as its hours.
    assert plot.means == ("M8,80 L8.5,80 L9,80", "M10,100 L10.5,100 L11,100")
    assert plot.bands[0] == "M8,60 L8.5,60 L9,60 L9,80 L8.5,80 L8,80 Z"
    assert plot.frame.box == "0 0 12 100"


def test_hours_side_by_side_are_one_line() -> None:
    hours = _hours(12, h1=_hour(1, 1, 100, 100), h0=_hour(0, 1, 1000, 1000))
    (mean,) = delay_plot(hours, FORMATS).means
    assert mean == "M10,66.667 L10.5,66.667 L11.5,33.333 L12,33.333"


def test_what_is_slower_than_a_day_stays_in_the_drawing() -> None:
    plot = delay_plot(_hours(12, h0=_hour(0, 1, 10**9, 10**9)), FORMATS)
    assert plot.frame.steps[0].label == "1 day"
    assert plot.means == ("M11,0 L11.5,0 L12,0",)


@pytest.mark.parametrize(
    ("oldest", "count"), [(None, 12), (0, 12), (11, 12), (12, 24), (23, 24), (24, 72), (71, 72)]
)
def test_a_young_stores_hours_are_drawn_large(oldest: int | None, count: int) -> None:
    hours = _hours()
    if oldest is not None:
        hours[-1 - oldest] = _hour(oldest, found=1)
    drawn = worth_drawing(hours)
    assert len(drawn) == count
    assert drawn[-1].hour == NEWEST


def test_days_begin_in_the_stores_zone_also_where_a_clock_is_changed() -> None:
    newest = datetime(2026, 10, 26, 12, tzinfo=UTC)
    hours = [HealthHour(newest - timedelta(hours=ago)) for ago in range(71, -1, -1)]
    formats = Formats(Locale.parse("en_GB"), ZoneInfo("Europe/Athens"), newest)
    times = delivery_plot(hours, formats).frame.times
    # 24 and 25 October begin at 21:00 UTC the day before, 26 October at 22:00.
    assert [time.label for time in times] == ["Sat 24", "Sun 25", "Mon 26"]
    assert [round(time.at * 72 / 100, 2) for time in times] == [8, 32, 57]


def test_a_day_or_less_is_marked_by_the_hour() -> None:
    times = delivery_plot(_hours(12), FORMATS).frame.times
    assert [time.label for time in times] == ["03:00", "06:00", "09:00", ""]
    assert [round(time.at * 12 / 100, 2) for time in times] == [2, 5, 8, 11]
