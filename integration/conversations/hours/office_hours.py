"""A merchant's office hours: when somebody is there, by the clock on their wall.

A moment is in the hours when the wall's clock then shows a time in them, on a day that is no
holiday. So on the day when clocks go forward an opening inside the missing hour begins after it,
and what the clock shows twice counts twice.

The form that is stored and told: `{"zone": "Europe/Athens", "week": {"mon": [["09:00", "17:00"]],
…}, "holidays": ["2026-12-25", …]}`; a day may end at 24:00, a day that isn't named is closed.
"""

import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from integration.errors import Invalid

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MOST_OPENINGS_A_DAY = 6
MOST_HOLIDAYS = 1_000
# Further ahead nothing is looked for: a shop that is closed for so long opens never.
MOST_DAYS_AHEAD = 800
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00")
_SECOND = timedelta(seconds=1)

Opening = tuple[int, int]


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """When somebody is there: minutes of the day from and to, by day from Monday, in a zone."""

    zone: str
    week: tuple[tuple[Opening, ...], ...]
    holidays: frozenset[date] = frozenset()

    def as_dict(self) -> dict[str, Any]:
        """The form that is stored and told."""
        return {
            "zone": self.zone,
            "week": {
                day: [[_clock(begin), _clock(end)] for begin, end in openings]
                for day, openings in zip(DAYS, self.week, strict=True)
                if openings
            },
            "holidays": sorted(day.isoformat() for day in self.holidays),
        }


def read_office_hours(told: object) -> OfficeHours | None:
    """The hours that a form tells; None for None: always. Raises Invalid with a sentence."""
    if told is None:
        return None
    if not isinstance(told, dict) or not isinstance(told.get("week"), dict):
        raise _refusal("Office hours have a zone and a week.")
    week = told["week"]
    if set(week) - set(DAYS):
        raise _refusal(f"The days of the week are: {', '.join(DAYS)}.")
    openings = tuple(_openings(week.get(day) or []) for day in DAYS)
    if not any(openings):
        raise _refusal("Give at least one opening, or no office hours at all.")
    return OfficeHours(_zone(told.get("zone")), openings, _holidays(told.get("holidays") or []))


def is_open(hours: OfficeHours, moment: datetime) -> bool:
    """Whether a moment is in the hours."""
    local = moment.astimezone(ZoneInfo(hours.zone))
    if local.date() in hours.holidays:
        return False
    seconds = local.hour * 3600 + local.minute * 60 + local.second
    return any(begin * 60 <= seconds < end * 60 for begin, end in hours.week[local.weekday()])


def seconds_between(hours: OfficeHours, begun: datetime, ended: datetime) -> int:
    """How many seconds of office hours lie between two times; 0 where they don't follow."""
    total = timedelta()
    for opens, closes in _stretches(hours, begun, ended):
        total += max(timedelta(), min(closes, ended) - max(opens, begun))
    return int(total.total_seconds())


def after_seconds(hours: OfficeHours, begun: datetime, seconds: int) -> datetime | None:
    """When so many seconds of office hours have passed; None where that is years ahead."""
    left = timedelta(seconds=seconds)
    for opens, closes in _stretches(hours, begun, begun + timedelta(days=MOST_DAYS_AHEAD)):
        start = max(opens, begun)
        if closes <= start:
            continue
        if closes - start >= left:
            return start + left
        left -= closes - start
    return None


def next_opening(hours: OfficeHours, moment: datetime) -> datetime | None:
    """The moment itself where it is in the hours, else when they begin again; None for never."""
    for opens, closes in _stretches(hours, moment, moment + timedelta(days=MOST_DAYS_AHEAD)):
        if closes > moment:
            return max(opens, moment)
    return None


def _stretches(
    hours: OfficeHours, begun: datetime, ended: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """The openings of the days that touch a span, in their order, in UTC."""
    if ended <= begun:
        return
    zone = ZoneInfo(hours.zone)
    day = begun.astimezone(zone).date() - timedelta(days=1)
    last = ended.astimezone(zone).date() + timedelta(days=1)
    while day <= last:
        openings = () if day in hours.holidays else hours.week[day.weekday()]
        if openings:
            yield from sorted(_of_day(hours.zone, day, openings))
        day += timedelta(days=1)


def _of_day(
    zone: str, day: date, openings: tuple[Opening, ...]
) -> Iterator[tuple[datetime, datetime]]:
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    for since, until, offset in _offsets(zone, day):
        for begin, end in openings:
            opens = max(since, midnight + timedelta(minutes=begin) - offset)
            closes = min(until, midnight + timedelta(minutes=end) - offset)
            if opens < closes:
                yield opens, closes


@lru_cache(maxsize=4096)
def _offsets(name: str, day: date) -> tuple[tuple[datetime, datetime, timedelta], ...]:
    """The spans of a day in which the zone's offset stays the same; they may reach beyond it."""
    midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
    since, until = midnight - timedelta(hours=16), midnight + timedelta(hours=40)
    zone = ZoneInfo(name)
    spans, begin = [], since
    moment = since
    while moment < until:
        following = min(until, moment + timedelta(hours=2))
        before, after = _offset(zone, moment), _offset(zone, following)
        if before != after:
            change = _change(zone, moment, following)
            spans.append((begin, change, before))
            begin = change
        moment = following
    spans.append((begin, until, _offset(zone, until)))
    return tuple(spans)


def _change(zone: ZoneInfo, before: datetime, after: datetime) -> datetime:
    """The first second at which the later offset holds."""
    old = _offset(zone, before)
    while after - before > _SECOND:
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        before, after = (middle, after) if _offset(zone, middle) == old else (before, middle)
    return after


def _offset(zone: ZoneInfo, moment: datetime) -> timedelta:
    return moment.astimezone(zone).utcoffset() or timedelta()


def _openings(told: object) -> tuple[Opening, ...]:
    if not isinstance(told, list) or len(told) > MOST_OPENINGS_A_DAY:
        raise _refusal(f"A day has at most {MOST_OPENINGS_A_DAY} openings, each from and to.")
    found = sorted(_opening(each) for each in told)
    for earlier, later in itertools.pairwise(found):
        if later[0] < earlier[1]:
            raise _refusal("Two openings of a day overlap.")
    return tuple(found)


def _opening(told: object) -> Opening:
    if not isinstance(told, list | tuple) or len(told) != 2:
        raise _refusal("An opening has a time from and a time to.")
    begin, end = (_minutes(each) for each in told)
    if begin >= end:
        raise _refusal("An opening ends after it begins, at 24:00 at the latest.")
    return begin, end


def _minutes(told: object) -> int:
    if not isinstance(told, str) or not _TIME.fullmatch(told):
        raise _refusal("Times are written as 09:30, up to 24:00.")
    return int(told[:2]) * 60 + int(told[3:])


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _zone(told: object) -> str:
    if not isinstance(told, str) or told not in _zones():
        raise _refusal("The zone is one of the IANA's, as Europe/Athens.")
    return told


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _holidays(told: object) -> frozenset[date]:
    if not isinstance(told, list) or len(told) > MOST_HOLIDAYS:
        raise _refusal(f"There are at most {MOST_HOLIDAYS} holidays.")
    try:
        return frozenset(date.fromisoformat(each) for each in told)
    except (TypeError, ValueError):
        raise _refusal("Holidays are written as 2026-12-25.") from None


def _refusal(sentence: str) -> Invalid:
    return Invalid(sentence, code="invalid_office_hours")


def stored_office_hours(kept: Mapping[str, Any] | None) -> OfficeHours | None:
    """The hours that are stored. Raises Invalid for those of another version of ours."""
    return read_office_hours(None if kept is None else dict(kept))
