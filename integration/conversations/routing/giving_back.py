"""Conversations of agents who can't see to them: given back, and to whose turn it is then.

Of somebody who was disabled all that isn't resolved. Of somebody who is away what routing gave
them and the customer still waits for: what a colleague or they themselves chose stays theirs.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select

from integration.conversations.hours.due_work import do_due
from integration.conversations.inbox_settings import inbox_settings
from integration.conversations.routing.round_robin import next_in_turn
from integration.conversations.states import give_to
from integration.db import WorkspaceSession
from integration.models import Agent, Conversation
from integration.models.vocabulary import AgentStatus, ConversationStatus
from integration.services import Services

JOB = "conversations.give_back"
# Whoever wasn't seen for so long is away.
AWAY_AFTER = timedelta(minutes=30)


def give_back_due(services: Services) -> int:
    """Give back what nobody sees to. Returns how many conversations."""
    return do_due(services, _is_due(services.now()), _give_back, found_by=_THEIRS)


# From the agents on: they are few, and what each has stands in an index.
_THEIRS = (
    select(Conversation.workspace_id, Conversation.id)
    .select_from(Agent)
    .join(
        Conversation,
        and_(
            Conversation.workspace_id == Agent.workspace_id,
            Conversation.assignee_id == Agent.id,
            Conversation.status.in_(
                (
                    ConversationStatus.OPEN,
                    ConversationStatus.PENDING,
                    ConversationStatus.SNOOZED,
                )
            ),
        ),
    )
    .where(
        or_(Agent.status == AgentStatus.DISABLED, Conversation.status == ConversationStatus.OPEN)
    )
)


def _is_due(now: datetime) -> ColumnElement[bool]:
    its = select(Agent.id).where(Agent.id == Conversation.assignee_id)
    disabled = its.where(Agent.status == AgentStatus.DISABLED).correlate(Conversation)
    unseen = or_(Agent.seen_at.is_(None), Agent.seen_at < now - AWAY_AFTER)
    waits = and_(
        Conversation.status == ConversationStatus.OPEN,
        Conversation.waiting_since < now - AWAY_AFTER,
        Conversation.answers == 0,
        Conversation.routed_to_id == Conversation.assignee_id,
    )
    return and_(
        Conversation.assignee_id.is_not(None),
        Conversation.status != ConversationStatus.RESOLVED,
        Conversation.merged_into_id.is_(None),
        or_(
            disabled.exists(),
            and_(waits, its.where(unseen).correlate(Conversation).exists()),
        ),
    )


def _give_back(session: WorkspaceSession, conversation: Conversation, now: datetime) -> bool:
    agent = session.get(Agent, conversation.assignee_id)
    if agent is None:
        return False
    following = None
    if conversation.status == ConversationStatus.OPEN and inbox_settings(session).round_robin:
        following = next_in_turn(session, locale=conversation.locale, now=now, but=(agent.id,))
    why = "disabled" if agent.status == AgentStatus.DISABLED else "away"
    give_to(session, conversation, following, by=None, now=now, why=why)
    conversation.routed_to_id = following
    # The next one who asks whose turn it is counts this one.
    session.flush()
    return True
