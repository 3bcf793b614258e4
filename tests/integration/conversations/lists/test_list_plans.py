"""How SQLite reads lists: from the ends of indexes and by keys, never all conversations."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from integration.conversations.hours.escalating import escalate_due
from integration.conversations.hours.snoozing import wake_due
from integration.conversations.lists import search
from integration.conversations.lists.asked import VIEWS
from integration.conversations.lists.views import counts
from integration.conversations.routing.giving_back import give_back_due
from integration.db import Database
from tests.factories.conversations import mail_of
from tests.integration.conversations.listed import index, page, services_on

_GROWING = (
    "conversations", "conversation_terms", "conversation_tags", "conversation_reads", "messages",
    "mentions",
)  # fmt: skip
_PLAIN = ("open", "pending", "snoozed", "resolved", "unassigned", "mine", "spam", "all")


@contextmanager
def _plans(db: Database) -> Iterator[list[str]]:
    """The plan of each statement that reads."""
    found: list[str] = []

    def explain(_conn: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if statement.startswith("SELECT"):
            one = parameters[0] if rest[-1] else parameters
            plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", one)
            found.extend(row[3] for row in plan.fetchall())

    event.listen(db.engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)


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
    with _plans(inbox.mirror.db) as plans:
        page(inbox, view=view, sort=sort, **more)
    assert plans
    assert _scanned(plans) == []


@pytest.mark.parametrize("view", _PLAIN)
def test_a_plain_view_is_read_in_its_order(inbox: Any, view: str) -> None:
    with _plans(inbox.mirror.db) as plans:
        page(inbox, view=view)
    lists = [plan for plan in plans if "ix_conversations" in plan]
    assert lists
    assert not [plan for plan in plans if "TEMP B-TREE FOR ORDER BY" in plan]


@pytest.mark.parametrize("common", [1, 1_000])
def test_no_search_reads_all(inbox: Any, monkeypatch: pytest.MonkeyPatch, common: int) -> None:
    monkeypatch.setattr(search, "COMMON", common)
    inbox.receive(mail_of())
    index(inbox)
    with _plans(inbox.mirror.db) as plans:
        assert len(page(inbox, search="parcel order").rows) == 1
    assert _scanned(plans) == []


def test_no_count_and_no_job_reads_all(inbox: Any) -> None:
    inbox.receive(mail_of())
    with _plans(inbox.mirror.db) as plans:
        with inbox.reading() as session:
            counts(session, agent_id=inbox.agent_id)
        services = services_on(inbox)
        for due in (wake_due, escalate_due, give_back_due):
            due(services)
    assert _scanned(plans) == []
