"""A form's message, from the JSON that its door keeps of it."""

import re
from collections.abc import Mapping
from typing import Any

import orjson

from channels.errors import Unreadable
from channels.records import Inbound, Person

LONGEST_MESSAGE = 10_000
_LONGEST_LINE = 200
_WORD = r"[^\s@<>,;:\"()\[\]\\.]+"
_ADDRESS = re.compile(rf"{_WORD}(?:\.{_WORD})*@{_WORD}(?:\.{_WORD})+")


def read_form(raw: bytes) -> Inbound:
    """What was sent: `{name, email, order, subject, text, locale}`.

    Whoever filled it in only says who they are: the address is claimed, the order's number is a
    fact for agents. Raises Unreadable with what is missing.
    """
    try:
        told = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Unreadable("It isn't JSON.") from None
    if not isinstance(told, dict):
        raise Unreadable("It isn't a form.")
    email, text = line(told, "email"), str(told.get("text") or "")
    if not is_address(email):
        raise Unreadable("email")
    if not text.strip():
        raise Unreadable("text")
    order = line(told, "order")
    return Inbound(
        external_id=None,
        person=Person("email", email, "claimed", line(told, "name") or None),
        text=clean(text)[:LONGEST_MESSAGE],
        subject=line(told, "subject") or None,
        locale=line(told, "locale") or None,
        facts={"order": order} if order else {},
    )


def is_address(text: str) -> bool:
    """Whether a text looks like one mail address."""
    return len(text) <= 254 and _ADDRESS.fullmatch(text) is not None


def clean(text: str) -> str:
    """The text without other control characters than line ends and tabs."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in lines if each in "\n\t" or ord(each) >= 0x20).strip()


def line(told: Mapping[str, Any], name: str) -> str:
    """A field on one line, without control characters."""
    value = told.get(name)
    text = value if isinstance(value, str) else ""
    return " ".join(clean(text).split())[:_LONGEST_LINE]
