"""Which conversation a customer's message belongs to."""

from dataclasses import dataclass

from sqlalchemy import select

from channels.records import Inbound
from integration.conversations.found import conversation_to_change, home_of
from integration.db import WorkspaceSession
from integration.identity.keys import Key
from integration.identity.normalize import normalize_email
from integration.models import Channel, Conversation, Message, Visitor
from integration.models.vocabulary import ConversationStatus, MessageKind

_MOST_REFERENCES = 50
_OURS = frozenset({MessageKind.ANSWER, MessageKind.AUTOMATIC})


def key_of(inbound: Inbound) -> Key | None:
    """What the sender is known by among identities, None for nobody's."""
    person = inbound.person
    if person.kind == "email":
        normal = normalize_email(person.value)
        return None if normal is None else Key("email", normal)
    if person.kind in ("phone", "customer") and person.value:
        return Key(person.kind, person.value)
    return None


@dataclass(frozen=True, slots=True)
class Place:
    """The conversation that a message goes on with, locked; None for a new one.

    `home_id` is the conversation that it answers to, where that was merged into this one.
    """

    conversation: Conversation | None = None
    home_id: int | None = None


def find_conversation(
    session: WorkspaceSession, channel: Channel, inbound: Inbound, visitor_id: int | None
) -> Place:
    """Where a message belongs."""
    if visitor_id is not None:
        return Place(_of_visitor(session, channel, visitor_id, key_of(inbound)))
    return _of_references(session, channel, inbound)


def place_of(session: WorkspaceSession, conversation_id: int) -> Place:
    """Where a message belongs that answers to that conversation. Raises NotFound."""
    found = conversation_to_change(session, conversation_id)
    return Place(found, conversation_id if conversation_id != found.id else None)


def _of_visitor(
    session: WorkspaceSession, channel: Channel, visitor_id: int, key: Key | None
) -> Conversation | None:
    """The visitor's newest one that isn't over; one with somebody else is never gone on with."""
    # Two messages sent at once wait for each other: the second one goes on with the first's.
    session.execute(select(Visitor.id).where(Visitor.id == visitor_id).with_for_update())
    statement = (
        select(Conversation.id, Conversation.person_kind, Conversation.person_value)
        .where(
            Conversation.visitor_id == visitor_id,
            Conversation.channel_id == channel.id,
            Conversation.status != ConversationStatus.RESOLVED,
        )
        .order_by(Conversation.id.desc())
        .limit(1)
    )
    newest = session.execute(statement).first()
    if newest is None:
        return None
    if newest.person_kind == "customer" and key != Key("customer", newest.person_value):
        return None
    return conversation_to_change(session, newest.id)


def _of_references(session: WorkspaceSession, channel: Channel, inbound: Inbound) -> Place:
    """By what it answers: the newest that we know, if its sender may.

    An id of ours is random, so whoever names it has read the message. One of a customer's own
    proves nothing: then the sender has to be the conversation's, or the channel's provider vouches.
    """
    wanted = list(dict.fromkeys(reversed(inbound.references)))[:_MOST_REFERENCES]
    if not wanted:
        return Place()
    columns = select(
        Message.external_id, Message.conversation_id, Message.kind, Message.channel_id,
        Message.moved_from_id,
    )  # fmt: skip
    rows = session.execute(
        columns.where(Message.external_id.in_(wanted), Message.workspace_id == session.workspace_id)
    ).all()
    for external_id in wanted:
        for row in rows:
            if row.external_id == external_id:
                place = place_of(session, home_of(session, row.conversation_id, row.moved_from_id))
                found = place.conversation
                is_vouched = inbound.is_report and row.channel_id == channel.id
                is_read = is_vouched or row.kind in _OURS
                if is_read or (found is not None and is_their_own(found, key_of(inbound))):
                    return place
    return Place()


def is_their_own(conversation: Conversation, key: Key | None) -> bool:
    """Whether a conversation is with whoever that key says, or with nobody known."""
    if key is None:
        return False
    if (conversation.person_kind, conversation.person_value) == key:
        return True
    told = conversation.person_address
    return key.kind == "email" and told is not None and normalize_email(told) == key.value
