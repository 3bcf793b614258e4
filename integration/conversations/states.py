"""What is done to a conversation beside writing: its state, who has it, what it is about."""

from datetime import datetime, timedelta

from sqlalchemy import select

from integration.conversations import figures
from integration.conversations.found import conversation_to_change
from integration.conversations.hours import targets
from integration.conversations.lines import add_event
from integration.conversations.who import key_of_person
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid, NotFound
from integration.models import Agent, ContactReason, Conversation, Order
from integration.models.vocabulary import AgentStatus, ConversationStatus, Role, Trust

_CHANGED = "Somebody changed this conversation meanwhile. Look at it again."
_LONGEST_SNOOZE = timedelta(days=366)


def set_status(
    session: WorkspaceSession,
    conversation_id: int,
    status: str,
    *,
    by: Agent | None,
    now: datetime,
    until: datetime | None = None,
    version: int | None = None,
) -> Conversation:
    """Move a conversation to a status; `snoozed` needs `until`. The same status again does nothing.

    `version` is the one that was seen, where it matters. Raises NotFound, Invalid, Conflict.
    """
    conversation = _to_change(session, conversation_id, version)
    move_to(session, conversation, status, by=by, now=now, until=until)
    targets.set_due(session, conversation, now)
    session.flush()
    return conversation


def move_to(
    session: WorkspaceSession,
    conversation: Conversation,
    status: str,
    *,
    by: Agent | None,
    now: datetime,
    until: datetime | None = None,
) -> None:
    """The same for a conversation that is locked already."""
    if status not in set(ConversationStatus):
        raise Invalid("A conversation is open, pending, snoozed or resolved.")
    if status == ConversationStatus.SNOOZED:
        if until is None or until <= now:
            raise Invalid("Say until when: a time to come.")
        if until > now + _LONGEST_SNOOZE:
            raise Invalid("A conversation can sleep for a year at most.")
    before = conversation.status
    if before == status and status != ConversationStatus.SNOOZED:
        return
    conversation.status = status
    is_snoozed = status == ConversationStatus.SNOOZED
    conversation.snoozed_until = until if is_snoozed else None
    conversation.snoozed_by = by.id if is_snoozed and by else None
    agent_id = by.id if by else None
    if status == ConversationStatus.RESOLVED:
        figures.resolved(session, conversation, agent_id, now)
    elif before == ConversationStatus.RESOLVED:
        figures.came_back(conversation)
    details = {"what": "status", "from": before, "to": status}
    if is_snoozed and until is not None:
        details["until"] = until.isoformat()
    add_event(session, conversation, details, agent_id=agent_id, now=now)


def assign(
    session: WorkspaceSession,
    conversation_id: int,
    agent_id: int | None,
    *,
    by: Agent | None,
    now: datetime,
    version: int | None = None,
    why: str | None = None,
) -> Conversation:
    """Give a conversation to an agent, or back to all. Raises NotFound, Invalid, Conflict."""
    conversation = _to_change(session, conversation_id, version)
    if agent_id is not None:
        _check_agent(session, agent_id)
    give_to(session, conversation, agent_id, by=by, now=now, why=why)
    session.flush()
    return conversation


def give_to(
    session: WorkspaceSession,
    conversation: Conversation,
    agent_id: int | None,
    *,
    by: Agent | None,
    now: datetime,
    why: str | None = None,
) -> None:
    """The same for a conversation that is locked, and an agent who can have it."""
    before = conversation.assignee_id
    if before == agent_id:
        return
    conversation.assignee_id = agent_id
    details = {"what": "assignee", "from": _text(before), "to": _text(agent_id)}
    if why:
        details["by"] = why
    add_event(session, conversation, details, agent_id=by.id if by else None, now=now)


def set_reason(
    session: WorkspaceSession,
    conversation_id: int,
    reason_id: int | None,
    *,
    by: Agent | None,
    now: datetime,
) -> Conversation:
    """Say why the customer wrote. Raises NotFound."""
    conversation = _to_change(session, conversation_id, None)
    if reason_id is not None:
        known = select(ContactReason.id).where(
            ContactReason.id == reason_id, ContactReason.removed_at.is_(None)
        )
        if session.execute(known).first() is None:
            raise NotFound("There is no such reason.")
    _change(session, conversation, "reason_id", "reason", reason_id, by, now)
    return conversation


def set_order(
    session: WorkspaceSession,
    conversation_id: int,
    order_id: int | None,
    *,
    by: Agent | None,
    now: datetime,
) -> Conversation:
    """Say which order it is about. Raises NotFound."""
    conversation = _to_change(session, conversation_id, None)
    if order_id is not None:
        if session.execute(select(Order.id).where(Order.id == order_id)).first() is None:
            raise NotFound("There is no such order.")
    _change(session, conversation, "order_id", "order", order_id, by, now)
    return conversation


def set_spam(
    session: WorkspaceSession,
    conversation_id: int,
    is_spam: bool,
    *,
    by: Agent | None,
    now: datetime,
) -> Conversation:
    """Put it aside as spam, or take it back; it is shown in no other view meanwhile."""
    conversation = _to_change(session, conversation_id, None)
    if conversation.is_spam != is_spam:
        conversation.is_spam = is_spam
        details = {"what": "spam", "from": not is_spam, "to": is_spam}
        add_event(session, conversation, details, agent_id=by.id if by else None, now=now)
        targets.set_due(session, conversation, now)
    return conversation


def set_person(
    session: WorkspaceSession,
    conversation_id: int,
    profile_id: int,
    *,
    by: Agent,
    now: datetime,
) -> Conversation:
    """Say who it is with: an agent's word, which stands until somebody says another.

    Raises NotFound.
    """
    conversation = _to_change(session, conversation_id, None)
    key = key_of_person(session, profile_id)
    before = (conversation.person_kind, conversation.person_value, conversation.trust)
    if before == (*key, Trust.AGENT):
        return conversation
    conversation.person_kind, conversation.person_value = key
    conversation.trust = Trust.AGENT
    details = {"what": "person", "to": str(profile_id)}
    add_event(session, conversation, details, agent_id=by.id, now=now)
    session.flush()
    return conversation


def _to_change(
    session: WorkspaceSession, conversation_id: int, version: int | None
) -> Conversation:
    conversation = conversation_to_change(session, conversation_id)
    if version is not None and conversation.version != version:
        raise Conflict(_CHANGED, details={"version": conversation.version})
    return conversation


def _change(
    session: WorkspaceSession,
    conversation: Conversation,
    column: str,
    what: str,
    value: int | None,
    by: Agent | None,
    now: datetime,
) -> None:
    before = getattr(conversation, column)
    if before == value:
        return
    setattr(conversation, column, value)
    details = {"what": what, "from": _text(before), "to": _text(value)}
    add_event(session, conversation, details, agent_id=by.id if by else None, now=now)


def _check_agent(session: WorkspaceSession, agent_id: int) -> None:
    agent = session.execute(select(Agent).where(Agent.id == agent_id)).scalars().one_or_none()
    if agent is None:
        raise NotFound("There is no such agent.")
    if agent.status == AgentStatus.DISABLED or agent.role == Role.READ_ONLY:
        raise Invalid("This agent can't be given conversations.")


def _text(value: int | None) -> str | None:
    return None if value is None else str(value)
