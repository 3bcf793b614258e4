"""How SQLite reads lists: from the ends of indexes and by keys, never all conversations."""

from typing import Any

import pytest

from integration.conversations.hours.escalating import escalate_due
from integration.conversations.hours.snoozing import wake_due
from integration.conversations.lists import listing, search
from integration.conversations.lists.asked import VIEWS
from integration.conversations.lists.views import counts
from integration.conversations.routing.giving_back import give_back_due
from integration.conversations.tags import common_tags
from integration.models import ConversationTag
from tests.factories.conversations import mail_of
from tests.factories.plans import plans_in, statements_in
from tests.integration.conversations.listed import index, page, services_on

_GROWING = (
    "conversations", "conversation_terms", "conversation_tags", "conversation_reads", "messages",
    "mentions",
)  # fmt: skip
_PLAIN = ("open", "pending", "snoozed", "resolved", "unassigned", "mine", "spam", "all")


def _scanned(plans: list[str]) -> list[str]:
    """What reads a whole table, or all that a workspace has of it."""
    whole = tuple(f"SCAN {table}" for table in _GROWING)
    its = tuple(f"SEARCH {table} " for table in _GROWING)
    return [
        plan
        for plan in plans
        if plan.startswith(whole) or (plan.startswith(its) and plan.endswith("(workspace_id=?)"))
    ]


@pytest.mark.parametrize("sort", ["newest", "waiting"])
@pytest.mark.parametrize("view", VIEWS)
@pytest.mark.parametrize(
    "more", [{}, {"channel_id": 1}, {"kind": "email"}, {"store_id": 1}, {"tag": "vip"}]
)
def test_no_list_reads_all(inbox: Any, view: str, sort: str, more: dict[str, Any]) -> None:
    inbox.receive(mail_of())
    with plans_in(inbox.mirror.db) as plans:
        page(inbox, view=view, sort=sort, **more)
    assert plans
    assert _scanned(plans) == []


@pytest.mark.parametrize("view", _PLAIN)
def test_a_plain_view_is_read_in_its_order(inbox: Any, view: str) -> None:
    with plans_in(inbox.mirror.db) as plans:
        page(inbox, view=view)
    lists = [plan for plan in plans if "ix_conversations" in plan]
    assert lists
    assert not [plan for plan in plans if "TEMP B-TREE FOR ORDER BY" in plan]


@pytest.mark.parametrize("common", [1, 1_000])
def test_no_search_reads_all(inbox: Any, monkeypatch: pytest.MonkeyPatch, common: int) -> None:
    monkeypatch.setattr(search, "COMMON", common)
    inbox.receive(mail_of())
    index(inbox)
    with plans_in(inbox.mirror.db) as plans:
        assert len(page(inbox, search="parcel order").rows) == 1
    assert _scanned(plans) == []


@pytest.mark.parametrize("view", _PLAIN)
def test_a_plain_view_and_its_count_read_no_row_that_they_leave_out(inbox: Any, view: str) -> None:
    with plans_in(inbox.mirror.db) as plans:
        page(inbox, view=view)
        with inbox.reading() as session:
            counts(session, agent_id=inbox.agent_id)
    walked = [plan for plan in plans if "ix_conversations" in plan]
    assert {plan for plan in walked if "COVERING" not in plan} <= {
        "SEARCH conversations USING INDEX ix_conversations_spam (workspace_id=? AND status=?)"
    }
    assert len(walked) > len(VIEWS)


def test_all_counts_are_one_statement(inbox: Any) -> None:
    with inbox.reading() as session, statements_in(inbox.mirror.db) as statements:
        counts(session, agent_id=inbox.agent_id)
    assert len([each for each in statements if "FROM conversations" in each]) == 1


def test_a_common_tag_is_asked_of_the_entries_of_an_index(
    inbox: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [inbox.receive(mail_of(f"t{each}@mail.example")).conversation_id for each in range(4)]
    with inbox.writing() as session:
        session.add_all(ConversationTag(tag="old", conversation_id=each) for each in made[:2])
    monkeypatch.setattr(listing, "RARE_TAG", 1)
    monkeypatch.setattr(listing, "_FIRST", 1)
    with plans_in(inbox.mirror.db) as plans:
        assert len(page(inbox, view="all", tag="old", limit=1).rows) == 1
    assert _scanned([plan for plan in plans if "conversation_tags" not in plan]) == []
    assert [plan for plan in plans if plan.startswith("LIST SUBQUERY")]
    its = [plan for plan in plans if "conversation_tags" in plan]
    assert not [plan for plan in its if plan.endswith("(workspace_id=?)")]


def test_the_tags_that_are_used_are_read_one_after_the_other(inbox: Any) -> None:
    with plans_in(inbox.mirror.db) as plans, inbox.reading() as session:
        common_tags(session, 12)
    its = [plan for plan in plans if "conversation_tags" in plan or "SEARCH its" in plan]
    key = "USING PRIMARY KEY (workspace_id=?"
    assert len([plan for plan in its if key in plan]) == len(its) == 3
    assert [plan for plan in its if plan.endswith("(workspace_id=? AND tag>?)")]
    assert [plan for plan in its if plan.endswith("(workspace_id=? AND tag=?)")]


def test_no_count_and_no_job_reads_all(inbox: Any) -> None:
    inbox.receive(mail_of())
    with plans_in(inbox.mirror.db) as plans:
        with inbox.reading() as session:
            counts(session, agent_id=inbox.agent_id)
        services = services_on(inbox)
        for due in (wake_due, escalate_due, give_back_due):
            due(services)
    assert _scanned(plans) == []
