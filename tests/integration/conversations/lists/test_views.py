"""What each view lists, in which order, and how many it says there are."""

from datetime import timedelta
from typing import Any

import pytest

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.lists.asked import Asked, read_asked
from integration.conversations.lists.views import Counted, counts, list_conversations
from integration.conversations.states import assign, set_spam, set_status
from integration.conversations.writing import answer, note
from integration.crypto import keyring, new_key_text
from integration.errors import Invalid
from integration.models import Conversation, ConversationTag
from tests.factories.conversations import mail_of, make_agent, make_channel
from tests.factories.mirror import Mirror
from tests.factories.stores import NOW, make_store
from tests.integration.conversations.listed import ids, page

LATER = NOW + timedelta(minutes=10)


def begun(inbox: Any, count: int, **more: Any) -> list[int]:
    """Conversations that began a minute after each other."""
    return [
        inbox.receive(
            mail_of(f"p{number}@mail.example", f"Question {number}"),
            now=NOW + timedelta(minutes=number),
            **more,
        ).conversation_id
        for number in range(count)
    ]


def test_the_newest_stand_first_and_pages_have_each_once(inbox: Any) -> None:
    made = begun(inbox, 7)
    assert ids(inbox, limit=3) == made[::-1]
    first = page(inbox, limit=3)
    assert [len(first.rows), len(page(inbox, limit=3, cursor=first.next).rows)] == [3, 3]
    assert page(inbox, limit=7).next is None


def test_those_of_the_same_moment_are_each_on_one_page(inbox: Any) -> None:
    made = [inbox.receive(mail_of(f"s{each}@mail.example")).conversation_id for each in range(5)]
    assert ids(inbox, limit=2) == made[::-1]


def test_who_waits_longest_stands_first_and_who_does_not_comes_after(inbox: Any) -> None:
    a, b, c, d = begun(inbox, 4)
    inbox.write(answer, b, "Done.", key="kb", now=LATER, then="open")
    inbox.write(answer, d, "Done.", key="kd", now=LATER + timedelta(minutes=1), then="open")
    for limit in (1, 2, 3, 50):
        assert ids(inbox, sort="waiting", limit=limit) == [a, c, d, b]


def test_each_view_has_its_own(inbox: Any) -> None:
    opened, mine, pending, snoozed, resolved, spam = begun(inbox, 6)
    other = make_agent(inbox.mirror.db, inbox.mirror.workspace_id, "Bob")
    inbox.do(assign, mine, inbox.agent_id)
    inbox.do(assign, pending, other)
    inbox.do(set_status, pending, "pending", now=LATER)
    inbox.do(set_status, snoozed, "snoozed", until=LATER + timedelta(days=1), now=LATER)
    inbox.do(set_status, resolved, "resolved", now=LATER)
    inbox.do(set_spam, spam, True)
    told = inbox.write(note, resolved, "@Ada look", key="n1", mentions=[inbox.agent_id], now=LATER)
    assert told.conversation_id == resolved
    expected = {
        "mine": [mine],
        "unassigned": [opened],
        "open": [mine, opened],
        "pending": [pending],
        "snoozed": [snoozed],
        "resolved": [resolved],
        "mentions": [resolved],
        "spam": [spam],
        "all": [resolved, snoozed, pending, mine, opened],
    }
    assert {view: ids(inbox, view=view) for view in expected} == expected
    assert ids(inbox, view="mine", by=other) == [pending]
    assert ids(inbox, view="all", assignee_id=other) == [pending]
    with inbox.reading() as session:
        told_counts = counts(session, agent_id=inbox.agent_id)
    numbers = {
        name: getattr(told_counts, name).number
        for name in ("mine", "unassigned", "open", "pending", "snoozed", "mentions", "spam")
    }
    assert numbers == {
        "mine": 1, "unassigned": 1, "open": 2, "pending": 1, "snoozed": 1, "mentions": 1, "spam": 1,
    }  # fmt: skip
    assert told_counts.channels[str(inbox.channel_id)] == Counted(2)
    assert told_counts.stores[str(inbox.mirror.store_id)] == Counted(0)


def test_filters_narrow_any_view(inbox: Any) -> None:
    db, workspace_id = inbox.mirror.db, inbox.mirror.workspace_id
    second = make_store(db, workspace_id, f"second-{workspace_id}.myshopify.com")
    form = make_channel(db, workspace_id, "form", store_id=second, name="Form")
    (mailed,) = begun(inbox, 1)
    (formed,) = begun(inbox, 1, channel_id=form)
    with inbox.writing() as session:
        session.add(ConversationTag(tag="urgent", conversation_id=mailed))
    assert ids(inbox, kind="form") == [formed]
    assert ids(inbox, channel_id=inbox.channel_id) == [mailed]
    assert ids(inbox, store_id=second) == [formed]
    assert ids(inbox, tag="urgent") == [mailed]
    assert ids(inbox, tag="urgent", kind="form") == []
    assert ids(inbox, view="resolved", kind="form") == []


@pytest.mark.parametrize("sort", ["newest", "waiting"])
@pytest.mark.parametrize("view", ["all", "resolved", "open"])
@pytest.mark.parametrize("first", [1, 3, 100])
def test_a_tag_is_found_however_common_it_is(
    inbox: Any, monkeypatch: pytest.MonkeyPatch, first: int, view: str, sort: str
) -> None:
    made = begun(inbox, 12)
    for each in made[:8]:
        inbox.do(set_status, each, "resolved", now=LATER)
    # The newest haven't got it: those that do are met late.
    tagged = made[1:6:2] + made[9:10]
    with inbox.writing() as session:
        session.add_all(ConversationTag(tag="old", conversation_id=each) for each in tagged)
        session.add(ConversationTag(tag="other", conversation_id=made[-1]))
    wanted = [each for each in ids(inbox, view=view, sort=sort) if each in tagged]
    assert wanted == ids(inbox, view=view, sort=sort, tag="old")
    monkeypatch.setattr("integration.conversations.lists.listing.RARE_TAG", 1)
    monkeypatch.setattr("integration.conversations.lists.listing._FIRST", first)
    for limit in (1, 2, 50):
        assert wanted == ids(inbox, view=view, sort=sort, tag="old", limit=limit)


def test_a_row_shows_what_a_list_needs(inbox: Any) -> None:
    (made,) = begun(inbox, 1)
    inbox.do(assign, made, inbox.agent_id)
    with inbox.writing() as session:
        session.add(ConversationTag(tag="vip", conversation_id=made))
        session.get_one(Conversation, made).target_due_at = LATER
    (row,) = page(inbox, now=LATER).rows
    assert (row.id, row.subject, row.preview) == (str(made), "My order", "Question 0")
    assert (row.person_name, row.person_address) == ("Dora", "p0@mail.example")
    assert (row.trust, row.channel_kind, row.channel_name) == ("aligned", "email", "Support")
    assert (row.status, row.assignee_name, row.tags) == ("open", "Ada", ("vip",))
    assert (row.waiting_since, row.is_unread, row.is_overdue) == (NOW, True, True)
    assert not page(inbox, now=NOW).rows[0].is_overdue
    assert row.as_dict()["assignee_id"] == str(inbox.agent_id)


def test_what_an_agent_wrote_is_unread_by_nobody(inbox: Any) -> None:
    (made,) = begun(inbox, 1)
    inbox.write(answer, made, "On its way.", key="k", now=LATER)
    (row,) = page(inbox, view="pending").rows
    assert (row.preview, row.preview_kind, row.is_unread) == ("On its way.", "answer", False)


def test_a_preview_whose_key_is_gone_is_empty(inbox: Any) -> None:
    begun(inbox, 1)
    with inbox.reading() as session:
        strangers = ChannelKeys(keyring(new_key_text("k1")))
        found = list_conversations(session, strangers, Asked(), agent_id=inbox.agent_id, now=NOW)
    assert [row.preview for row in found.rows] == [""]


def test_another_workspaces_are_in_no_list(inbox: Any) -> None:
    (made,) = begun(inbox, 1)
    db = inbox.mirror.db
    foreign = Mirror(db, f"foreign-{made}.myshopify.com")
    with db.workspace(foreign.workspace_id) as session:
        keys = ChannelKeys(keyring(new_key_text("k1")))
        for view in ("open", "all", "mine"):
            asked = Asked(view=view, channel_id=inbox.channel_id)
            told = list_conversations(session, keys, asked, agent_id=inbox.agent_id, now=NOW)
            assert told.rows == ()
        assert counts(session, agent_id=inbox.agent_id).open == Counted(0)


def test_a_merged_one_is_listed_nowhere(inbox: Any) -> None:
    first, second = begun(inbox, 2)
    with inbox.writing() as session:
        session.get_one(Conversation, second).merged_into_id = first
    assert ids(inbox, view="all") == [first]
    assert ids(inbox, view="spam") == []


def test_more_than_are_counted_are_told_as_such(
    inbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integration.conversations.lists.views.MOST_COUNTED", 3)
    begun(inbox, 5)
    with inbox.reading() as session:
        told = counts(session, agent_id=inbox.agent_id).open
    assert (told, str(told)) == (Counted(3, True), "3+")


@pytest.mark.parametrize("cursor", ["", "x", "bnw", "bnwyMDI2fDE", "%", "é"])
def test_a_cursor_that_is_none_is_refused(inbox: Any, cursor: str) -> None:
    with pytest.raises(Invalid):
        page(inbox, cursor=cursor)


def test_an_address_asks_what_it_says() -> None:
    assert read_asked({}) == Asked()
    told = {
        "view": "all", "channel": "3", "kind": "chat", "store": "4", "tag": "a", "assignee": "5",
        "q": "parcel", "sort": "waiting", "theme": "dark",
    }  # fmt: skip
    assert read_asked(told) == Asked("all", 3, "chat", 4, "a", 5, "parcel", "waiting")
    for wrong in ({"view": "x"}, {"sort": "x"}, {"kind": "x"}, {"channel": "x"}, {"store": "-1"}):
        with pytest.raises(Invalid):
            read_asked(wrong)
