"""What agents and rules write: answers, notes, and conversations that we begin."""

from collections.abc import Sequence
from datetime import datetime

from channels.records import Address
from integration.conversations import figures
from integration.conversations.attachments import take_uploads
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.channels.kinds import traits_of
from integration.conversations.contents import MessageContent
from integration.conversations.found import conversation_to_change
from integration.conversations.hours import targets
from integration.conversations.lines import LONGEST_KEY, add_event, add_message, written_before
from integration.conversations.lists import terms
from integration.conversations.mentions import named_in, note_mentions
from integration.conversations.outgoing.ways_out import (
    channel_to_send,
    check_window,
    recipient_of,
    write_out,
)
from integration.conversations.records import Written
from integration.conversations.states import move_to
from integration.db import WorkspaceSession
from integration.errors import Invalid
from integration.identity.keys import Key
from integration.identity.normalize import normalize_email
from integration.models import Agent, Channel, Conversation
from integration.models.vocabulary import (
    ConversationStatus,
    MessageKind,
    Trust,
)

LONGEST_TEXT = 50_000
LONGEST_SUBJECT = 500
_THEN = frozenset(
    {ConversationStatus.OPEN, ConversationStatus.PENDING, ConversationStatus.RESOLVED}
)


def answer(
    session: WorkspaceSession,
    keys: ChannelKeys,
    conversation_id: int,
    text: str,
    *,
    by: Agent,
    key: str,
    now: datetime,
    channel_id: int | None = None,
    to: Address | None = None,
    cc: Sequence[Address] = (),
    attachment_keys: Sequence[str] = (),
    then: str | None = ConversationStatus.PENDING,
) -> Written:
    """Answer the customer, by the channel they wrote on or another; `then` is the status after it.

    The same `key` twice is one answer. Raises NotFound, Invalid (an empty or too long text, a
    channel that can't answer or not to them), Conflict (a channel that doesn't work now).
    """
    if then is not None and then not in _THEN:
        raise Invalid("After an answer a conversation is open, pending or resolved.")
    kept = checked_text(text, may_be_empty=bool(attachment_keys))
    conversation = conversation_to_change(session, conversation_id)
    before = _before(session, key)
    if before is not None:
        return before
    channel = channel_to_send(session, channel_id or conversation.channel_id)
    recipient = to or recipient_of(conversation, channel)
    check_window(conversation, channel, now)
    content = MessageContent(
        text=kept,
        subject=conversation.subject,
        to=((recipient.address, recipient.name),) if recipient else (),
        cc=tuple((each.address, each.name) for each in cc),
    )
    message = write_out(session, keys, conversation, channel, content, by.id, key, now)
    take_uploads(session, message.id, attachment_keys)
    if conversation.assignee_id is None:
        conversation.assignee_id = by.id
        details = {"what": "assignee", "from": None, "to": str(by.id), "by": "answer"}
        add_event(session, conversation, details, agent_id=by.id, now=now)
    figures.answered(session, conversation, by.id, now)
    if then is not None:
        move_to(session, conversation, then, by=by, now=now)
    targets.set_due(session, conversation, now)
    terms.mark_due(session, conversation.id)
    session.flush()
    is_live, whose = traits_of(channel.kind).is_live, conversation.assignee_id
    return Written(conversation.id, message.id, is_to_be_sent=not is_live, assignee_id=whose)


def note(
    session: WorkspaceSession,
    keys: ChannelKeys,
    conversation_id: int,
    text: str,
    *,
    by: Agent,
    key: str,
    now: datetime,
    mentions: Sequence[int] = (),
    attachment_keys: Sequence[str] = (),
) -> Written:
    """Write a note that stays among agents, and let those it mentions know.

    Raises NotFound, Invalid.
    """
    kept = checked_text(text, may_be_empty=bool(attachment_keys))
    conversation = conversation_to_change(session, conversation_id)
    before = _before(session, key)
    if before is not None:
        return before
    newest = conversation.last_message_at
    message = add_message(
        session,
        keys,
        conversation,
        MessageContent(kept),
        kind=MessageKind.NOTE,
        key=key,
        now=now,
        agent_id=by.id,
    )
    # A note is no news of the customer's: it doesn't bring a conversation to the top.
    conversation.last_message_at = newest
    take_uploads(session, message.id, attachment_keys)
    named = (each for each in named_in(session, kept) if each != by.id)
    note_mentions(session, message.id, (*mentions, *named))
    terms.mark_due(session, conversation.id)
    session.flush()
    return Written(conversation.id, message.id, assignee_id=conversation.assignee_id)


def begin(
    session: WorkspaceSession,
    keys: ChannelKeys,
    channel_id: int,
    *,
    to: Address,
    subject: str | None,
    text: str,
    by: Agent,
    key: str,
    now: datetime,
    person: Key | None = None,
    locale: str | None = None,
    attachment_keys: Sequence[str] = (),
) -> Written:
    """Write to somebody first. `person` is the key of whom an agent chose (`who.key_of_person`).

    Raises NotFound, Invalid, Conflict.
    """
    before = _before(session, key)
    if before is not None:
        return before
    kept = checked_text(text, may_be_empty=False)
    channel = channel_to_send(session, channel_id)
    if not traits_of(channel.kind).can_begin:
        raise Invalid("Nobody can be written to first on this channel.")
    conversation = new_conversation(channel, now, subject=subject, locale=locale)
    _say_who(conversation, to, person)
    session.add(conversation)
    session.flush()
    content = MessageContent(text=kept, subject=subject, to=((to.address, to.name),))
    message = write_out(session, keys, conversation, channel, content, by.id, key, now)
    take_uploads(session, message.id, attachment_keys)
    conversation.assignee_id = by.id
    conversation.status = ConversationStatus.PENDING
    terms.mark_due(session, conversation.id)
    session.flush()
    return Written(conversation.id, message.id, is_to_be_sent=True)


def automatic(
    session: WorkspaceSession,
    keys: ChannelKeys,
    conversation_id: int,
    text: str,
    *,
    key: str,
    now: datetime,
    to: Address | None = None,
    channel_id: int | None = None,
    subject: str | None = None,
) -> Written:
    """Write what a rule of ours says; it counts as no answer. Ask `automatic.may_go` before."""
    conversation = conversation_to_change(session, conversation_id)
    before = _before(session, key)
    if before is not None:
        return before
    channel = channel_to_send(session, channel_id or conversation.channel_id)
    recipient = to or recipient_of(conversation, channel)
    content = MessageContent(
        text=text,
        subject=subject or conversation.subject,
        to=((recipient.address, recipient.name),) if recipient else (),
    )
    message = write_out(
        session, keys, conversation, channel, content, None, key, now, MessageKind.AUTOMATIC
    )
    is_live = traits_of(channel.kind).is_live
    return Written(conversation.id, message.id, is_to_be_sent=not is_live)


def new_conversation(
    channel: Channel, now: datetime, *, subject: str | None, locale: str | None
) -> Conversation:
    """A conversation that begins on our side, not added yet."""
    return Conversation(
        channel_id=channel.id,
        channel_kind=channel.kind,
        store_id=channel.store_id,
        subject=one_line(subject),
        status=ConversationStatus.OPEN,
        is_spam=False,
        locale=locale or channel.locale,
        trust=Trust.CLAIMED,
        messages=0,
        answers=0,
        reopened=0,
        version=1,
        created_at=now,
        last_message_at=now,
    )


def checked_text(text: str, *, may_be_empty: bool) -> str:
    """A text as it is kept. Raises Invalid for none, and for one that is too long."""
    kept = text.replace("\r\n", "\n").replace("\0", "").strip("\n").rstrip()
    if not kept.strip() and not may_be_empty:
        raise Invalid("Write something first.")
    if len(kept) > LONGEST_TEXT:
        raise Invalid(f"That is too long: at most {LONGEST_TEXT} characters can be sent.")
    return kept


def one_line(subject: str | None) -> str | None:
    """A subject as it is kept, on one line; None for an empty one."""
    line = " ".join((subject or "").replace("\0", "").split())
    return line[:LONGEST_SUBJECT] or None


def _say_who(conversation: Conversation, to: Address, person: Key | None) -> None:
    conversation.person_name, conversation.person_address = to.name, to.address
    if person is not None:
        conversation.person_kind, conversation.person_value = person
        conversation.trust = Trust.AGENT
        return
    normal = normalize_email(to.address)
    if normal is None:
        raise Invalid("That isn't an e-mail address.")
    conversation.person_kind, conversation.person_value = "email", normal


def _before(session: WorkspaceSession, key: str) -> Written | None:
    if not key or len(key) > LONGEST_KEY:
        raise Invalid("The message has no key, or one that is too long.")
    found = written_before(session, key)
    return None if found is None else Written(found.conversation_id, found.id, is_repeat=True)
