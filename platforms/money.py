"""Amounts as platforms write them, to integer minor units and back."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation, Overflow
from functools import lru_cache

# ISO 4217's currencies whose exponent isn't 2. CLDR rounds some of these for display, so a
# formatting library's digits are not the currency's own.
_NO_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
_THREE_DECIMALS = "BHD IQD JOD KWD LYD OMR TND"
_FOUR_DECIMALS = "CLF UYW"
# No currency of ISO 4217's; WooCommerce lists it (get_woocommerce_currencies).
_EIGHT_DECIMALS = "BTC"
_EXPONENTS: dict[str, int] = {
    code: digits
    for digits, codes in (
        (0, _NO_DECIMALS),
        (3, _THREE_DECIMALS),
        (4, _FOUR_DECIMALS),
        (8, _EIGHT_DECIMALS),
    )
    for code in codes.split()
}


def exponent(currency: str) -> int:
    """The number of decimals of a currency's minor unit (JPY 0, EUR 2, KWD 3, BTC 8)."""
    return _EXPONENTS.get(currency, 2)


def to_minor(amount: str | int | Decimal, currency: str) -> int:
    """The amount in minor units, rounded half up where it has more decimals than the currency.

    Raises ValueError for what isn't a finite decimal number.
    """
    if type(amount) is str:
        return _of_text(amount, currency)
    return _exact(amount, currency)


# The same prices come again and again in a backfill, and most amounts are "12.50": neither needs
# Decimal twice.
@lru_cache(maxsize=8192)
def _of_text(amount: str, currency: str) -> int:
    whole, _, part = amount.partition(".")
    if amount.isascii() and whole.isdigit() and (not part or part.isdigit()):
        digits = _EXPONENTS.get(currency, 2)
        if len(part) <= digits:
            return int(whole + part.ljust(digits, "0"))
        if not part.strip("0"):
            return int(whole + "0" * digits)
    return _exact(amount, currency)


def _exact(amount: str | int | Decimal, currency: str) -> int:
    try:
        value = Decimal(amount)
        if not value.is_finite():
            raise ValueError(f"not an amount: {amount!r}")
        scaled = value.scaleb(exponent(currency))
        return int(scaled.quantize(Decimal(1), rounding=ROUND_HALF_UP))
    except (InvalidOperation, Overflow) as error:
        raise ValueError(f"not an amount: {amount!r}") from error


def to_decimal(amount_minor: int, currency: str) -> Decimal:
    """The amount in major units, exact, with the currency's own number of decimals."""
    return Decimal(amount_minor).scaleb(-exponent(currency))
