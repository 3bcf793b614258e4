"""The token in the address that a customer's mail program answers to: where that answer belongs.

It is signed with a key of its own, and bound to the workspace, the conversation and the message. It
proves that whoever has it has read the message, and nothing more: a mail with it goes on with the
conversation, but is never an agent's, whatever address it says that it comes from.

Mail programs and servers may change the case of an address: the token has one case.
"""

import base64
import hmac
from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select

from integration.conversations.found import home_of
from integration.crypto import associated, derive
from integration.db import WorkspaceSession
from integration.models import Message

_LABEL = "mail reply token"
_PROOF_BYTES = 12
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """What a token proves: a message of ours in a conversation."""

    conversation_id: int
    message_id: int


class ReplyTokens:
    """Makes and proves the tokens of a house."""

    __slots__ = ("_key",)

    def __init__(self, secret_key: str) -> None:
        self._key = derive(secret_key, _LABEL)

    def issue(self, workspace_id: int, conversation_id: int, message_id: int) -> str:
        """The token of a message: letters and digits, at most 60, the same whenever it is made."""
        told = _number(conversation_id) + _number(message_id)
        whole = told + self._proof(workspace_id, conversation_id, message_id)
        return base64.b32encode(whole).decode().rstrip("=").lower()

    def prove(self, workspace_id: int, token: str | None) -> ReplyTo | None:
        """What a token says, None for one that isn't ours or another workspace's."""
        if not token or len(token) > _LONGEST or not token.isascii():
            return None
        try:
            whole = base64.b32decode(token.upper() + "=" * (-len(token) % 8))
            conversation_id, rest = _read_number(whole)
            message_id, proof = _read_number(rest)
        except ValueError:
            return None
        wanted = self._proof(workspace_id, conversation_id, message_id)
        if not hmac.compare_digest(wanted, proof):
            return None
        return ReplyTo(conversation_id, message_id)

    def _proof(self, workspace_id: int, conversation_id: int, message_id: int) -> bytes:
        told = associated("reply", workspace_id, conversation_id, message_id)
        return hmac.digest(self._key, told, sha256)[:_PROOF_BYTES]

    def __repr__(self) -> str:
        return "ReplyTokens(***)"


def conversation_of(session: WorkspaceSession, proven: ReplyTo | None) -> int | None:
    """The conversation that an answer to that message goes on with; None when it is gone or erased.

    For one that was merged it is the conversation that went: that one leads on.
    """
    if proven is None:
        return None
    statement = select(Message.conversation_id, Message.moved_from_id).where(
        Message.id == proven.message_id, Message.sealed_content.is_not(None)
    )
    row = session.execute(statement).first()
    return None if row is None else home_of(session, *row)


def _number(value: int) -> bytes:
    """A number in seven bits a byte, the last byte below 128."""
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append((value & 0x7F) | 0x80)
    return bytes(reversed(parts))


def _read_number(data: bytes) -> tuple[int, bytes]:
    """The number at the beginning, and what follows. Raises ValueError."""
    value = 0
    for at, byte in enumerate(data[:9]):
        value = (value << 7) | (byte & 0x7F)
        if not byte & 0x80:
            return value, data[at + 1 :]
    raise ValueError("not a number")
