"""The words by which conversations are found, and which conversations' words are due.

Words are written after what they are of, by a job; the rows of `due_conversations` are the truth of
what is left, written in the transaction that changes a conversation.
"""

import secrets
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from sqlalchemy import bindparam, delete

from integration.conversations.contents import MessageContent
from integration.db import WorkspaceSession
from integration.models import ConversationTerm, DueConversation
from integration.search.terms import LONGEST_TERM, of_email, of_name, of_order, of_phone
from integration.statements.bulk import table_of
from integration.statements.by_driver import change
from integration.texts.folding import fold, words

# Of a message so much is read and so many words are kept, of a conversation so many.
MOST_CHARACTERS = 20_000
MOST_OF_A_MESSAGE = 1_000
MOST_TERMS = 4_000
_MARK = (
    "INSERT INTO due_conversations (workspace_id, conversation_id, mark) VALUES ({0}, {0}, {0})"
    " ON CONFLICT (workspace_id, conversation_id) DO UPDATE SET mark = excluded.mark"
)
_AROUND = "<>()[]{}\"'.,;:!?"


@dataclass(frozen=True, slots=True)
class Findable:
    """What of a conversation is found: its messages the newest first."""

    subject: str | None = None
    person_name: str | None = None
    person_address: str | None = None
    order_names: tuple[str, ...] = ()
    file_names: tuple[str, ...] = ()
    messages: tuple[MessageContent, ...] = field(default=(), repr=False)


def mark_due(session: WorkspaceSession, conversation_id: int) -> None:
    """Have the conversation's words be written anew soon, if the transaction is committed.

    The caller has locked the conversation, or is writing it first.
    """
    connection = session.connection()
    text = _MARK.format("?" if connection.dialect.name == "sqlite" else "%s")
    # Counted from one, a row that was done with and is due again would have an old reader's mark.
    mark = secrets.randbits(62)
    change(connection, text, (session.workspace_id, conversation_id, mark))


def forget(session: WorkspaceSession, conversation_ids: Collection[int]) -> None:
    """Remove at once all by which these conversations are found; one that
    lives on has to be marked due."""
    theirs = [{"theirs": each} for each in conversation_ids]
    if not theirs:
        return
    for table in map(table_of, (ConversationTerm, DueConversation)):
        # One by one: for several at once SQLite would read all of the workspace's words.
        gone = delete(table).where(
            table.c.workspace_id == session.workspace_id,
            table.c.conversation_id == bindparam("theirs"),
        )
        session.connection().execute(gone, theirs)


def terms_of(findable: Findable) -> frozenset[str]:
    """The terms of a conversation, at most 4,000 of 64 characters.

    Past that, what its oldest messages tell is left out.
    """
    found: dict[str, None] = {}
    for each in _of_head(findable):
        found[each[:LONGEST_TERM]] = None
    for message in findable.messages:
        found.update(dict.fromkeys(_of_message(message)))
        if len(found) >= MOST_TERMS:
            break
    return frozenset(list(found)[:MOST_TERMS])


def of_text(text: str) -> Iterable[str]:
    """The words of a text, and the mail addresses in it."""
    text = text[:MOST_CHARACTERS]
    for chunk in text.split():
        if "@" in chunk and len(chunk) <= 4 * LONGEST_TERM:
            yield fold(chunk.strip(_AROUND))[:LONGEST_TERM]
    for word in words(text):
        if len(word) > 1 or not word.isascii() or word.isdigit():
            yield word[:LONGEST_TERM]


def _of_head(findable: Findable) -> Iterable[str]:
    if findable.subject:
        yield from of_text(findable.subject)
    if findable.person_name:
        yield from of_name(findable.person_name, is_latin_kept=True)
    yield from _of_address(findable.person_address)
    for name in findable.order_names:
        yield from of_order(name)
    for name in findable.file_names:
        yield from of_text(name)


def _of_message(message: MessageContent) -> Iterable[str]:
    found: dict[str, None] = {}
    if message.sender_name:
        found.update(dict.fromkeys(of_name(message.sender_name, is_latin_kept=True)))
    found.update(dict.fromkeys(_of_address(message.sender_address)))
    if message.subject:
        found.update(dict.fromkeys(of_text(message.subject)))
    for word in of_text(message.text):
        found[word] = None
        if len(found) >= MOST_OF_A_MESSAGE:
            break
    return (each[:LONGEST_TERM] for each in found)


def _of_address(address: str | None) -> Iterable[str]:
    if address and "@" in address:
        yield from of_email(address)
    elif address and address.startswith("+"):
        yield from of_phone(address)
