"""A conversation as a record: all of it in its order, and what a customer never gets."""

from datetime import timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from integration.conversations import transcripts
from integration.conversations.states import set_status
from integration.conversations.transcripts import (
    Transcript,
    TranscriptWords,
    mail_transcript,
    transcript_of,
)
from integration.conversations.writing import answer, note
from integration.errors import Conflict, Invalid
from integration.models import AutomaticMail, Channel, Sending
from integration.settings import load
from tests.factories.conversations import keys, mail_of
from tests.factories.records import customer, order, told
from tests.factories.stores import NOW
from tests.integration.conversations.mail_flow import SETTINGS

WORDS = TranscriptWords("A copy", "Here it is.", "You: Where?\nAda: Here.")


def read(inbox: Any, conversation_id: int, **more: Any) -> Transcript:
    with inbox.reading() as session:
        return transcript_of(session, keys(), conversation_id, **more)


def dora(inbox: Any) -> None:
    inbox.mirror.take(
        told(customer("7", email="dora@mail.example")),
        told(order("100", name="#1042", customer_external_id="7")),
    )


def talk(inbox: Any) -> int:
    number: int = inbox.receive(mail_of(text="Where is #1042?")).conversation_id
    later = NOW + timedelta(hours=1)
    inbox.write(note, number, "A difficult customer.", key="n1", now=later)
    inbox.write(answer, number, "It is on its way.", key="a1", now=later)
    inbox.do(set_status, number, "resolved", now=later)
    return number


def said(transcript: Transcript) -> list[tuple[str, str | None, str]]:
    return [(each.message.kind, each.author, each.message.text) for each in transcript.lines]


def test_all_that_was_said_stands_in_its_order(inbox: Any) -> None:
    dora(inbox)
    found = read(inbox, talk(inbox))
    assert said(found) == [
        ("customer", "Dora", "Where is #1042?"),
        ("answer", "Ada", "It is on its way."),
    ]
    assert (found.order_name, found.has_notes, found.is_whole) == ("#1042", False, True)
    assert found.profile_id == str(inbox.mirror.order("100").profile_id)
    assert found.zone == "Europe/Berlin"


def test_notes_only_where_they_are_asked_for_and_never_events(inbox: Any) -> None:
    found = read(inbox, talk(inbox), with_notes=True)
    assert [each.message.kind for each in found.lines] == ["customer", "note", "answer"]


def test_many_messages_are_read_and_the_oldest_left_out(
    inbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = inbox.receive(mail_of(text="0", external_id="a@mail.example")).conversation_id
    for number in range(1, 8):
        inbox.receive(mail_of(text=str(number), references=("a@mail.example",)))
    monkeypatch.setattr(transcripts, "_PAGE", 3)
    found = read(inbox, first)
    assert [each.message.text for each in found.lines] == [str(each) for each in range(8)]
    monkeypatch.setattr(transcripts, "MOST_MESSAGES", 4)
    cut = read(inbox, first)
    assert [each.message.text for each in cut.lines] == ["4", "5", "6", "7"]
    assert cut.is_whole is False


def mail(inbox: Any, number: int, key: str = "t1") -> Any:
    counting: Any = SimpleNamespace(settings=load(SETTINGS), now=lambda: NOW)
    return inbox.write(partial(mail_transcript, counting), number, WORDS, key=key)


def test_it_is_mailed_once_by_an_agents_deed(inbox: Any) -> None:
    dora(inbox)
    number = talk(inbox)
    before = inbox.conversation(number)
    done = mail(inbox, number)
    assert mail(inbox, number).is_repeat
    (sent,) = [each for each in inbox.messages(number) if each.id == str(done.message_id)]
    assert (sent.kind, sent.subject, sent.to) == (
        "automatic",
        "A copy",
        (("dora@mail.example", "Dora"),),
    )
    assert sent.text == "Here it is.\n\nYou: Where?\nAda: Here."
    (event,) = [
        each
        for each in inbox.messages(number, "event")
        if each.details["what"] != "status" and each.details["what"] != "assignee"
    ]
    assert (event.details, event.agent_id) == ({"what": "transcript"}, str(inbox.agent_id))
    after = inbox.conversation(number)
    assert (after.answers, after.status) == (before.answers, before.status)
    assert len([row for row in inbox.mirror.all(Sending) if row.message_id == done.message_id]) == 1
    assert [each.message.kind for each in read(inbox, number).lines] == ["customer", "answer"]
    # It counts against what may go to that address by itself.
    with inbox.mirror.db.across_workspaces() as session:
        assert len(session.execute(select(AutomaticMail)).scalars().all()) == 1


def test_it_goes_to_nobody_who_proved_nothing(inbox: Any) -> None:
    dora(inbox)
    claimed = inbox.receive(mail_of(trust="claimed")).conversation_id
    with pytest.raises(Conflict) as refused:
        mail(inbox, claimed)
    assert refused.value.code == "unverified"
    machine = inbox.receive(mail_of("no-reply@mail.example")).conversation_id
    with pytest.raises(Invalid):
        mail(inbox, machine, "t2")
    assert inbox.mirror.all(Sending) == []


def test_it_goes_only_so_often_and_by_a_mailbox_that_works(inbox: Any) -> None:
    dora(inbox)
    number = talk(inbox)
    for each in range(transcripts.MOST_MAILED):
        mail(inbox, number, f"k{each}")
    with pytest.raises(Conflict):
        mail(inbox, number, "one-more")
    other = inbox.receive(mail_of(subject="Another")).conversation_id
    with inbox.writing() as session:
        session.get_one(Channel, inbox.channel_id).status = "paused"
    with pytest.raises(Conflict):
        mail(inbox, other, "paused")
