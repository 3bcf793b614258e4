"""Office hours are counted by the clock on the wall, also when it is set."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.conversations.hours.office_hours import (
    DAYS,
    OfficeHours,
    after_seconds,
    is_open,
    next_opening,
    read_office_hours,
    seconds_between,
)
from integration.errors import Invalid

NINE_TO_FIVE: dict[str, Any] = {
    "zone": "Europe/Athens",
    "week": {day: [["09:00", "17:00"]] for day in DAYS[:5]},
    "holidays": ["2026-10-28"],
}
# Athens, Jerusalem, half an hour of it (Lord Howe), none (Tokyo), at midnight (Beirut).
ZONES = (
    "Europe/Athens", "Asia/Jerusalem", "Europe/Prague", "Australia/Lord_Howe", "Asia/Tokyo",
    "Asia/Beirut", "America/St_Johns", "Pacific/Apia",
)  # fmt: skip
MINUTE = timedelta(minutes=1)


def hours(**changed: Any) -> OfficeHours:
    found = read_office_hours(NINE_TO_FIVE | changed)
    assert found is not None
    return found


def athens(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Athens")).astimezone(UTC)


def walked(found: OfficeHours, begun: datetime, ended: datetime) -> int:
    """The same, minute by minute: whether the wall's clock is in the hours."""
    zone, minutes = ZoneInfo(found.zone), 0
    moment = begun
    while moment < ended:
        wall = moment.astimezone(zone)
        of_day = wall.hour * 60 + wall.minute
        if wall.date() not in found.holidays:
            minutes += any(a <= of_day < b for a, b in found.week[wall.weekday()])
        moment += MINUTE
    return 60 * minutes


def test_an_evening_counts_nothing_and_a_weekend_neither() -> None:
    friday, monday = athens("2026-11-20 16:00"), athens("2026-11-23 10:00")
    assert seconds_between(hours(), friday, monday) == 2 * 3600
    assert seconds_between(hours(), monday, friday) == 0
    assert after_seconds(hours(), friday, 2 * 3600) == monday
    assert after_seconds(hours(), friday, 3600) == athens("2026-11-20 17:00")
    assert next_opening(hours(), athens("2026-11-21 12:00")) == athens("2026-11-23 09:00")
    assert next_opening(hours(), friday) == friday
    assert is_open(hours(), friday)
    assert not is_open(hours(), athens("2026-11-20 17:00"))


def test_a_holiday_is_closed() -> None:
    assert not is_open(hours(), athens("2026-10-28 12:00"))
    assert next_opening(hours(), athens("2026-10-28 09:00")) == athens("2026-10-29 09:00")
    span = athens("2026-10-27 00:00"), athens("2026-10-30 00:00")
    assert seconds_between(hours(), *span) == 2 * 8 * 3600


def test_the_day_when_clocks_are_set_has_the_hours_that_it_has() -> None:
    always = hours(week={day: [["00:00", "24:00"]] for day in DAYS}, holidays=[])
    for day, expected in (("2026-03-29", 23), ("2026-10-25", 25), ("2026-06-01", 24)):
        following = date.fromisoformat(day) + timedelta(days=1)
        span = athens(f"{day} 00:00"), athens(f"{following} 00:00")
        assert seconds_between(always, *span) == expected * 3600
    night = hours(week={"sun": [["03:30", "05:00"]]})
    assert next_opening(night, athens("2026-03-29 00:00")) == athens("2026-03-29 04:00")


def test_what_never_opens_is_told_as_such() -> None:
    closed = OfficeHours("UTC", ((),) * 7)
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert next_opening(closed, now) is None
    assert after_seconds(closed, now, 60) is None
    assert seconds_between(closed, now, now + timedelta(days=30)) == 0


def test_the_form_is_told_as_it_was_given() -> None:
    assert hours().as_dict() == NINE_TO_FIVE
    assert read_office_hours(None) is None


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        "always",
        {},
        {"zone": "Europe/Athens"},
        NINE_TO_FIVE | {"zone": "Mars/Olympus"},
        NINE_TO_FIVE | {"zone": "../../etc/passwd"},
        NINE_TO_FIVE | {"week": {}},
        NINE_TO_FIVE | {"week": {"mon": []}},
        NINE_TO_FIVE | {"week": {"monday": [["09:00", "17:00"]]}},
        NINE_TO_FIVE | {"week": {"mon": [["17:00", "09:00"]]}},
        NINE_TO_FIVE | {"week": {"mon": [["09:00", "12:00"], ["11:00", "17:00"]]}},
        NINE_TO_FIVE | {"week": {"mon": [["9", "17:00"]]}},
        NINE_TO_FIVE | {"week": {"mon": [["09:00"]]}},
        NINE_TO_FIVE | {"week": {"mon": [["09:00", "24:30"]]}},
        NINE_TO_FIVE | {"week": {"mon": [[f"{each:02}:00", f"{each:02}:30"] for each in range(7)]}},
        NINE_TO_FIVE | {"holidays": ["25.12.2026"]},
        NINE_TO_FIVE | {"holidays": [7]},
        NINE_TO_FIVE | {"holidays": ["2026-12-25"] * 1_001},
    ],
)
def test_what_is_no_office_hours_is_refused(wrong: object) -> None:
    with pytest.raises(Invalid) as refused:
        read_office_hours(wrong)
    assert refused.value.code == "invalid_office_hours"


@st.composite
def _hours(draw: st.DrawFn) -> OfficeHours:
    def openings() -> tuple[tuple[int, int], ...]:
        times = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
        pairs = zip(times[::2], times[1::2], strict=False)
        return tuple((15 * a, 15 * b) for a, b in pairs)

    days = st.dates(date(2026, 1, 1), date(2026, 12, 31))
    week = tuple(openings() for _ in DAYS)
    return OfficeHours(draw(st.sampled_from(ZONES)), week, frozenset(draw(st.sets(days))))


# Around the days on which clocks are set, and any other.
_DAYS = st.one_of(
    st.sampled_from(
        ["2026-03-27", "2026-03-28", "2026-03-29", "2026-10-24", "2026-10-25", "2026-04-04"]
    ).map(date.fromisoformat),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)


@given(_hours(), _DAYS, st.integers(0, 1440), st.integers(0, 4 * 1440))
def test_they_are_counted_as_minute_by_minute(
    found: OfficeHours, day: date, minute: int, length: int
) -> None:
    begun = datetime(day.year, day.month, day.day, tzinfo=UTC) + minute * MINUTE
    ended = begun + length * MINUTE
    seconds = seconds_between(found, begun, ended)
    assert seconds == walked(found, begun, ended)
    due = after_seconds(found, begun, seconds) if seconds else None
    if due is not None:
        assert due <= ended
        assert seconds_between(found, begun, due) == seconds
    opening = next_opening(found, begun)
    if opening is not None and opening <= ended:
        assert is_open(found, opening)
        assert seconds_between(found, begun, opening) == 0
    else:
        assert seconds == 0
