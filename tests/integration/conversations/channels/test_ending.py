"""Channels beside each other, their tokens and keys, how they end, and that secrets stay ours."""

from dataclasses import replace
from typing import Any

import pytest

from channels.errors import CredentialsRefused
from integration.conversations.channels import ending as channel_ending
from integration.conversations.channels import setup
from integration.conversations.channels.keys import ChannelKeys
from integration.crypto import new_key_text
from integration.errors import Conflict, NotFound
from integration.models import Channel, Message, Sending
from integration.operations.data_keys import rewrap_data_keys
from tests.factories.conversations import make_agent, receive_message
from tests.factories.operator_keys import in_front
from tests.factories.stores import NOW, make_store, make_workspace
from tests.integration.conversations.channel_house import BY, House, standing
from tests.integration.conversations.fake_mailbox import GIVEN, PASSWORD


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
    assert standing(other) == []
    assert standing(house)[0].status == "active"


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
    assert standing(house) == []
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
    ring = in_front(new_key_text("k9"), house.services.keyring)
    services = replace(house.services, keyring=ring)
    assert rewrap_data_keys(services) == (1, 0, 0)
    assert rewrap_data_keys(services) == (0, 1, 0)
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


class Heard(list[dict[str, Any]]):
    """A logger that only writes down: structlog's own capture misses loggers that are in use."""

    def info(self, event: str, **facts: object) -> None:
        self.append({"event": event, **facts})


def test_secrets_are_in_no_log_no_repr_and_no_error(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    logs = Heard()
    for module in (setup, channel_ending):
        monkeypatch.setattr(module, "log", logs)
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
