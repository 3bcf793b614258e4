"""The platform's search syntax: `updated_at:>='2026-01-01' AND (status:open OR name:#1001)`."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

Test = Callable[[Any], bool]
_TOKEN = re.compile(
    r"""\s*(?:(?P<open>\()|(?P<close>\))|(?P<and>AND\b)|(?P<or>OR\b)|(?P<not>NOT\b|-)
    |(?P<term>(?:[\w.]+:)?(?:<=|>=|<|>)?\s*(?:"[^"]*"|'[^']*'|[^\s()]+)))""",
    re.VERBOSE,
)
_TERM = re.compile(r"(?:(?P<field>[\w.]+):)?(?P<op><=|>=|<|>)?\s*(?P<value>.+)", re.DOTALL)
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "<": lambda a, b: a < b,
    "<=": lambda a, b: a <= b,
    ">": lambda a, b: a > b,
    ">=": lambda a, b: a >= b,
}


@dataclass(slots=True)
class Field:
    """Its value, and its kind: moment, day, number, text, name, contains or list."""

    value: Callable[[Any], Any]
    kind: str = "text"


@dataclass
class Search:
    """A compiled query: a test for items, and warnings about fields that are ignored."""

    test: Test
    warnings: list[dict[str, str]] = field(default_factory=list)


def moment(text: str, zone: str) -> datetime:
    """A date or time of a query in UTC; without an offset it is meant in the shop's zone."""
    if text == "now":
        return datetime.now(UTC)
    parsed = datetime.fromisoformat(text.replace("Z", "+00:00"))
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=ZoneInfo(zone))
    return parsed.astimezone(UTC)


def _day(how: Field, op: str, wanted: datetime, zone: str) -> Test:
    """Compares days of the shop's own calendar."""
    local = ZoneInfo(zone)
    day = wanted.astimezone(local).date()
    compare = _COMPARE[op] if op else operator.eq
    return lambda item: bool(compare(how.value(item).astimezone(local).date(), day))


def _moment(how: Field, op: str, wanted: datetime) -> Test:
    compare = _COMPARE[op] if op else operator.eq
    return lambda item: bool(compare(how.value(item), wanted))


def _number(how: Field, op: str, raw: str) -> Test:
    number = float(raw) if "." in raw else int(raw)
    compare = _COMPARE[op] if op else operator.eq
    return lambda item: bool(compare(how.value(item), number))


def _text(how: Field, raw: str) -> Test:
    wanted = raw.lower()
    if wanted.endswith("*"):
        return lambda item: str(how.value(item) or "").lower().startswith(wanted[:-1])
    if how.kind == "contains":
        return lambda item: wanted in str(how.value(item) or "").lower()
    if how.kind == "name":
        return lambda item: str(how.value(item)).lstrip("#") == wanted.lstrip("#")
    return lambda item: str(how.value(item) or "").lower() == wanted


def _comparison(how: Field, op: str, raw: str, zone: str) -> Test:
    if how.kind in ("moment", "day"):
        whole_day = how.kind == "day" or (not op and len(raw) <= 10)
        wanted = moment(raw, zone)
        return _day(how, op, wanted, zone) if whole_day else _moment(how, op, wanted)
    if how.kind == "number":
        return _number(how, op, raw)
    if how.kind == "list":
        return lambda item: raw.lower() in [str(v).lower() for v in how.value(item)]
    return _text(how, raw)


class _Parser:
    def __init__(self, query: str, fields: Mapping[str, Field], zone: str) -> None:
        self.fields, self.zone = fields, zone
        self.tokens = [(m.lastgroup or "", m.group(m.lastgroup or "")) for m in
                       _TOKEN.finditer(query)]  # fmt: skip
        self.at = 0
        self.warnings: list[dict[str, str]] = []

    def peek(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def either(self) -> Test:
        tests = [self.both()]
        while self.peek() == "or":
            self.at += 1
            tests.append(self.both())
        return tests[0] if len(tests) == 1 else lambda item: any(t(item) for t in tests)

    def both(self) -> Test:
        tests = []
        while self.peek() not in ("", "or", "close"):
            if self.peek() == "and":
                self.at += 1
                continue
            tests.append(self.one())
        return tests[0] if len(tests) == 1 else lambda item: all(t(item) for t in tests)

    def one(self) -> Test:
        kind, text = self.tokens[self.at]
        self.at += 1
        if kind == "not":
            inner = self.one() if self.peek() else (lambda item: False)
            return lambda item: not inner(item)
        if kind == "open":
            inner = self.either()
            self.at += 1
            return inner
        return self.term(text)

    def term(self, text: str) -> Test:
        match = _TERM.fullmatch(text)
        if match is None:
            return lambda item: True
        name, op, raw = match["field"] or "default", match["op"] or "", match["value"]
        raw = raw.strip("\"'")
        how = self.fields.get(name)
        if how is None:
            self.warnings.append({"field": name, "message": "Invalid search field for this query."})
            return lambda item: True
        try:
            return _comparison(how, op, raw, self.zone)
        except ValueError:
            self.warnings.append({"field": name, "message": f"Input `{raw}` is not valid."})
            return lambda item: True


def compile_search(query: str | None, fields: Mapping[str, Field], zone: str) -> Search:
    """The test that a query means. Unknown fields are ignored with a warning, as there."""
    if not query or not query.strip():
        return Search(lambda item: True)
    parser = _Parser(query, fields, zone)
    return Search(parser.either(), parser.warnings)
