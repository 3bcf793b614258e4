"""Encryption at rest with associated data and key versions, and keys derived by label.

The operator's keys (ENCRYPTION_KEYS) only wrap data keys, one a store; what a store owns is sealed
with its data key. So rotation rewraps small rows, and destroying a data key destroys what it
sealed.
"""

import base64
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from integration.errors import MissingSetting

log = structlog.get_logger(__name__)

_KEY_BYTES = 32
_NONCE_BYTES = 12
_MARK = b"tillside operator's key"


class CannotOpen(Exception):
    """Sealed bytes that no key of ours opens: destroyed, tampered with, or another row's."""


def derive(secret_key: str, label: str) -> bytes:
    """A 32-byte key of its own for one purpose; labels never share keys."""
    kdf = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=f"tillside:{label}".encode())
    return kdf.derive(secret_key.encode())


def associated(*parts: object) -> bytes:
    """Associated data from table, row and the like; parts can't run into each other."""
    texts = [str(part).encode(errors="surrogatepass") for part in parts]
    return b"".join([len(text).to_bytes(4) + text for text in texts])


class DataKey:
    """A key that seals the data of one owner."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        self._cipher = AESGCM(key)

    def seal(self, plain: bytes, about: bytes) -> bytes:
        """Sealed bytes that only open with the same `about` (see `associated`)."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, about)

    def open(self, sealed: bytes, about: bytes) -> bytes:
        """What was sealed. Raises CannotOpen."""
        try:
            return self._cipher.decrypt(sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:], about)
        except (InvalidTag, ValueError):
            raise CannotOpen("sealed data does not open") from None

    def __repr__(self) -> str:
        return "DataKey(***)"


@dataclass(frozen=True, slots=True)
class Keys:
    """The operator's keys by id, as they stand at one moment. `current` wraps, all unwrap.

    `marks` tell keys apart without telling them: some digits of a digest, by id, `current` first.
    """

    current: str
    by_id: Mapping[str, DataKey]
    marks: Mapping[str, str]

    @classmethod
    def of(cls, text: str) -> "Keys":
        """The keys of `id:base64url,id:base64url`; the first wraps. Raises MissingSetting."""
        by_id: dict[str, DataKey] = {}
        marks: dict[str, str] = {}
        for part in filter(None, (piece.strip() for piece in text.split(","))):
            key_id, _, encoded = part.partition(":")
            key = _decode_key(key_id, encoded)
            if key_id in by_id:
                raise MissingSetting(f"ENCRYPTION_KEYS is wrong: {key_id} stands twice")
            by_id[key_id] = DataKey(key)
            marks[key_id] = f"{key_id}/{sha256(_MARK + key).hexdigest()[:8]}"
        if not by_id:
            raise MissingSetting("ENCRYPTION_KEYS is not set; see .env.example")
        return cls(next(iter(by_id)), by_id, marks)

    def __repr__(self) -> str:
        return f"Keys({', '.join(self.by_id)})"


class Keyring:
    """The operator's keys in a process that goes on while they are changed.

    `read` tells ENCRYPTION_KEYS as it stands now; where that can't be used, what stood before
    stays. An id that isn't known has `look` look for it at once. Raises MissingSetting at first.
    """

    __slots__ = ("_keys", "_look", "_read", "_text")

    def __init__(self, read: Callable[[], str], look: Callable[[], None] | None = None) -> None:
        self._read, self._look = read, look
        self._text = read()
        self._keys = Keys.of(self._text)

    @property
    def keys(self) -> Keys:
        """The keys as they stand now."""
        text = self._read()
        if text != self._text:
            self._take(text)
        return self._keys

    def look_again(self) -> Keys:
        """The keys as they stand at this very moment."""
        if self._look is not None:
            self._look()
        return self.keys

    def wrap_new(self, about: bytes) -> bytes:
        """A fresh data key, wrapped."""
        return self._wrap(os.urandom(_KEY_BYTES), about)

    def unwrap(self, wrapped: bytes, about: bytes) -> DataKey:
        """The data key. Raises CannotOpen."""
        return DataKey(self._unwrap(wrapped, about))

    def rewrap(self, wrapped: bytes, about: bytes, *, to: bytes | None = None) -> bytes:
        """The same data key under the current operator's key, bound to `to` where that is given."""
        return self._wrap(self._unwrap(wrapped, about), about if to is None else to)

    def is_current(self, wrapped: bytes) -> bool:
        """Whether the current operator's key wraps it."""
        return wrapped_by(wrapped) == self.keys.current

    def _take(self, text: str) -> None:
        try:
            self._keys = Keys.of(text)
        except MissingSetting as error:
            log.error("encryption_keys.unusable", why=str(error))
        self._text = text

    def _wrap(self, key: bytes, about: bytes) -> bytes:
        keys = self.keys
        return keys.current.encode() + b":" + keys.by_id[keys.current].seal(key, about)

    def _unwrap(self, wrapped: bytes, about: bytes) -> bytes:
        key_id, sealed = wrapped_by(wrapped), wrapped.partition(b":")[2]
        wrapping = self.keys.by_id.get(key_id)
        if wrapping is None:
            wrapping = self.look_again().by_id.get(key_id)
        if wrapping is None:
            raise CannotOpen("sealed with a key that ENCRYPTION_KEYS doesn't hold")
        return wrapping.open(sealed, about)

    def __repr__(self) -> str:
        return f"Keyring({', '.join(self._keys.by_id)})"


def keyring(text: str) -> Keyring:
    """The keyring of `id:base64url,id:base64url`; the first wraps. Raises MissingSetting."""
    return Keyring(lambda: text)


def wrapped_by(wrapped: bytes) -> str:
    """The id of the operator's key that wraps a data key."""
    return wrapped.partition(b":")[0].decode("ascii", "replace")


def new_key_text(key_id: str) -> str:
    """A fresh key in the form that ENCRYPTION_KEYS takes."""
    encoded = base64.urlsafe_b64encode(os.urandom(_KEY_BYTES)).decode().rstrip("=")
    return f"{key_id}:{encoded}"


def _decode_key(key_id: str, encoded: str) -> bytes:
    try:
        key = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
    except ValueError:
        key = b""
    if not key_id.isalnum() or not key_id.isascii() or len(key) != _KEY_BYTES:
        raise MissingSetting("ENCRYPTION_KEYS is wrong: each part is id:base64url of 32 bytes")
    return key


def token_digest(token: str) -> bytes:
    """What is kept of a random token, and what it is found by. Takes any text of a stranger's."""
    return sha256(token.encode(errors="surrogatepass")).digest()
