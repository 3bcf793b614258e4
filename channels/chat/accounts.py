"""What a merchant sets up for a chat: how it looks, what it asks for, when it invites."""

import re
from collections.abc import Mapping
from typing import Any

from channels.records import Account, Field

_COLOUR = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE | re.ASCII)
_LONGEST_TEXT = 280
_LONGEST_WAIT_SECONDS = 3600
_MOST_CART = 1_000_000

DEFAULT_ACCENT = "#1f4fd8"
ASKING = ("no", "optional", "required")


class ChatAccounts:
    """The port's Accounts for a chat. It has no secrets and nothing to try out.

    `accent` is `#rrggbb`; `position` is the side in reading order. `asks_name` and `asks_email` are
    about the form before the first message. An invitation shows when all of its conditions that are
    set hold: the page's address contains `invites_on`, `invites_after_seconds` passed on the page,
    the cart is worth `invites_over` or more, in whole units of the shop's currency. `shows_page`
    and `shows_cart` have the visitor asked, and only who agrees is shown with them.
    """

    fields: tuple[Field, ...] = (
        Field("greeting", "text", is_required=False),
        Field("accent", "text", is_required=False, default=DEFAULT_ACCENT),
        Field("position", "choice", choices=("end", "start"), default="end"),
        Field("asks_name", "choice", choices=ASKING, default="optional"),
        Field("asks_email", "choice", choices=ASKING, default="optional"),
        Field("invites", "switch", is_required=False, default=False),
        Field("invitation", "text", is_required=False),
        Field("invites_on", "text", is_required=False),
        Field("invites_after_seconds", "number", is_required=False),
        Field("invites_over", "number", is_required=False),
        Field("shows_page", "switch", is_required=False, default=True),
        Field("shows_cart", "switch", is_required=False, default=True),
        Field("keeps_hours", "switch", is_required=False, default=True),
        Field("mails_when_away", "switch", is_required=False, default=True),
    )

    def settle(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The settings of a filled form, and no secrets. Raises ValueError with a sentence."""
        settings: dict[str, Any] = {
            name: _text(given, name, named)
            for name, named in (
                ("greeting", "greeting"),
                ("invitation", "invitation"),
                ("invites_on", "page of the invitation"),
            )
        }
        settings["accent"] = _colour(given)
        for field in self.fields:
            if field.kind == "choice":
                settings[field.name] = _choice(given, field)
            elif field.kind == "switch":
                settings[field.name] = bool(given.get(field.name, field.default))
        settings["invites_after_seconds"] = _number(
            given, "invites_after_seconds", _LONGEST_WAIT_SECONDS
        )
        settings["invites_over"] = _number(given, "invites_over", _MOST_CART)
        return settings, {}

    def address(self, settings: Mapping[str, Any]) -> str | None:
        """None: a chat stands where the shop puts it."""
        return None

    def check(self, account: Account) -> None:
        """Nothing: there is nobody to ask."""


def _text(given: Mapping[str, Any], name: str, named: str) -> str:
    text = str(given.get(name) or "").strip()
    if len(text) > _LONGEST_TEXT:
        raise ValueError(f"The {named} is longer than {_LONGEST_TEXT} characters.")
    return text


def _colour(given: Mapping[str, Any]) -> str:
    colour = str(given.get("accent") or DEFAULT_ACCENT).strip().lower()
    if not _COLOUR.fullmatch(colour):
        raise ValueError("The colour isn't of the form #1f4fd8.")
    return colour


def _choice(given: Mapping[str, Any], field: Field) -> str:
    chosen = str(given.get(field.name) or field.default)
    if chosen not in field.choices:
        raise ValueError(f"Choose one of {', '.join(field.choices)}.")
    return chosen


def _number(given: Mapping[str, Any], name: str, most: int) -> int | None:
    text = str(given.get(name) if given.get(name) is not None else "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:12]) <= most):
        raise ValueError(f"A number of the invitation isn't a whole one from 0 to {most}.")
    return int(text)
