"""Calls and talks that agents write down."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from integration.conversations.channels.keys import ChannelKeys, account_of
from integration.conversations.contents import open_content
from integration.conversations.logging_talks import Talk, log_talk
from integration.conversations.records import Received
from integration.conversations.who import person_of
from integration.db import Database
from integration.errors import Invalid, NotFound
from integration.models import Agent, Channel, Conversation, Message, Store
from tests.factories.conversations import KEYRING, make_agent, make_channel
from tests.factories.databases import sqlite_database, sqlite_template
from tests.factories.mirror import Mirror
from tests.factories.records import customer, order, told
from tests.factories.stores import NOW

TALK = Talk("counter", "Asked for another size; exchanged.")


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sqlite_template(tmp_path_factory.mktemp("talks"))


@dataclass
class Shop:
    """A workspace with a store and an agent."""

    mirror: Mirror
    agent_id: int

    @property
    def db(self) -> Database:
        return self.mirror.db

    @property
    def workspace_id(self) -> int:
        return self.mirror.workspace_id

    def dora(self) -> int:
        """A person who ordered once; their profile."""
        account = customer("7", email="dora@mail.example")
        self.mirror.take(told(account), told(order("100", customer_external_id="7")))
        profile_id = self.mirror.order("100").profile_id
        assert profile_id is not None
        return profile_id

    def log(self, talk: Talk, key: str = "k1") -> Received:
        """Write a talk down."""
        with self.db.workspace(self.workspace_id, write=True) as session:
            by = session.get_one(Agent, self.agent_id)
            return log_talk(session, ChannelKeys(KEYRING), talk, by=by, key=key, now=NOW)

    def conversation(self, received: Received) -> Conversation:
        with self.db.workspace(self.workspace_id) as session:
            return session.get_one(Conversation, received.conversation_id)

    def count(self, model: Any) -> int:
        with self.db.workspace(self.workspace_id) as session:
            return int(session.query(model).count())


@pytest.fixture
def shop(template: Path, tmp_path: Path) -> Iterator[Shop]:
    db = sqlite_database(template, tmp_path)
    mirror = Mirror(db, "amber.myshopify.com")
    with db.workspace(mirror.workspace_id, write=True) as session:
        session.get_one(Store, mirror.store_id).country_code = "GR"
    yield Shop(mirror, make_agent(db, mirror.workspace_id))
    db.dispose()


def test_a_talk_is_resolved_answered_and_its_agents(shop: Shop) -> None:
    held = shop.conversation(received := shop.log(TALK))
    assert (held.channel_kind, held.status, held.assignee_id) == (
        "counter",
        "resolved",
        shop.agent_id,
    )
    assert (held.answered_seconds, held.answers, held.first_answered_by) == (0, 1, shop.agent_id)
    assert (held.first_contact, held.waiting_since) == (True, None)
    assert (held.person_kind, held.trust) == (None, "claimed")
    with shop.db.workspace(shop.workspace_id) as session:
        message = session.get_one(Message, received.message_id)
        content = open_content(ChannelKeys(KEYRING).by_id(session, message.channel_id), message)
    assert (message.kind, message.agent_id) == ("customer", shop.agent_id)
    assert content.text == "Asked for another size; exchanged."
    assert content.facts == {"talk": "counter"}


def test_the_same_key_is_one_talk(shop: Shop) -> None:
    first, second = shop.log(TALK), shop.log(TALK)
    assert second.is_repeat
    assert first.conversation_id == second.conversation_id
    assert (shop.count(Conversation), shop.count(Channel)) == (1, 1)


def test_a_call_that_leaves_something_to_do_stays_open(shop: Shop) -> None:
    told = replace(
        TALK,
        kind="phone",
        outcome="open",
        address="691 234 5678",
        name="Dora",
        minutes=7,
        happened_at=NOW - timedelta(hours=2),
    )
    held = shop.conversation(shop.log(told))
    assert (held.channel_kind, held.status) == ("phone", "open")
    assert (held.person_kind, held.person_value) == ("phone", "+306912345678")
    assert (held.person_name, held.person_address) == ("Dora", "+306912345678")
    assert held.first_asked_at == NOW - timedelta(hours=2)
    assert held.waiting_since is None


def test_whom_the_agent_names_it_was(shop: Shop) -> None:
    profile_id = shop.dora()
    held = shop.conversation(shop.log(replace(TALK, profile_id=profile_id)))
    account = f"{shop.mirror.store_id}:7"
    assert (held.trust, held.person_kind, held.person_value) == ("agent", "customer", account)
    with shop.db.workspace(shop.workspace_id) as session:
        assert person_of(session, held).profile_id == profile_id
    typed = shop.conversation(shop.log(replace(TALK, address="dora@mail.example"), "k2"))
    with shop.db.workspace(shop.workspace_id) as session:
        seen = person_of(session, typed)
    assert (seen.profile_id, seen.candidate_ids) == (None, (profile_id,))


def test_its_channel_is_the_chosen_one_or_the_stores_or_one_that_is_made(shop: Shop) -> None:
    made = shop.conversation(shop.log(replace(TALK, channel_name="Am Tresen"))).channel_id
    with shop.db.workspace(shop.workspace_id) as session:
        row = session.get_one(Channel, made)
        assert (row.name, row.kind, row.status) == ("Am Tresen", "counter", "active")
        assert account_of(ChannelKeys(KEYRING), row).token
    own = make_channel(shop.db, shop.workspace_id, "counter", store_id=shop.mirror.store_id)
    told = replace(TALK, store_id=shop.mirror.store_id)
    assert shop.conversation(shop.log(told, "k2")).channel_id == own
    chosen = replace(told, channel_id=made)
    assert shop.conversation(shop.log(chosen, "k3")).channel_id == made


@pytest.mark.parametrize(
    "changes",
    [
        {"text": "  "},
        {"text": "x" * 50_001},
        {"kind": "chat"},
        {"outcome": "pending"},
        {"address": "dora@"},
        {"address": "12"},
        {"address": "not a number"},
        {"minutes": -1},
        {"minutes": 1441},
        {"happened_at": NOW + timedelta(minutes=6)},
        {"happened_at": NOW - timedelta(days=32)},
        {"channel_id": 99},
    ],
)
def test_what_cant_have_happened_so_is_refused_and_nothing_kept(
    shop: Shop, changes: dict[str, Any]
) -> None:
    with pytest.raises(Invalid) as refusal:
        shop.log(replace(TALK, **changes))
    assert refusal.value.message.endswith(".")
    assert (shop.count(Conversation), shop.count(Message), shop.count(Channel)) == (0, 0, 0)


def test_anothers_person_and_channel_are_unknown(shop: Shop) -> None:
    other = Shop(Mirror(shop.db, "birch.myshopify.com"), 0)
    profile_id = other.dora()
    with pytest.raises(NotFound):
        shop.log(replace(TALK, profile_id=profile_id))
    with pytest.raises(Invalid):
        shop.log(replace(TALK, channel_id=make_channel(shop.db, other.workspace_id, "counter")))
    assert shop.count(Conversation) == 0
