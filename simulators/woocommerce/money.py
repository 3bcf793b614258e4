"""Minor units of a currency, for the figures that the store vouches for."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_NONE = frozenset("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF".split())
_THREE = frozenset("BHD IQD JOD KWD LYD OMR TND".split())


def exponent(currency: str) -> int:
    """0 for JPY, 3 for KWD, else 2."""
    return 0 if currency in _NONE else 3 if currency in _THREE else 2


def minor(amount: Decimal, currency: str) -> int:
    """Rounded half up to the currency's own exponent, whatever decimals the store keeps."""
    return int(amount.scaleb(exponent(currency)).to_integral_value(ROUND_HALF_UP))
