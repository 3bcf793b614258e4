"""Setting channels up: what is kept, what is tried, what is refused, and that secrets stay ours."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
import structlog

from channels.errors import ChannelUnreachable, CredentialsRefused, HostRefused
from channels.phone.channel import PhoneChannel
from channels.port import Channel as Adapter
from integration.conversations import channel_setup as setup
from integration.conversations.channel_keys import ChannelKeys, account_of
from integration.conversations.channel_setup import ChannelCard, FieldsRefused
from integration.crypto import keyring, new_key_text
from integration.errors import Conflict, NotFound
from integration.install.keys import rewrap_data_keys
from integration.models import Channel, Message, Sending
from integration.services import Services
from tests.factories.conversations import make_agent, receive_message
from tests.factories.databases import sqlite_database, sqlite_template
from tests.factories.fake_store import FakeStore, fake_services
from tests.factories.stores import NOW, make_store, make_workspace
from tests.integration.conversations.fake_mailbox import GIVEN, PASSWORD, FakeMailbox

BY = "shopify-staff:7"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sqlite_template(tmp_path_factory.mktemp("setup"))


@dataclass
class House:
    """A workspace, its services, and the other side of its mailboxes."""

    services: Services
    mailbox: FakeMailbox
    workspace_id: int

    def create(self, name: str = "Support", **changes: Any) -> ChannelCard:
        """A mailbox, with other fields than usual."""
        more = {each: changes.pop(each) for each in ("store_id", "locale") if each in changes}
        given = GIVEN | changes
        return setup.create_channel(
            self.services, self.workspace_id, "email", name, given, by=BY, **more
        )

    def change(self, card: ChannelCard, **changes: Any) -> ChannelCard:
        """The same mailbox with other fields; no password is typed."""
        given = GIVEN | {"password": ""} | changes
        return setup.change_channel(
            self.services, self.workspace_id, int(card.id), "Renamed", given, by=BY
        )

    def password(self, card: ChannelCard) -> str:
        """The password that is kept."""
        with self.services.db.workspace(self.workspace_id) as session:
            channel = session.get_one(Channel, int(card.id))
            opened = account_of(ChannelKeys(self.services.keyring), channel)
        return opened.secrets["password"].get_secret_value()

    def rows(self) -> int:
        """How many channels there are."""
        with self.services.db.workspace(self.workspace_id) as session:
            return session.query(Channel).count()


@pytest.fixture
def house(template: Path, tmp_path: Path) -> Iterator[House]:
    db = sqlite_database(template, tmp_path)
    mailbox = FakeMailbox()
    made = fake_services(db, FakeStore(), tmp_path)
    channels = {"email": cast(Adapter, mailbox), "phone": cast(Adapter, PhoneChannel())}
    services = replace(made, channels=channels)
    yield House(services, mailbox, make_workspace(db))
    db.dispose()


def _standing(house: House) -> list[ChannelCard]:
    return setup.list_channels(house.services, house.workspace_id)


def test_a_channel_is_tried_kept_and_found_by_its_token(house: House) -> None:
    card = house.create(locale="el")
    assert (card.kind, card.name, card.address) == ("email", "Support", "Help@Amber.example")
    assert (card.status, card.error, card.checked_at) == ("active", None, NOW)
    assert card.settings["port"] == 993
    assert card.settings["reads_all"] is True
    assert card.secrets == ("made", "password")
    assert card.made == {"made": "made-" + "x" * 20}
    assert [each.id for each in _standing(house)] == [card.id]
    assert _standing(house)[0].made == {}
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


def test_an_address_has_one_channel_of_a_kind_in_a_workspace(house: House) -> None:
    card = house.create()
    with pytest.raises(Conflict) as conflict:
        house.create(address="HELP@amber.example")
    assert conflict.value.code == "address_taken"
    other = house.create(address="sales@amber.example")
    with pytest.raises(Conflict):
        house.change(other)
    elsewhere = replace(house, workspace_id=make_workspace(house.services.db, "Birch"))
    assert elsewhere.create().address == card.address
    setup.remove(house.services, house.workspace_id, int(card.id), by=BY)
    assert house.create().address == card.address


def test_anothers_channel_is_unknown(house: House) -> None:
    card = house.create()
    other = replace(house, workspace_id=make_workspace(house.services.db, "Birch"))
    place = (house.services, other.workspace_id, int(card.id))
    asked: list[Any] = [
        lambda: setup.channel_card(*place),
        lambda: setup.channel_token(*place),
        lambda: setup.check_channel(*place),
        lambda: setup.pause(*place, by=BY),
        lambda: setup.resume(*place, by=BY),
        lambda: setup.remove(*place, by=BY),
        lambda: setup.rotate_token(*place, by=BY),
        lambda: other.change(card),
        lambda: setup.try_given(
            house.services, other.workspace_id, "email", GIVEN, channel_id=int(card.id)
        ),
    ]
    for ask in asked:
        with pytest.raises(NotFound):
            ask()
    assert _standing(other) == []
    assert _standing(house)[0].status == "active"


def test_paused_and_resumed(house: House) -> None:
    card = house.create()
    place = (house.services, house.workspace_id, int(card.id))
    assert setup.pause(*place, by=BY).status == "paused"
    house.mailbox.accounts.failure = CredentialsRefused("No.")
    assert setup.check_channel(*place).status == "paused"
    assert setup.resume(*place, by=BY).status == "reauthorize"
    house.mailbox.accounts.failure = None
    assert setup.resume(*place, by=BY).status == "active"


def test_a_new_token_ends_the_old_one_and_what_was_sealed_still_opens(house: House) -> None:
    card = house.create()
    place = (house.services, house.workspace_id, int(card.id))
    old = setup.channel_token(*place)
    new = setup.rotate_token(*place, by=BY)
    assert setup.channel_token(*place) == new != old
    with pytest.raises(NotFound):
        setup.channel_by_token(house.services, "email", old)
    assert setup.channel_by_token(house.services, "email", new).channel_id == int(card.id)
    assert house.password(card) == PASSWORD


def test_a_removed_channel_keeps_its_conversations_and_nothing_else(house: House) -> None:
    card = house.create()
    number = int(card.id)
    agent_id = make_agent(house.services.db, house.workspace_id)
    received = receive_message(
        house.services.db, house.workspace_id, number, ring=house.services.keyring
    )
    with house.services.db.workspace(house.workspace_id, write=True) as session:
        for key, lease in (("waits", None), ("goes", "l1")):
            message = Message(
                conversation_id=received.conversation_id,
                channel_id=number,
                kind="answer",
                key=key,
                agent_id=agent_id,
                delivery="waiting",
                created_at=NOW,
            )
            session.add(message)
            session.flush()
            sending = Sending(
                message_id=message.id,
                channel_id=number,
                attempts=0,
                due_at=NOW,
                lease=lease,
                created_at=NOW,
            )
            session.add(sending)
    token = setup.channel_token(house.services, house.workspace_id, number)
    setup.remove(house.services, house.workspace_id, number, by=BY)
    with pytest.raises(NotFound):
        setup.channel_by_token(house.services, "email", token)
    assert _standing(house) == []
    with house.services.db.workspace(house.workspace_id) as session:
        row = session.get_one(Channel, number)
        assert (row.status, row.sealed_secrets, row.sealed_token) == ("removed", None, b"")
        told = {m.key: (m.delivery, m.delivery_error) for m in session.query(Message) if m.delivery}
        assert told == {
            "waits": ("failed", "The channel was removed before this went out."),
            # Somebody holds it at this moment: they say how it ends.
            "goes": ("waiting", None),
        }
        due = {each.lease: each.due_at for each in session.query(Sending)}
        assert due == {None: None, "l1": NOW}
        # What was said can still be read.
        assert ChannelKeys(house.services.keyring).of(row)


def test_the_operators_new_key_wraps_channels_too(house: House) -> None:
    card = house.create()
    old = house.services.keyring
    ring = keyring(new_key_text("k9"))
    ring = replace(ring, keys={**ring.keys, **old.keys})
    services = replace(house.services, keyring=ring)
    assert rewrap_data_keys(services) == (1, 0)
    assert rewrap_data_keys(services) == (0, 1)
    assert replace(house, services=services).password(card) == PASSWORD
    with services.db.workspace(house.workspace_id) as session:
        assert session.get_one(Channel, int(card.id)).data_key.startswith(b"k9:")


def test_a_store_lends_its_country(house: House) -> None:
    store = make_store(house.services.db, house.workspace_id, "amber.myshopify.com")
    given = {"number": "030 901820", "told_by": "signed"}
    card = setup.create_channel(
        house.services, house.workspace_id, "phone", "Shop", given, by=BY, store_id=store
    )
    assert (card.address, card.settings["country"]) == ("+4930901820", "DE")
    assert (card.store_id, card.store_name) == (str(store), "Amber Shop")
    assert set(card.made) == {"signing_secret"}


def test_secrets_are_in_no_log_no_repr_and_no_error(house: House) -> None:
    with structlog.testing.capture_logs() as logs:
        card = house.create()
        changed = house.change(card, password="another-canary-of-a-password")
        setup.remove(house.services, house.workspace_id, int(card.id), by=BY)
    assert [each["event"] for each in logs] == [
        "channel.created",
        "channel.changed",
        "channel.removed",
    ]
    told = f"{logs} {card!r} {changed!r} {card.as_dict()} {house.mailbox.accounts.tried!r}"
    for secret in (PASSWORD, "another-canary", "made-xxx"):
        assert secret not in told
