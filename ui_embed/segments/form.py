"""A segment as a form: rows that are added and taken off, what was typed, and why it isn't kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from babel import Locale

from integration.crm.stores import StoreView
from integration.errors import AppError, Conflict
from integration.segments.conditions import KINDS, MOST_CONDITIONS, Condition, asks_for
from integration.segments.read import PeopleCount
from integration.segments.saved import LONGEST_NAME, SavedSegment
from platforms.money import to_decimal, to_minor
from ui_embed.texts import gettext

_KIND = re.compile(r"kind_(\d{1,3})")
_DROP = re.compile(r"drop_(\d{1,3})")
_LONGEST_TYPED = 300


@dataclass(frozen=True, slots=True)
class FormRow:
    """A condition as it stands in the form: what was typed, and what is wrong with it."""

    place: int
    kind: str
    value: str = ""
    currency: str = ""
    refusal: str | None = None

    @property
    def asks(self) -> str:
        """What value it needs."""
        return asks_for(self.kind)

    def told(self) -> dict[str, Any]:
        """The condition as `read_conditions` takes it; what can't be meant stays a text."""
        told: dict[str, Any] = {"kind": self.kind}
        if self.asks == "nothing":
            return told
        told["value"] = self._value() if self.value else None
        if self.asks == "money":
            told["currency"] = self.currency or None
        return told

    def _value(self) -> int | str:
        if self.asks == "money":
            try:
                return to_minor(self.value.replace(",", "."), self.currency.upper())
            except ValueError:
                return self.value
        is_number = self.asks in ("count", "days") and re.fullmatch(r"\d{1,9}", self.value)
        return int(self.value) if is_number and self.value.isascii() else self.value


@dataclass(frozen=True, slots=True)
class SegmentForm:
    """The form. `segment_id` is None for a new segment; `refusal` is about all of it."""

    segment_id: str | None = None
    name: str = ""
    rows: tuple[FormRow, ...] = ()
    name_refusal: str | None = None
    refusal: str | None = None
    counted: PeopleCount | None = None
    focus: int | None = None

    @property
    def is_full(self) -> bool:
        """Whether no further condition fits in."""
        return len(self.rows) >= MOST_CONDITIONS

    def conditions(self) -> list[dict[str, Any]]:
        """What the rows ask, to be read."""
        return [row.told() for row in self.rows]

    def with_row(self, kind: str, currency: str) -> "SegmentForm":
        """With one more row of that kind, where it fits in; the focus goes there."""
        if kind not in KINDS or self.is_full:
            return self
        place = max((row.place for row in self.rows), default=0) + 1
        row = FormRow(place, kind, currency=currency if asks_for(kind) == "money" else "")
        return replace(self, rows=(*self.rows, row), focus=place)

    def without_row(self, place: int) -> "SegmentForm":
        """Without the row at that place."""
        return replace(self, rows=tuple(row for row in self.rows if row.place != place))

    def refused(self, error: AppError) -> "SegmentForm":
        """With the reason where it belongs."""
        if isinstance(error, Conflict):
            taken = gettext("There is a segment of this name already.")
            return replace(self, name_refusal=taken)
        if error.code == "invalid_name":
            words = gettext("Give it a name of at most %(most)s characters.", most=LONGEST_NAME)
            return replace(self, name_refusal=words)
        at = error.details.get("at")
        if not isinstance(at, int) or at >= len(self.rows):
            return replace(self, refusal=gettext("Add at least one condition."))
        rows = list(self.rows)
        rows[at] = replace(rows[at], refusal=_needs(rows[at].asks))
        return replace(self, rows=tuple(rows), focus=rows[at].place)


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form's lists offer, as (value, words) in the reader's language."""

    stores: list[tuple[str, str]]
    currencies: list[str]
    languages: list[tuple[str, str]]
    countries: list[tuple[str, str]]


def choices(stores: list[StoreView], currencies: list[str], language: str) -> Choices:
    """The choices for a reader of that language."""
    words = Locale.parse(language)
    return Choices(
        stores=[(store.id, store.name) for store in stores],
        currencies=currencies,
        languages=_by_words({k: v for k, v in words.languages.items() if len(k) == 2}),
        countries=_by_words(
            {k: v for k, v in words.territories.items() if re.fullmatch("[A-Z]{2}", k)}
        ),
    )


def form_of(segment: SavedSegment) -> SegmentForm:
    """A segment as it is kept, to be changed."""
    rows = tuple(_row(at, each) for at, each in enumerate(segment.conditions, 1))
    return SegmentForm(segment.id, segment.name, rows)


def typed_form(fields: Mapping[str, str], segment_id: str | None = None) -> SegmentForm:
    """What was typed, in the order of the rows."""
    places = sorted(int(found[1]) for name in fields if (found := _KIND.fullmatch(name)))
    rows = [
        FormRow(
            place=place,
            kind=fields.get(f"kind_{place}", ""),
            value=fields.get(f"value_{place}", "").strip()[:_LONGEST_TYPED],
            currency=fields.get(f"currency_{place}", "").strip()[:_LONGEST_TYPED],
        )
        for place in places[:MOST_CONDITIONS]
    ]
    known = tuple(row for row in rows if row.kind in KINDS)
    return SegmentForm(segment_id, fields.get("name", "")[:_LONGEST_TYPED], known)


def dropped(fields: Mapping[str, str]) -> int | None:
    """The place of the row that is to go, if one is."""
    found = _DROP.fullmatch(fields.get("do", ""))
    return int(found[1]) if found else None


def _row(place: int, condition: Condition) -> FormRow:
    value, currency = condition.value, condition.currency
    text = "" if value is None else str(value)
    if currency is not None and isinstance(value, int):
        text = f"{to_decimal(value, currency):f}"
    return FormRow(place, condition.kind, text, currency or "")


def _by_words(words: Mapping[str, str]) -> list[tuple[str, str]]:
    return sorted(words.items(), key=lambda each: each[1].casefold())


def _needs(asks: str) -> str:
    today = date(2026, 1, 31).isoformat()
    return {
        "count": gettext("Give a whole number."),
        "days": gettext("Give a whole number of days."),
        "money": gettext("Give an amount and its currency."),
        "date": gettext("Give a date, such as %(date)s.", date=today),
        "tag": gettext("Give a tag."),
        "language": gettext("Choose a language."),
        "store": gettext("Choose a store."),
        "country": gettext("Choose a country."),
    }.get(asks, gettext("This condition can't be used."))
