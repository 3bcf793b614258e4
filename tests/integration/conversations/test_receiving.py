"""Customers' messages find their conversation, and nothing is lost or doubled."""

from datetime import timedelta
from typing import Any

import pytest

from channels.records import Inbound, Person
from integration.conversations.states import set_status
from integration.conversations.writing import answer
from integration.models import Conversation, Message
from tests.factories.conversations import KEYRING, mail_of, make_channel, receive_message
from tests.factories.stores import NOW, make_workspace

LATER = NOW + timedelta(hours=2)


def test_a_first_mail_opens_a_conversation(inbox: Any) -> None:
    received = inbox.receive(mail_of(text="Where is my parcel?\nDora"))
    assert received.is_new_conversation
    thread = inbox.thread(received.conversation_id)
    told = thread.conversation
    assert (told.status, told.subject, told.trust) == ("open", "My order", "aligned")
    assert (told.person_kind, told.person_address) == ("email", "dora@mail.example")
    assert (told.first_asked_at, told.waiting_since, told.messages) == (NOW, NOW, 1)
    (message,) = thread.messages
    assert (message.kind, message.text) == ("customer", "Where is my parcel?\nDora")
    assert message.to == (("support@amber.example", None),)
    assert not thread.has_earlier


def test_the_same_message_twice_is_one(inbox: Any) -> None:
    first = inbox.receive(key="once")
    again = inbox.receive(key="once")
    assert again.is_repeat
    assert (again.conversation_id, again.message_id) == (first.conversation_id, first.message_id)
    assert len(inbox.messages(first.conversation_id)) == 1


def test_content_stands_nowhere_in_the_clear(inbox: Any) -> None:
    received = inbox.receive(mail_of(text="a canary in the text"))
    with inbox.reading() as session:
        message = session.get_one(Message, received.message_id)
        conversation = session.get_one(Conversation, received.conversation_id)
    assert message.sealed_content is not None
    assert b"canary" not in message.sealed_content
    assert conversation.preview is not None
    assert b"canary" not in conversation.preview


def test_a_reply_by_references_goes_on(inbox: Any) -> None:
    first = inbox.receive(mail_of(external_id="a@mail.example"))
    second = inbox.receive(mail_of(references=("a@mail.example",), text="Hello?"), now=LATER)
    assert second.conversation_id == first.conversation_id
    told = inbox.conversation(first.conversation_id)
    assert (told.messages, told.waiting_since, told.last_message_at) == (2, NOW, LATER)


def test_a_stranger_who_names_a_customers_mail_gets_a_conversation_of_their_own(inbox: Any) -> None:
    first = inbox.receive(mail_of(external_id="a@mail.example"))
    strange = mail_of("eve@evil.example", references=("a@mail.example",))
    second = inbox.receive(strange)
    assert second.is_new_conversation
    assert second.conversation_id != first.conversation_id


def test_who_was_forwarded_our_answer_joins_as_another_participant(inbox: Any) -> None:
    first = inbox.receive()
    written = inbox.write(answer, first.conversation_id, "On its way.", key="a1")
    with inbox.writing() as session:
        session.get_one(Message, written.message_id).external_id = "ours@amber.example"
    other = mail_of("spouse@mail.example", references=("ours@amber.example",), trust="claimed")
    second = inbox.receive(other)
    assert second.conversation_id == first.conversation_id
    told = inbox.conversation(first.conversation_id)
    assert (told.person_address, told.trust) == ("dora@mail.example", "aligned")
    newest = inbox.messages(first.conversation_id, "customer")[-1]
    assert newest.facts["participant"] == "other"
    assert newest.trust == "claimed"


def test_a_reply_opens_what_was_resolved(inbox: Any) -> None:
    first = inbox.receive(mail_of(external_id="b@mail.example"))
    inbox.write(answer, first.conversation_id, "Sent.", key="a2", then="resolved")
    told = inbox.conversation(first.conversation_id)
    assert (told.status, told.first_contact, told.resolved_at) == ("resolved", True, NOW)
    back = inbox.receive(mail_of(references=("b@mail.example",)), now=LATER)
    assert back.was_reopened
    told = inbox.conversation(first.conversation_id)
    assert (told.status, told.reopened, told.first_contact) == ("open", 1, False)
    assert (told.resolved_at, told.waiting_since) == (None, LATER)


def test_a_machines_mail_asks_for_nothing(inbox: Any) -> None:
    first = inbox.receive(mail_of(external_id="c@mail.example"))
    inbox.do(set_status, first.conversation_id, "resolved")
    inbox.receive(mail_of(references=("c@mail.example",), is_automatic=True), now=LATER)
    told = inbox.conversation(first.conversation_id)
    assert (told.status, told.waiting_since, told.messages) == ("resolved", None, 2)


def test_a_later_proof_is_believed_and_a_forged_mail_takes_nothing_away(inbox: Any) -> None:
    first = inbox.receive(mail_of(external_id="d@mail.example", trust="claimed"))
    inbox.receive(mail_of(references=("d@mail.example",), trust="aligned"))
    assert inbox.conversation(first.conversation_id).trust == "aligned"
    inbox.receive(mail_of(references=("d@mail.example",), trust="claimed"))
    assert inbox.conversation(first.conversation_id).trust == "aligned"
    assert [each.trust for each in inbox.messages(first.conversation_id, "customer")] == [
        "claimed",
        "aligned",
        "claimed",
    ]


def test_snoozed_wakes_when_the_customer_writes(inbox: Any) -> None:
    first = inbox.receive(mail_of(external_id="e@mail.example"))
    inbox.do(set_status, first.conversation_id, "snoozed", until=NOW + timedelta(days=2))
    inbox.receive(mail_of(references=("e@mail.example",)))
    told = inbox.conversation(first.conversation_id)
    assert (told.status, told.snoozed_until) == ("open", None)


def test_another_workspaces_message_ids_lead_nowhere(inbox: Any) -> None:
    inbox.receive(mail_of(external_id="f@mail.example"))
    db = inbox.mirror.db
    other = make_workspace(db, "Basalt")
    channel_id = make_channel(db, other)
    received = receive_message(
        db, other, channel_id, mail_of(references=("f@mail.example",)), ring=KEYRING
    )
    assert received.is_new_conversation


@pytest.mark.parametrize("text", ["", "\0\0", "\ud800 lone", "x" * 300_000, "\u202eabc"])
def test_any_text_is_kept(inbox: Any, text: str) -> None:
    received = inbox.receive(mail_of(text=text, subject=text, name=text[:50]))
    (message,) = inbox.messages(received.conversation_id)
    assert message.text == text.replace("\ud800", "?")
    assert len(inbox.conversation(received.conversation_id).subject or "") <= 500


def test_a_sender_without_a_usable_address_is_nobody(inbox: Any) -> None:
    received = inbox.receive(mail_of("not an address", name=None))
    told = inbox.conversation(received.conversation_id)
    assert (told.person_kind, told.person_value) == (None, None)
    assert told.person_address == "not an address"


def test_the_language_is_told_by_letters(inbox: Any) -> None:
    texts = {
        "Πού είναι το δέμα μου;": "el",
        "איפה החבילה שלי": "he",
        "Kde je můj balíček? Děkuji": "cs",
        "Gdzie jest moja paczka? Dziękuję": "pl",
        "Where is it?": None,
    }
    for text, language in texts.items():
        received = inbox.receive(mail_of(text=text))
        assert inbox.conversation(received.conversation_id).locale == language


def test_a_call_is_known_by_its_number(inbox: Any) -> None:
    db, workspace_id = inbox.mirror.db, inbox.mirror.workspace_id
    phone = make_channel(db, workspace_id, "phone", address="+302101234567")
    call = Inbound(None, Person("phone", "+306912345678", "claimed"), "Missed call")
    received = inbox.receive(call, channel_id=phone)
    told = inbox.conversation(received.conversation_id)
    assert (told.person_kind, told.person_value) == ("phone", "+306912345678")
