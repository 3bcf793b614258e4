"""Waking what slept until now; a customer's message wakes by itself (`receiving`)."""

from datetime import datetime

from integration.conversations.hours import targets
from integration.conversations.hours.due_work import do_due
from integration.conversations.states import move_to
from integration.db import WorkspaceSession
from integration.models import Conversation
from integration.models.vocabulary import ConversationStatus
from integration.services import Services

JOB = "conversations.wake"


def wake_due(services: Services) -> int:
    """Open each conversation whose sleep is over. Returns how many."""
    is_due = Conversation.snoozed_until <= services.now()
    return do_due(services, is_due, _wake)


def _wake(session: WorkspaceSession, conversation: Conversation, now: datetime) -> bool:
    if conversation.status != ConversationStatus.SNOOZED or conversation.merged_into_id is not None:
        conversation.snoozed_until = conversation.snoozed_by = None
        return False
    move_to(session, conversation, ConversationStatus.OPEN, by=None, now=now)
    targets.set_due(session, conversation, now)
    return True
