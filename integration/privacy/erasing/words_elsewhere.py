"""Erasing a person from conversations that are other people's.

What they wrote there goes; their address and number are struck out of what others wrote. It is all
sealed, so that each message of the workspace is opened for it: outside any lock, a few at a time.
"""

from collections import Counter
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from sqlalchemy import or_, select

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import MessageContent, open_content, seal_content
from integration.conversations.lists.terms import forget, mark_due
from integration.crypto import CannotOpen
from integration.db import WorkspaceSession
from integration.identity.keys import Key
from integration.identity.normalize import normalize_email
from integration.models import Attachment, Channel, Conversation, Message, Store
from integration.privacy.erasing.conversation_traces import blank_messages
from integration.privacy.erasing.spelling import spelled_whole
from integration.services import Services

STRUCK_OUT = "[…]"
_CHUNK = 500


class _Words:
    """The addresses and numbers of a person, as they stand in what is said."""

    def __init__(self, names: Collection[Key]) -> None:
        self.emails = {value for kind, value in names if kind == "email"}
        numbers = {value.rpartition(":")[2] for kind, value in names if kind != "email"}
        self._pattern = spelled_whole({*self.emails, *numbers})

    def wrote(self, content: MessageContent) -> bool:
        return normalize_email(content.sender_address) in self.emails

    def stand_in(self, value: Any) -> bool:
        if isinstance(value, str):
            return self._pattern.search(value) is not None
        if isinstance(value, dict):
            return any(map(self.stand_in, value.values()))
        return isinstance(value, list | tuple) and any(map(self.stand_in, value))

    def without(self, value: Any) -> Any:
        if isinstance(value, str):
            return self._pattern.sub(STRUCK_OUT, value)
        if isinstance(value, dict):
            return {name: self.without(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(map(self.without, value))
        return value


def erase_words_elsewhere(services: Services, store: Store, names: Collection[Key]) -> Counter[str]:
    """Erase whoever has these addresses and numbers from others' conversations; how many of what.

    On a channel of another store it stays.
    """
    contacts = [name for name in names if name.kind in ("email", "phone", "guest_phone")]
    counts: Counter[str] = Counter()
    if not contacts:
        return counts
    words, last = _Words(contacts), 0
    while True:
        keys = ChannelKeys(services.keyring)
        with services.db.workspace(store.workspace_id) as session:
            rows = _messages(session, store, last)
            meant = [row.id for row in rows if _is_meant(session, keys, row, words)]
        if not rows:
            return counts
        last = rows[-1].id
        if meant:
            with services.db.workspace(store.workspace_id, write=True) as session:
                counts.update(_erase(session, keys, meant, words))


def _messages(session: WorkspaceSession, store: Store, after: int) -> list[Message]:
    ours = select(Channel.id).where(or_(Channel.store_id.is_(None), Channel.store_id == store.id))
    statement = select(Message).where(
        Message.id > after, Message.sealed_content.is_not(None), Message.channel_id.in_(ours)
    )
    return list(session.execute(statement.order_by(Message.id).limit(_CHUNK)).scalars())


def _is_meant(
    session: WorkspaceSession, keys: ChannelKeys, message: Message, words: _Words
) -> bool:
    try:
        content = open_content(keys.by_id(session, message.channel_id), message)
    except CannotOpen:
        return False
    return words.wrote(content) or words.stand_in(asdict(content))


def _erase(
    session: WorkspaceSession, keys: ChannelKeys, message_ids: list[int], words: _Words
) -> Counter[str]:
    """Blank what they wrote, strike them out of the rest; in the caller's transaction."""
    statement = select(Message).where(Message.id.in_(message_ids)).order_by(Message.id)
    rows = list(session.execute(statement.with_for_update()).scalars())
    theirs, counts = [], Counter[str]()
    for row in rows:
        key = keys.by_id(session, row.channel_id)
        content = open_content(key, row)
        if words.wrote(content):
            theirs.append(row.id)
            continue
        struck = MessageContent(**words.without(asdict(content)))
        row.sealed_content = seal_content(key, row.channel_id, row.key, struck)
        counts["struck_out"] += 1
    for file in session.execute(
        select(Attachment).where(Attachment.message_id.in_(message_ids))
    ).scalars():
        file.name = words.without(file.name)
    session.flush()
    counts.update(blank_messages(session, theirs))
    _refresh(session, {row.conversation_id for row in rows}, message_ids, words)
    return counts


def _refresh(
    session: WorkspaceSession,
    conversation_ids: Collection[int],
    message_ids: Collection[int],
    words: _Words,
) -> None:
    """Have words and previews of these be made of what is left."""
    forget(session, sorted(conversation_ids))
    statement = select(Conversation).where(Conversation.id.in_(conversation_ids))
    for conversation in session.execute(statement.with_for_update()).scalars():
        mark_due(session, conversation.id)
        if conversation.last_message_id in message_ids:
            conversation.preview = None
        conversation.subject = words.without(conversation.subject)
        conversation.version += 1
    session.flush()
