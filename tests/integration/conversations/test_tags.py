"""Tags on conversations."""

from typing import Any

import pytest

from integration.conversations.tags import (
    MOST_TAGS,
    TagUsed,
    common_tags,
    tag_conversation,
    tags_of,
    tags_used,
    untag_conversation,
)
from integration.errors import Invalid, NotFound
from tests.factories.mirror import Mirror
from tests.factories.stores import NOW


def test_a_tag_stands_once_in_whatever_case(inbox: Any) -> None:
    made = inbox.receive().conversation_id
    assert inbox.do(tag_conversation, made, ["Urgent", "urgent", " VIP "]) == ("Urgent", "VIP")
    assert inbox.do(tag_conversation, made, ["URGENT"]) == ("Urgent", "VIP")
    assert inbox.do(untag_conversation, made, "vip") == ("Urgent",)
    assert inbox.do(untag_conversation, made, "vip") == ("Urgent",)
    events = [each.details["what"] for each in inbox.messages(made, "event")]
    assert events == ["tagged", "untagged"]


def test_a_tag_is_spelled_as_others_have_it(inbox: Any) -> None:
    first, second = inbox.receive().conversation_id, inbox.receive().conversation_id
    inbox.do(tag_conversation, first, ["Returns"])
    assert inbox.do(tag_conversation, second, ["returns", "b"]) == ("b", "Returns")
    with inbox.reading() as session:
        assert tags_used(session) == (TagUsed("b", 1), TagUsed("Returns", 2))


def test_common_tags_are_those_that_most_have(
    inbox: Any, mirror: Mirror, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (inbox.receive().conversation_id for _ in range(3))
    inbox.do(tag_conversation, first, ["b", "rare", "A", "all"])
    inbox.do(tag_conversation, second, ["b", "A", "all"])
    inbox.do(tag_conversation, third, ["all"])
    with inbox.reading() as session:
        assert common_tags(session, 3) == ("all", "A", "b")
        assert common_tags(session, 9) == ("all", "A", "b", "rare")
    with mirror.db.workspace(Mirror(mirror.db, "other.myshopify.com").workspace_id) as session:
        assert (common_tags(session, 9), tags_used(session)) == ((), ())
    monkeypatch.setattr("integration.conversations.tags.MOST_COUNTED", 2)
    with inbox.reading() as session:
        assert common_tags(session, 2) == ("A", "all")


def test_a_version_grows_only_where_something_changes(inbox: Any) -> None:
    made = inbox.receive().conversation_id
    inbox.do(tag_conversation, made, ["a"])
    before = inbox.conversation(made).version
    inbox.do(tag_conversation, made, ["A"])
    assert inbox.conversation(made).version == before


@pytest.mark.parametrize("tag", ["", " ", "\u202e", "x" * 41])
def test_what_is_no_tag_is_refused(inbox: Any, tag: str) -> None:
    made = inbox.receive().conversation_id
    with pytest.raises(Invalid):
        inbox.do(tag_conversation, made, ["good", tag])
    with inbox.reading() as session:
        assert tags_of(session, made) == ()


def test_there_are_only_so_many(inbox: Any) -> None:
    made = inbox.receive().conversation_id
    inbox.do(tag_conversation, made, [f"t{each}" for each in range(MOST_TAGS)])
    with pytest.raises(Invalid):
        inbox.do(tag_conversation, made, ["one more"])
    assert len(inbox.do(tag_conversation, made, ["T3"])) == MOST_TAGS


def test_what_is_foreign_is_as_if_it_werent_there(inbox: Any) -> None:
    made = inbox.receive().conversation_id
    inbox.do(tag_conversation, made, ["a"])
    foreign = Mirror(inbox.mirror.db, f"foreign-{made}.myshopify.com")
    with foreign.db.workspace(foreign.workspace_id, write=True) as session:
        for deed in (
            lambda: tag_conversation(session, made, ["b"], by=None, now=NOW),
            lambda: untag_conversation(session, made, "a", by=None, now=NOW),
        ):
            with pytest.raises(NotFound):
                deed()
        assert (tags_of(session, made), tags_used(session)) == ((), ())
    with inbox.reading() as session:
        assert tags_of(session, made) == ("a",)
