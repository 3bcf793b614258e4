"""Erasing a person from conversations that are other people's.

What they wrote there goes; their address and number are struck out of what others wrote. It is all
sealed, so that each message of the workspace is opened for it: once, outside any lock, some hundred
at a time. The few that may hold them are changed in short transactions.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import NamedTuple

import orjson
from sqlalchemy import select

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import (
    MessageContent,
    open_content,
    open_raw,
    seal_content,
)
from integration.conversations.lists.terms import forget, mark_due
from integration.crypto import CannotOpen
from integration.db import WorkspaceSession
from integration.identity.keys import Key
from integration.models import Attachment, Conversation, Message
from integration.privacy.erasing.conversation_traces import blank_messages
from integration.privacy.erasing.elsewhere import Words, WordsByChannel
from integration.services import Services
from integration.statements.by_driver import fetch

_READ_AT_ONCE = 500
_CHANGED_AT_ONCE = 50
_COLUMNS = "SELECT messages.id, messages.channel_id, messages.key, messages.sealed_content FROM "
# In this order, which CROSS holds SQLite to: it would read all of the workspace's for each few.
_ONE_BY_ONE = (
    f"{_COLUMNS}json_each(?) AS listed CROSS JOIN messages ON messages.id = listed.value"
    " WHERE messages.workspace_id = ?"
)
_OF_THESE = f"{_COLUMNS}messages WHERE messages.id = ANY(%s) AND messages.workspace_id = %s"


@dataclass(frozen=True, slots=True)
class Searched:
    """For whom others' conversations were looked through (addresses and numbers by store), up to
    which message, and how many of what was erased.
    """

    names: Mapping[int, Collection[Key]]
    last_id: int
    counts: Counter[str]


class _Sealed(NamedTuple):
    """A message as it is kept."""

    id: int
    channel_id: int
    key: str
    sealed: bytes


def erase_words_elsewhere(
    services: Services,
    workspace_id: int,
    names: Mapping[int, Collection[Key]],
    before: Searched | None = None,
) -> Searched:
    """Erase whoever has these addresses and numbers, by store, from others' conversations.

    On the channel of another store they stay. What was looked through `before` for the same isn't
    looked through again.
    """
    words = WordsByChannel(names)
    counts: Counter[str] = Counter()
    last = before.last_id if before is not None and before.names == names else 0
    while ids := _messages(services, workspace_id, words, last):
        for first in range(0, len(ids), _READ_AT_ONCE):
            some = ids[first : first + _READ_AT_ONCE]
            counts.update(_erase_among(services, workspace_id, words, some))
        # Some may have come in meanwhile.
        last = ids[-1]
    return Searched(names, last, counts)


def _messages(
    services: Services, workspace_id: int, words: WordsByChannel, after: int
) -> "array[int]":
    """The messages that say something on these channels, after that one.

    All at once: no index goes by workspace and id, so that each look for the next ones would read
    them all.
    """
    with services.db.workspace(workspace_id) as session:
        statement = select(Message.id).where(
            Message.id > after,
            Message.sealed_content.is_not(None),
            Message.channel_id.in_(list(words.of_channels(session))),
        )
        return array("q", sorted(session.execute(statement).scalars()))


def _erase_among(
    services: Services, workspace_id: int, words: WordsByChannel, ids: Collection[int]
) -> Counter[str]:
    """Look through some messages, then erase from those of them that may hold the words."""
    keys, counts = ChannelKeys(services.keyring), Counter[str]()
    with services.db.workspace(workspace_id) as session:
        by_channel = words.of_channels(session)
        meant = [
            row.id
            for row in _sealed(session, ids)
            if row.channel_id in by_channel and _is_meant(session, keys, row, by_channel)
        ]
    for first in range(0, len(meant), _CHANGED_AT_ONCE):
        with services.db.workspace(workspace_id, write=True) as session:
            some = meant[first : first + _CHANGED_AT_ONCE]
            counts.update(_erase(session, keys, some, by_channel))
    return counts


def _sealed(session: WorkspaceSession, ids: Collection[int]) -> list[_Sealed]:
    connection, listed = session.connection(), list(ids)
    is_sqlite = connection.dialect.name == "sqlite"
    given = orjson.dumps(listed).decode() if is_sqlite else listed
    text = _ONE_BY_ONE if is_sqlite else _OF_THESE
    rows = fetch(connection, text, (given, session.workspace_id))
    return [_Sealed(row[0], row[1], row[2], bytes(row[3])) for row in rows if row[3]]


def _is_meant(
    session: WorkspaceSession,
    keys: ChannelKeys,
    row: _Sealed,
    by_channel: Mapping[int, Words],
) -> bool:
    """Whether a message may hold the words; whether it does is seen when it is locked."""
    try:
        key = keys.by_id(session, row.channel_id)
        raw = open_raw(key, row.channel_id, row.key, row.sealed)
    except CannotOpen:
        return False
    return by_channel[row.channel_id].may_stand_in(raw)


def _erase(
    session: WorkspaceSession,
    keys: ChannelKeys,
    message_ids: Collection[int],
    by_channel: Mapping[int, Words],
) -> Counter[str]:
    """Blank what they wrote, strike them out of the rest; in the caller's transaction."""
    # Before the messages, as whoever writes does.
    its = select(Message.conversation_id).where(Message.id.in_(message_ids))
    _conversations(session, set(session.execute(its).scalars()))
    statement = select(Message).where(Message.id.in_(message_ids)).order_by(Message.id)
    counts: Counter[str] = Counter()
    changed: dict[int, Message] = {}
    theirs: list[int] = []
    for row in session.execute(statement.with_for_update()).scalars():
        words, key = by_channel[row.channel_id], keys.by_id(session, row.channel_id)
        content = open_content(key, row)
        if words.wrote(content):
            theirs.append(row.id)
        elif words.stand_in(asdict(content)):
            struck = MessageContent(**words.without(asdict(content)))
            row.sealed_content = seal_content(key, row.channel_id, row.key, struck)
            counts["struck_out"] += 1
        else:
            continue
        changed[row.id] = row
    files = select(Attachment).where(Attachment.message_id.in_(changed))
    for file in session.execute(files).scalars():
        file.name = by_channel[changed[file.message_id or 0].channel_id].without(file.name)
    session.flush()
    if theirs:
        counts.update(blank_messages(session, theirs))
    _refresh(session, changed, by_channel)
    return counts


def _conversations(session: WorkspaceSession, ids: Collection[int]) -> Sequence[Conversation]:
    statement = select(Conversation).where(Conversation.id.in_(ids)).order_by(Conversation.id)
    return session.execute(statement.with_for_update()).scalars().all()


def _refresh(
    session: WorkspaceSession, changed: Mapping[int, Message], by_channel: Mapping[int, Words]
) -> None:
    """Have words and previews of these be made of what is left."""
    said_on = {row.conversation_id: row.channel_id for row in changed.values()}
    for conversation in _conversations(session, said_on):
        forget(session, [conversation.id])
        mark_due(session, conversation.id)
        if conversation.last_message_id in changed:
            conversation.preview = None
        words = by_channel[said_on[conversation.id]]
        conversation.subject = words.without(conversation.subject)
        conversation.version += 1
    session.flush()
