"""Merging and splitting: each message in exactly one conversation, and all of it can be undone."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from channels.records import Address
from integration.conversations.joining.merging import merge, unmerge
from integration.conversations.joining.splitting import split
from integration.conversations.states import assign, set_order, set_spam, set_status
from integration.conversations.tags import tag_conversation, tags_of
from integration.conversations.writing import answer, note
from integration.errors import Conflict, Invalid, NotFound
from integration.models import Message
from tests.factories.conversations import mail_of, make_agent, make_channel
from tests.factories.mirror import Mirror
from tests.factories.records import order, told
from tests.factories.stores import NOW
from tests.integration.conversations.conftest import Inbox
from tests.integration.conversations.listed import ids, index, page

MINUTE = timedelta(minutes=1)


def said(inbox: Any, conversation_id: int) -> list[str]:
    """What stands in a conversation, the oldest first, without events."""
    return [each.text for each in inbox.messages(conversation_id) if each.kind != "event"]


def mail(inbox: Any, text: str, minute: int, **more: Any) -> int:
    made: int = inbox.receive(mail_of(text=text), now=NOW + minute * MINUTE, **more).conversation_id
    return made


def wrote(inbox: Any, conversation_id: int, text: str, minute: int, **more: Any) -> None:
    inbox.write(answer, conversation_id, text, key=text, now=NOW + minute * MINUTE, **more)


def test_messages_stand_in_the_order_in_which_they_were_written(inbox: Any) -> None:
    kept = mail(inbox, "a1", 0)
    gone = mail(inbox, "b1", 1)
    wrote(inbox, kept, "a2", 2)
    mail(inbox, "b2", 3, conversation_id=gone)
    inbox.write(merge, gone, kept)
    assert said(inbox, kept) == said(inbox, gone) == ["a1", "b1", "a2", "b2"]
    found = inbox.conversation(kept)
    assert (found.messages, found.answers) == (4, 1)
    assert (found.first_asked_at, found.answered_seconds) == (NOW, 120)
    # What was answered in one of them wasn't asked in the other.
    assert (found.waiting_since, found.last_message_at) == (NOW + MINUTE, NOW + 3 * MINUTE)
    assert inbox.conversation(gone).merged_into_id == kept
    assert ids(inbox, view="all") == [kept]
    assert page(inbox).rows[0].preview == "b2"
    index(inbox)
    assert ids(inbox, search="b1") == [kept]


def test_a_later_answer_to_the_one_that_went_lands_in_the_other(inbox: Any) -> None:
    kept = inbox.receive(mail_of(text="a1")).conversation_id
    gone = inbox.receive(mail_of(text="b1", external_id="b1@mail.example")).conversation_id
    inbox.write(merge, gone, kept)
    inbox.do(set_status, kept, "resolved")
    by_reference = inbox.receive(mail_of(text="b2", references=("b1@mail.example",)))
    by_token = inbox.receive(mail_of(text="b3"), conversation_id=gone)
    assert {by_reference.conversation_id, by_token.conversation_id} == {kept}
    assert by_reference.was_reopened
    assert said(inbox, kept) == ["a1", "b1", "b2", "b3"]


def test_undone_what_was_answered_meanwhile_goes_back_too(inbox: Any) -> None:
    kept = inbox.receive(mail_of(text="a1", external_id="a1@mail.example")).conversation_id
    gone = inbox.receive(mail_of(text="b1", external_id="b1@mail.example")).conversation_id
    deeper = inbox.receive(mail_of(text="c1", external_id="c1@mail.example")).conversation_id
    inbox.write(merge, deeper, gone)
    inbox.write(merge, gone, kept)
    inbox.receive(mail_of(text="a2", references=("a1@mail.example",)))
    inbox.receive(mail_of(text="b2", references=("b1@mail.example",), external_id="b2@x.example"))
    inbox.receive(mail_of(text="b3"), conversation_id=gone)
    inbox.receive(mail_of(text="b4", references=("b2@x.example",)))
    inbox.receive(mail_of(text="c2", references=("c1@mail.example",)))
    assert said(inbox, kept) == ["a1", "b1", "c1", "a2", "b2", "b3", "b4", "c2"]
    inbox.write(unmerge, gone)
    assert said(inbox, kept) == ["a1", "a2"]
    assert said(inbox, gone) == ["b1", "c1", "b2", "b3", "b4", "c2"]
    inbox.write(unmerge, deeper)
    assert said(inbox, deeper) == ["c1", "c2"]
    assert said(inbox, gone) == ["b1", "b2", "b3", "b4"]
    assert inbox.receive(mail_of(text="b5", references=("b2@x.example",))).conversation_id == gone


def test_what_is_to_be_done_in_either_is_to_be_done(inbox: Any) -> None:
    kept, gone = mail(inbox, "a1", 0), mail(inbox, "b1", 1)
    wrote(inbox, kept, "a2", 2, then="resolved")
    inbox.do(assign, gone, inbox.agent_id)
    inbox.write(merge, gone, kept)
    found = inbox.conversation(kept)
    assert (found.status, found.reopened, found.resolved_at) == ("open", 1, None)
    assert found.assignee_id == inbox.agent_id


def test_what_is_no_spam_is_not_lost_among_it(inbox: Any) -> None:
    kept, gone = mail(inbox, "a1", 0), mail(inbox, "b1", 1)
    inbox.do(set_spam, kept, True)
    inbox.write(merge, gone, kept)
    assert ids(inbox) == [kept]


def test_undone_each_has_what_was_its_own(inbox: Any) -> None:
    inbox.mirror.take(told(order("100")))
    kept, gone = mail(inbox, "a1", 0), mail(inbox, "b1", 1)
    wrote(inbox, gone, "b2", 2, then="open")
    inbox.do(tag_conversation, kept, ["both", "a"])
    inbox.do(tag_conversation, gone, ["Both", "b"])
    inbox.do(set_order, gone, inbox.mirror.order("100").id)
    before = {each: figures(inbox, each) for each in (kept, gone)}
    inbox.write(merge, gone, kept)
    with inbox.reading() as session:
        assert tags_of(session, kept) == ("a", "b", "both")
    assert inbox.conversation(kept).order_id == inbox.mirror.order("100").id
    mail(inbox, "new", 5, conversation_id=kept)
    inbox.write(unmerge, gone)
    assert said(inbox, gone) == ["b1", "b2"]
    assert said(inbox, kept) == ["a1", "new"]
    assert figures(inbox, gone) == before[gone]
    with inbox.reading() as session:
        assert (tags_of(session, kept), tags_of(session, gone)) == (("a", "both"), ("b", "both"))
    found = inbox.conversation(kept)
    assert (found.order_id, found.answers, found.waiting_since) == (None, 0, NOW)
    assert ids(inbox, view="all") == [kept, gone]
    with pytest.raises(Conflict):
        inbox.write(unmerge, gone)
    inbox.write(merge, gone, kept)
    assert said(inbox, kept) == ["a1", "b1", "b2", "new"]


def figures(inbox: Any, conversation_id: int) -> dict[str, Any]:
    row = inbox.conversation(conversation_id)
    names = (
        "messages", "answers", "first_asked_at", "first_answered_at", "first_answered_by",
        "answered_seconds", "waiting_since", "last_message_at", "last_message_id", "reopened",
        "preview_kind", "status", "is_spam",
    )  # fmt: skip
    return {name: getattr(row, name) for name in names}


def test_merged_twice_is_merged_once(inbox: Any) -> None:
    kept, gone, third = (mail(inbox, text, at) for at, text in enumerate("abc"))
    inbox.write(merge, gone, kept)
    version = inbox.conversation(kept).version
    inbox.write(merge, gone, kept)
    assert inbox.conversation(kept).version == version
    for one, other in ((gone, third), (third, gone)):
        with pytest.raises(Conflict):
            inbox.write(merge, one, other)
    with pytest.raises(Invalid):
        inbox.write(merge, kept, kept)
    with pytest.raises(Conflict):
        inbox.write(unmerge, third)


def test_what_is_foreign_is_as_if_it_werent_there(inbox: Any) -> None:
    db = inbox.mirror.db
    foreign = Mirror(db, f"foreign-{inbox.channel_id}.myshopify.com")
    theirs = Inbox(
        foreign,
        make_channel(db, foreign.workspace_id),
        make_agent(db, foreign.workspace_id),
    )
    other, mine = theirs.receive().conversation_id, inbox.receive()
    for deed, wanted in (
        (merge, (mine.conversation_id, other)),
        (merge, (other, mine.conversation_id)),
        (unmerge, (other,)),
        (split, (other, 1)),
        (split, (mine.conversation_id, theirs.receive().message_id)),
        (merge, (mine.conversation_id, 999_999)),
    ):
        with pytest.raises(NotFound):
            inbox.write(deed, *wanted)
    assert said(theirs, other) == ["Where is my parcel?"]


def test_from_a_message_on_it_goes_on_by_itself(inbox: Any) -> None:
    inbox.mirror.take(told(order("1042", email="dora@mail.example")))
    held = mail(inbox, "a1", 0)
    wrote(inbox, held, "a2", 1)
    inbox.do(tag_conversation, held, ["vip"])
    second = inbox.receive(
        mail_of(text="And #1042?", external_id="x@mail.example"),
        conversation_id=held,
        now=NOW + 2 * MINUTE,
    )
    inbox.write(note, held, "another matter", key="n")
    made = inbox.write(split, held, second.message_id)
    assert (said(inbox, held), said(inbox, made)) == (
        ["a1", "a2"],
        ["And #1042?", "another matter"],
    )
    found, left = inbox.conversation(made), inbox.conversation(held)
    assert (found.split_from_id, found.person_value, found.trust) == (
        held, "dora@mail.example", "aligned",
    )  # fmt: skip
    assert found.order_id == inbox.mirror.order("1042").id
    assert (found.messages, found.waiting_since, found.status) == (2, NOW + 2 * MINUTE, "open")
    assert (left.messages, left.answers, left.waiting_since) == (2, 1, None)
    follows = inbox.receive(mail_of(text="Hello?", references=("x@mail.example",)))
    assert follows.conversation_id == made
    inbox.write(merge, made, held)
    assert said(inbox, held) == ["a1", "a2", "And #1042?", "another matter", "Hello?"]
    with inbox.reading() as session:
        rows = session.execute(select(Message).where(Message.conversation_id == held)).scalars()
        assert {row.moved_from_id for row in rows if row.kind != "event"} == {None, made}


def test_what_somebody_else_wrote_is_theirs_then(inbox: Any) -> None:
    held = mail(inbox, "a1", 0)
    second = inbox.receive(
        mail_of("eva@mail.example", "Mine too", name="Eva", trust="claimed"), conversation_id=held
    )
    made = inbox.write(split, held, second.message_id)
    found = inbox.conversation(made)
    assert (found.person_value, found.person_name, found.trust) == (
        "eva@mail.example", "Eva", "claimed",
    )  # fmt: skip


def test_nothing_is_split_off_its_beginning(inbox: Any) -> None:
    first = inbox.receive()
    with pytest.raises(Invalid):
        inbox.write(split, first.conversation_id, first.message_id)
    with pytest.raises(NotFound):
        inbox.write(split, first.conversation_id, 999_999)


def test_an_answer_to_somebody_new_is_answered_where_it_went(inbox: Any) -> None:
    held = mail(inbox, "a1", 0)
    inbox.write(
        answer, held, "a2", key="k", to=Address("eva@mail.example"), now=NOW + MINUTE, then="open"
    )
    second = mail(inbox, "a3", 2, conversation_id=held)
    assert second == held
    messages = inbox.messages(held, "answer")
    made = inbox.write(split, held, int(messages[0].id))
    assert said(inbox, made) == ["a2", "a3"]
    assert inbox.conversation(held).waiting_since == NOW


def test_an_answer_in_one_answered_nothing_in_the_other(inbox: Any) -> None:
    kept, gone = mail(inbox, "a1", 0), mail(inbox, "b1", 1)
    wrote(inbox, gone, "b2", 2)
    inbox.write(merge, gone, kept, now=NOW + 3 * MINUTE)
    assert inbox.conversation(kept).waiting_since == NOW
    wrote(inbox, kept, "both", 4, then="open")
    assert inbox.conversation(kept).waiting_since is None
    inbox.write(unmerge, gone, now=NOW + 5 * MINUTE)
    assert (inbox.conversation(kept).waiting_since, inbox.conversation(gone).waiting_since) == (
        None, None,
    )  # fmt: skip


def test_what_was_resolved_before_waits_for_nothing(inbox: Any) -> None:
    kept, gone = mail(inbox, "a1", 0), mail(inbox, "b1", 1)
    inbox.do(set_status, kept, "resolved", now=NOW + 2 * MINUTE)
    inbox.write(merge, gone, kept, now=NOW + 3 * MINUTE)
    assert inbox.conversation(kept).waiting_since == NOW + MINUTE
    second = inbox.receive(mail_of(text="c1"), conversation_id=kept, now=NOW + 9 * MINUTE)
    inbox.do(set_status, kept, "resolved", now=NOW + 10 * MINUTE)
    inbox.receive(mail_of(text="c2"), conversation_id=kept, now=NOW + 11 * MINUTE)
    made = inbox.write(split, kept, second.message_id, now=NOW + 12 * MINUTE)
    assert inbox.conversation(kept).waiting_since is None
    assert inbox.conversation(made).waiting_since == NOW + 9 * MINUTE
    wrote(inbox, made, "all of it", 13, then="open")
    inbox.write(merge, made, kept, now=NOW + 14 * MINUTE)
    assert inbox.conversation(kept).waiting_since is None
