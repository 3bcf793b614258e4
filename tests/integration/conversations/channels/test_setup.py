"""Setting channels up: what is kept, what is tried, what is refused."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channels.errors import ChannelUnreachable, CredentialsRefused, HostRefused
from integration.conversations.channels import setup
from integration.conversations.channels.setup import FieldsRefused
from integration.errors import NotFound
from tests.factories.stores import NOW
from tests.integration.conversations.channel_house import House, standing
from tests.integration.conversations.fake_mailbox import GIVEN, PASSWORD


def test_a_channel_is_tried_kept_and_found_by_its_token(house: House) -> None:
    card = house.create(locale="el")
    assert (card.kind, card.name, card.address) == ("email", "Support", "Help@Amber.example")
    assert (card.status, card.error, card.checked_at) == ("active", None, NOW)
    assert card.settings["port"] == 993
    assert card.settings["reads_all"] is True
    assert card.secrets == ("made", "password")
    assert card.made == {"made": "made-" + "x" * 20}
    assert [each.id for each in standing(house)] == [card.id]
    assert standing(house)[0].made == {}
    tried = house.mailbox.accounts.tried
    assert [each.secrets["password"].get_secret_value() for each in tried] == [PASSWORD]
    token = setup.channel_token(house.services, house.workspace_id, int(card.id))
    place = setup.channel_by_token(house.services, "email", token)
    assert (place.workspace_id, place.channel_id) == (house.workspace_id, int(card.id))
    for kind, told in (
        ("phone", token),
        ("email", token + "x"),
        ("email", ""),
        ("email", "é" * 999),
    ):
        with pytest.raises(NotFound):
            setup.channel_by_token(house.services, kind, told)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"host": ""}, "host"),
        ({"host": "127.0.0.1"}, "host"),
        ({"host": "10.1.2.3"}, "host"),
        ({"host": "2130706433"}, "host"),
        ({"host": "0x7f000001"}, "host"),
        ({"host": "017700000001"}, "host"),
        ({"host": "[::1]"}, "host"),
        ({"host": "::ffff:10.0.0.1"}, "host"),
        ({"host": "64:ff9b::a00:1"}, "host"),
        ({"host": "localhost"}, "host"),
        ({"host": "imap.example.com/x"}, "host"),
        ({"host": "user@imap.example.com"}, "host"),
        ({"port": "0"}, "port"),
        ({"port": "70000"}, "port"),
        ({"port": "²"}, "port"),
        ({"security": "none"}, "security"),
        ({"password": ""}, "password"),
        ({"password": "a\nb"}, "password"),
        ({"address": "nobody"}, "address"),
        ({"folder": "x" * 2001}, "folder"),
        ({"folder": "Trash"}, "folder"),
        ({"name": ""}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"locale": "fr"}, "locale"),
        ({"store_id": 99}, "store_id"),
    ],
)
def test_what_cant_be_kept_is_refused_at_its_field_and_calls_nobody(
    house: House, given: dict[str, Any], field: str
) -> None:
    with pytest.raises(FieldsRefused) as refusal:
        house.create(**given)
    assert list(refusal.value.details["fields"]) == [field]
    assert refusal.value.status == 422
    assert refusal.value.message.endswith(".")
    assert house.rows() == 0
    if field != "locale":
        assert house.mailbox.accounts.tried == []


def test_a_public_name_that_looks_like_an_address_in_hexadecimal_is_a_name(house: House) -> None:
    assert house.create(host="beef.de").settings["host"] == "beef.de"


def test_a_host_that_we_dont_call_leaves_no_row(house: House) -> None:
    house.mailbox.accounts.failure = HostRefused(
        "imap.amber.example is at an address we don't call"
    )
    with pytest.raises(FieldsRefused) as refusal:
        house.create()
    assert list(refusal.value.details["fields"]) == ["host"]
    assert house.rows() == 0


def test_credentials_that_are_refused_are_kept_and_the_card_says_so(house: House) -> None:
    house.mailbox.accounts.failure = CredentialsRefused("The server doesn't take the password.")
    card = house.create()
    assert (card.status, card.error_code) == ("reauthorize", "credentials_refused")
    assert card.error == "The server doesn't take the password."
    assert card.failing_since == NOW
    house.mailbox.accounts.failure = None
    checked = setup.check_channel(house.services, house.workspace_id, int(card.id))
    assert (checked.status, checked.error, checked.failing_since) == ("active", None, None)


def test_a_server_that_is_away_leaves_the_channel_active(house: House) -> None:
    card = house.create()
    house.mailbox.accounts.failure = ChannelUnreachable("The server doesn't answer.")
    later = replace(house.services, now=lambda: NOW + timedelta(hours=1))
    first = setup.check_channel(later, house.workspace_id, int(card.id))
    assert (first.status, first.failing_since) == ("active", NOW + timedelta(hours=1))
    second = setup.check_channel(
        replace(later, now=lambda: NOW + timedelta(hours=2)), house.workspace_id, int(card.id)
    )
    assert second.failing_since == NOW + timedelta(hours=1)
    assert second.checked_at == NOW + timedelta(hours=2)


def test_a_trial_without_keeping_tells_what_is_wrong(house: House) -> None:
    asked = (house.services, house.workspace_id, "email")
    assert setup.try_given(*asked, GIVEN) is None
    house.mailbox.accounts.failure = CredentialsRefused("No.")
    assert isinstance(setup.try_given(*asked, GIVEN), CredentialsRefused)
    assert house.rows() == 0


def test_a_secret_left_empty_stays_unless_it_would_go_elsewhere(house: House) -> None:
    card = house.create()
    changed = house.change(card, folder="Support")
    assert (changed.name, changed.settings["folder"]) == ("Renamed", "Support")
    assert changed.made == {}
    assert house.password(card) == PASSWORD
    for elsewhere in ({"host": "evil.example"}, {"port": "143"}, {"security": "starttls"}):
        with pytest.raises(FieldsRefused) as refusal:
            house.change(card, **elsewhere)
        assert list(refusal.value.details["fields"]) == ["password"]
        given, number = GIVEN | {"password": ""} | elsewhere, int(card.id)
        with pytest.raises(FieldsRefused):
            setup.try_given(house.services, house.workspace_id, "email", given, channel_id=number)
    tried = house.mailbox.accounts.tried
    assert {each.settings["host"] for each in tried} == {"imap.amber.example"}
    house.change(card, host="new.amber.example", password="another")
    assert house.password(card) == "another"
