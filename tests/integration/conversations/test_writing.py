"""Answers go out once, notes stay inside, and figures follow."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from channels.records import Address
from integration.conversations.states import assign, set_order, set_spam, set_status
from integration.conversations.writing import LONGEST_TEXT, answer, automatic, begin, note
from integration.errors import Conflict, Invalid, NotFound
from integration.models import Agent, Channel, Sending
from tests.factories.conversations import keys, mail_of, make_agent, make_channel
from tests.factories.stores import NOW, make_workspace

LATER = NOW + timedelta(minutes=10)


def sendings(inbox: Any) -> list[Sending]:
    with inbox.reading() as session:
        return list(session.execute(select(Sending)).scalars())


def test_an_answer_waits_in_the_outbox_and_counts(inbox: Any) -> None:
    received = inbox.receive()
    written = inbox.write(answer, received.conversation_id, "On its way.", key="k1", now=LATER)
    assert written.is_to_be_sent
    (sending,) = sendings(inbox)
    assert (sending.message_id, sending.due_at) == (written.message_id, LATER)
    told = inbox.conversation(received.conversation_id)
    assert (told.status, told.answers, told.waiting_since) == ("pending", 1, None)
    assert (told.answered_seconds, told.first_answered_by) == (600, inbox.agent_id)
    assert told.assignee_id == inbox.agent_id
    (message,) = inbox.messages(received.conversation_id, "answer")
    assert (message.text, message.delivery) == ("On its way.", "waiting")
    assert message.to == (("dora@mail.example", "Dora"),)


def test_a_second_click_sends_nothing_more(inbox: Any) -> None:
    received = inbox.receive()
    first = inbox.write(answer, received.conversation_id, "Hello", key="k2")
    again = inbox.write(answer, received.conversation_id, "Hello", key="k2")
    assert again.is_repeat
    assert again.message_id == first.message_id
    assert len(sendings(inbox)) == 1


def test_the_first_answer_counts_once(inbox: Any) -> None:
    received = inbox.receive()
    inbox.write(answer, received.conversation_id, "One", key="k3", now=LATER)
    inbox.write(answer, received.conversation_id, "Two", key="k4", now=LATER + timedelta(hours=1))
    told = inbox.conversation(received.conversation_id)
    assert (told.answers, told.answered_seconds) == (2, 600)


def test_answering_and_resolving_is_a_first_contact(inbox: Any) -> None:
    received = inbox.receive()
    inbox.write(answer, received.conversation_id, "Done", key="k5", then="resolved", now=LATER)
    told = inbox.conversation(received.conversation_id)
    assert (told.status, told.first_contact, told.resolved_seconds) == ("resolved", True, 600)
    events = [each.details for each in inbox.messages(received.conversation_id, "event")]
    assert {"what": "status", "from": "open", "to": "resolved"} in events


def test_a_note_stays_inside_and_brings_nothing_up(inbox: Any) -> None:
    received = inbox.receive()
    inbox.write(note, received.conversation_id, "Ask the depot.", key="n1", now=LATER)
    told = inbox.conversation(received.conversation_id)
    assert (told.status, told.waiting_since, told.last_message_at) == ("open", NOW, NOW)
    assert sendings(inbox) == []
    (message,) = inbox.messages(received.conversation_id, "note")
    assert (message.text, message.agent_id) == ("Ask the depot.", str(inbox.agent_id))


@pytest.mark.parametrize("text", ["", " \n\t ", "x" * (LONGEST_TEXT + 1)])
def test_nothing_and_too_much_are_refused(inbox: Any, text: str) -> None:
    received = inbox.receive()
    with pytest.raises(Invalid):
        inbox.write(answer, received.conversation_id, text, key="k6")
    assert sendings(inbox) == []


def test_a_foreign_conversation_is_none(inbox: Any) -> None:
    received = inbox.receive()
    db = inbox.mirror.db
    other = make_workspace(db, "Basalt")
    agent_id = make_agent(db, other)
    for deed in (answer, note):
        with db.workspace(other, write=True) as session:
            by = session.get_one(Agent, agent_id)
            with pytest.raises(NotFound):
                deed(session, keys(), received.conversation_id, "x", by=by, key="f", now=NOW)
    assert len(inbox.messages(received.conversation_id)) == 1


def test_a_paused_or_removed_channel_sends_nothing(inbox: Any) -> None:
    received = inbox.receive()
    for status in ("paused", "removed"):
        with inbox.writing() as session:
            session.get_one(Channel, inbox.channel_id).status = status
        with pytest.raises(Conflict):
            inbox.write(answer, received.conversation_id, "Hello", key=f"k-{status}")


def test_a_phone_line_sends_nothing(inbox: Any) -> None:
    received = inbox.receive()
    phone = make_channel(inbox.mirror.db, inbox.mirror.workspace_id, "phone")
    with pytest.raises(Invalid):
        inbox.write(answer, received.conversation_id, "Hello", key="k7", channel_id=phone)


def test_somebody_without_an_address_cant_be_mailed(inbox: Any) -> None:
    received = inbox.receive(mail_of("nobody"))
    with pytest.raises(Invalid):
        inbox.write(answer, received.conversation_id, "Hello", key="k8")


def test_an_automatic_mail_is_no_answer(inbox: Any) -> None:
    received = inbox.receive()
    with inbox.writing() as session:
        written = automatic(
            session, keys(), received.conversation_id, "We got it.", key="auto", now=NOW
        )
    assert written.is_to_be_sent
    told = inbox.conversation(received.conversation_id)
    assert (told.answers, told.waiting_since, told.status) == (0, NOW, "open")


def test_we_write_first(inbox: Any) -> None:
    written = inbox.write(
        begin,
        inbox.channel_id,
        to=Address("dora@mail.example", "Dora"),
        subject="Your parcel",
        text="It is late.",
        key="b1",
    )
    told = inbox.conversation(written.conversation_id)
    assert (told.status, told.assignee_id, told.trust) == ("pending", inbox.agent_id, "claimed")
    assert (told.first_asked_at, told.answered_seconds) == (None, None)
    with pytest.raises(Invalid):
        inbox.write(
            begin, inbox.channel_id, to=Address("no address"), subject=None, text="x", key="b2"
        )


def test_assigning_is_told_and_checked(inbox: Any) -> None:
    received = inbox.receive()
    bob = make_agent(inbox.mirror.db, inbox.mirror.workspace_id, "Bob")
    inbox.do(assign, received.conversation_id, bob)
    inbox.do(assign, received.conversation_id, bob)
    events = [each.details for each in inbox.messages(received.conversation_id, "event")]
    assert events == [{"what": "assignee", "from": None, "to": str(bob)}]
    gone = make_agent(inbox.mirror.db, inbox.mirror.workspace_id, "Gone", status="disabled")
    with pytest.raises(Invalid):
        inbox.do(assign, received.conversation_id, gone)
    with pytest.raises(NotFound):
        inbox.do(assign, received.conversation_id, 999_999)
    inbox.do(assign, received.conversation_id, None)
    assert inbox.conversation(received.conversation_id).assignee_id is None


def test_who_saw_an_older_state_is_told(inbox: Any) -> None:
    received = inbox.receive()
    seen = inbox.conversation(received.conversation_id).version
    inbox.do(assign, received.conversation_id, inbox.agent_id, version=seen)
    with pytest.raises(Conflict):
        inbox.do(set_status, received.conversation_id, "resolved", version=seen)
    assert inbox.conversation(received.conversation_id).status == "open"


@pytest.mark.parametrize("until", [None, NOW, NOW - timedelta(days=1), NOW + timedelta(days=400)])
def test_snoozing_wants_a_time_to_come(inbox: Any, until: Any) -> None:
    received = inbox.receive()
    with pytest.raises(Invalid):
        inbox.do(set_status, received.conversation_id, "snoozed", until=until)


def test_spam_and_orders_are_put_down(inbox: Any) -> None:
    received = inbox.receive()
    inbox.do(set_spam, received.conversation_id, True)
    assert inbox.conversation(received.conversation_id).is_spam
    inbox.do(set_spam, received.conversation_id, False)
    assert not inbox.conversation(received.conversation_id).is_spam
    with pytest.raises(NotFound):
        inbox.do(set_order, received.conversation_id, 424_242)
