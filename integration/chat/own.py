"""Which conversations and messages are a visitor's own: what they may see, and nothing else."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select

from integration.db import WorkspaceSession
from integration.models import Conversation, Message, Visitor
from integration.models.vocabulary import ConversationStatus, MessageKind, Trust

OURS = (MessageKind.ANSWER, MessageKind.AUTOMATIC)


def own_conversations(session: WorkspaceSession, visitor: Visitor) -> Sequence[Conversation]:
    """The visitor's conversations, the oldest first; a signed-in customer's of all devices."""
    theirs = Conversation.visitor_id == visitor.id
    if visitor.customer_value is not None:
        theirs = or_(theirs, _is_customers(visitor.customer_value))
    statement = select(Conversation).where(theirs, Conversation.channel_id == visitor.channel_id)
    return session.execute(statement.order_by(Conversation.id)).scalars().all()


def visible_file(session: WorkspaceSession, visitor: Visitor, message_id: int) -> bool:
    """Whether a message, and so its files, is one that the visitor sees."""
    own = own_conversations(session, visitor)
    if not own:
        return False
    statement = select(Message.id).where(Message.id == message_id, is_visible(visitor, own))
    return session.execute(statement).first() is not None


def _is_customers(customer_value: str) -> ColumnElement[bool]:
    """Whether a chat is of somebody whom the store proved to be that customer."""
    return and_(
        Conversation.person_kind == "customer",
        Conversation.person_value == customer_value,
        Conversation.trust == Trust.SIGNED,
        Conversation.visitor_id.is_not(None),
    )


def open_elsewhere(session: WorkspaceSession, visitor: Visitor) -> Conversation | None:
    """The open chat that a signed-in customer began on another device, where it is the newest."""
    if visitor.customer_value is None:
        return None
    going = [
        each
        for each in own_conversations(session, visitor)
        if each.status != ConversationStatus.RESOLVED and each.merged_into_id is None
    ]
    return going[-1] if going and going[-1].visitor_id != visitor.id else None


def is_visible(visitor: Visitor, own: Sequence[Conversation]) -> ColumnElement[bool]:
    """Own words wherever they went, and answers in the chat that were written in own ones."""
    ids = [each.id for each in own]
    writers = {visitor.id, *(each.visitor_id for each in own if each.visitor_id is not None)}
    places = {*ids, *(each.merged_into_id for each in own if each.merged_into_id is not None)}
    return and_(
        Message.channel_id == visitor.channel_id,
        or_(
            and_(
                Message.kind == MessageKind.CUSTOMER,
                or_(
                    *(
                        Message.key.startswith(message_key(each, ""), autoescape=True)
                        for each in sorted(writers)
                    )
                ),
                or_(Message.conversation_id.in_(places), Message.moved_from_id.in_(ids)),
            ),
            and_(
                Message.kind.in_(OURS),
                or_(
                    and_(Message.conversation_id.in_(ids), Message.moved_from_id.is_(None)),
                    Message.moved_from_id.in_(ids),
                ),
            ),
        ),
    )


def message_key(visitor_id: int, key: str) -> str:
    """The key of a visitor's message: what they made up, and whose it is."""
    return f"chat:{visitor_id}:{key}"
