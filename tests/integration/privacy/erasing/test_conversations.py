"""Conversations of a person go out with an export and away with an erasure."""

from hashlib import sha256
from typing import Any

from sqlalchemy import select

from channels.errors import Unreadable
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.incoming.arrivals import Come, keep
from integration.conversations.joining.merging import merge
from integration.models import Agent, Arrival, Conversation, ConversationTerm, Message, Store
from integration.privacy.requests.plugin import erase_person, export_person
from integration.services import Services
from tests.factories.conversations import mail_of, make_agent, make_channel, receive_message
from tests.factories.stores import NOW, make_store

ADDRESS = "dora@mail.example"


def converse(services: Services, store: Store, **channel: Any) -> int:
    channel_id = make_channel(services.db, store.workspace_id, ring=services.keyring, **channel)
    received = receive_message(
        services.db,
        store.workspace_id,
        channel_id,
        mail_of(ADDRESS.upper(), "Where is it?"),
        ring=services.keyring,
    )
    return received.conversation_id


def test_who_only_wrote_is_exported_and_erased(services: Services, store: Store) -> None:
    conversation_id = converse(services, store)
    told = export_person(services, store.workspace_id, store.id, ADDRESS, 1)
    assert told["done"]
    (group,) = told["groups"]
    values = {each["name"]: each["value"] for each in group["data"]}
    assert values["Message"].endswith("Where is it?")
    assert (group["group_id"], values["Subject"]) == ("conversations", "My order")
    erase_person(services, store.workspace_id, store.id, ADDRESS)
    assert export_person(services, store.workspace_id, store.id, ADDRESS, 1)["groups"] == []
    with services.db.workspace(store.workspace_id) as session:
        conversation = session.get_one(Conversation, conversation_id)
        message = session.execute(select(Message)).scalars().one()
    assert (conversation.subject, conversation.person_address) == (None, None)
    assert (conversation.messages, conversation.first_asked_at is not None) == (1, True)
    assert (message.sealed_content, message.external_id) == (None, None)


def test_another_stores_channel_is_its_own(services: Services, store: Store) -> None:
    other = make_store(services.db, store.workspace_id, "basalt.myshopify.com")
    conversation_id = converse(services, store, store_id=other)
    assert export_person(services, store.workspace_id, store.id, ADDRESS, 1)["groups"] == []
    erase_person(services, store.workspace_id, store.id, ADDRESS)
    with services.db.workspace(store.workspace_id) as session:
        assert session.get_one(Conversation, conversation_id).subject == "My order"


def test_what_was_merged_into_anothers_goes_with_its_own_person(
    services: Services, store: Store
) -> None:
    channel_id = make_channel(services.db, store.workspace_id, ring=services.keyring)
    agent_id = make_agent(services.db, store.workspace_id)

    def came(address: str, text: str) -> int:
        given = (services.db, store.workspace_id, channel_id, mail_of(address, text))
        return receive_message(*given, ring=services.keyring).conversation_id

    kept, gone = came("max@mail.example", "Max asks"), came(ADDRESS, "Dora asks")
    with services.db.workspace(store.workspace_id, write=True) as session:
        agent = session.get_one(Agent, agent_id)
        merge(session, ChannelKeys(services.keyring), gone, kept, by=agent, now=NOW)
    for address, text in ((ADDRESS, "Dora asks"), ("max@mail.example", "Max asks")):
        (group,) = export_person(services, store.workspace_id, store.id, address, 1)["groups"]
        texts = [each["value"] for each in group["data"] if each["name"] == "Message"]
        assert [each.rpartition("\n")[2] for each in texts] == [text]
    erase_person(services, store.workspace_id, store.id, ADDRESS)
    with services.db.workspace(store.workspace_id) as session:
        said = select(Message).where(Message.kind == "customer").order_by(Message.id)
        rows = session.execute(said).scalars().all()
        conversation = session.get_one(Conversation, kept)
        words = select(ConversationTerm).where(ConversationTerm.conversation_id == kept)
        assert session.execute(words).scalars().all() == []
    assert [row.sealed_content is None for row in rows] == [False, True]
    assert (conversation.person_value, conversation.preview) == ("max@mail.example", None)


def test_a_parked_mail_of_the_person_is_erased_and_anothers_that_quotes_them_is_not(
    services: Services, store: Store
) -> None:
    ring = services.keyring
    channel_id = make_channel(services.db, store.workspace_id, ring=ring)
    other = make_store(services.db, store.workspace_id, "basalt.myshopify.com", data_key=b"")
    elsewhere = make_channel(services.db, store.workspace_id, ring=ring, store_id=other)
    theirs = b"From: Dora <DORA@mail.example>\r\nSubject: a\r\n\r\nbroken"
    anothers = b"From: max@mail.example\r\n\r\nask dora@mail.example"
    with services.db.workspace(store.workspace_id, write=True) as session:
        for at, raw in ((channel_id, theirs), (channel_id, anothers), (elsewhere, theirs)):
            key = ChannelKeys(ring).by_id(session, at)
            come = Come(sha256(raw).digest(), raw, len(raw), "a@mail.example", Unreadable("no"))
            keep(session, key, at, [come], NOW)
    erase_person(services, store.workspace_id, store.id, ADDRESS)
    with services.db.workspace(store.workspace_id) as session:
        rows = session.execute(select(Arrival).order_by(Arrival.id)).scalars().all()
    assert [(row.state, row.sealed_body is None, row.external_id) for row in rows] == [
        ("refused", True, None),
        ("parked", False, "a@mail.example"),
        ("parked", False, "a@mail.example"),
    ]
