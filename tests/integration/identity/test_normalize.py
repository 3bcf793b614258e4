"""Two texts match only when they name the same mailbox or line."""

import phonenumbers
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from integration.identity.normalize import normalize_email, normalize_phone


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("Ada@Example.COM", "ada@example.com"),
        ("  ada@example.com\n", "ada@example.com"),
        ("ada+shop@example.com", "ada+shop@example.com"),
        ("Δάνη@Παράδειγμα.GR", "δάνη@παράδειγμα.gr"),
        ("jose\u0301@example.com", "jos\u00e9@example.com"),
        ('"odd@local"@example.com', '"odd@local"@example.com'),
        (None, None),
        ("", None),
        ("   ", None),
        ("ada", None),
        ("@example.com", None),
        ("ada@", None),
        ("ada love@example.com", None),
        ("ada\u202e@example.com", None),
        ("a\u200bda@example.com", None),
        ("ada\u2066@example.com", None),
        ("ada\x00@example.com", None),
        ("\u212aate@example.com", None),
        ("a" * 320 + "@example.com", None),
    ],
)
def test_an_address_has_one_form(text: str | None, normal: str | None) -> None:
    assert normalize_email(text) == normal


@pytest.mark.parametrize(
    "look_alike",
    [
        "\u0430da@example.com",  # Cyrillic а
        "\uff41da@example.com",  # full-width a
        "ada@ex\u0430mple.com",
        "ad\u00e1@example.com",
        "ada@example.co\u1d0d",
        "stra\u00dfe@example.com",
        "\u0131da@example.com",
        "ada@example.com.",
    ],
)
def test_look_alikes_never_match(look_alike: str) -> None:
    originals = {"ada@example.com", "strasse@example.com", "ida@example.com"}
    assert normalize_email(look_alike) not in originals


@given(st.text(max_size=40))
def test_a_form_is_its_own_form(text: str) -> None:
    normal = normalize_email(f"{text}@example.com")
    assert normal is None or normalize_email(normal) == normal


# Blanks around an address are trimmed, whatever blank it is; what stands inside must not vanish.
@example("0\x85")
@example("0\u200b")
@given(st.text(min_size=1, max_size=6).filter(lambda text: not text.lstrip().isascii()))
def test_nothing_else_takes_the_form_of_plain_letters(text: str) -> None:
    normal = normalize_email(f"{text}@example.com")
    assert normal is None or not normal.isascii()


@pytest.mark.parametrize(
    ("text", "country", "normal"),
    [
        ("030 1234567", "DE", "+49301234567"),
        ("+49 (0)30 1234567", "GR", "+49301234567"),
        ("0049 30 1234567", "DE", "+49301234567"),
        ("210 1234567", "GR", "+302101234567"),
        ("050-123-4567", "IL", "+972501234567"),
        ("+972501234567", None, "+972501234567"),
        ("\u202a+972 50-123-4567\u202c", "DE", "+972501234567"),
        ("030 1234567", None, None),
        ("12", "DE", None),
        ("+49301234567 ext. 5", "DE", None),
        ("0" * 41, "DE", None),
        ("9" * 500, "DE", None),
        ("not a phone", "DE", None),
        ("", "DE", None),
        (None, "DE", None),
        ("030 1234567", "XX", None),
    ],
)
def test_a_phone_has_one_form(text: str | None, country: str | None, normal: str | None) -> None:
    assert normalize_phone(text, country) == normal


@pytest.mark.parametrize("country", ["DE", "GR", "IL", "CZ", "PL", "US", "IT", "BR"])
def test_every_countrys_example_reads_the_same_both_ways(country: str) -> None:
    example = phonenumbers.example_number(country)
    national = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.NATIONAL)
    e164 = phonenumbers.format_number(example, phonenumbers.PhoneNumberFormat.E164)
    assert normalize_phone(national, country) == e164
    assert normalize_phone(e164, None) == e164
