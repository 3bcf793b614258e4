"""What a merchant gives for a phone line, and what is refused of it."""

from dataclasses import replace
from typing import Any

import pytest

from channels import registry
from channels.errors import CredentialsRefused, FieldRefused, Unreadable
from channels.phone import words
from channels.phone.accounts import PhoneAccounts
from channels.phone.channel import PhoneChannel
from channels.phone.counter import CounterChannel
from tests.channels.phone.called import AUTH_TOKEN, account

ACCOUNTS = PhoneAccounts()


def _settle(**given: Any) -> tuple[dict[str, Any], dict[str, str]]:
    return ACCOUNTS.settle({"number": "210 123 4567", "country": "gr"} | given)


def test_numbers_are_kept_in_one_form() -> None:
    settings, secrets = _settle(told_by="twilio", auth_token=AUTH_TOKEN, forward_to="2107654321")
    assert settings == {
        "number": "+302101234567",
        "country": "GR",
        "told_by": "twilio",
        "forward_to": "+302107654321",
        "link_recordings": False,
    }
    assert secrets == {"auth_token": AUTH_TOKEN}
    assert ACCOUNTS.address(settings) == "+302101234567"


def test_a_signing_secret_is_made_where_none_is_given() -> None:
    first, second = _settle(told_by="signed")[1], _settle(told_by="signed")[1]
    assert len(first["signing_secret"]) == 43
    assert first != second
    assert _settle(told_by="signed", signing_secret="s" * 24)[1] == {"signing_secret": "s" * 24}


def test_by_hand_nothing_is_verified_and_nothing_kept_for_it() -> None:
    assert _settle(auth_token=AUTH_TOKEN)[1] == {}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"number": "call us"}, "number"),
        ({"number": ""}, "number"),
        ({"country": "Greece"}, "country"),
        ({"country": "XX"}, "country"),
        ({"told_by": "pigeon"}, "told_by"),
        ({"told_by": "twilio"}, "auth_token"),
        ({"told_by": "twilio", "auth_token": "short"}, "auth_token"),
        ({"told_by": "signed", "signing_secret": "short"}, "signing_secret"),
        ({"forward_to": "x"}, "forward_to"),
        ({"forward_to": "2101234567"}, "forward_to"),
    ],
)
def test_what_cant_be_meant_is_refused_at_its_field(given: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldRefused) as refusal:
        _settle(**given)
    assert refusal.value.field == field
    assert str(refusal.value).endswith(".")


def test_a_line_without_its_secret_doesnt_work() -> None:
    ACCOUNTS.check(account("hand"))
    ACCOUNTS.check(account("twilio"))
    with pytest.raises(CredentialsRefused):
        ACCOUNTS.check(replace(account("signed"), secrets={}))


def test_both_kinds_are_in_the_registry_and_send_nothing() -> None:
    for slug, expected in (("phone", PhoneChannel), ("counter", CounterChannel)):
        made = registry.factory(slug)(lambda *_args, **_more: None)  # type: ignore[arg-type]
        assert isinstance(made, expected)
        assert made.slug == slug
        assert not made.traits.can_answer
        assert made.sender is None
    with pytest.raises(Unreadable):
        CounterChannel().read(b"{}", account())
    with pytest.raises(Unreadable):
        PhoneChannel().read(b"{}", account())


def test_every_language_says_everything() -> None:
    everything = {frozenset(each) for each in words._WORDS.values()}
    assert set(words._WORDS) == {"en", "el", "he", "cs", "pl"}
    assert len(everything) == 1
    assert words.sentence("missed", "he-IL") == words._WORDS["he"]["missed"]
