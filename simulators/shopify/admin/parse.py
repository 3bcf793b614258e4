"""What the admin's forms say, as the actions want it. A wrong amount or number is a `Refused`."""

from __future__ import annotations

from collections.abc import Mapping

from simulators.shopify.actions import Refused
from simulators.shopify.currency import to_minor


def whole(form: Mapping[str, str], name: str, otherwise: int = 0) -> int:
    """A whole number of the form; an empty field is `otherwise`."""
    text = form.get(name, "").strip()
    if not text:
        return otherwise
    if not text.lstrip("-").isdigit():
        raise Refused(f"“{text}” is not a whole number")
    return int(text)


def amount(form: Mapping[str, str], name: str, currency: str) -> int | None:
    """Minor units of an amount that somebody typed, with a point or a comma; None when empty."""
    text = form.get(name, "").strip().replace(",", ".")
    if not text:
        return None
    try:
        minor = to_minor(text, currency)
    except (ArithmeticError, ValueError):
        raise Refused(f"“{text}” is not an amount of {currency}") from None
    if minor < 0:
        raise Refused("An amount cannot be negative")
    return minor


def quantities(form: Mapping[str, str], prefix: str) -> list[tuple[int, int]]:
    """Pairs of line id and pieces, of fields named `<prefix><line id>`; zeroes are left out."""
    pairs = []
    for name in form:
        line = name.removeprefix(prefix)
        if name.startswith(prefix) and line.isdigit():
            pieces = whole(form, name)
            if pieces:
                pairs.append((int(line), pieces))
    return pairs
