"""What time does: sleep ends, targets pass, conversations of who is gone are given back."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from sqlalchemy import select

from integration.conversations.changes import INDEXING
from integration.conversations.hours.escalating import escalate_due
from integration.conversations.hours.snoozing import wake_due
from integration.conversations.hours.target_classes import read_targets
from integration.conversations.inbox_settings import (
    SettingsOfInbox,
    change_inbox_settings,
    inbox_settings,
    office_hours_of,
)
from integration.conversations.routing.giving_back import AWAY_AFTER, give_back_due
from integration.conversations.states import assign, set_spam, set_status
from integration.conversations.tags import tags_of
from integration.conversations.writing import answer
from integration.db import Database
from integration.errors import Invalid
from integration.events import Event, RecordedEvents
from integration.models import Agent, Mention
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from tests.factories.conversations import make_agent, make_channel
from tests.factories.databases import lay_out
from tests.factories.mirror import Mirror
from tests.factories.stores import NOW
from tests.integration.conversations.listed import services_on

HOUR = timedelta(hours=1)
# NOW is a Sunday.
WEEK = {"zone": "UTC", "week": {"mon": [["09:00", "17:00"]]}}


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    """A database of the test's own: what is due is looked for over all workspaces."""
    lay_out(tmp_path)
    database = Database(f"sqlite:///{tmp_path / 'tillside.db'}", pool_size=2)
    yield database
    database.dispose()


def settings(inbox: Any, **changed: Any) -> SettingsOfInbox:
    with inbox.writing() as session:
        return change_inbox_settings(session, by="ada", now=NOW, **changed)


def at(inbox: Any, moment: Any) -> Services:
    return services_on(inbox, now=moment)


def events(inbox: Any, conversation_id: int) -> list[Any]:
    return [dict(each.details) for each in inbox.messages(conversation_id, "event")]


def test_what_slept_long_enough_is_opened_once(inbox: Any) -> None:
    made, other = inbox.receive().conversation_id, inbox.receive().conversation_id
    inbox.do(set_status, made, "snoozed", until=NOW + HOUR)
    inbox.do(set_status, other, "snoozed", until=NOW + 2 * HOUR)
    assert wake_due(at(inbox, NOW)) == 0
    services = at(inbox, NOW + HOUR)
    assert (wake_due(services), wake_due(services)) == (1, 0)
    found = inbox.conversation(made)
    assert (found.status, found.snoozed_until, found.snoozed_by) == ("open", None, None)
    assert inbox.conversation(other).status == "snoozed"
    assert events(inbox, made)[-1] == {"what": "status", "from": "snoozed", "to": "open"}
    told = cast(RecordedEvents, services.events).told
    assert told == [Event(inbox.mirror.workspace_id, "conversation", made)]


def test_a_customers_message_wakes(inbox: Any) -> None:
    made = inbox.receive().conversation_id
    inbox.do(set_status, made, "snoozed", until=NOW + HOUR)
    inbox.receive(conversation_id=made)
    found = inbox.conversation(made)
    assert (found.status, found.snoozed_until) == ("open", None)
    assert wake_due(at(inbox, NOW + HOUR)) == 0


def test_an_answer_is_due_by_office_hours(inbox: Any) -> None:
    settings(inbox, office_hours=WEEK, targets={"answer_minutes": 60, "resolve_minutes": 480})
    made = inbox.receive().conversation_id
    found = inbox.conversation(made)
    monday = NOW.replace(hour=9) + timedelta(days=1)
    assert (found.answer_due_at, found.resolve_due_at) == (monday + HOUR, monday + 8 * HOUR)
    assert found.target_due_at == monday + HOUR
    inbox.write(answer, made, "Yes.", key="k", then="open", now=monday)
    found = inbox.conversation(made)
    assert (found.answer_due_at, found.target_due_at) == (None, monday + 8 * HOUR)
    inbox.do(set_status, made, "pending", now=monday)
    assert inbox.conversation(made).target_due_at is None
    inbox.receive(conversation_id=made, now=monday + HOUR)
    found = inbox.conversation(made)
    assert found.answer_due_at == found.target_due_at == monday + 2 * HOUR
    inbox.do(set_status, made, "resolved", now=monday + HOUR)
    found = inbox.conversation(made)
    assert (found.answer_due_at, found.resolve_due_at, found.target_due_at) == (None, None, None)
    assert found.resolved_office_seconds == 3600


def test_one_that_comes_back_has_its_time_anew(inbox: Any) -> None:
    settings(inbox, targets={"resolve_minutes": 60})
    made = inbox.receive().conversation_id
    inbox.do(set_status, made, "resolved")
    back = NOW + timedelta(days=3)
    inbox.receive(conversation_id=made, now=back)
    assert inbox.conversation(made).target_due_at == back + HOUR
    inbox.receive(conversation_id=made, now=back + HOUR / 2)
    assert inbox.conversation(made).target_due_at == back + HOUR


def test_spam_waits_for_nothing(inbox: Any) -> None:
    settings(inbox, targets={"answer_minutes": 60})
    made = inbox.receive().conversation_id
    inbox.do(set_spam, made, True)
    assert inbox.conversation(made).target_due_at is None
    inbox.do(set_spam, made, False)
    assert inbox.conversation(made).target_due_at == NOW + HOUR


def test_classes_have_times_of_their_own(inbox: Any) -> None:
    form = make_channel(inbox.mirror.db, inbox.mirror.workspace_id, "form", name="Form")
    settings(
        inbox,
        targets={
            "answer_minutes": 60,
            "classes": [
                {"name": "Forms", "answer_minutes": 10, "channels": [form]},
                {"name": "Never", "answer_minutes": None, "tags": ["newsletter"]},
            ],
        },
    )
    made = inbox.receive(channel_id=form).conversation_id
    assert inbox.conversation(made).target_due_at == NOW + timedelta(minutes=10)
    assert inbox.conversation(inbox.receive().conversation_id).target_due_at == NOW + HOUR


def test_what_is_overdue_is_escalated_once_for_each_time(inbox: Any) -> None:
    boss = make_agent(inbox.mirror.db, inbox.mirror.workspace_id, "Boss", role="admin")
    settings(
        inbox,
        targets={
            "answer_minutes": 60,
            "escalation": {"agent_id": boss, "assign": True, "tag": "overdue"},
        },
    )
    made = inbox.receive().conversation_id
    fine = inbox.receive(now=NOW + HOUR).conversation_id
    assert escalate_due(at(inbox, NOW + HOUR / 2)) == 0
    services = at(inbox, NOW + HOUR)
    assert (escalate_due(services), escalate_due(services)) == (1, 0)
    found = inbox.conversation(made)
    assert (found.assignee_id, found.escalated_at) == (boss, NOW + HOUR)
    with inbox.reading() as session:
        assert tags_of(session, made) == ("overdue",)
        (mention,) = session.execute(select(Mention)).scalars()
    assert mention.agent_id == boss
    told = events(inbox, made)
    assert told[0] == {
        "what": "overdue", "target": "answer", "due_at": (NOW + HOUR).isoformat()
    }  # fmt: skip
    assert told[1]["by"] == "overdue"
    assert inbox.conversation(fine).escalated_at is None
    inbox.write(answer, made, "Sorry.", key="k", then="open", now=NOW + 2 * HOUR)
    inbox.receive(conversation_id=made, now=NOW + 3 * HOUR)
    assert escalate_due(at(inbox, NOW + 3 * HOUR)) == 1  # The other one, not this.
    assert escalate_due(at(inbox, NOW + 4 * HOUR)) == 1
    assert inbox.conversation(made).escalated_at == NOW + 4 * HOUR


def test_of_a_disabled_agent_all_goes_back(inbox: Any) -> None:
    bob = make_agent(inbox.mirror.db, inbox.mirror.workspace_id, "Bob")
    opened, pending, resolved, others = (inbox.receive().conversation_id for _ in range(4))
    for each in (opened, pending, resolved):
        inbox.do(assign, each, bob)
    inbox.do(assign, others, inbox.agent_id)
    inbox.do(set_status, pending, "pending")
    inbox.do(set_status, resolved, "resolved")
    assert give_back_due(at(inbox, NOW)) == 0
    with inbox.writing() as session:
        session.get_one(Agent, bob).status = "disabled"
    assert (give_back_due(at(inbox, NOW)), give_back_due(at(inbox, NOW))) == (2, 0)
    has = [inbox.conversation(each).assignee_id for each in (opened, pending, resolved, others)]
    assert has == [None, None, bob, inbox.agent_id]
    assert events(inbox, opened)[-1] == {
        "what": "assignee", "from": str(bob), "to": None, "by": "disabled"
    }  # fmt: skip


def test_of_who_is_away_what_routing_gave_goes_to_the_next(inbox: Any) -> None:
    bob = make_agent(inbox.mirror.db, inbox.mirror.workspace_id, "Bob", seen_at=NOW)
    routed, chosen = inbox.receive().conversation_id, inbox.receive().conversation_id
    answered = inbox.receive().conversation_id
    inbox.do(assign, chosen, inbox.agent_id)
    inbox.write(answer, answered, "Hello", key="k", by=bob, then="open")
    assert inbox.conversation(routed).assignee_id == bob
    later = NOW + AWAY_AFTER + timedelta(minutes=1)
    assert give_back_due(at(inbox, NOW + AWAY_AFTER)) == 0
    eva = make_agent(inbox.mirror.db, inbox.mirror.workspace_id, "Eva", seen_at=later)
    assert (give_back_due(at(inbox, later)), give_back_due(at(inbox, later))) == (1, 0)
    has = [inbox.conversation(each).assignee_id for each in (routed, chosen, answered)]
    assert has == [eva, inbox.agent_id, bob]
    assert give_back_due(at(inbox, later + 2 * AWAY_AFTER)) == 1
    assert inbox.conversation(routed).assignee_id is None


def test_settings_have_defaults_and_refuse_what_is_none(inbox: Any) -> None:
    with inbox.reading() as session:
        assert inbox_settings(session) == SettingsOfInbox()
        assert office_hours_of(session) is None
    kept = settings(inbox, office_hours=WEEK, round_robin=False)
    assert kept.office_hours is not None
    assert settings(inbox, targets={"answer_minutes": 5}).office_hours == kept.office_hours
    assert settings(inbox, office_hours=None).office_hours is None
    with inbox.reading() as session:
        found = inbox_settings(session)
    assert (found.round_robin, found.targets.answer_minutes, found.updated_by) == (False, 5, "ada")
    foreign = Mirror(inbox.mirror.db, f"foreign-{inbox.channel_id}.myshopify.com")
    bob = make_agent(foreign.db, foreign.workspace_id)
    channel = make_channel(foreign.db, foreign.workspace_id)
    for wrong in (
        {"targets": {"escalation": {"agent_id": bob}}},
        {"targets": {"classes": [{"name": "A", "channels": [channel]}]}},
        {"office_hours": "always"},
        {"automatic": "yes"},
    ):
        with pytest.raises(Invalid):
            settings(inbox, **wrong)
    with foreign.db.workspace(foreign.workspace_id) as session:
        assert inbox_settings(session) == SettingsOfInbox()


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        {"minutes": 5},
        {"answer_minutes": 0},
        {"answer_minutes": True},
        {"answer_minutes": 60 * 24 * 91},
        {"by_office_hours": 1},
        {"classes": {}},
        {"classes": [7]},
        {"classes": [{"name": ""}]},
        {"classes": [{"name": "A"}, {"name": "a"}]},
        {"classes": [{"name": "A", "kinds": ["fax"]}]},
        {"classes": [{"name": "A", "channels": ["1"]}]},
        {"classes": [{"name": "A", "tags": [" "]}]},
        {"escalation": []},
        {"escalation": {"agent_id": "7"}},
        {"escalation": {"tag": 7}},
        {"escalation": {"assign": "yes"}},
    ],
)
def test_what_are_no_targets_is_refused(wrong: object) -> None:
    with pytest.raises(Invalid):
        read_targets(wrong)


def test_targets_are_told_as_they_were_given() -> None:
    form = {
        "by_office_hours": False,
        "answer_minutes": 60,
        "resolve_minutes": None,
        "classes": [
            {
                "name": "Chat", "answer_minutes": 2, "resolve_minutes": 60, "kinds": ["chat"],
                "channels": [], "tags": ["urgent"],
            }
        ],
        "escalation": {"agent_id": None, "assign": False, "tag": "late"},
    }  # fmt: skip
    assert read_targets(form).as_dict() == form
    assert read_targets(read_targets(None).as_dict()) == read_targets(None)


def test_words_are_due_after_each_of_these(inbox: Any) -> None:
    made = inbox.receive().conversation_id
    inbox.do(set_status, made, "snoozed", until=NOW + HOUR)
    services = at(inbox, NOW + HOUR)
    wake_due(services)
    assert cast(RecordedJobs, services.jobs).waiting == [(INDEXING, {})]
