"""What people type into forms, as the actions want it. A wrong amount or number is a `Refused`."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from simulators.woocommerce.actions.basket import Refused

from .screens import Form


def whole(form: Form, name: str, otherwise: int = 0) -> int:
    """A whole number from 0; an empty field is `otherwise`."""
    text = form.get(name, "").strip()
    if not text:
        return otherwise
    if not (text.isascii() and text.isdigit()):
        raise Refused(f"“{text}” is not a whole number")
    return int(text)


def amount(form: Form, name: str) -> Decimal | None:
    """An amount with a point or a comma; None when empty."""
    text = form.get(name, "").strip().replace(",", ".")
    if not text:
        return None
    try:
        found = Decimal(text)
    except InvalidOperation:
        raise Refused(f"“{text}” is not an amount") from None
    if not found.is_finite() or found < 0:
        raise Refused("An amount cannot be negative")
    return found
