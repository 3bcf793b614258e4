"""Labelled pairs of accounts and guests' orders, as the files beside this one hold them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

LANGUAGES = ("english", "greek", "hebrew", "czech", "polish")


class Truth(StrEnum):
    """What is true of the two, and what has to happen without anybody's help.

    `linked`: one person, whom the contract's rule must put together. `same`: one person, whom no
    rule may put together by itself. `different`: two persons.
    """

    LINKED = "linked"
    SAME = "same"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Sent:
    """An order of an account: what was typed at its checkout."""

    name: str | None = None
    email: str | None = None
    phone: str | None = None
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """An account, or a guest's order. `at` is "line | postal code | city".

    `store` is the country of the store, empty for the language's own.
    """

    is_guest: bool
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    at: str | None = None
    store: str = ""
    ordered: Sent | None = None


@dataclass(frozen=True, slots=True)
class Pair:
    """Two of them, what is true, and why that is hard to tell.

    `country` is that of the language's store. `beside` are others known to the same workspace.
    """

    language: str
    country: str
    kind: str
    truth: Truth
    why: str
    left: Known
    right: Known
    beside: tuple[Known, ...] = ()


def read_pairs() -> tuple[Pair, ...]:
    """All of them."""
    return tuple(pair for language in LANGUAGES for pair in _pairs(language))


def _pairs(language: str) -> list[Pair]:
    path = Path(__file__).with_name(f"{language}.json")
    told = json.loads(path.read_text(encoding="utf-8"))
    return [
        Pair(
            language=language,
            country=told["country"],
            kind=each["kind"],
            truth=Truth(each["truth"]),
            why=each["why"],
            left=_known(each["left"]),
            right=_known(each["right"]),
            beside=_beside(each.get("beside")),
        )
        for each in told["pairs"]
    ]


def _known(told: Mapping[str, Any]) -> Known:
    values = {name: value for name, value in told.items() if name not in ("is", "ordered")}
    ordered = Sent(**told["ordered"]) if "ordered" in told else None
    return Known(is_guest=told["is"] == "guest", ordered=ordered, **values)


def _beside(told: Mapping[str, Any] | None) -> tuple[Known, ...]:
    """Guests who share something: colleagues, customers of one parcel shop."""
    if told is None:
        return ()
    return tuple(
        Known(
            is_guest=True,
            name=name,
            email=told.get("email") or f"guest{number}@example.net",
            phone=told.get("phone"),
        )
        for number, name in enumerate(told["names"])
    )
