"""Writing the words of conversations that are due.

Whatever dies, the next look finds what is left. What was read is written only where nothing changed
meanwhile: the mark of what is due tells. Each batch is one short write transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, insert, select

from integration.conversations.changes import INDEXING
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import EMPTY, MessageContent, open_content
from integration.conversations.lists.terms import Findable, terms_of
from integration.crypto import CannotOpen
from integration.db import WorkspaceSession
from integration.models import (
    Attachment,
    Conversation,
    ConversationTerm,
    DueConversation,
    Message,
    Order,
)
from integration.models.vocabulary import MessageKind
from integration.services import Services
from integration.statements.bulk import table_of
from integration.tenancy.workspace_turns import take_turns

BATCH = 25
# Of a longer conversation the newest messages are read and what older ones told is kept.
MESSAGES_READ = 200
_AT_MOST_SECONDS = 2.0
_TERMS, _DUE = table_of(ConversationTerm), table_of(DueConversation)


@dataclass(frozen=True, slots=True)
class _Read:
    """What a due conversation is found by now, and the mark that it had when it was read."""

    conversation_id: int
    mark: int
    terms: frozenset[str]
    is_whole: bool


def index_due(services: Services) -> int:
    """Write the words of what is due, for a moment; have another job go on where some is left.

    Workspaces take turns, a batch each. Returns how many conversations were done.
    """
    done, may_have_more = take_turns(
        services,
        DueConversation.workspace_id,
        lambda workspace_id: index_batch(services, workspace_id),
        is_over=lambda took: took > _AT_MOST_SECONDS,
    )
    if may_have_more:
        services.jobs.enqueue(INDEXING, key=INDEXING)
    return done


def index_batch(services: Services, workspace_id: int, *, at_most: int = BATCH) -> int:
    """Write the words of some due conversations of a workspace. Returns how many were done."""
    with services.db.workspace(workspace_id) as session:
        keys = ChannelKeys(services.keyring)
        due = session.execute(
            select(DueConversation.conversation_id, DueConversation.mark)
            .order_by(DueConversation.conversation_id)
            .limit(at_most)
        )
        read = [_read(session, keys, each, mark) for each, mark in due.all()]
    if not read:
        return 0
    with services.db.workspace(workspace_id, write=True) as session:
        free = _lock(session, [each.conversation_id for each in read])
        return sum(_write(session, each) for each in read if each.conversation_id in free)


def _lock(session: WorkspaceSession, ids: Sequence[int]) -> set[int]:
    """Those that nobody else is changing, which nobody changes until the commit."""
    statement = select(Conversation.id).where(Conversation.id.in_(ids)).order_by(Conversation.id)
    locked = statement.with_for_update(skip_locked=True, key_share=True)
    return set(session.execute(locked).scalars())


def _write(session: WorkspaceSession, read: _Read) -> bool:
    gone = delete(_DUE).where(
        _DUE.c.workspace_id == session.workspace_id,
        _DUE.c.conversation_id == read.conversation_id,
        _DUE.c.mark == read.mark,
    )
    if session.execute(gone).rowcount != 1:  # type: ignore[attr-defined]
        return False
    its = (
        _TERMS.c.workspace_id == session.workspace_id,
        _TERMS.c.conversation_id == read.conversation_id,
    )
    held = set(session.execute(select(_TERMS.c.term).where(*its)).scalars())
    if read.is_whole and (stale := held - read.terms):
        session.execute(delete(_TERMS).where(*its, _TERMS.c.term.in_(stale)))
    if fresh := read.terms - held:
        session.execute(
            insert(_TERMS),
            [
                {
                    "workspace_id": session.workspace_id,
                    "term": term,
                    "conversation_id": read.conversation_id,
                }
                for term in sorted(fresh)
            ],
        )
    return True


def _read(session: WorkspaceSession, keys: ChannelKeys, conversation_id: int, mark: int) -> _Read:
    conversation = session.get(Conversation, conversation_id)
    if conversation is None or conversation.merged_into_id is not None:
        return _Read(conversation_id, mark, frozenset(), is_whole=True)
    messages = (
        select(Message)
        .where(
            Message.conversation_id == conversation_id,
            Message.kind != MessageKind.EVENT,
            Message.sealed_content.is_not(None),
        )
        .order_by(Message.id.desc())
    )
    has_words = _has_words(session, conversation_id)
    limited = messages.limit(MESSAGES_READ + 1) if has_words else messages.limit(10_000)
    rows = session.execute(limited).scalars().all()
    files = select(Attachment.name).join(Message, Message.id == Attachment.message_id)
    order_id = conversation.order_id
    names = select(Order.name).where(Order.id == order_id)
    findable = Findable(
        subject=conversation.subject,
        person_name=conversation.person_name,
        person_address=conversation.person_address,
        order_names=tuple(session.execute(names).scalars()) if order_id is not None else (),
        file_names=tuple(
            session.execute(
                files.where(Message.conversation_id == conversation_id)
                .order_by(Attachment.id.desc())
                .limit(MESSAGES_READ)
            ).scalars()
        ),
        messages=tuple(_opened(session, keys, row) for row in rows),
    )
    is_whole = not has_words or len(rows) <= MESSAGES_READ
    return _Read(conversation_id, mark, terms_of(findable), is_whole)


def _has_words(session: WorkspaceSession, conversation_id: int) -> bool:
    its = select(ConversationTerm.term).where(ConversationTerm.conversation_id == conversation_id)
    return session.execute(its.limit(1)).first() is not None


def _opened(session: WorkspaceSession, keys: ChannelKeys, row: Message) -> MessageContent:
    try:
        return open_content(keys.by_id(session, row.channel_id), row)
    except CannotOpen:
        return EMPTY
