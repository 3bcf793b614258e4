"""Where a new conversation goes: by the first rule that it meets, else to whose turn it is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from integration.conversations.inbox_settings import inbox_settings
from integration.conversations.lines import add_event
from integration.conversations.routing.facts import facts_of
from integration.conversations.routing.round_robin import next_in_turn
from integration.conversations.routing.rules import (
    Actions,
    Conditions,
    Facts,
    is_met,
    read_actions,
    read_conditions,
)
from integration.conversations.tags import put_on
from integration.db import WorkspaceSession
from integration.errors import Invalid
from integration.models import Agent, ContactReason, Conversation, RoutingRule
from integration.models.vocabulary import AgentStatus, Role


@dataclass(frozen=True, slots=True)
class Routed:
    """What became of a new conversation; `rule_id` None: no rule met it."""

    rule_id: int | None = None
    assignee_id: int | None = None
    tags: tuple[str, ...] = ()


def route(
    session: WorkspaceSession, conversation: Conversation, *, text: str, now: datetime
) -> Routed:
    """Do what the first rule says that a new conversation meets, in the caller's transaction.

    Where no rule gives it to anybody and the settings say so, it goes to whose turn it is. What a
    rule names that is gone meanwhile (an agent, a reason) is left out; nothing of it can fail.
    """
    if conversation.assignee_id is not None or conversation.is_spam:
        return Routed()
    rule, actions = _first(session, conversation, text)
    tags = put_on(session, conversation.id, actions.tags)
    if actions.reason_id is not None and _is_reason(session, actions.reason_id):
        conversation.reason_id = actions.reason_id
    conversation.target_class = actions.target_class
    assignee_id = _assignee(session, conversation, actions, now)
    conversation.assignee_id = conversation.routed_to_id = assignee_id
    if rule is not None or assignee_id is not None:
        add_event(session, conversation, _told(rule, assignee_id), agent_id=None, now=now)
    return Routed(rule.id if rule else None, assignee_id, tags)


def _first(
    session: WorkspaceSession, conversation: Conversation, text: str
) -> tuple[RoutingRule | None, Actions]:
    rules = session.execute(
        select(RoutingRule)
        .where(RoutingRule.is_on.is_(True))
        .order_by(RoutingRule.position, RoutingRule.id)
    )
    facts: Facts | None = None
    for rule in rules.scalars():
        forms = _forms(rule)
        if forms is None:
            continue
        conditions, actions = forms
        # Who it is, is looked up only where a rule asks.
        if facts is None or (conditions.asks_person() and not facts.has_person):
            facts = facts_of(session, conversation, text, with_person=conditions.asks_person())
        if is_met(conditions, facts):
            return rule, actions
    return None, Actions()


def _forms(rule: RoutingRule) -> tuple[Conditions, Actions] | None:
    """A rule's forms; None for those of another version of ours."""
    try:
        return read_conditions(rule.conditions), read_actions(rule.actions)
    except Invalid:
        return None


def _assignee(
    session: WorkspaceSession, conversation: Conversation, actions: Actions, now: datetime
) -> int | None:
    if actions.assign_agent is not None and _can_have(session, actions.assign_agent):
        return actions.assign_agent
    in_turn = actions.takes_turns or inbox_settings(session).round_robin
    if not in_turn:
        return None
    return next_in_turn(session, locale=conversation.locale, now=now, among=actions.round_robin)


def _can_have(session: WorkspaceSession, agent_id: int) -> bool:
    able = select(Agent.id).where(
        Agent.id == agent_id, Agent.status != AgentStatus.DISABLED, Agent.role != Role.READ_ONLY
    )
    return session.execute(able).first() is not None


def _is_reason(session: WorkspaceSession, reason_id: int) -> bool:
    standing = select(ContactReason.id).where(
        ContactReason.id == reason_id, ContactReason.removed_at.is_(None)
    )
    return session.execute(standing).first() is not None


def _told(rule: RoutingRule | None, assignee_id: int | None) -> dict[str, str | None]:
    """An event's facts: as when somebody assigns, by the rule that did."""
    return {
        "what": "assignee" if assignee_id is not None else "routed",
        "from": None,
        "to": None if assignee_id is None else str(assignee_id),
        "by": "rule" if rule is not None else "turn",
        "rule": rule.name if rule is not None else None,
    }
