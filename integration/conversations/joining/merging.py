"""Two conversations that are about one thing become one, and part again where that was wrong.

The messages move and stand in the order in which they were written; each is in exactly one
conversation at any time. What moved is kept with the conversation that went, so that it can come
back with the messages that were its own, and with what its customer answered to it since; what
else was written since stays where it was written.
Answers of the customer find their message, or the conversation that went, and from there the one
that goes on.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, select

from integration.conversations import figures
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.channels.kinds import traits_of
from integration.conversations.hours import targets
from integration.conversations.joining.recounting import move_messages, recount
from integration.conversations.lines import add_event, new_key
from integration.conversations.lists import terms
from integration.conversations.tags import put_on, tags_of
from integration.crm.agents_text import same_name
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid, NotFound
from integration.models import Agent, Conversation, ConversationTag, Message
from integration.models.vocabulary import ConversationStatus, MessageKind, Trust

# Which state two together have: what is to be done first.
_URGENCY = (
    ConversationStatus.OPEN,
    ConversationStatus.SNOOZED,
    ConversationStatus.PENDING,
    ConversationStatus.RESOLVED,
)
_TAKEN = ("assignee_id", "order_id", "reason_id")


def merge(
    session: WorkspaceSession,
    keys: ChannelKeys,
    conversation_id: int,
    into_id: int,
    *,
    by: Agent,
    now: datetime,
) -> Conversation:
    """Move all of a conversation into another, which goes on. Done already does nothing.

    Raises NotFound; Invalid for itself; Conflict where one of them was merged elsewhere meanwhile,
    and for an open chat that would go on in another visitor's: an answer reaches one of them only.
    """
    if conversation_id == into_id:
        raise Invalid("A conversation can't be merged into itself.")
    locked = _locked(session, (conversation_id, into_id))
    gone, kept = locked[conversation_id], locked[into_id]
    if gone.merged_into_id == kept.id:
        return kept
    if gone.merged_into_id is not None or kept.merged_into_id is not None:
        raise Conflict("One of these was merged into another meanwhile. Look at them again.")
    if _would_go_unheard(gone, kept):
        raise Conflict("These are chats of two visitors.", code="two_visitors")
    took: dict[str, Any] = {
        "messages": _move_all(session, gone, kept),
        "tags": [_digest(tag) for tag in put_on(session, kept.id, tags_of(session, gone.id))],
        "took": _take(gone, kept),
    }
    gone.merged_into_id = kept.id
    # What isn't spam isn't lost among it.
    kept.is_spam = kept.is_spam and gone.is_spam
    _join_status(session, gone, kept, by, now)
    _leave_word(session, gone, {"what": "merged_into", "to": str(kept.id), **took}, by, now)
    told = {"what": "merged", "from": str(gone.id), "count": len(took["messages"])}
    add_event(session, kept, told, agent_id=by.id, now=now)
    _settle(session, keys, (gone, kept), now)
    return kept


def unmerge(
    session: WorkspaceSession,
    keys: ChannelKeys,
    conversation_id: int,
    *,
    by: Agent,
    now: datetime,
) -> Conversation:
    """Let a conversation that was merged stand by itself again, with what was its own.

    Raises NotFound, Conflict where it stands by itself already.
    """
    kept_id = _goes_on_in(session, conversation_id)
    locked = _locked(session, (conversation_id, kept_id))
    back, kept = locked[conversation_id], locked[kept_id]
    if back.merged_into_id is None or _goes_on_in(session, conversation_id) != kept_id:
        raise Conflict("This conversation changed meanwhile. Look at it again.")
    word = _word(session, back)
    details = dict(word.details or {})
    moving = {*details["messages"], *_came_since(session, back, kept, word)}
    move_messages(session, sorted(moving), kept, back)
    _untag(session, kept, details["tags"])
    for name in details["took"]:
        if getattr(kept, name) == getattr(back, name):
            setattr(kept, name, None)
    back.merged_into_id = None
    word.details = {"what": "unmerged", "from": str(kept.id)}
    told = {"what": "unmerged", "to": str(back.id), "count": len(moving)}
    add_event(session, kept, told, agent_id=by.id, now=now)
    _settle(session, keys, (back, kept), now)
    return back


def _settle(
    session: WorkspaceSession,
    keys: ChannelKeys,
    conversations: Sequence[Conversation],
    now: datetime,
) -> None:
    session.flush()
    for each in conversations:
        recount(session, keys, each)
        targets.set_due(session, each, now)
        terms.mark_due(session, each.id)
    session.flush()


def _locked(session: WorkspaceSession, ids: Sequence[int]) -> dict[int, Conversation]:
    """Those, locked in one order whoever asks. Raises NotFound."""
    statement = (
        select(Conversation)
        .where(Conversation.id.in_(ids))
        .order_by(Conversation.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = {each.id: each for each in session.execute(statement).scalars()}
    if len(found) < len(set(ids)):
        raise NotFound("There is no such conversation.")
    return found


def _would_go_unheard(gone: Conversation, kept: Conversation) -> bool:
    """Whether somebody waits in a chat for answers that another visitor would get."""
    if None in (gone.visitor_id, kept.visitor_id) or gone.visitor_id == kept.visitor_id:
        return False
    if gone.status == ConversationStatus.RESOLVED or not traits_of(gone.channel_kind).is_live:
        return False
    persons = {(each.person_kind, each.person_value, each.trust) for each in (gone, kept)}
    is_one_customer = len(persons) == 1 and gone.trust == Trust.SIGNED
    return not is_one_customer


def _goes_on_in(session: WorkspaceSession, conversation_id: int) -> int:
    """The conversation that one was merged into, and that one, to the end. Raises as `unmerge`."""
    seen: list[int] = []
    following: int | None = conversation_id
    while following is not None and following not in seen:
        seen.append(following)
        columns = select(Conversation.id, Conversation.merged_into_id)
        row = session.execute(columns.where(Conversation.id == following)).first()
        if row is None:
            raise NotFound("There is no such conversation.")
        following = row.merged_into_id
    if len(seen) == 1:
        raise Conflict("This conversation stands by itself.")
    return seen[-1]


def _move_all(session: WorkspaceSession, gone: Conversation, kept: Conversation) -> list[int]:
    its = select(Message.id).where(Message.conversation_id == gone.id).order_by(Message.id)
    ids = list(session.execute(its).scalars())
    move_messages(session, ids, gone, kept)
    return ids


def _came_since(
    session: WorkspaceSession, back: Conversation, kept: Conversation, word: Message
) -> list[int]:
    """What was answered since to that conversation, or to one that had been merged into it."""
    homes, following = {back.id}, {back.id}
    while following:
        merged = select(Conversation.id).where(Conversation.merged_into_id.in_(following))
        following = set(session.execute(merged).scalars()) - homes
        homes |= following
    its = select(Message.id).where(
        Message.conversation_id == kept.id,
        Message.id > word.id,
        Message.moved_from_id.in_(homes),
        Message.kind == MessageKind.CUSTOMER,
    )
    return list(session.execute(its).scalars())


def _take(gone: Conversation, kept: Conversation) -> list[str]:
    """What the one that goes on lacks it has from the other; the names of that."""
    took = []
    for name in _TAKEN:
        if getattr(kept, name) is None and getattr(gone, name) is not None:
            setattr(kept, name, getattr(gone, name))
            took.append(name)
    return took


def _join_status(
    session: WorkspaceSession, gone: Conversation, kept: Conversation, by: Agent, now: datetime
) -> None:
    """What is to be done in either is to be done."""
    told, held = ConversationStatus(gone.status), ConversationStatus(kept.status)
    if _URGENCY.index(told) >= _URGENCY.index(held):
        return
    kept.status = told
    kept.snoozed_until, kept.snoozed_by = gone.snoozed_until, gone.snoozed_by
    if held == ConversationStatus.RESOLVED:
        figures.came_back(kept)
    details = {"what": "status", "from": held, "to": told, "by": "merge"}
    add_event(session, kept, details, agent_id=by.id, now=now)


def _leave_word(
    session: WorkspaceSession,
    gone: Conversation,
    details: Mapping[str, Any],
    by: Agent,
    now: datetime,
) -> None:
    """Write down with the one that went what moved; nobody sees it until it comes back."""
    session.add(
        Message(
            conversation_id=gone.id,
            channel_id=gone.channel_id,
            kind=MessageKind.EVENT,
            key=new_key(),
            agent_id=by.id,
            details=dict(details),
            created_at=now,
        )
    )
    session.flush()


def _word(session: WorkspaceSession, gone: Conversation) -> Message:
    statement = (
        select(Message)
        .where(Message.conversation_id == gone.id, Message.kind == MessageKind.EVENT)
        .order_by(Message.id.desc())
        .limit(20)
    )
    for each in session.execute(statement).scalars():
        if each.details and each.details.get("what") == "merged_into":
            return each
    raise Conflict("What was merged can't be told apart any more.")


def _untag(session: WorkspaceSession, kept: Conversation, digests: Sequence[str]) -> None:
    gone = [tag for tag in tags_of(session, kept.id) if _digest(tag) in digests]
    if gone:
        statement = delete(ConversationTag).where(
            ConversationTag.conversation_id == kept.id, ConversationTag.tag.in_(gone)
        )
        session.execute(statement, execution_options={"synchronize_session": False})


def _digest(tag: str) -> str:
    """What names a tag without telling it: events hold nothing personal."""
    return sha256(same_name(tag).encode()).hexdigest()[:16]
