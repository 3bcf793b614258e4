"""Amounts, times and names as people read them, in the reader's language and the store's zone."""

import re
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from functools import cache
from zoneinfo import ZoneInfo

import phonenumbers
from babel import Locale, UnknownLocaleError
from babel.dates import (
    format_date,
    format_datetime,
    format_interval,
    format_skeleton,
    format_time,
    format_timedelta,
    get_time_format,
)
from babel.numbers import NumberPattern, format_decimal, format_percent
from babel.units import format_unit

from platforms.money import exponent, to_decimal

_TOUCHING = re.compile(r"(?<=[^\W\d_])(?=[\d-])|(?<=\d)(?=[^\W\d_])")
_RELATIVE_UNTIL = timedelta(days=30)
_UNITS = (("day", 86_400_000), ("hour", 3_600_000), ("minute", 60_000), ("second", 1000))
_BRIEF_UNITS = (("day", 86_400), ("hour", 3_600), ("minute", 60))
_WEEK_DAYS = 7
_SHORT_NAME = 4
# So many seconds are told with their fractions.
_FEW = 10


@dataclass(frozen=True, slots=True)
class Formats:
    """How one reader sees figures. `now` is the moment that relative times count from."""

    locale: Locale
    zone: tzinfo
    now: datetime

    def money(self, amount_minor: int, currency: str) -> str:
        """The amount with the currency's own decimals, whatever the language's habit."""
        pattern = _pattern(str(self.locale), exponent(currency))
        value = to_decimal(amount_minor, currency)
        text = str(pattern.apply(value, self.locale, currency=currency, currency_digits=False))
        # A code has no gap where the language's pattern reckons with a sign: CZK1 is CZK 1.
        return _TOUCHING.sub("\N{NO-BREAK SPACE}", text)

    def number(self, value: int) -> str:
        """A whole number with the language's grouping."""
        return format_decimal(value, locale=self.locale)

    def percent(self, rate: float) -> str:
        """A rate between 0 and 1 in whole percent; 0 and 100 stand for none and all only."""
        shown = min(max(rate, 0.01), 0.99) if 0 < rate < 1 else rate
        return str(format_percent(shown, locale=self.locale))

    def days(self, count: float) -> str:
        """A number of days: whole ones from ten on, else to one decimal."""
        shown = round(count) if count >= _FEW else round(count, 1)
        return format_unit(shown, "duration-day", "long", locale=self.locale)

    def ago(self, moment: datetime) -> str:
        """How long ago (or in how long), in words; a date when that is more than a month."""
        distance = moment - self.now or -timedelta(seconds=1)
        if abs(distance) > _RELATIVE_UNTIL:
            return self.day(moment)
        return format_timedelta(distance, add_direction=True, locale=self.locale, threshold=0.95)

    def span(self, length: timedelta) -> str:
        """A length of time in words: whole days from one day on, since a parcel's days count."""
        if length >= timedelta(days=1):
            return format_unit(length.days, "duration-day", "long", locale=self.locale)
        return format_timedelta(length, locale=self.locale, threshold=0.95)

    def brief(self, length: timedelta) -> str:
        """A length of time as short as a column needs it: 5 min, 2 hr, 3 days; 1 min at least."""
        seconds = abs(length).total_seconds()
        unit, size = next((each for each in _BRIEF_UNITS if seconds >= each[1]), _BRIEF_UNITS[-1])
        count = max(int(seconds // size), 1)
        return str(format_unit(count, f"duration-{unit}", "short", locale=self.locale))

    def brief_ago(self, moment: datetime) -> str:
        """When that was, for a column: 5 min, 2 hr, Tue, Nov 3; a year only where it is another."""
        if self.now - moment < timedelta(days=1):
            return self.brief(self.now - moment)
        local, today = moment.astimezone(self.zone), self.now.astimezone(self.zone)
        if (today.date() - local.date()).days < _WEEK_DAYS:
            return str(format_date(local, "EEE", locale=self.locale))
        return self.day(moment)

    def day(self, moment: datetime) -> str:
        """A calendar day in the store's zone, with its year when that isn't this one."""
        local = moment.astimezone(self.zone)
        if local.year == self.now.astimezone(self.zone).year:
            return format_skeleton("MMMd", local, locale=self.locale)
        return format_date(local, "medium", locale=self.locale)

    def delay(self, milliseconds: int) -> str:
        """A short length of time in its largest unit (0.25 sec, 14 min)."""
        unit, size = next((each for each in _UNITS if milliseconds >= each[1]), _UNITS[-1])
        value = milliseconds / size
        digits = "#,##0.##" if value < _FEW and unit == "second" else "#,##0.#"
        name = f"duration-{unit}"
        return str(format_unit(value, name, "short", format=digits, locale=self.locale))

    def window(self, begin: datetime, end: datetime) -> str:
        """From one moment to another: times of day within a day, else days."""
        first, last = begin.astimezone(self.zone), end.astimezone(self.zone)
        if last - first > timedelta(days=1):
            return format_interval(first, last, "MMMd", locale=self.locale)
        has_halves = "a" in get_time_format("short", locale=self.locale).pattern
        return format_interval(first, last, "hm" if has_halves else "Hm", locale=self.locale)

    def time(self, moment: datetime) -> str:
        """The time of day alone, in the store's zone."""
        return format_time(moment.astimezone(self.zone), "short", locale=self.locale)

    def hour(self, moment: datetime) -> str:
        """The weekday, date and time of day, in the store's zone."""
        local = moment.astimezone(self.zone)
        day = format_skeleton("MMMEd", local, locale=self.locale)
        return f"{day} {format_time(local, 'short', locale=self.locale)}"

    def weekday(self, moment: datetime) -> str:
        """The weekday, as short as people write it, with the day of the month."""
        local = moment.astimezone(self.zone)
        name = format_date(local, "EEE", locale=self.locale)
        pattern = "EEE d" if len(name) <= _SHORT_NAME else "EEEEEE d"
        return str(format_date(local, pattern, locale=self.locale))

    def month(self, moment: datetime) -> str:
        """A month with its year, in the store's zone."""
        return format_skeleton("yMMMM", moment.astimezone(self.zone), locale=self.locale)

    def clock(self, moment: datetime) -> str:
        """The time of day, with the day when it isn't today's, in the store's zone."""
        local, today = moment.astimezone(self.zone), self.now.astimezone(self.zone)
        if local.date() == today.date():
            return format_time(local, "short", locale=self.locale)
        return format_datetime(local, "short", locale=self.locale)

    def stamp(self, moment: datetime) -> str:
        """The time of day, with the weekday within a week, with the day when it is longer ago."""
        local, today = moment.astimezone(self.zone), self.now.astimezone(self.zone)
        days = (today.date() - local.date()).days
        if not days:
            return self.time(moment)
        is_near = 0 < days < _WEEK_DAYS
        day = format_date(local, "EEE", locale=self.locale) if is_near else self.day(moment)
        return f"{day}, {self.time(moment)}"

    def exact(self, moment: datetime) -> str:
        """The whole moment, for a title and the accessible name."""
        return format_datetime(moment.astimezone(self.zone), "long", locale=self.locale)

    def machine(self, moment: datetime) -> str:
        """The `datetime` attribute of a time element."""
        return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def zone_of(name: str | None) -> tzinfo:
    """The store's zone, UTC where it has none that we know."""
    try:
        return ZoneInfo(name) if name else UTC
    except (KeyError, ValueError, OSError):
        return UTC


def language_name(tag: str | None) -> str | None:
    """A language in its own words (Ελληνικά), None for what is no language tag."""
    if not tag:
        return None
    try:
        locale = Locale.parse(tag.replace("-", "_"))
    except (ValueError, UnknownLocaleError):
        return None
    name = Locale(locale.language).get_language_name()
    return name[:1].upper() + name[1:] if name else None


def phone_text(number: str) -> str:
    """A phone number with its usual gaps; what can't be read as one stays as it is."""
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))


def initials(name: str | None) -> str:
    """Up to two letters of a name for its badge, '' where it has none."""
    words = [word for word in (name or "").split() if word[0].isalpha()]
    chosen = words if len(words) < 2 else [words[0], words[-1]]
    return "".join(word[0] for word in chosen).upper()


@cache
def _pattern(locale: str, decimals: int) -> NumberPattern:
    parsed = Locale.parse(locale)
    pattern: NumberPattern = copy(parsed.currency_formats["standard"])
    pattern.frac_prec = (decimals, decimals)
    return pattern
