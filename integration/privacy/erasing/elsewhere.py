"""A person's addresses and numbers as they stand in what is said on the channels of a workspace."""

import unicodedata
from collections.abc import Collection, Mapping
from typing import Any

import orjson
from sqlalchemy import select

from integration.conversations.contents import MessageContent
from integration.db import WorkspaceSession
from integration.identity.keys import Key
from integration.identity.normalize import normalize_email
from integration.models import Channel
from integration.privacy.erasing.spelling import spelled_whole

STRUCK_OUT = "[…]"
_CONTACTS = ("email", "phone", "guest_phone")
# The letters that are one of ASCII's in another case: dotted and dotless i, Kelvin, long s.
_LIKE_ASCII = tuple(each.encode() for each in "\u0130\u0131\u212a\u017f")


class Words:
    """The addresses and numbers of a person, as they stand in what is said."""

    def __init__(self, names: Collection[Key]) -> None:
        self._emails = {value for kind, value in names if kind == "email"}
        numbers = {value.rpartition(":")[2] for kind, value in names if kind != "email"}
        texts = {*self._emails, *numbers}
        self._pattern = spelled_whole(texts)
        # As JSON has them.
        spelled = [_folded(_as_json(each)) for each in sorted(texts)]
        self._ascii = [each.encode() for each in spelled if each.isascii()]
        self._foreign = [each for each in spelled if not each.isascii()]

    def may_stand_in(self, raw: bytes) -> bool:
        """Whether JSON may hold one of them: far quicker than reading it, and never missing one."""
        lowered = raw.lower()
        if any(each in lowered for each in self._ascii):
            return True
        if raw.isascii() or not (self._foreign or any(each in raw for each in _LIKE_ASCII)):
            return False
        text = raw.decode(errors="replace")
        # An address is compared in its composed form, however its writer composed it.
        several = _folded(text), _folded(unicodedata.normalize("NFC", text))
        spelled = [*self._foreign, *map(bytes.decode, self._ascii)]
        return any(each in folded for each in spelled for folded in several)

    def wrote(self, content: MessageContent) -> bool:
        """Whether the person wrote it."""
        return normalize_email(content.sender_address) in self._emails

    def stand_in(self, value: Any) -> bool:
        """Whether a text, or one within a value of JSON, holds one of them."""
        if isinstance(value, str):
            return self._pattern.search(value) is not None
        if isinstance(value, dict):
            return any(map(self.stand_in, value.values()))
        return isinstance(value, list | tuple) and any(map(self.stand_in, value))

    def without(self, value: Any) -> Any:
        """The same with each of them struck out."""
        if isinstance(value, str):
            return self._pattern.sub(STRUCK_OUT, value)
        if isinstance(value, dict):
            return {name: self.without(each) for name, each in value.items()}
        if isinstance(value, list | tuple):
            return type(value)(map(self.without, value))
        return value


class WordsByChannel:
    """Which words to look for on each channel of a workspace.

    On the channel of a store what that one knows the person by, on a channel of all stores what any
    of them does, on another store's nothing.
    """

    def __init__(self, names: Mapping[int, Collection[Key]]) -> None:
        by_store = {
            store_id: frozenset(name for name in some if name.kind in _CONTACTS)
            for store_id, some in names.items()
        }
        everybodys = frozenset(name for some in by_store.values() for name in some)
        self._words = {of: Words(some) for of, some in by_store.items() if some}
        self._everybodys = Words(everybodys) if everybodys else None

    def of_channels(self, session: WorkspaceSession) -> dict[int, Words]:
        """The words by the channel's id, without channels on which there is nothing to look for."""
        found: dict[int, Words] = {}
        for channel_id, store_id in session.execute(select(Channel.id, Channel.store_id)):
            words = self._everybodys if store_id is None else self._words.get(store_id)
            if words is not None:
                found[channel_id] = words
        return found


def _as_json(text: str) -> str:
    return orjson.dumps(text.encode(errors="replace").decode())[1:-1].decode()


def _folded(text: str) -> str:
    """Texts that are one in any case have the same: the two that casefold keeps apart as well."""
    return text.replace("\u0130", "i").replace("\u0131", "i").casefold()
