"""A visitor's message, from the JSON that the chat's door keeps of it."""

from collections.abc import Mapping
from typing import Any

import orjson

from channels.errors import Unreadable
from channels.records import Inbound, Person, PersonKind, TrustLevel

LONGEST_MESSAGE = 4000
_KINDS: tuple[PersonKind, ...] = ("visitor", "email", "customer")
_LEVELS: tuple[TrustLevel, ...] = ("claimed", "signed")


def read_message(raw: bytes) -> Inbound:
    """What a visitor wrote: `{text, person: {kind, value, trust, name}, locale, facts}`.

    Who it is was settled by the door: a customer with a proof, an address that was typed, or
    nobody. Raises Unreadable.
    """
    try:
        told = orjson.loads(raw)
    except orjson.JSONDecodeError:
        raise Unreadable("It isn't JSON.") from None
    if not isinstance(told, dict) or not isinstance(told.get("person"), dict):
        raise Unreadable("It isn't a message of a chat.")
    facts = told.get("facts") or {}
    return Inbound(
        external_id=None,
        person=_person(told["person"]),
        text=clean(str(told.get("text") or ""))[:LONGEST_MESSAGE],
        locale=_text(told, "locale"),
        facts={str(name): str(value) for name, value in facts.items()},
    )


def clean(text: str) -> str:
    """The text without what no message needs: other control characters than line ends and tabs."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(each for each in lines if each in "\n\t" or ord(each) >= 0x20).strip()


def _person(told: Mapping[str, Any]) -> Person:
    kind, trust = told.get("kind"), told.get("trust")
    if kind not in _KINDS or trust not in _LEVELS or (trust == "signed") != (kind == "customer"):
        raise Unreadable("It doesn't say who wrote it.")
    return Person(kind, str(told.get("value") or ""), trust, _text(told, "name"))


def _text(told: Mapping[str, Any], name: str) -> str | None:
    value = told.get(name)
    return value if isinstance(value, str) and value else None
