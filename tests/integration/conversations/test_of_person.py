"""A person's conversations: by what identifies them now, in one statement."""

from datetime import timedelta
from typing import Any

from sqlalchemy import event

from channels.records import Inbound, Person
from integration.conversations.of_person import newest_of, talks_of
from integration.conversations.states import set_person, set_spam
from integration.conversations.who import conversations_of
from integration.conversations.writing import answer, note
from integration.crm.deeds import Decider
from integration.crm.linking import link, undo
from integration.crm.parting import mark_shared
from integration.crm.summary import summary_of
from integration.crm.timeline import timeline_of
from integration.identity.keys import Key
from integration.models import Conversation
from tests.factories.conversations import mail_of, make_channel
from tests.factories.records import customer, order, told
from tests.factories.stores import NOW


def two(inbox: Any) -> tuple[int, int]:
    """Dora and Emil, who each ordered once."""
    inbox.mirror.take(
        told(customer("7", email="dora@mail.example", phone="+306912345678")),
        told(customer("8", email="emil@mail.example")),
        told(order("100", customer_external_id="7")),
        told(order("101", customer_external_id="8")),
    )
    dora, emil = (inbox.mirror.order(each).profile_id for each in ("100", "101"))
    return dora, emil


def theirs(inbox: Any, profile_id: int) -> list[int]:
    with inbox.reading() as session:
        found = [int(each.id) for each in newest_of(session, profile_id)]
        plain = [each.id for each in conversations_of(session, profile_id) if not each.is_spam]
    assert found == plain
    return found


def test_the_newest_come_first_and_say_how_they_stand(inbox: Any) -> None:
    dora, _ = two(inbox)
    first = inbox.receive(mail_of(subject="First")).conversation_id
    second = inbox.receive(mail_of(subject="Second"), now=NOW + timedelta(hours=1))
    inbox.receive(mail_of(trust="claimed", subject="Not proved"))
    inbox.receive(mail_of("emil@mail.example", subject="Emil's"))
    with inbox.writing() as session:
        session.get_one(Conversation, first).assignee_id = inbox.agent_id
    with inbox.reading() as session:
        newest = newest_of(session, dora)
    assert [(each.id, each.subject, each.assignee) for each in newest] == [
        (str(second.conversation_id), "Second", None),
        (str(first), "First", "Ada"),
    ]
    assert {(each.channel, each.status, each.unanswered) for each in newest} == {
        ("email", "open", True)
    }
    assert newest[0].last_message_at == NOW + timedelta(hours=1)


def test_it_takes_one_statement(inbox: Any) -> None:
    dora, _ = two(inbox)
    inbox.receive()
    asked: list[str] = []

    def note(*given: Any) -> None:
        asked.append(given[2])

    with inbox.reading() as session:
        session.connection()
        event.listen(inbox.mirror.db.engine, "before_cursor_execute", note)
        try:
            assert len(newest_of(session, dora)) == 1
        finally:
            event.remove(inbox.mirror.db.engine, "before_cursor_execute", note)
    assert len(asked) == 1


def test_joined_persons_share_theirs_until_they_are_parted(inbox: Any) -> None:
    dora, emil = two(inbox)
    hers = inbox.receive(mail_of(subject="Dora's")).conversation_id
    his = inbox.receive(mail_of("emil@mail.example", subject="Emil's")).conversation_id
    with inbox.writing() as session:
        joined = link(session, dora, emil, by=Decider("agent:1"), now=NOW)
    face = int(joined.profile_id or 0)
    assert theirs(inbox, face) == [his, hers]
    with inbox.writing() as session:
        assert joined.event_id is not None
        undo(session, int(joined.event_id), by=Decider("agent:1"), now=NOW)
    assert (theirs(inbox, dora), theirs(inbox, emil)) == ([hers], [his])


def test_an_address_of_two_persons_is_neithers(inbox: Any) -> None:
    dora, _ = two(inbox)
    inbox.receive(mail_of("office@mail.example"))
    inbox.mirror.take(
        told(customer("17", email="office@mail.example", first_name="Una")),
    )
    with inbox.writing() as session:
        key = Key("email", "office@mail.example")
        mark_shared(session, key, by=Decider("agent:1"), now=NOW)
    inbox.mirror.take(told(customer("18", email="office@mail.example", first_name="Vera")))
    inbox.mirror.take(told(order("117", customer_external_id="17")))
    inbox.mirror.take(told(order("118", customer_external_id="18")))
    una, vera = (inbox.mirror.order(each).profile_id for each in ("117", "118"))
    assert una != vera
    assert (theirs(inbox, una), theirs(inbox, vera)) == ([], [])
    assert theirs(inbox, dora) == []


def test_a_number_counts_by_an_agents_word_only(inbox: Any) -> None:
    dora, _ = two(inbox)
    phone = make_channel(inbox.mirror.db, inbox.mirror.workspace_id, "phone")
    call = Inbound(None, Person("phone", "+306912345678", "aligned"), "Missed call")
    number = inbox.receive(call, channel_id=phone).conversation_id
    assert theirs(inbox, dora) == []
    inbox.do(set_person, number, dora)
    assert theirs(inbox, dora) == [number]
    inbox.do(set_spam, number, True)
    assert theirs(inbox, dora) == []


def test_the_timeline_tells_when_they_wrote_and_were_answered(inbox: Any) -> None:
    dora, _ = two(inbox)
    got = inbox.receive(mail_of(subject="Parcel", text="secret words"), now=NOW)
    number = got.conversation_id
    later = NOW + timedelta(hours=1)
    inbox.write(note, number, "a note", key="n1", now=later)
    done = inbox.write(answer, number, "On its way.", key="a1", now=later)
    with inbox.reading() as session:
        events = timeline_of(session, {}, dora).events
    told_ = [each for each in events if each.kind in ("conversation", "message")]
    assert [(each.kind, each.at, each.subject, each.channel) for each in told_] == [
        ("message", later, "Parcel", "email"),
        ("conversation", NOW, "Parcel", "email"),
    ]
    written, begun = told_
    assert written.kind == "message"
    assert (written.message_id, written.by_customer) == (str(done.message_id), False)
    assert begun.kind == "conversation"
    assert (begun.conversation_id, begun.status) == (str(number), "pending")
    assert "secret" not in repr(events)


def test_the_timeline_goes_on_by_its_cursor(inbox: Any) -> None:
    dora, _ = two(inbox)
    for hour in range(3):
        inbox.receive(mail_of(subject=f"S{hour}"), now=NOW + timedelta(hours=hour))
    seen: list[str] = []
    cursor = None
    while True:
        with inbox.reading() as session:
            page = timeline_of(session, {}, dora, limit=1, cursor=cursor)
        seen += [each.id for each in page.events]
        cursor = page.next
        if cursor is None:
            break
    assert len(seen) == len(set(seen))
    assert sum(each.startswith("conversation:") for each in seen) == 3


def test_the_summary_tells_where_and_in_what_language_they_write(inbox: Any) -> None:
    dora, emil = two(inbox)
    chat = make_channel(inbox.mirror.db, inbox.mirror.workspace_id, "chat")
    inbox.receive(mail_of(subject="a", locale="el"))
    inbox.receive(mail_of(subject="b", locale="el"))
    proved = Person("customer", f"{inbox.mirror.store_id}:7", "signed", "Dora")
    inbox.receive(Inbound(None, proved, "Hi", locale="he"), channel_id=chat)
    with inbox.reading() as session:
        summary, none = summary_of(session, dora), summary_of(session, emil)
        assert sum(talk.conversations for talk in talks_of(session, dora)) == 3
    assert (summary.conversations, summary.contact_channel) == (3, "email")
    assert summary.languages[-2:] == ("el", "he")
    assert (none.conversations, none.contact_channel) == (0, None)
