"""Whom a conversation is with follows the identities of the moment, as far as trust allows."""

from typing import Any

import pytest

from channels.records import Inbound, Person
from integration.conversations.states import set_person
from integration.conversations.who import PersonSeen, conversations_of, keys_of, person_of
from integration.crm.deeds import Decider
from integration.crm.linking import link, undo
from integration.errors import NotFound
from integration.identity.keys import Key
from integration.models import Conversation
from tests.factories.conversations import mail_of, make_channel
from tests.factories.records import customer, order, told
from tests.factories.stores import NOW


def seen(inbox: Any, conversation_id: int) -> PersonSeen:
    with inbox.reading() as session:
        return person_of(session, session.get_one(Conversation, conversation_id))


def theirs(inbox: Any, profile_id: int) -> list[int]:
    with inbox.reading() as session:
        return [each.id for each in conversations_of(session, profile_id)]


def dora(inbox: Any) -> int:
    inbox.mirror.take(told(customer("7", email="dora@mail.example", phone="+306912345678")))
    inbox.mirror.take(told(order("100", customer_external_id="7")))
    profile_id: int = inbox.mirror.order("100").profile_id
    return profile_id


def test_an_aligned_mail_is_the_persons(inbox: Any) -> None:
    profile_id = dora(inbox)
    received = inbox.receive(mail_of("Dora@Mail.example"))
    assert seen(inbox, received.conversation_id).profile_id == profile_id
    assert theirs(inbox, profile_id) == [received.conversation_id]


def test_a_claimed_address_is_only_a_possibility(inbox: Any) -> None:
    profile_id = dora(inbox)
    received = inbox.receive(mail_of(trust="claimed"))
    found = seen(inbox, received.conversation_id)
    assert (found.profile_id, found.candidate_id) == (None, profile_id)
    assert theirs(inbox, profile_id) == []


def test_an_agents_word_makes_it_theirs(inbox: Any) -> None:
    profile_id = dora(inbox)
    received = inbox.receive(mail_of("other@mail.example", trust="claimed"))
    inbox.do(set_person, received.conversation_id, profile_id)
    found = seen(inbox, received.conversation_id)
    assert (found.profile_id, found.trust) == (profile_id, "agent")
    assert found.address == "other@mail.example"
    assert theirs(inbox, profile_id) == [received.conversation_id]
    with pytest.raises(NotFound):
        inbox.do(set_person, received.conversation_id, 987_654)


def test_a_signed_account_is_the_person(inbox: Any) -> None:
    profile_id = dora(inbox)
    chat = make_channel(inbox.mirror.db, inbox.mirror.workspace_id, "chat")
    proved = Person("customer", f"{inbox.mirror.store_id}:7", "signed", "Dora")
    received = inbox.receive(Inbound(None, proved, "Hi"), channel_id=chat)
    assert seen(inbox, received.conversation_id).profile_id == profile_id


def test_a_number_is_nobodys_proof(inbox: Any) -> None:
    profile_id = dora(inbox)
    phone = make_channel(inbox.mirror.db, inbox.mirror.workspace_id, "phone")
    call = Inbound(None, Person("phone", "+306912345678", "aligned"), "Missed call")
    received = inbox.receive(call, channel_id=phone)
    found = seen(inbox, received.conversation_id)
    assert (found.profile_id, found.candidate_id) == (None, profile_id)


def test_a_guests_number_is_found(inbox: Any) -> None:
    inbox.mirror.take(told(order("101", phone="+306911111111")))
    profile_id = inbox.mirror.order("101").profile_id
    phone = make_channel(inbox.mirror.db, inbox.mirror.workspace_id, "phone")
    call = Inbound(None, Person("phone", "+306911111111", "claimed"), "Missed call")
    received = inbox.receive(call, channel_id=phone)
    assert seen(inbox, received.conversation_id).candidate_id == profile_id
    with inbox.reading() as session:
        assert Key("phone", "+306911111111") in keys_of(session, profile_id)


def test_links_and_their_undoing_hold_for_conversations(inbox: Any) -> None:
    profile_id = dora(inbox)
    inbox.mirror.take(told(order("102", email="dora.work@corp.example")))
    other_id = inbox.mirror.order("102").profile_id
    first = inbox.receive(mail_of("dora@mail.example"))
    second = inbox.receive(mail_of("dora.work@corp.example"))
    with inbox.writing() as session:
        decision = link(session, profile_id, other_id, by=Decider("operator"), now=NOW)
    face = decision.profile_id
    assert set(theirs(inbox, face)) == {first.conversation_id, second.conversation_id}
    assert seen(inbox, second.conversation_id).profile_id == face
    with inbox.writing() as session:
        undo(session, decision.event_id, by=Decider("operator"), now=NOW)
    assert theirs(inbox, profile_id) == [first.conversation_id]
    assert theirs(inbox, other_id) == [second.conversation_id]


def test_an_unknown_sender_is_nobody_yet_and_somebody_after_the_order(inbox: Any) -> None:
    received = inbox.receive(mail_of("new@mail.example"))
    assert seen(inbox, received.conversation_id).profile_id is None
    inbox.mirror.take(told(order("103", email="new@mail.example")))
    profile_id = inbox.mirror.order("103").profile_id
    assert seen(inbox, received.conversation_id).profile_id == profile_id
    assert theirs(inbox, profile_id) == [received.conversation_id]
