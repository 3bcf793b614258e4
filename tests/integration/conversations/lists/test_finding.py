"""Conversations are found by what was said in them, by whom, and about which order."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select

from integration.conversations.lists import indexing, search, terms
from integration.conversations.states import set_order
from integration.conversations.writing import answer, note
from integration.models import Conversation, ConversationTerm, DueConversation
from tests.factories.conversations import mail_of
from tests.factories.records import order, told
from tests.factories.stores import NOW
from tests.integration.conversations.listed import ids, index, services_on

GREEK = "Καλησπέρα, η παραγγελία μου με τα γυαλιά ηλίου δεν ήρθε"
HEBREW = "שלום, ההזמנה שלי לא הגיעה"


def rows_of(inbox: Any, model: Any) -> list[Any]:
    with inbox.reading() as session:
        return list(session.execute(select(model)).scalars())


def test_each_word_has_to_be_met_by_a_beginning(inbox: Any) -> None:
    greek = inbox.receive(mail_of("g@mail.example", GREEK, subject="Γυαλιά")).conversation_id
    hebrew = inbox.receive(mail_of("h@mail.example", HEBREW, subject=None)).conversation_id
    czech = inbox.receive(
        mail_of("cz@posta.example", "Žluťoučký kůň nedorazil", name="Jiří Dvořák")
    ).conversation_id
    assert index(inbox) == 3
    assert ids(inbox, search="γυαλια ΗΛΙΟΥ") == [greek]
    assert ids(inbox, search="παραγγ") == [greek]
    assert ids(inbox, search="ההזמנה") == [hebrew]
    assert ids(inbox, search="zlutoucky kun") == [czech]
    assert ids(inbox, search="dvorak") == [czech]
    assert ids(inbox, search="cz@posta.example") == [czech]
    assert ids(inbox, search="γυαλιά kun") == []
    assert ids(inbox, search="!?") == []
    assert ids(inbox, search="order", view="open") == [czech]
    assert ids(inbox, search="order", view="resolved") == []


def test_notes_answers_and_orders_are_found_too(inbox: Any) -> None:
    made = inbox.receive().conversation_id
    inbox.mirror.take(told(order("1042", name="#EN-1042")))
    inbox.write(answer, made, "Your courier is Geniki.", key="a1", then="open")
    inbox.write(note, made, "Refund agreed by Petra", key="n1")
    inbox.do(set_order, made, inbox.mirror.order("1042").id)
    with inbox.writing() as session:
        terms.mark_due(session, made)
    index(inbox)
    for words in ("geniki", "petra refund", "EN-1042", "1042", "dora@mail", "my order"):
        assert ids(inbox, search=words) == [made], words


def test_what_is_due_stands_in_the_transaction_and_waits_for_a_job(inbox: Any) -> None:
    made = inbox.receive().conversation_id
    assert [each.conversation_id for each in rows_of(inbox, DueConversation)] == [made]
    assert ids(inbox, search="parcel") == []
    assert (index(inbox), index(inbox)) == (1, 0)
    assert rows_of(inbox, DueConversation) == []
    assert ids(inbox, search="parcel") == [made]


def test_what_changes_while_words_are_worked_out_stays_due(
    inbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = inbox.receive().conversation_id
    real = indexing._lock

    def meanwhile(session: Any, some: Any) -> set[int]:
        terms.mark_due(session, made)
        return real(session, some)

    services = services_on(inbox)
    monkeypatch.setattr(indexing, "_lock", meanwhile)
    assert indexing.index_batch(services, inbox.mirror.workspace_id) == 0
    assert rows_of(inbox, ConversationTerm) == []
    monkeypatch.undo()
    assert index(inbox) == 1


def test_whoever_read_before_another_was_done_writes_nothing_of_what_came_since(
    inbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = inbox.receive().conversation_id
    real, services = indexing._lock, services_on(inbox)

    def another_is_done_and_more_comes(session: Any, some: Any) -> set[int]:
        session.execute(delete(DueConversation))
        terms.mark_due(session, made)
        return real(session, some)

    monkeypatch.setattr(indexing, "_lock", another_is_done_and_more_comes)
    assert indexing.index_batch(services, inbox.mirror.workspace_id) == 0
    assert [each.conversation_id for each in rows_of(inbox, DueConversation)] == [made]
    monkeypatch.undo()
    assert index(inbox) == 1


def test_words_that_are_gone_are_found_no_more(inbox: Any) -> None:
    made = inbox.receive(mail_of(subject=None)).conversation_id
    with inbox.writing() as session:
        session.get_one(Conversation, made).subject = "My order"
    index(inbox)
    assert ids(inbox, search="my order") == [made]
    with inbox.writing() as session:
        session.get_one(Conversation, made).subject = "Refund"
        terms.mark_due(session, made)
    index(inbox)
    assert ids(inbox, search="refund") == [made]
    assert ids(inbox, search="my order") == []
    with inbox.writing() as session:
        terms.forget(session, [made])
    assert ids(inbox, search="refund") == []
    with inbox.writing() as session:
        session.delete(session.get_one(Conversation, made))
    assert (rows_of(inbox, ConversationTerm), rows_of(inbox, DueConversation)) == ([], [])


def test_a_long_conversation_keeps_what_its_oldest_messages_told(
    inbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indexing, "MESSAGES_READ", 2)
    made = inbox.receive(mail_of(text="Zanzibar")).conversation_id
    index(inbox)
    for number in range(4):
        inbox.write(note, made, f"note{number}", key=f"n{number}")
        index(inbox)
    for word in ("zanzibar", "note0", "note3"):
        assert ids(inbox, search=word) == [made]


def test_long_texts_are_kept_short_in_words() -> None:
    text = " ".join(f"word{number}" for number in range(100_000)) + "x" * 10_000
    found = terms.terms_of(terms.Findable(subject=text, messages=()))
    assert len(found) <= terms.MOST_TERMS
    assert max(map(len, found)) <= 64
    assert terms.terms_of(terms.Findable(subject="\x00\ud800 a ☃ {{}}")) == frozenset()


@pytest.mark.parametrize(("common", "many"), [(1, 1), (1, 1_000), (3, 3), (1_000, 1_000)])
@pytest.mark.parametrize("steps", [((1,), (1,)), ((2, 3), (1_000,)), ((100,), (100,))])
def test_whichever_way_is_taken_the_same_are_found(
    inbox: Any, monkeypatch: pytest.MonkeyPatch, common: int, many: int, steps: Any
) -> None:
    made = [
        inbox.receive(
            mail_of(
                f"w{each}@mail.example",
                "order " + ("parcel" if each % 2 else "refund") + (" late" if each % 3 else ""),
                subject=None,
            ),
            now=NOW + timedelta(minutes=each),
        ).conversation_id
        for each in range(9)
    ]
    index(inbox)
    monkeypatch.setattr(search, "COMMON", common)
    monkeypatch.setattr(search, "MANY", many)
    monkeypatch.setattr(search, "FIRST_STEPS", steps[0])
    monkeypatch.setattr(search, "STEPS", steps[1])
    expected = [made[each] for each in (7, 5, 1)]
    for limit in (1, 2, 50):
        assert ids(inbox, search="order parcel late", limit=limit) == expected
        assert ids(inbox, search="ord", limit=limit, sort="waiting") == made
