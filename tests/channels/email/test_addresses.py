"""Addresses in headers: what is meant, and whether it had to be guessed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.email.addresses import clean_name, domain_of, is_address, read_addresses


def _read(value: str) -> tuple[list[tuple[str, str | None]], bool]:
    read = read_addresses(value)
    return [(each.address, each.name) for each in read.found], read.is_sound


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("ann@example.com", [("ann@example.com", None)]),
        ("Ann Bee <ann@Example.COM>", [("ann@example.com", "Ann Bee")]),
        ('"Bee, Ann" <ann@example.com>', [("ann@example.com", "Bee, Ann")]),
        ('"A \\"B\\" C" <ann@example.com>', [("ann@example.com", 'A "B" C')]),
        ("ann@example.com (Ann)", [("ann@example.com", "Ann")]),
        ("=?utf-8?B?zp3Or866zr/Pgg==?= <n@example.gr>", [("n@example.gr", "Νίκος")]),
        ("=?utf-8?Q?Bee=2C_Ann?= <a@b.example>", [("a@b.example", "Bee, Ann")]),
        ("a@b.example, c@d.example", [("a@b.example", None), ("c@d.example", None)]),
        ("Friends: a@b.example, c@d.example;", [("a@b.example", None), ("c@d.example", None)]),
        ("Ann <ann+tag@example.com>", [("ann+tag@example.com", "Ann")]),
        ("δοκιμή@παράδειγμα.ελ", [("δοκιμή@παράδειγμα.ελ", None)]),
        ("<@route.example:ann@example.com>", [("ann@example.com", None)]),
    ],
)
def test_what_keeps_to_the_rules(value: str, found: list[tuple[str, str | None]]) -> None:
    assert _read(value) == (found, True)


@pytest.mark.parametrize(
    "value",
    [
        "victim@bank.example <thief@evil.example>",
        "<victim@bank.example> <thief@evil.example>",
        "Ann <not an address>",
        "Ann",
        "",
        "<>",
        "undisclosed-recipients:;",
        "a@b@c.example <x y@z.example>",
    ],
)
def test_what_has_to_be_guessed_is_not_sound(value: str) -> None:
    assert read_addresses(value).is_sound is False


def test_an_address_in_angles_is_the_last_of_several() -> None:
    assert _read("victim@bank.example <thief@evil.example>")[0][0][0] == "thief@evil.example"


def test_names_lose_what_hides_or_turns() -> None:
    assert clean_name("a\u202egnp.exe\x00 b\r\nBcc: c") == "agnp.exe bBcc: c"


def test_domains_are_compared_in_ascii() -> None:
    assert domain_of("a@ΠΑΡΆΔΕΙΓΜΑ.ελ") == domain_of("a@xn--hxajbheg2az3al.xn--qxam")
    assert domain_of("a@bad..domain\u2028") == ""


def test_what_is_one_address() -> None:
    assert is_address("ann@example.com")
    for each in (
        "ann",
        "a@b",
        "a b@c.example",
        "a@b.example\r\nBcc: x@y.example",
        "a@b.example, c",
    ):
        assert not is_address(each)


@given(st.text(max_size=200))
def test_any_value_can_be_read(value: str) -> None:
    for each in read_addresses(value).found:
        assert is_address(each.address)
