"""Mails of ours that come back: marked at the message, told to agents, never answered."""

from datetime import datetime

from sqlalchemy import select

from channels.records import Bounce
from integration.conversations.found import conversation_to_change
from integration.conversations.lines import add_event
from integration.conversations.states import move_to
from integration.db import WorkspaceSession
from integration.models import Message
from integration.models.vocabulary import ConversationStatus, DeliveryState, MessageKind

_OURS = (MessageKind.ANSWER, MessageKind.AUTOMATIC)
# RFC 3463: what the second and third number of a status say, as far as agents can do anything.
_WHY = {
    "1.1": "there is no such mailbox",
    "1.2": "there is no such mail domain",
    "1.3": "the address isn't one",
    "1.6": "the mailbox has moved",
    "2.1": "the mailbox is switched off",
    "2.2": "the mailbox is full",
    "2.3": "the message is too large",
    "3.4": "the message is too large",
    "4.4": "the mail server can't be found",
    "4.7": "the mail server couldn't be reached for too long",
    "7.1": "the mail server refuses mail from us",
}
_AGAIN = frozenset({ConversationStatus.PENDING, ConversationStatus.RESOLVED})


def take_bounce(session: WorkspaceSession, bounce: Bounce, now: datetime) -> int | None:
    """Mark what came back and open its conversation again; its id.

    None for something that we never sent. A delay that the other side tells of changes nothing.
    """
    message = _message(session, bounce.external_id)
    if message is None:
        return None
    if not bounce.is_final or message.delivery == DeliveryState.BOUNCED:
        return message.conversation_id
    status, why = reason_of(bounce.status)
    message.delivery, message.delivery_error = DeliveryState.BOUNCED, why
    conversation = conversation_to_change(session, message.conversation_id)
    details = {"what": "bounce", "message": str(message.id), "status": status}
    add_event(session, conversation, details, agent_id=None, now=now)
    # An automatic mail that comes back leaves nothing undone.
    if message.kind == MessageKind.ANSWER and conversation.status in _AGAIN:
        move_to(session, conversation, ConversationStatus.OPEN, by=None, now=now)
    session.flush()
    return conversation.id


def reason_of(status: str | None) -> tuple[str | None, str]:
    """The status and a sentence, without a word of the other side's: it may name anybody."""
    numbers = (status or "").strip().split(".")
    is_status = len(numbers) == 3 and all(each.isascii() and each.isdigit() for each in numbers)
    if not is_status:
        return None, "It came back."
    told = ".".join(numbers)[:12]
    why = _WHY.get(f"{numbers[1]}.{numbers[2]}")
    return told, f"It came back: {why} ({told})." if why else f"It came back ({told})."


def _message(session: WorkspaceSession, external_id: str | None) -> Message | None:
    if not external_id:
        return None
    statement = select(Message).where(
        Message.external_id == external_id,
        Message.workspace_id == session.workspace_id,
        Message.kind.in_(_OURS),
    )
    return session.execute(statement.limit(1)).scalars().first()
