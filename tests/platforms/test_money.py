"""Amounts to minor units, by the currency's own exponent."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.money import exponent, to_decimal, to_minor


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [
        ("12.50", "EUR", 1250),
        ("12.5", "EUR", 1250),
        ("12", "EUR", 1200),
        ("0.05", "EUR", 5),
        ("-3.10", "EUR", -310),
        ("1200", "JPY", 1200),
        ("1200.0", "JPY", 1200),
        ("1200.00", "JPY", 1200),
        ("1.5", "JPY", 2),
        ("1.234", "KWD", 1234),
        ("1.2", "KWD", 1200),
        ("1.005", "EUR", 101),
        ("1.004", "EUR", 100),
        ("1.2345", "CLF", 12345),
        ("0.00012345", "BTC", 12345),
        ("1", "BTC", 100_000_000),
        (7, "EUR", 700),
        (Decimal("7.1"), "EUR", 710),
    ],
)
def test_amounts(amount: str | int | Decimal, currency: str, minor: int) -> None:
    assert to_minor(amount, currency) == minor


@pytest.mark.parametrize(
    "amount", ["", ".", "abc", "NaN", "Infinity", "1e999999", "-1e999999", "1.2.3", "²"]
)
def test_what_is_no_amount_is_refused(amount: str) -> None:
    with pytest.raises(ValueError, match="amount"):
        to_minor(amount, "EUR")


@given(
    value=st.decimals(
        allow_nan=False, allow_infinity=False, places=5, min_value=-(10**9), max_value=10**9
    ),
    currency=st.sampled_from(["EUR", "JPY", "KWD", "CLF"]),
)
def test_text_and_decimal_agree(value: Decimal, currency: str) -> None:
    exact = value.scaleb(exponent(currency)).quantize(Decimal(1), rounding=ROUND_HALF_UP)
    assert to_minor(str(value), currency) == to_minor(value, currency) == int(exact)


def test_to_decimal_keeps_the_currencys_decimals() -> None:
    assert str(to_decimal(1250, "EUR")) == "12.50"
    assert str(to_decimal(1250, "JPY")) == "1250"
    assert str(to_decimal(1250, "KWD")) == "1.250"
