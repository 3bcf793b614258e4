"""Conversations of a person go out with an export and away with an erasure."""

from typing import Any

from sqlalchemy import select

from integration.models import Conversation, Message, Store
from integration.privacy.plugin import erase_person, export_person
from integration.services import Services
from tests.factories.conversations import mail_of, make_channel, receive_message
from tests.factories.stores import make_store

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
