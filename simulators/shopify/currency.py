"""Money as the platform counts and writes it: minor units inside, decimal strings outside."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

_NONE = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split())
_THREE = frozenset("BHD IQD JOD KWD LYD OMR TND".split())


@cache
def exponent(currency: str) -> int:
    """Digits after the decimal point in a currency's amounts: 0 for JPY, 3 for KWD, else 2."""
    return 0 if currency in _NONE else 3 if currency in _THREE else 2


@dataclass(slots=True, unsafe_hash=True)
class Bag:
    """One amount in the shop's and in the buyer's currency, minor units. Never changed in place."""

    shop: int = 0
    presentment: int = 0

    def __add__(self, other: Bag) -> Bag:
        return Bag(self.shop + other.shop, self.presentment + other.presentment)

    def __sub__(self, other: Bag) -> Bag:
        return Bag(self.shop - other.shop, self.presentment - other.presentment)

    def __neg__(self) -> Bag:
        return Bag(-self.shop, -self.presentment)

    def __bool__(self) -> bool:
        return bool(self.shop or self.presentment)

    def times(self, quantity: int) -> Bag:
        return Bag(self.shop * quantity, self.presentment * quantity)

    def part(self, quantity: int, whole: int) -> Bag:
        """The share of `quantity` in `whole`, rounded half up; shares of 0..whole telescope."""
        return Bag(share(self.shop, quantity, whole), share(self.presentment, quantity, whole))


ZERO = Bag()


def share(amount: int, numerator: int, denominator: int) -> int:
    """`amount * numerator / denominator` rounded half up (away from zero), in integers."""
    if not denominator:
        return 0
    value = amount * numerator
    if value < 0:
        return -((-2 * value + denominator) // (2 * denominator))
    return (2 * value + denominator) // (2 * denominator)


def to_minor(amount: object, currency: str) -> int:
    """Minor units of a decimal string (or number); raises `ArithmeticError` when it is none."""
    scaled = Decimal(str(amount)).scaleb(exponent(currency))
    return int(scaled.to_integral_value(ROUND_HALF_UP))


def plain(minor: int, currency: str) -> str:
    """The amount as REST bodies write it: all of the currency's digits (`12.00`, `1200`)."""
    digits = exponent(currency)
    if not digits:
        return str(minor)
    sign, value = ("-", -minor) if minor < 0 else ("", minor)
    whole, rest = divmod(value, 10**digits)
    return f"{sign}{whole}.{rest:0{digits}d}"


def decimal(minor: int, currency: str) -> str:
    """The amount as GraphQL's Decimal: no trailing zeros but one digit (`12.0`, `12.25`)."""
    text = plain(minor, currency)
    if "." not in text:
        return text + ".0"
    text = text.rstrip("0")
    return text + "0" if text.endswith(".") else text


def convert(minor: int, source: str, target: str, rate: Decimal) -> int:
    """`minor` of `source` in minor units of `target` at `rate` target units for one of source."""
    if source == target:
        return minor
    amount = Decimal(minor).scaleb(-exponent(source)) * rate
    return int(amount.scaleb(exponent(target)).to_integral_value(ROUND_HALF_UP))
