"""What a segment may ask of people: a closed set of conditions, all of which have to hold.

A condition is `{"kind", "value"}`, of a sum of money `{"kind", "value", "currency"}`. Some need no
value. What is asked of figures is asked by the rules of docs/figures.md; docs/segments.md says each
in a sentence.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal, NoReturn, get_args

from integration.crm.agents_text import one_line
from integration.errors import Invalid

Kind = Literal[
    "orders_at_least",
    "orders_at_most",
    "spent_at_least",
    "spent_at_most",
    "last_order_before",
    "last_order_since",
    "last_order_days_over",
    "last_order_days_within",
    "first_order_before",
    "first_order_since",
    "first_order_days_over",
    "first_order_days_within",
    "has_tag",
    "language",
    "bought_in",
    "country",
    "has_account",
    "is_guest",
    "has_unpaid",
    "has_refund",
]
Asks = Literal["count", "money", "date", "days", "tag", "language", "store", "country", "nothing"]

KINDS: tuple[Kind, ...] = get_args(Kind)
MOST_CONDITIONS = 12
LONGEST_TAG_ASKED = 255

_BY_ENDING: dict[str, Asks] = {"before": "date", "since": "date", "over": "days", "within": "days"}
_BY_KIND: dict[str, Asks] = {
    "orders_at_least": "count",
    "orders_at_most": "count",
    "spent_at_least": "money",
    "spent_at_most": "money",
    "has_tag": "tag",
    "language": "language",
    "bought_in": "store",
    "country": "country",
}
_MOST: dict[str, int] = {"count": 1_000_000, "days": 36_500, "money": 10**15}


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition. `value` is a whole number (orders, days, minor units of `currency`) or a text
    (a date YYYY-MM-DD, a tag, a language, our id of a store, a country's two letters), None where
    the kind needs none.
    """

    kind: Kind
    value: int | str | None = None
    currency: str | None = None

    def as_dict(self) -> dict[str, Any]:
        """The object that is stored and told; what the kind doesn't need is left out."""
        told = {"kind": self.kind, "value": self.value, "currency": self.currency}
        return {name: value for name, value in told.items() if value is not None}


def asks_for(kind: str) -> Asks:
    """What value a kind needs."""
    return _BY_KIND.get(kind) or _BY_ENDING.get(kind.rpartition("_")[2], "nothing")


def read_conditions(told: object) -> tuple[Condition, ...]:
    """The conditions that a list tells.

    Raises Invalid with `details`: `at` (which one, from 0) and `problem` (unknown, missing, wrong,
    unexpected, none, too_many). Conditions that exclude each other are allowed: nobody meets them.
    """
    if not isinstance(told, list) or not told:
        raise _refusal(None, "none", "Give at least one condition.")
    if len(told) > MOST_CONDITIONS:
        raise _refusal(None, "too_many", f"Give at most {MOST_CONDITIONS} conditions.")
    return tuple(_read(each, place) for place, each in enumerate(told))


def stored_conditions(kept: Sequence[Mapping[str, Any]]) -> tuple[Condition, ...]:
    """The conditions of a stored segment. Raises Invalid for those of another version of ours."""
    return read_conditions(list(kept))


def _read(told: object, at: int) -> Condition:
    if not isinstance(told, dict):
        _refuse(at, "wrong", "A condition is an object with its kind.")
    kind = told.get("kind")
    if not isinstance(kind, str) or kind not in KINDS:
        _refuse(at, "unknown", f"There is no such condition. There are: {', '.join(KINDS)}.")
    asks = asks_for(kind)
    allowed = {"kind"} | ({"value"} if asks != "nothing" else set())
    allowed |= {"currency"} if asks == "money" else set()
    if odd := sorted(map(str, set(told) - allowed)):
        _refuse(at, "unexpected", f"The condition {kind} takes no {odd[0][:40]}.")
    for name in sorted(allowed):
        if told.get(name) is None:
            _refuse(at, "missing", f"The condition {kind} needs a {name}.")
    value = _READERS[asks](told.get("value"))
    if value is None and asks != "nothing":
        _refuse(at, "wrong", f"The condition {kind} needs {_NEEDS[asks]}.")
    currency = _currency(told.get("currency")) if asks == "money" else None
    if asks == "money" and currency is None:
        _refuse(at, "wrong", f"The condition {kind} needs {_NEEDS['money']}.")
    return Condition(kind, value, currency)


def _whole(most: int) -> Callable[[object], int | None]:
    def read(value: object) -> int | None:
        is_number = isinstance(value, int) and not isinstance(value, bool)
        return value if is_number and 0 <= value <= most else None  # type: ignore[operator, return-value]

    return read


def _matching(pattern: str, change: Callable[[str], str]) -> Callable[[object], str | None]:
    shape = re.compile(pattern)

    def read(value: object) -> str | None:
        text = change(value.strip()) if isinstance(value, str) and value.isascii() else ""
        return text if shape.fullmatch(text) else None

    return read


def _date(value: object) -> str | None:
    if not isinstance(value, str) or not re.fullmatch(r"(19|2\d)\d\d-\d\d-\d\d", value):
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return None


def _tag(value: object) -> str | None:
    text = one_line(value) if isinstance(value, str) else ""
    return text if 0 < len(text) <= LONGEST_TAG_ASKED else None


_currency = _matching(r"[A-Z]{3}", str.upper)
_READERS: dict[Asks, Callable[[object], int | str | None]] = {
    "count": _whole(_MOST["count"]),
    "days": _whole(_MOST["days"]),
    "money": _whole(_MOST["money"]),
    "date": _date,
    "tag": _tag,
    "language": _matching(r"[a-z]{2,3}", lambda text: re.split("[-_]", text.lower())[0]),
    "store": _matching(r"[1-9]\d{0,17}", str),
    "country": _matching(r"[A-Z]{2}", str.upper),
    "nothing": lambda _value: None,
}
_NEEDS: dict[Asks, str] = {
    "count": f"a whole number from 0 to {_MOST['count']}",
    "days": f"a whole number of days from 0 to {_MOST['days']}",
    "money": "a whole number of minor units, not negative, and a currency of three letters",
    "date": "a date, YYYY-MM-DD",
    "tag": f"a tag of at most {LONGEST_TAG_ASKED} characters",
    "language": "a language of two or three letters",
    "store": "our id of a store",
    "country": "a country of two letters",
    "nothing": "no value",
}


def _refuse(at: int, problem: str, message: str) -> NoReturn:
    raise _refusal(at, problem, message)


def _refusal(at: int | None, problem: str, message: str) -> Invalid:
    details = {"at": at, "problem": problem}
    return Invalid(message, code="invalid_condition", details=details)
