"""Spans of time as they are typed: a whole number of minutes, hours or days."""

from flask_babel import lazy_gettext

from ui_embed.inbox_settings.screen import typed

UNITS: tuple[tuple[str, object], ...] = (
    ("60", lazy_gettext("hours")),
    ("1", lazy_gettext("minutes")),
    ("1440", lazy_gettext("days")),
)
_SIZES = {"1": 1, "60": 60, "1440": 1440}


def parted(minutes: int | None) -> tuple[str, str]:
    """A span as (number, unit), in the largest unit that it is whole in."""
    if minutes is None:
        return "", "60"
    unit = next(each for each in ("1440", "60", "1") if minutes % _SIZES[each] == 0)
    return str(minutes // _SIZES[unit]), unit


def typed_span(fields: dict[str, str], name: str) -> tuple[str, str]:
    """What was typed as (number, unit)."""
    unit = fields.get(f"{name}_unit", "60")
    return typed(fields, name), unit if unit in _SIZES else "60"


def minutes_of(span: tuple[str, str]) -> int | None:
    """The minutes, None for none. Raises ValueError for what is no whole number above 0."""
    number, unit = span
    if not number:
        return None
    if not (number.isascii() and number.isdecimal() and len(number) <= 6 and int(number) > 0):
        raise ValueError(number)
    return int(number) * _SIZES[unit]
