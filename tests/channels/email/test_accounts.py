"""What a mailbox is set up with, and the sentences where that can't be meant."""

from datetime import date
from typing import Any

import pytest

from channels.email.accounts import EmailAccounts
from channels.errors import FieldRefused

GIVEN: dict[str, Any] = {
    "address": "Shop@Shop.example",
    "display_name": "The Shop",
    "imap_host": "imap.shop.example.",
    "imap_password": "secret",
    "smtp_host": "smtp.shop.example",
    "smtp_port": "465",
    "smtp_tls": "tls",
}


def _never(host: str, port: int, *, timeout_seconds: float) -> Any:
    raise AssertionError("settling calls nobody")


def _accounts() -> EmailAccounts:
    return EmailAccounts(_never, today=lambda: date(2026, 11, 22))


def test_a_filled_form() -> None:
    settings, secrets = _accounts().settle(GIVEN)
    assert settings == {
        "address": "shop@shop.example",
        "display_name": "The Shop",
        "receives": "imap",
        "imap_host": "imap.shop.example",
        "imap_port": 993,
        "imap_tls": "tls",
        "imap_user": "",
        "imap_folder": "INBOX",
        "read_from": "2026-11-21",
        "smtp_host": "smtp.shop.example",
        "smtp_port": 465,
        "smtp_tls": "tls",
        "smtp_user": "",
        "authserv_id": "",
        "plus_addressing": False,
    }
    assert secrets == {"imap_password": "secret"}
    assert _accounts().address(settings) == "shop@shop.example"
    # What was settled can be settled again.
    assert _accounts().settle(settings | secrets) == (settings, secrets)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"address": "shop"}, "address"),
        ({"address": "shop@shop.example\r\nBcc: x@y.example"}, "address"),
        ({"display_name": "a\nb"}, "display_name"),
        ({"imap_host": ""}, "imap_host"),
        ({"imap_password": ""}, "imap_password"),
        ({"imap_port": 70000}, "imap_port"),
        ({"imap_port": "x"}, "imap_port"),
        ({"imap_tls": "none"}, "imap_tls"),
        ({"smtp_tls": "none"}, "smtp_tls"),
        ({"smtp_tls": "maybe"}, "smtp_tls"),
        ({"receives": "signed_calls"}, "call_secret"),
        ({"receives": "mailgun", "call_secret": "short"}, "call_secret"),
        ({"read_from": "last week"}, "read_from"),
        ({"authserv_id": "mx.example; dmarc=pass"}, "authserv_id"),
    ],
)
def test_what_cannot_be_meant_is_said_at_its_field(changed: dict[str, Any], field: str) -> None:
    with pytest.raises(FieldRefused) as refused:
        _accounts().settle(GIVEN | changed)
    assert refused.value.field == field
    assert str(refused.value).endswith(".")


def test_a_provider_that_calls_needs_no_mailbox() -> None:
    given = {
        "address": "shop@shop.example",
        "receives": "mailgun",
        "call_secret": "k" * 16,
        "smtp_host": "smtp.shop.example",
        "smtp_password": "p",
    }
    settings, secrets = _accounts().settle(given)
    assert (settings["imap_host"], settings["read_from"]) == ("", "")
    assert secrets == {"call_secret": "k" * 16, "smtp_password": "p"}
    with pytest.raises(FieldRefused, match="Sending needs a password"):
        _accounts().settle(given | {"smtp_password": ""})


def test_a_password_goes_unencrypted_on_this_machine_only() -> None:
    given = GIVEN | {"imap_host": "localhost", "imap_tls": "none"}
    assert _accounts().settle(given)[0]["imap_tls"] == "none"
