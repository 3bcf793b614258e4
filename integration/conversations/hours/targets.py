"""Until when a conversation wants its answer and its end, by office hours where it is so set.

An answer is wanted while the customer waits. The end is wanted of what is ours to do: not while it
is the customer's turn or sleeps. Each time that passes is escalated once (`escalating`).
"""

from datetime import datetime, timedelta

from sqlalchemy import select

from integration.conversations.hours.office_hours import after_seconds
from integration.conversations.hours.target_classes import TargetClass
from integration.conversations.inbox_settings import SettingsOfInbox, inbox_settings
from integration.db import WorkspaceSession
from integration.models import Conversation, ConversationTag
from integration.models.vocabulary import ConversationStatus


def set_due(session: WorkspaceSession, conversation: Conversation, now: datetime) -> None:
    """Work out when the conversation is due, after anything that happened to it.

    The conversation is locked by the caller.
    """
    is_over = conversation.status == ConversationStatus.RESOLVED
    if is_over or conversation.is_spam or conversation.merged_into_id is not None:
        conversation.answer_due_at = conversation.resolve_due_at = None
        conversation.target_due_at = None
        return
    settings = inbox_settings(session)
    wanted = _class_of(session, settings, conversation)
    waiting = conversation.waiting_since
    conversation.answer_due_at = (
        None if waiting is None else _after(settings, waiting, wanted.answer_minutes)
    )
    conversation.resolve_due_at = _resolve_due(settings, conversation, wanted, now)
    is_ours = conversation.status == ConversationStatus.OPEN
    times = (conversation.answer_due_at, conversation.resolve_due_at if is_ours else None)
    conversation.target_due_at = min((each for each in times if each is not None), default=None)


def _resolve_due(
    settings: SettingsOfInbox, conversation: Conversation, wanted: TargetClass, now: datetime
) -> datetime | None:
    if wanted.resolve_minutes is None:
        return None
    if conversation.reopened == 0:
        begun = conversation.first_asked_at or conversation.created_at
        return _after(settings, begun, wanted.resolve_minutes)
    # It came back: the time begins anew, once.
    return conversation.resolve_due_at or _after(settings, now, wanted.resolve_minutes)


def _class_of(
    session: WorkspaceSession, settings: SettingsOfInbox, conversation: Conversation
) -> TargetClass:
    tags: list[str] = []
    if settings.targets.has_tags():
        its = ConversationTag.conversation_id == conversation.id
        tags = list(session.execute(select(ConversationTag.tag).where(its)).scalars())
    kind, channel_id = conversation.channel_kind, conversation.channel_id
    return settings.targets.of(conversation.target_class, kind, channel_id, tags)


def _after(settings: SettingsOfInbox, begun: datetime, minutes: int | None) -> datetime | None:
    if minutes is None:
        return None
    if settings.office_hours is None or not settings.targets.by_office_hours:
        return begun + timedelta(minutes=minutes)
    return after_seconds(settings.office_hours, begun, 60 * minutes)
