"""Whoever has another's address or number on an order gets nothing of theirs, and takes nothing."""

from typing import Any

import pytest

from channels.records import Inbound, Person
from integration.crm.notes import add_note
from integration.db import WorkspaceSession
from integration.models import Conversation, Order, ProfileNote, Store, Visitor
from integration.privacy.requests.plugin import erase_person, export_person
from integration.privacy.subject import PrivacySubject
from integration.services import Services
from tests.factories.conversations import make_channel, receive_message
from tests.factories.records import customer as account
from tests.factories.records import order as bought
from tests.integration.privacy.erasing.test_conversations import ADDRESS as VICTIM
from tests.integration.privacy.erasing.test_conversations import converse
from tests.integration.privacy.erasing.test_erased_names import erase as redact
from tests.integration.privacy.everywhere import AGENT, of_order, on, rows, tell

TYPIST, PHONE = "typist@mail.example", "+306912345678"


@pytest.fixture
def conversation_id(services: Services, store: Store) -> int:
    """What the victim wrote, who bought as a guest; and an account that typed their address."""
    theirs = bought("90", email=VICTIM, phone=PHONE)
    typed: dict[str, Any] = {"email": VICTIM, "phone": PHONE, "customer_external_id": "7"}
    tell(services, store, account("7", email=TYPIST), bought("91", **typed), theirs)
    victim = of_order(services, store, "90")
    given: dict[str, Any] = {"by": AGENT.who, "now": services.now()}
    on(services, store, lambda session: add_note(session, victim, "rings twice", **given))
    return converse(services, store)


def test_an_export_tells_nothing_of_whose_address_was_only_typed(
    services: Services, store: Store, conversation_id: int
) -> None:
    told = export_person(services, store.workspace_id, store.id, TYPIST, 1)
    assert [each["group_id"] for each in told["groups"]] == ["accounts", "identities", "orders"]
    theirs = export_person(services, store.workspace_id, store.id, VICTIM, 1)
    found = [each["item_id"] for each in theirs["groups"] if each["group_id"] == "conversations"]
    assert found == [str(conversation_id)]


def test_an_erasure_leaves_what_is_of_whose_address_was_only_typed(
    services: Services, store: Store, conversation_id: int
) -> None:
    erase_person(services, store.workspace_id, store.id, TYPIST)
    held = {row.external_id: row.email for row in rows(services, store, Order)}
    assert held == {"90": VICTIM, "91": None}
    assert [note.text for note in rows(services, store, ProfileNote)] == ["rings twice"]
    [conversation] = rows(services, store, Conversation)
    assert (conversation.id, conversation.subject) == (conversation_id, "My order")
    assert converse(services, store)
    erase_person(services, store.workspace_id, store.id, VICTIM)
    assert rows(services, store, ProfileNote) == []
    assert {each.subject for each in rows(services, store, Conversation)} == {None}


def test_a_customer_of_the_chat_who_typed_that_address_stays(
    services: Services, store: Store
) -> None:
    ring, workspace_id, account_of = services.keyring, store.workspace_id, f"{store.id}:7"
    chat = make_channel(services.db, workspace_id, "chat", ring=ring)

    def visit(session: WorkspaceSession) -> int:
        times = {"created_at": services.now(), "seen_at": services.now()}
        proved = {"customer_value": account_of, "signed_email": TYPIST, "email": VICTIM.upper()}
        visitor = Visitor(channel_id=chat, token_digest=b"typist", **proved, **times)
        session.add(visitor)
        session.flush()
        return visitor.id

    visitor_id = on(services, store, visit)
    said = Inbound("1", Person("customer", account_of, "signed", "Typist"), "Mine")
    given = (services.db, workspace_id, chat, said)
    receive_message(*given, ring=ring, visitor_id=visitor_id)
    assert export_person(services, workspace_id, store.id, VICTIM, 1)["groups"] == []
    erase_person(services, workspace_id, store.id, VICTIM)
    [visitor] = rows(services, store, Visitor)
    assert (visitor.email, visitor.signed_email) == (None, TYPIST)
    [conversation] = rows(services, store, Conversation)
    assert (conversation.person_value, conversation.visitor_id) == (account_of, visitor_id)


def test_a_guest_of_the_same_number_with_an_address_of_their_own_stays(
    services: Services, store: Store
) -> None:
    family = bought("90", email=VICTIM, phone=PHONE)
    tell(
        services, store, family, bought("91", email=TYPIST, phone=PHONE), bought("92", phone=PHONE)
    )
    redact(services, store, PrivacySubject(None, TYPIST, PHONE, ()))
    held = {row.external_id: row.email for row in rows(services, store, Order)}
    assert held == {"90": VICTIM, "91": None, "92": None}
    assert {row.phone for row in rows(services, store, Order)} == {PHONE, None}
    later = bought("93", email="third@mail.example", phone=PHONE)
    tell(services, store, later, bought("94", phone=PHONE))
    assert {row.external_id for row in rows(services, store, Order)} == {"90", "91", "92", "93"}
