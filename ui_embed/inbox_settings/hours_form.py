"""Office hours as a form: two times for each opening of a day, holidays line by line."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from integration.conversations.hours.office_hours import (
    DAYS,
    MOST_OPENINGS_A_DAY,
    read_office_hours,
)
from integration.errors import Invalid
from ui_embed.inbox_settings.screen import in_words, typed

_FEWEST_ROWS = 2
_NO_PLACES = ("Etc/", "SystemV/", "US/", "posix/", "right/")
# A field for a time of day ends at 23:59: midnight at an opening's end is the day's end.
_MIDNIGHT = "00:00"
_DAY_ENDS = "24:00"


@dataclass(frozen=True, slots=True)
class HoursForm:
    """The form. `days` maps a day (mon to sun) to its openings as they were typed."""

    is_on: bool
    zone: str
    days: Mapping[str, tuple[tuple[str, str], ...]]
    holidays: str = ""
    refusals: Mapping[str, str] = field(default_factory=dict)

    def rows(self, day: str) -> list[tuple[int, str, str]]:
        """The day's openings, numbered, with an empty one to fill."""
        held = [each for each in self.days.get(day, ()) if any(each)]
        count = min(MOST_OPENINGS_A_DAY, max(_FEWEST_ROWS, len(held) + 1))
        padded = [*held, *([("", "")] * (count - len(held)))][:MOST_OPENINGS_A_DAY]
        return [(number, begin, end) for number, (begin, end) in enumerate(padded, 1)]

    def told(self) -> dict[str, Any] | None:
        """The hours as `read_office_hours` takes them; None where they are off."""
        if not self.is_on:
            return None
        week = {day: self._openings(day) for day in DAYS}
        holidays = re.split(r"[\s,;]+", self.holidays.strip())
        return {
            "zone": self.zone,
            "week": {day: openings for day, openings in week.items() if openings},
            "holidays": [each for each in holidays if each],
        }

    def _openings(self, day: str) -> list[list[str]]:
        found = [each for each in self.days.get(day, ()) if any(each)]
        return [[begin, _DAY_ENDS if end == _MIDNIGHT else end] for begin, end in found]


def form_of(told: Mapping[str, Any] | None, zone: str) -> HoursForm:
    """The hours that are kept; without any a form with the usual ones, switched off."""
    if told is None:
        usual = dict.fromkeys(DAYS[:5], (("09:00", "17:00"),))
        return HoursForm(False, zone, usual)
    days = {
        day: tuple((begin, _MIDNIGHT if end == _DAY_ENDS else end) for begin, end in openings)
        for day, openings in told["week"].items()
    }
    return HoursForm(True, told["zone"], days, "\n".join(told.get("holidays", ())))


def typed_form(fields: dict[str, str]) -> HoursForm:
    """What was typed."""
    days = {
        day: tuple(
            (typed(fields, f"{day}_{number}_from"), typed(fields, f"{day}_{number}_to"))
            for number in range(1, MOST_OPENINGS_A_DAY + 1)
        )
        for day in DAYS
    }
    zone, holidays = typed(fields, "zone"), typed(fields, "holidays")
    return HoursForm(fields.get("is_on") == "1", zone, days, holidays)


def refusals_of(told: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong, by the part of the form that it is in; empty where nothing is."""
    week: Mapping[str, Any] = told["week"]
    refused = {day: why for day, each in week.items() if (why := _why({day: each}))}
    whole: dict[str, Any] = {"mon": [["09:00", "17:00"]]}
    if why := _why(whole, zone=told["zone"]):
        refused["zone"] = why
    if why := _why(whole, holidays=told["holidays"]):
        refused["holidays"] = why
    if not refused and (why := _why(dict(week))):
        refused["is_on"] = why
    return refused


def _why(week: dict[str, Any], zone: str = "UTC", holidays: Any = ()) -> str | None:
    try:
        read_office_hours({"zone": zone, "week": week, "holidays": list(holidays)})
    except Invalid as error:
        return in_words(error.message)
    return None


@lru_cache(maxsize=1)
def zones() -> tuple[str, ...]:
    """The time zones that one may choose, those of places."""
    named = (each for each in available_timezones() if "/" in each)
    return ("UTC", *sorted(each for each in named if not each.startswith(_NO_PLACES)))
