"""What a conversation's figures need, kept with each thing that happens in it.

`docs/reports.md` says what each of them means.
"""

from datetime import datetime

from integration.conversations.hours.office_hours import seconds_between
from integration.conversations.inbox_settings import office_hours_of
from integration.db import WorkspaceSession
from integration.models import Conversation


def asked(conversation: Conversation, now: datetime) -> None:
    """The customer wrote."""
    if conversation.first_asked_at is None:
        conversation.first_asked_at = now
    if conversation.waiting_since is None:
        conversation.waiting_since = now


def answered(
    session: WorkspaceSession, conversation: Conversation, agent_id: int | None, now: datetime
) -> None:
    """An agent answered; the first answer is that to the customer's first question."""
    conversation.answers += 1
    conversation.waiting_since = None
    conversation.answer_due_at = None
    begun = conversation.first_asked_at
    if begun is None or conversation.first_answered_at is not None:
        return
    conversation.first_answered_at = now
    conversation.first_answered_by = agent_id
    conversation.answered_seconds = whole_seconds(begun, now)
    conversation.answered_office_seconds = in_office(session, begun, now)


def resolved(
    session: WorkspaceSession, conversation: Conversation, agent_id: int | None, now: datetime
) -> None:
    """It was resolved; if it comes back, that counts no more."""
    begun = conversation.first_asked_at or conversation.created_at
    conversation.resolved_at = now
    conversation.resolved_by = agent_id
    conversation.resolved_seconds = whole_seconds(begun, now)
    conversation.resolved_office_seconds = in_office(session, begun, now)
    conversation.first_contact = conversation.answers <= 1 and conversation.reopened == 0
    conversation.waiting_since = None
    conversation.answer_due_at = conversation.resolve_due_at = conversation.target_due_at = None


def came_back(conversation: Conversation) -> None:
    """The customer wrote again, or an agent opened it again, after it was resolved."""
    conversation.reopened += 1
    conversation.first_contact = False
    conversation.resolved_at = None
    conversation.resolved_by = None
    conversation.resolved_seconds = None
    conversation.resolved_office_seconds = None


def whole_seconds(begun: datetime, ended: datetime) -> int:
    """The seconds between two times by the clock, none where they don't follow."""
    return max(0, int((ended - begun).total_seconds()))


def in_office(session: WorkspaceSession, begun: datetime, ended: datetime) -> int | None:
    """Those in office hours, None where there are none set."""
    hours = office_hours_of(session)
    return None if hours is None else seconds_between(hours, begun, ended)
