"""New conversations go where the first rule says, or to whose turn it is."""

from datetime import timedelta
from typing import Any

import pytest

from integration.conversations.inbox_settings import change_inbox_settings
from integration.conversations.routing.saved_rules import (
    change_rule,
    create_rule,
    delete_rule,
    list_rules,
    order_rules,
)
from integration.conversations.states import assign, set_status
from integration.conversations.tags import tags_of
from integration.crm.own_tags import add_tag
from integration.errors import Conflict, Invalid, NotFound
from integration.models import Agent, ContactReason, RoutingRule
from tests.factories.conversations import mail_of, make_agent, make_channel
from tests.factories.mirror import Mirror
from tests.factories.records import customer, order, told
from tests.factories.stores import NOW


def rule(inbox: Any, conditions: Any, actions: Any, name: str = "Rule", **more: Any) -> int:
    with inbox.writing() as session:
        made = create_rule(session, name, conditions, actions, by="ada", now=NOW, **more)
    return int(made.id)


def agent(inbox: Any, name: str, *, present: bool = True, **values: Any) -> int:
    seen = {"seen_at": NOW} if present else {}
    return make_agent(inbox.mirror.db, inbox.mirror.workspace_id, name, **(seen | values))


def routed(inbox: Any, *given: Any, **more: Any) -> Any:
    return inbox.conversation(inbox.receive(*given, **more).conversation_id)


def test_the_first_rule_that_is_met_decides(inbox: Any) -> None:
    bob = agent(inbox, "Bob", present=False)
    eva = agent(inbox, "Eva", present=False)
    rule(inbox, {"words": ["refund"]}, {"assign_agent": bob, "tags": ["Returns"]}, "Returns")
    rule(inbox, {}, {"assign_agent": eva}, "The rest")
    found = routed(inbox, mail_of(text="I'd like it REFUNDED, please"))
    assert found.assignee_id == bob
    with inbox.reading() as session:
        assert tags_of(session, found.id) == ("Returns",)
    (event,) = inbox.messages(found.id, "event")
    assert event.details == {
        "what": "assignee", "from": None, "to": str(bob), "by": "rule", "rule": "Returns",
    }  # fmt: skip
    assert routed(inbox, mail_of("x@mail.example")).assignee_id == eva


def test_a_rule_gives_a_reason_and_a_class_of_targets(inbox: Any) -> None:
    targets = {"classes": [{"name": "Urgent", "answer_minutes": 30}]}
    with inbox.writing() as session:
        change_inbox_settings(session, targets=targets, by="ada", now=NOW)
        reason = ContactReason(name="Delivery", position=1)
        session.add(reason)
        session.flush()
    actions = {"reason_id": reason.id, "target_class": "urgent"}
    rule(inbox, {"kinds": ["email"], "languages": ["el"]}, actions)
    found = routed(inbox, mail_of(text="Καλημέρα σας, πού είναι;", subject=None))
    assert (found.reason_id, found.target_class) == (reason.id, "urgent")
    assert found.target_due_at == NOW + timedelta(minutes=30)
    assert found.assignee_id is None


def test_each_condition_asks_what_it_says(inbox: Any) -> None:
    form = make_channel(inbox.mirror.db, inbox.mirror.workspace_id, "form", name="Form")
    bob = agent(inbox, "Bob", present=False)
    cases: list[tuple[dict[str, Any], bool]] = [
        ({"channels": [inbox.channel_id]}, True),
        ({"channels": [form]}, False),
        ({"channels": [form, inbox.channel_id], "kinds": ["chat", "email"]}, True),
        ({"kinds": ["chat"]}, False),
        ({"stores": [inbox.mirror.store_id]}, False),
        ({"words": ["where is my"]}, True),
        ({"words": ["here is my"]}, False),
        ({"words": ["MY ORDER"]}, True),
        ({"languages": ["el"]}, False),
        ({"kinds": ["email"], "words": ["unheard"]}, False),
    ]
    for conditions, is_met in cases:
        made = rule(inbox, conditions, {"assign_agent": bob})
        assert (routed(inbox).assignee_id == bob) is is_met, conditions
        with inbox.writing() as session:
            delete_rule(session, made, by="agent:1", now=NOW)


def test_only_a_believed_persons_worth_counts(inbox: Any) -> None:
    inbox.mirror.take(told(customer("7", email="dora@mail.example")))
    inbox.mirror.take(
        told(
            order("1042", customer_external_id="7", total_minor=20_000, current_total_minor=20_000)
        )
    )
    profile_id = inbox.mirror.order("1042").profile_id
    with inbox.writing() as session:
        add_tag(session, profile_id, "VIP")
    bob = agent(inbox, "Bob", present=False)
    for conditions in (
        {"tags": ["vip"]},
        {"spent_at_least": {"minor": 20_000, "currency": "EUR"}},
        {"order_at_least": {"minor": 20_000, "currency": "EUR"}, "tags": ["vip"]},
    ):
        made = rule(inbox, conditions, {"assign_agent": bob})
        mail = {"text": "Where is #1042?"}
        assert routed(inbox, mail_of(**mail)).assignee_id == bob, conditions
        assert routed(inbox, mail_of(**mail, trust="claimed")).assignee_id is None
        assert routed(inbox, mail_of("else@mail.example", **mail)).assignee_id is None
        with inbox.writing() as session:
            delete_rule(session, made, by="agent:1", now=NOW)
    for conditions in (
        {"spent_at_least": {"minor": 20_001, "currency": "EUR"}},
        {"spent_at_least": {"minor": 1, "currency": "USD"}},
        {"tags": ["VIPs"]},
    ):
        made = rule(inbox, conditions, {"assign_agent": bob})
        assert routed(inbox, mail_of(text="Where is #1042?")).assignee_id is None, conditions
        with inbox.writing() as session:
            delete_rule(session, made, by="agent:1", now=NOW)


def test_what_a_rule_names_that_is_gone_is_left_out(inbox: Any) -> None:
    bob = agent(inbox, "Bob")
    eva = agent(inbox, "Eva")
    made = rule(inbox, {}, {"assign_agent": bob, "tags": ["a"]})
    with inbox.writing() as session:
        session.get_one(Agent, bob).status = "disabled"
        session.get_one(RoutingRule, made).actions = {"assign_agent": bob, "reason_id": 999}
    found = routed(inbox)
    assert (found.assignee_id, found.reason_id) == (eva, None)
    with inbox.writing() as session:
        session.get_one(RoutingRule, made).conditions = {"of another version": 1}
    assert routed(inbox).assignee_id == eva


def test_a_rule_that_is_off_does_nothing(inbox: Any) -> None:
    rule(inbox, {}, {"tags": ["a"]}, is_on=False)
    found = routed(inbox)
    with inbox.reading() as session:
        assert tags_of(session, found.id) == ()
    assert inbox.messages(found.id, "event") == []


def test_whoever_has_the_fewest_open_is_next(inbox: Any) -> None:
    with inbox.writing() as session:
        session.get_one(Agent, inbox.agent_id).takes_conversations = False
    some = [agent(inbox, name) for name in ("Bob", "Eva", "Ian")]
    got = [routed(inbox, now=NOW + timedelta(seconds=each)).assignee_id for each in range(6)]
    assert got == some * 2
    first = inbox.receive(now=NOW + timedelta(minutes=1)).conversation_id
    assert inbox.conversation(first).assignee_id == some[0]
    inbox.do(set_status, first, "resolved", now=NOW + timedelta(minutes=1))
    # Bob has as few as the others again, and got one last.
    assert routed(inbox, now=NOW + timedelta(minutes=2)).assignee_id == some[1]


def test_nobody_gets_one_who_cannot_have_it(inbox: Any) -> None:
    for name, values in (
        ("Away", {"present": False}),
        ("Long away", {"seen_at": NOW - timedelta(minutes=6)}),
        ("Disabled", {"status": "disabled"}),
        ("Invited", {"status": "invited"}),
        ("Reader", {"role": "read_only"}),
        ("Busy", {"takes_conversations": False}),
        ("Machine", {"is_machine": True}),
        ("Czech only", {"locales": "cs"}),
        ("Full", {"capacity": 0}),
    ):
        agent(inbox, name, **values)
    greek = mail_of(text="Καλημέρα σας, πού είναι;")
    assert routed(inbox, greek).assignee_id is None
    eva = agent(inbox, "Eva", locales="en, el", capacity=1)
    assert routed(inbox, mail_of(text="Καλημέρα σας, πού είναι;")).assignee_id == eva
    # Now she is full.
    assert routed(inbox, mail_of(text="Καλημέρα σας, πού είναι;")).assignee_id is None


def test_turns_are_taken_among_those_a_rule_names_and_only_where_it_is_set(inbox: Any) -> None:
    bob, eva = agent(inbox, "Bob"), agent(inbox, "Eva")
    with inbox.writing() as session:
        change_inbox_settings(session, round_robin=False, by="ada", now=NOW)
    assert routed(inbox).assignee_id is None
    rule(inbox, {"words": ["parcel"]}, {"round_robin": [eva]})
    assert [routed(inbox).assignee_id for _ in range(2)] == [eva, eva]
    rule(inbox, {}, {"round_robin": "all"})
    assert routed(inbox, mail_of(text="Hello")).assignee_id == bob


def test_an_answer_to_a_conversation_is_not_routed_again(inbox: Any) -> None:
    bob = agent(inbox, "Bob")
    first = inbox.receive()
    inbox.do(assign, first.conversation_id, None)
    again = inbox.receive(conversation_id=first.conversation_id)
    assert again.conversation_id == first.conversation_id
    assert inbox.conversation(first.conversation_id).assignee_id is None
    assert inbox.conversation(inbox.receive().conversation_id).assignee_id == bob


def test_rules_are_kept_changed_ordered_and_removed(inbox: Any) -> None:
    a = rule(inbox, {}, {"tags": ["a"]}, "A")
    b = rule(inbox, {"kinds": ["email"]}, {"round_robin": "all"}, "B")
    with inbox.writing() as session:
        assert [each.name for each in list_rules(session)] == ["A", "B"]
        turned = order_rules(session, [b, a], by="eva", now=NOW)
        assert [each.name for each in turned] == ["B", "A"]
        with pytest.raises(Conflict):
            order_rules(session, [a], by="eva", now=NOW)
        (first, _) = turned
        assert first.actions == {"round_robin": "all"}
        given = {"by": "eva", "now": NOW}
        changed = change_rule(session, b, version=first.version, name="C", **given)
        assert (changed.name, changed.conditions) == ("C", {"kinds": ["email"]})
        with pytest.raises(Conflict) as refused:
            change_rule(session, b, version=first.version, is_on=False, **given)
        assert refused.value.details["rule"]["name"] == "C"
        assert change_rule(session, b, version=changed.version, is_on=False, **given).is_on is False
        assert delete_rule(session, b, by="agent:1", now=NOW).name == "C"
        with pytest.raises(NotFound):
            delete_rule(session, b, by="agent:1", now=NOW)


def test_a_rule_names_nothing_of_another_workspace(inbox: Any) -> None:
    db = inbox.mirror.db
    foreign = Mirror(db, f"foreign-{inbox.channel_id}.myshopify.com")
    channel, bob = make_channel(db, foreign.workspace_id), make_agent(db, foreign.workspace_id)
    for conditions, actions in (
        ({"channels": [channel]}, {"tags": ["a"]}),
        ({"stores": [foreign.store_id]}, {"tags": ["a"]}),
        ({}, {"assign_agent": bob}),
        ({}, {"round_robin": [bob]}),
        ({}, {"reason_id": 12_345}),
        ({}, {"target_class": "None such"}),
    ):
        with pytest.raises(Invalid):
            rule(inbox, conditions, actions)
    made = rule(inbox, {}, {"tags": ["a"]})
    with db.workspace(foreign.workspace_id, write=True) as session:
        with pytest.raises(NotFound):
            delete_rule(session, made, by="agent:1", now=NOW)
        with pytest.raises(NotFound):
            change_rule(session, made, version="x", by="eva", now=NOW)
        assert list_rules(session) == ()
