"""Calls with names of rows in them, and the places where those stand."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

Things = dict[str, str]
_NAME = re.compile(r"\{(\w+)\}")
_NOTHING: Mapping[str, Any] = {}


@dataclass(frozen=True, slots=True)
class Call:
    """A call that succeeds, or fails otherwise than for an unknown id, with names of ours as
    `{word}`: these are what the walk puts other names in the place of.

    `words` are the parameters and fields that the route reads and that name no row: patterns.
    `gives` are the statuses for foreign names in the path that aren't 404. `same` are the places
    where a name changes nothing about the answer, ours or not; `begins` those where a name that
    nobody has is a new one, and a foreign one is 401. `by` is who calls; `text` a body as it is.
    """

    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, Any] | None = None
    json: Any = None
    by: str = "owner"
    text: str | None = None
    words: tuple[str, ...] = ()
    gives: Mapping[str, int] = field(default_factory=dict)
    same: tuple[str, ...] = ()
    begins: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


# What stands in an address where the route doesn't say otherwise.
PATHS = {
    "conversation_id": "{conversation}",
    "profile_id": "{profile}",
    "note_id": "{note}",
    "event_id": "{event}",
    "segment_id": "{segment}",
    "store_id": "{store}",
    "agent_id": "{agent}",
    "channel_id": "{channel}",
    "answer_id": "{canned}",
    "rule_id": "{rule}",
    "case_id": "{case}",
    "arrival_id": "{arrival}",
    "passkey_id": "{passkey}",
    "session_id": "{session}",
    "request_id": "{request}",
    "export_id": "{export}",
}


@dataclass(frozen=True, slots=True)
class Point:
    """A place in a call where a name stands."""

    part: str
    at: str
    word: str


@dataclass(frozen=True, slots=True)
class Names:
    """Names of ours, and at some places others."""

    ours: Things
    others: Things = field(default_factory=dict)
    points: frozenset[Point] = frozenset()

    def filled(self, part: str, given: Any, at: str = "") -> Any:
        """What is given, with names for the words in it."""
        if isinstance(given, Mapping):
            return {each: self.filled(part, value, each) for each, value in given.items()}
        if isinstance(given, list):
            return [self.filled(part, value, at) for value in given]
        if not isinstance(given, str):
            return given
        return _NAME.sub(lambda found: self._name(Point(part, at, found[1])), given)

    def _name(self, point: Point) -> str:
        return (self.others if point in self.points else self.ours)[point.word]


def points_of(rule: str, call: Call) -> list[Point]:
    """Where names stand in a call of that route."""
    in_rule = re.findall(r"<(?:\w+:)?(\w+)>", rule)
    path = {each: {**PATHS, **call.path}[each] for each in in_rule}
    parts = {
        "path": path,
        "query": call.query,
        "form": call.form or _NOTHING,
        "json": call.json if call.json is not None else _NOTHING,
        "header": call.headers,
    }
    return [point for part, given in parts.items() for point in _points(part, given, "")]


def _points(part: str, given: Any, at: str) -> Iterator[Point]:
    if isinstance(given, Mapping):
        for name, value in given.items():
            yield from _points(part, value, name)
    elif isinstance(given, list):
        for value in given:
            yield from _points(part, value, at)
    elif isinstance(given, str):
        words = (word for word in _NAME.findall(given) if not word.startswith("public_"))
        yield from (Point(part, at, word) for word in words)
