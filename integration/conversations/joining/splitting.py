"""A conversation that went over to another thing: from a message on it goes on by itself.

Merging it back undoes it.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import EMPTY, MessageContent, open_content
from integration.conversations.found import conversation_to_change
from integration.conversations.hours import targets
from integration.conversations.joining.recounting import move_messages, recount
from integration.conversations.lines import add_event
from integration.conversations.lists import terms
from integration.conversations.ordering import find_order
from integration.conversations.tags import put_on, tags_of
from integration.crypto import CannotOpen
from integration.db import WorkspaceSession
from integration.errors import Invalid, NotFound
from integration.identity.normalize import normalize_email
from integration.models import Agent, Channel, Conversation, Message
from integration.models.vocabulary import ConversationStatus, MessageKind


def split(
    session: WorkspaceSession,
    keys: ChannelKeys,
    conversation_id: int,
    message_id: int,
    *,
    by: Agent,
    now: datetime,
) -> int:
    """Make a conversation of its own out of a message and all after it; its id.

    It is with the same person, or with whoever else wrote the message that it begins with. What the
    customer answers to one of them follows it. Raises NotFound; Invalid for the first message.
    """
    held = conversation_to_change(session, conversation_id)
    rows = (
        session.execute(
            select(Message)
            .where(Message.conversation_id == held.id, Message.kind != MessageKind.EVENT)
            .order_by(Message.id)
        )
        .scalars()
        .all()
    )
    if message_id not in {row.id for row in rows}:
        raise NotFound("There is no such message in this conversation.")
    moving = [row for row in rows if row.id >= message_id]
    if len(moving) == len(rows):
        raise Invalid("Nothing would be left: choose a later message.")
    first = moving[0]
    content = _content(session, keys, first)
    made = _made(session, held, first, content, now)
    move_messages(session, [row.id for row in moving], held, made)
    put_on(session, made.id, tags_of(session, held.id))
    made.order_id = find_order(session, made, f"{content.subject or ''}\n{content.text}")
    told = {"count": len(moving)}
    add_event(session, held, {"what": "split", "to": str(made.id), **told}, agent_id=by.id, now=now)
    add_event(
        session, made, {"what": "split_from", "from": str(held.id), **told}, agent_id=by.id, now=now
    )
    for each in (held, made):
        recount(session, keys, each)
        if each.status == ConversationStatus.PENDING and each.waiting_since is not None:
            # The answer that it waited for went with the others.
            each.status = ConversationStatus.OPEN
        targets.set_due(session, each, now)
        terms.mark_due(session, each.id)
    session.flush()
    return made.id


def _made(
    session: WorkspaceSession,
    held: Conversation,
    first: Message,
    content: MessageContent,
    now: datetime,
) -> Conversation:
    channel = session.get_one(Channel, first.channel_id)
    made = Conversation(
        channel_id=channel.id,
        channel_kind=channel.kind,
        store_id=held.store_id if channel.id == held.channel_id else channel.store_id,
        visitor_id=held.visitor_id if channel.id == held.channel_id else None,
        subject=content.subject or held.subject,
        status=held.status,
        snoozed_until=held.snoozed_until,
        snoozed_by=held.snoozed_by,
        resolved_at=held.resolved_at,
        resolved_by=held.resolved_by,
        is_spam=held.is_spam,
        assignee_id=held.assignee_id,
        locale=held.locale,
        target_class=held.target_class,
        split_from_id=held.id,
        messages=0,
        answers=0,
        reopened=0,
        version=1,
        created_at=first.created_at,
        last_message_at=now,
        **_person(held, first, content),
    )
    session.add(made)
    session.flush()
    return made


def _person(held: Conversation, first: Message, content: MessageContent) -> dict[str, Any]:
    """Who it is with: as before, unless somebody else wrote what it begins with."""
    address = content.sender_address
    normal = normalize_email(address) if address else None
    is_others = first.kind == MessageKind.CUSTOMER and content.facts.get("participant") == "other"
    if is_others and normal is not None and first.trust is not None:
        return {
            "trust": first.trust,
            "person_kind": "email",
            "person_value": normal,
            "person_name": content.sender_name,
            "person_address": address,
        }
    names = ("trust", "person_kind", "person_value", "person_name", "person_address")
    return {name: getattr(held, name) for name in names}


def _content(session: WorkspaceSession, keys: ChannelKeys, row: Message) -> MessageContent:
    try:
        return open_content(keys.by_id(session, row.channel_id), row)
    except CannotOpen:
        return EMPTY
