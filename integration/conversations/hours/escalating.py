"""What happens to a conversation whose target passed: once for each time that was set."""

from datetime import datetime

from sqlalchemy import or_, select

from integration.conversations.hours.due_work import do_due
from integration.conversations.inbox_settings import inbox_settings
from integration.conversations.lines import add_event
from integration.conversations.mentions import note_mentions
from integration.conversations.states import give_to
from integration.conversations.tags import put_on
from integration.db import WorkspaceSession
from integration.models import Agent, Conversation, Message
from integration.models.vocabulary import AgentStatus, MessageKind, Role
from integration.services import Services

JOB = "conversations.escalate"


def escalate_due(services: Services) -> int:
    """Escalate each conversation that is overdue and wasn't yet. Returns how many."""
    overdue = Conversation.target_due_at <= services.now()
    not_yet = or_(
        Conversation.escalated_at.is_(None),
        Conversation.escalated_at < Conversation.target_due_at,
    )
    return do_due(services, overdue & not_yet, _escalate)


def _escalate(session: WorkspaceSession, conversation: Conversation, now: datetime) -> bool:
    due_at = conversation.target_due_at
    if due_at is None:
        return False
    conversation.escalated_at = now
    wanted = "answer" if due_at == conversation.answer_due_at else "resolution"
    details = {"what": "overdue", "target": wanted, "due_at": due_at.isoformat()}
    add_event(session, conversation, details, agent_id=None, now=now)
    escalation = inbox_settings(session).targets.escalation
    if escalation.tag is not None:
        put_on(session, conversation.id, (escalation.tag,))
    agent_id = escalation.agent_id
    if agent_id is not None and _can_have(session, agent_id):
        note_mentions(session, _newest_event(session, conversation.id), (agent_id,))
        if escalation.assign:
            give_to(session, conversation, agent_id, by=None, now=now, why="overdue")
    return True


def _newest_event(session: WorkspaceSession, conversation_id: int) -> int:
    newest = select(Message.id).where(
        Message.conversation_id == conversation_id, Message.kind == MessageKind.EVENT
    )
    return session.execute(newest.order_by(Message.id.desc()).limit(1)).scalar_one()


def _can_have(session: WorkspaceSession, agent_id: int) -> bool:
    able = select(Agent.id).where(
        Agent.id == agent_id, Agent.status != AgentStatus.DISABLED, Agent.role != Role.READ_ONLY
    )
    return session.execute(able).first() is not None
