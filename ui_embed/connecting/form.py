"""The form by which a store is connected: what was typed, and what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from ui_embed.texts import gettext

LONGEST_ADDRESS = 500
_LONGEST = 200
Field = Literal["store_url", "join", "username", "password"]


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why it goes no further: `lead` in the reader's language, `sentence` as it was told."""

    lead: str = ""
    sentence: str = ""
    is_english: bool = False
    code: str = ""


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed, without blanks at the ends; empty where nothing was."""

    address: str
    join: str
    username: str
    password: str
    is_separate: bool


@dataclass(frozen=True, slots=True)
class ConnectForm:
    """The page's form. `account` names what the store is added to, None where nobody signed in.

    `wants_password`: the store can't hand keys over, so that the other way is shown open.
    """

    slug: str
    platform: str
    address: str
    join: str
    username: str
    account: str | None
    is_separate: bool
    refusal: Refusal | None = None
    refusal_of: Field | None = None
    wants_password: bool = False
    longest: int = LONGEST_ADDRESS


def typed_in(values: Mapping[str, str]) -> Typed:
    """What a query or a posted form holds."""
    return Typed(
        address=values.get("store_url", "").strip(),
        join=values.get("join", "").strip(),
        username=values.get("username", "").strip(),
        password=values.get("password", "").strip(),
        is_separate=values.get("account") == "new",
    )


def fault_of(typed: Typed) -> tuple[Field, Refusal] | None:
    """What is missing or too long, without asking anybody."""
    faults: tuple[tuple[bool, Field, str], ...] = (
        (not typed.address, "store_url", gettext("Type the address of your store.")),
        (len(typed.address) > LONGEST_ADDRESS, "store_url", gettext("This is too long.")),
        (len(typed.join) > _LONGEST, "join", gettext("This is too long.")),
        (len(typed.username) > _LONGEST, "username", gettext("This is too long.")),
        (len(typed.password) > _LONGEST, "password", gettext("This is too long.")),
        (
            bool(typed.password) and not typed.username,
            "username",
            gettext("The application password needs its user's name."),
        ),
        (
            bool(typed.username) and not typed.password,
            "password",
            gettext("The application password is missing."),
        ),
    )
    return next(((field, Refusal(text)) for holds, field, text in faults if holds), None)
