"""A customer's message becomes a conversation's: the one use case by which all of them come in."""

from datetime import datetime

from channels.records import Inbound
from integration.conversations import figures
from integration.conversations.attachments import save_files
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import MessageContent
from integration.conversations.hours import targets
from integration.conversations.languages import language_of
from integration.conversations.lines import add_event, add_message, written_before
from integration.conversations.lists import terms
from integration.conversations.ordering import find_order
from integration.conversations.records import Received
from integration.conversations.routing.route import route
from integration.conversations.threading import (
    find_conversation,
    is_their_own,
    key_of,
    place_of,
)
from integration.db import WorkspaceSession
from integration.models import Channel, Conversation
from integration.models.vocabulary import ConversationStatus, MessageKind, Trust

LONGEST_SUBJECT = 500
LONGEST_NAME = 200
_RANK = {level: rank for rank, level in enumerate(Trust)}


def receive(
    session: WorkspaceSession,
    keys: ChannelKeys,
    channel: Channel,
    inbound: Inbound,
    *,
    key: str,
    now: datetime,
    conversation_id: int | None = None,
    visitor_id: int | None = None,
) -> Received:
    """Write a customer's message where it belongs; nothing of it is lost, nothing is written twice.

    `key` is the same whenever the same message comes. `conversation_id` is where a proven reply
    token says that it belongs. Whoever isn't the conversation's person is told as another
    participant, by the fact `participant`. Tell of it after the commit (`changes.tell`).
    """
    place = (
        place_of(session, conversation_id)
        if conversation_id is not None
        else find_conversation(session, channel, inbound, visitor_id)
    )
    found = place.conversation
    # Whoever wrote it meanwhile had the lock that we waited for.
    before = written_before(session, key)
    if before is not None:
        return Received(before.conversation_id, before.id, is_repeat=True)
    is_new = found is None
    conversation = found or _open(session, channel, inbound, visitor_id, now)
    is_others = not is_new and not _is_persons(conversation, inbound, visitor_id)
    is_others = is_others and not inbound.is_report
    content = _content(inbound, is_others)
    message = add_message(
        session,
        keys,
        conversation,
        content,
        kind=MessageKind.CUSTOMER,
        key=key,
        now=now,
        channel_id=channel.id,
        trust=inbound.person.trust,
        external_id=inbound.external_id,
        sent_at=inbound.sent_at,
        details=_how(inbound),
        moved_from_id=place.home_id,
    )
    save_files(session, keys.of(channel), channel.id, message.id, inbound.files, now)
    if not is_new and not is_others:
        _believe(conversation, inbound)
    was_reopened = _follow_up(session, conversation, inbound, is_new, now)
    whose = conversation.assignee_id
    return Received(conversation.id, message.id, is_new, False, was_reopened, whose)


def _follow_up(
    session: WorkspaceSession,
    conversation: Conversation,
    inbound: Inbound,
    is_new: bool,
    now: datetime,
) -> bool:
    """What a message brings with it, once it is written. Whether it opened what was resolved."""
    was_reopened = False
    if inbound.was_answered:
        figures.asked(conversation, inbound.sent_at or now)
        figures.answered(session, conversation, None, inbound.sent_at or now)
    elif not inbound.is_automatic:
        was_reopened = _comes_to_us(session, conversation, now)
    text = _searched(inbound)
    if conversation.order_id is None:
        conversation.order_id = find_order(session, conversation, text)
    if is_new:
        route(session, conversation, text=text, now=now)
    if not inbound.is_automatic:
        targets.set_due(session, conversation, now)
    terms.mark_due(session, conversation.id)
    session.flush()
    return was_reopened


def _how(inbound: Inbound) -> dict[str, bool] | None:
    """What figures that are counted anew have to know of a message."""
    if inbound.was_answered:
        return {"answered": True}
    return {"automatic": True} if inbound.is_automatic else None


def _open(
    session: WorkspaceSession,
    channel: Channel,
    inbound: Inbound,
    visitor_id: int | None,
    now: datetime,
) -> Conversation:
    person = inbound.person
    known_by = key_of(inbound)
    # What a machine reports of (a call that we made) is over, unless something else follows.
    is_over = inbound.is_report and inbound.is_automatic
    conversation = Conversation(
        channel_id=channel.id,
        channel_kind=channel.kind,
        store_id=channel.store_id,
        visitor_id=visitor_id,
        subject=_cut(inbound.subject, LONGEST_SUBJECT),
        status=ConversationStatus.RESOLVED if is_over else ConversationStatus.OPEN,
        locale=inbound.locale or language_of(inbound.text) or channel.locale,
        trust=person.trust,
        person_kind=known_by.kind if known_by else None,
        person_value=known_by.value if known_by else None,
        person_name=_cut(person.name, LONGEST_NAME),
        person_address=_address(inbound),
        messages=0,
        answers=0,
        reopened=0,
        is_spam=False,
        version=1,
        created_at=now,
        last_message_at=now,
    )
    session.add(conversation)
    session.flush()
    return conversation


def _comes_to_us(session: WorkspaceSession, conversation: Conversation, now: datetime) -> bool:
    """Have the conversation be ours to do. Whether it had been resolved."""
    before = conversation.status
    conversation.status = ConversationStatus.OPEN
    conversation.snoozed_until = conversation.snoozed_by = None
    if before == ConversationStatus.RESOLVED:
        figures.came_back(conversation)
    figures.asked(conversation, now)
    if before not in (ConversationStatus.OPEN, ConversationStatus.PENDING):
        details = {"what": "status", "from": before, "to": conversation.status, "by": "customer"}
        add_event(session, conversation, details, agent_id=None, now=now)
    return before == ConversationStatus.RESOLVED


def _believe(conversation: Conversation, inbound: Inbound) -> None:
    """Take what a later message of the same person proves more of; never less."""
    known_by = key_of(inbound)
    if conversation.trust == Trust.AGENT or known_by is None:
        return
    if _RANK[Trust(inbound.person.trust)] <= _RANK[Trust(conversation.trust)]:
        return
    conversation.trust = inbound.person.trust
    conversation.person_kind, conversation.person_value = known_by
    conversation.person_name = inbound.person.name or conversation.person_name


def _is_persons(conversation: Conversation, inbound: Inbound, visitor_id: int | None) -> bool:
    if visitor_id is not None and conversation.visitor_id == visitor_id:
        return True
    if conversation.visitor_id is not None and conversation.trust == Trust.CLAIMED:
        # Whose address a visitor typed may answer the mail that we sent there: they are two.
        return False
    return is_their_own(conversation, key_of(inbound))


def _content(inbound: Inbound, is_others: bool) -> MessageContent:
    facts = dict(inbound.facts)
    if is_others:
        facts["participant"] = "other"
    return MessageContent(
        text=inbound.text,
        html=inbound.html,
        quoted=inbound.quoted,
        subject=inbound.subject,
        sender_name=_cut(inbound.person.name, LONGEST_NAME),
        sender_address=_address(inbound),
        to=tuple((each.address, each.name) for each in inbound.to),
        cc=tuple((each.address, each.name) for each in inbound.cc),
        facts=facts,
    )


def _address(inbound: Inbound) -> str | None:
    told = inbound.person.value if inbound.person.kind in ("email", "phone") else None
    return told or None


def _searched(inbound: Inbound) -> str:
    return f"{inbound.subject or ''}\n{inbound.text}"


def _cut(text: str | None, longest: int) -> str | None:
    """A name or subject for one line, without what no database keeps."""
    if text is None:
        return None
    line = " ".join(text.replace("\0", "").split())
    return line.encode(errors="replace").decode()[:longest] or None
