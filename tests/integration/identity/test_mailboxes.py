"""Which mailbox an address leads to: the providers' rules, and where there is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.identity.mailboxes import is_mistyped, is_nobodys, is_relay, mailbox_of
from integration.identity.normalize import normalize_email


@pytest.mark.parametrize(
    ("address", "mailbox"),
    [
        ("ada.l@gmail.com", "adal@gmail.com"),
        ("a.d.a.l+x.y@googlemail.com", "adal@gmail.com"),
        ("adal@gmial.com", "adal@gmail.com"),
        ("ada.l+x@outlook.com", "ada.l@outlook.com"),
        ("ada@me.com", "ada@icloud.com"),
        ("ada@pm.me", "ada@proton.me"),
        ("ada@seznma.cz", "ada@seznam.cz"),
        ("ada+x@seznam.cz", "ada+x@seznam.cz"),
        ("ada@παράδειγμα.gr", "ada@xn--hxajbheg2az3al.gr"),
        ("ada@xn--hxajbheg2az3al.gr", "ada@xn--hxajbheg2az3al.gr"),
    ],
)
def test_addresses_of_one_mailbox_have_one_form(address: str, mailbox: str) -> None:
    assert mailbox_of(address) == mailbox


@pytest.mark.parametrize(
    "address",
    [
        "ada@example.com",
        "ada+x@example.com",
        "a.d.a@yahoo.fr",
        "info@gmail.com",
        "no.reply+x@gmail.com",
        "+x@gmail.com",
        "...@gmail.com",
        "αda@gmail.com",
        "ada@ｇmail.com",
        "ada@xn--zzzz--",
        "x7+y@marketplace.amazon.de",
        "x7@privaterelay.appleid.com",
        "@",
        "",
    ],
)
def test_where_no_rule_is_known_there_is_no_mailbox(address: str) -> None:
    assert mailbox_of(address) is None


def test_a_look_alike_domain_is_another_one() -> None:
    assert mailbox_of("ada@gmаil.com") not in (None, mailbox_of("ada@gmail.com"))


@pytest.mark.parametrize(
    "address", ["office@x.example", "No-Reply+1@x.example".lower(), "a@no.com"]
)
def test_roles_and_stand_ins_are_nobodys(address: str) -> None:
    assert is_nobodys(address)
    assert not is_nobodys("ada@x.example")


def test_made_up_addresses_and_slips_are_known_by_their_domain() -> None:
    assert is_relay("x@members.ebay.de")
    assert is_relay("x@mail.duck.com")
    assert not is_relay("x@notduck.com")
    assert is_mistyped("x@gmial.com")
    assert not is_mistyped("x@gmail.com")
    assert not is_mistyped("x@mail.com")


@given(st.text(max_size=330))
def test_whatever_is_typed_has_one_mailbox_or_none(text: str) -> None:
    address = normalize_email(text)
    if address is not None and (mailbox := mailbox_of(address)) is not None:
        assert mailbox_of(mailbox) == mailbox
        assert mailbox.isascii()
