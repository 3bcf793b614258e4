"""What a message says, sealed with its channel's key."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import orjson

from integration.crypto import CannotOpen, DataKey, associated
from integration.models import Message

PREVIEW_CHARACTERS = 160


@dataclass(frozen=True, slots=True)
class MessageContent:
    """All of a message that is somebody's words or address.

    `text` is what is new in it, `quoted` what it repeats. `html` is sanitised. `to` and `cc` are
    `[address, name or None]`. `facts` are the channel's own (how its sender was checked, …).
    """

    text: str = field(repr=False)
    html: str | None = field(default=None, repr=False)
    quoted: str | None = field(default=None, repr=False)
    subject: str | None = field(default=None, repr=False)
    sender_name: str | None = field(default=None, repr=False)
    sender_address: str | None = field(default=None, repr=False)
    to: tuple[tuple[str, str | None], ...] = field(default=(), repr=False)
    cc: tuple[tuple[str, str | None], ...] = field(default=(), repr=False)
    facts: Mapping[str, str] = field(default_factory=dict, repr=False)


EMPTY = MessageContent("")


def seal_content(key: DataKey, channel_id: int, message_key: str, content: MessageContent) -> bytes:
    """The bytes that `Message.sealed_content` keeps."""
    plain = {name: value for name, value in asdict(content).items() if value}
    return key.seal(orjson.dumps(_writable(plain)), _about(channel_id, message_key))


def open_content(key: DataKey, message: Message) -> MessageContent:
    """What a message says; empty where it says nothing or was erased. Raises CannotOpen."""
    if message.sealed_content is None:
        return EMPTY
    sealed = message.sealed_content
    plain: dict[str, Any] = orjson.loads(open_raw(key, message.channel_id, message.key, sealed))
    for name in ("to", "cc"):
        plain[name] = tuple((address, told) for address, told in plain.get(name, ()))
    return MessageContent(**{"text": "", **plain})


def open_raw(key: DataKey, channel_id: int, message_key: str, sealed: bytes) -> bytes:
    """What a message says as it was sealed: JSON in UTF-8, unread. Raises CannotOpen."""
    return key.open(sealed, _about(channel_id, message_key))


def seal_preview(key: DataKey, conversation_id: int, text: str) -> bytes:
    """The bytes that `Conversation.preview` keeps: the beginning of a text, on one line."""
    line = " ".join(text[: 4 * PREVIEW_CHARACTERS].split())[:PREVIEW_CHARACTERS]
    return key.seal(_utf8(line), _about_preview(conversation_id))


def open_preview(key: DataKey, conversation_id: int, sealed: bytes | None) -> str:
    """The preview; empty where there is none or its key was destroyed."""
    if sealed is None:
        return ""
    try:
        return key.open(sealed, _about_preview(conversation_id)).decode()
    except CannotOpen:
        return ""


def _about(channel_id: int, message_key: str) -> bytes:
    return associated("messages", channel_id, message_key)


def _about_preview(conversation_id: int) -> bytes:
    return associated("conversations", "preview", conversation_id)


def _utf8(text: str) -> bytes:
    return text.encode(errors="replace")


def _writable(value: Any) -> Any:
    """The same without lone surrogates, which no UTF-8 holds."""
    if isinstance(value, str):
        return value if value.isascii() else value.encode(errors="replace").decode()
    if isinstance(value, Mapping):
        return {_writable(name): _writable(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_writable(each) for each in value]
    return value
