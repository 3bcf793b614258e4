"""Calls that schemathesis makes of the description, pointed at things that are there."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

from flask import Flask
from schemathesis import Case
from schemathesis.core import NOT_SET
from werkzeug.wsgi import ClosingIterator

# Which of the seeded things a parameter or a field means.
_MEANT = {
    "profile_id": "profile",
    "other_id": "profile",
    "profile": "profile",
    "writer": "email",
    "conversation_id": "conversation",
    "conversation": "conversation",
    "into": "conversation",
    "message_id": "message",
    "after": "message",
    "before": "message",
    "channel_id": "channel",
    "channel": "channel",
    "assignee_id": "agent",
    "assignee": "agent",
    "agent": "agent",
    "store_id": "store",
    "store": "store",
    "order": "order",
    "order_id": "order",
    "email": "email",
    "to": "email",
    "note_id": "note",
    "segment_id": "segment",
    "key": "attachment",
    "event_id": "event",
}


def served(app: Flask) -> Callable[..., list[bytes]]:
    """The application as a server calls it, which lets go of each answer once it is sent."""

    def call(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        with closing(ClosingIterator(app(environ, start_response))) as pieces:
            return list(pieces)

    return call


def point(case: Case, known: dict[str, tuple[str, ...]], turn: int) -> None:
    """Put what is there into the path of a call, and into fields that were made at random.

    `turn` chooses among several; what stays out of a call stays out.
    """
    _fill(case.path_parameters, known, turn)
    _fill(case.query, known, turn)
    if isinstance(case.body, dict) and case.body is not NOT_SET:
        _fill(case.body, known, turn)


def path_of(operation: Any, known: dict[str, tuple[str, ...]]) -> dict[str, str]:
    """A path that leads to what is there; two of a kind are different ones."""
    values = {each.name: "" for each in operation.path_parameters}
    _fill(values, known, 0)
    return values


def _fill(values: Any, known: dict[str, tuple[str, ...]], turn: int) -> None:
    for place, name in enumerate(values):
        kind = _MEANT.get(name)
        if kind is not None and isinstance(values[name], str):
            some = known[kind]
            values[name] = some[(turn + place) % len(some)]
