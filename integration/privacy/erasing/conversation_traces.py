"""What conversations keep of a person: found, then erased; their figures stay, without whom.

A conversation is a person's by what its sender is known by, believed or not: also one that only
claimed an address holds that address. On a channel of another store it stays.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, update

from integration.conversations.lists.terms import mark_due
from integration.db import WorkspaceSession
from integration.identity.keys import Key
from integration.models import (
    Arrival,
    Attachment,
    Case,
    Conversation,
    ConversationTag,
    ConversationTerm,
    Mention,
    Message,
    Sending,
    Store,
    Visitor,
)

_CHUNK = 200
_SILENT = {"synchronize_session": False}
_CONTACTS = frozenset({"email", "phone"})


def conversations_known_by(
    session: WorkspaceSession, store: Store, names: Collection[Key]
) -> list[int]:
    """The conversations with whoever has these names, as far as that store may ask for them."""
    own = _named(names, of_contacts=False)
    contacts = _named(names, of_contacts=True)
    ours = or_(Conversation.store_id.is_(None), Conversation.store_id == store.id)
    visitors = select(Visitor.id).where(visits_of(names))
    statement = select(Conversation.id).where(
        or_(own, and_(ours, contacts), and_(ours, Conversation.visitor_id.in_(visitors)))
    )
    return list(session.execute(statement.order_by(Conversation.id)).scalars())


def erase_conversations(
    session: WorkspaceSession, store: Store, names: Collection[Key]
) -> Counter[str]:
    """Erase what conversations keep of whoever has these names, and their visits in chats.

    How many of what.
    """
    counts = blank_conversations(session, conversations_known_by(session, store, names))
    counts["visitors"] += _delete(session, Visitor, visits_of(names))
    # Who is signed in as somebody else stays, without the address that they only typed.
    counts["visitors"] += _set(session, Visitor, _typed(names), email=None)
    return counts


def erase_conversations_of_store(
    session: WorkspaceSession, store_id: int, after: int = 0, before: datetime | None = None
) -> tuple[int | None, Counter[str]]:
    """Erase some conversations of a store's channels and accounts, after that id.

    The last one's id, to go on after, None when there were none; and how many of what went. With
    `before` those that ended before then.
    """
    accounts = and_(
        Conversation.person_kind.in_(("customer", "order")),
        Conversation.person_value.startswith(f"{store_id}:"),
    )
    its = or_(Conversation.store_id == store_id, accounts)
    statement = select(Conversation.id).where(its, Conversation.id > after)
    if before is not None:
        statement = statement.where(Conversation.last_message_at < before)
    found = session.execute(statement.order_by(Conversation.id).limit(_CHUNK)).scalars().all()
    counts = blank_conversations(session, found)
    return (found[-1] if found else None), counts


def blank_conversations(
    session: WorkspaceSession, conversation_ids: Collection[int]
) -> Counter[str]:
    """Take all words, addresses and files out of conversations; how many of what."""
    ids = list(conversation_ids)
    counts: Counter[str] = Counter(conversations=len(ids))
    for first in range(0, len(ids), _CHUNK):
        counts.update(_blank(session, ids[first : first + _CHUNK]))
    return counts


def blank_messages(session: WorkspaceSession, message_ids: Collection[int]) -> dict[str, int]:
    """Take words and files out of single messages of conversations that stay; how many of what."""
    ids = list(message_ids)
    files = _delete(session, Attachment, Attachment.message_id.in_(ids))
    _delete(session, Sending, Sending.message_id.in_(ids))
    _set(session, Arrival, Arrival.message_id.in_(ids), sealed_body=None, external_id=None)
    values = {"sealed_content": None, "external_id": None, "delivery_error": None}
    said = _set(session, Message, Message.id.in_(ids), **values)
    return {"messages": said, "files": files}


def own_messages(conversation_id: int) -> ColumnElement[bool]:
    """Which messages are a conversation's own: also where it was merged into another's.

    What came along when another was merged into it is that one's.
    """
    merged = select(Conversation.id).where(Conversation.merged_into_id.is_not(None))
    came_along = Message.moved_from_id.in_(merged)
    stands = and_(
        Message.conversation_id == conversation_id,
        or_(Message.moved_from_id.is_(None), ~came_along),
    )
    return or_(stands, and_(Message.moved_from_id == conversation_id, came_along))


def _merged_away(session: WorkspaceSession, ids: list[int]) -> dict[int, int]:
    """The messages of these that stand in others, where they were merged, and in which."""
    merged = select(Conversation.id).where(
        Conversation.id.in_(ids), Conversation.merged_into_id.is_not(None)
    )
    statement = select(Message.id, Message.conversation_id).where(
        Message.moved_from_id.in_(merged), Message.conversation_id.not_in(ids)
    )
    return {row[0]: row[1] for row in session.execute(statement)}


def _blank(session: WorkspaceSession, ids: list[int]) -> dict[str, int]:
    away = _merged_away(session, ids)
    holders = set(away.values())
    # Whoever read their words just now must not write them after this.
    for conversation_id in (*ids, *holders):
        mark_due(session, conversation_id)
    its = or_(Message.conversation_id.in_(ids), Message.id.in_(list(away)))
    messages = select(Message.id).where(its)
    visitors = select(Conversation.visitor_id).where(Conversation.id.in_(ids))
    files = _delete(session, Attachment, Attachment.message_id.in_(messages))
    _delete(session, Sending, Sending.message_id.in_(messages))
    _delete(session, Mention, Mention.message_id.in_(messages))
    cases = _delete(session, Case, Case.conversation_id.in_(ids))
    # Those who hold some of it are written down again without it.
    _delete(session, ConversationTerm, ConversationTerm.conversation_id.in_((*ids, *holders)))
    shows_it = and_(Conversation.id.in_(holders), Conversation.last_message_id.in_(list(away)))
    _set(session, Conversation, shows_it, preview=None)
    _delete(session, ConversationTag, ConversationTag.conversation_id.in_(ids))
    _set(session, Arrival, Arrival.message_id.in_(messages), sealed_body=None, external_id=None)
    visits = _delete(session, Visitor, Visitor.id.in_(visitors))
    said = _set(
        session,
        Message,
        and_(its, Message.sealed_content.is_not(None)),
        sealed_content=None,
        external_id=None,
        delivery_error=None,
    )
    _set(session, Message, its, external_id=None, delivery_error=None)
    _set(
        session,
        Conversation,
        Conversation.id.in_(ids),
        subject=None,
        person_kind=None,
        person_value=None,
        person_name=None,
        person_address=None,
        preview=None,
        rating_comment=None,
        visitor_id=None,
        order_id=None,
    )
    return {"messages": said, "files": files, "cases": cases, "visitors": visits}


def _named(names: Collection[Key], *, of_contacts: bool) -> ColumnElement[bool]:
    by_kind: dict[str, list[str]] = {}
    for kind, value in names:
        plain = ("phone", value.partition(":")[2]) if kind == "guest_phone" else (kind, value)
        if (plain[0] in _CONTACTS) == of_contacts:
            by_kind.setdefault(plain[0], []).append(plain[1])
    return or_(
        Conversation.id < 0,
        *(
            and_(Conversation.person_kind == kind, Conversation.person_value.in_(values))
            for kind, values in by_kind.items()
        ),
    )


def visits_of(names: Collection[Key]) -> ColumnElement[bool]:
    """Which visitors of chats proved to have one of these names, or said so and proved no other."""
    emails = [value for kind, value in names if kind == "email"]
    accounts = [value for kind, value in names if kind == "customer"]
    return or_(
        and_(_typed(names), Visitor.customer_value.is_(None)),
        func.lower(Visitor.signed_email).in_(emails),
        Visitor.customer_value.in_(accounts),
    )


def _typed(names: Collection[Key]) -> ColumnElement[bool]:
    return func.lower(Visitor.email).in_([value for kind, value in names if kind == "email"])


def _delete(session: WorkspaceSession, model: Any, which: ColumnElement[bool]) -> int:
    return _rows(session, delete(model).where(which))


def _set(
    session: WorkspaceSession, model: Any, which: ColumnElement[bool], **values: object
) -> int:
    return _rows(session, update(model).where(which).values(**values))


def _rows(session: WorkspaceSession, statement: Any) -> int:
    done: Any = session.execute(statement.execution_options(**_SILENT))
    return int(done.rowcount)
