"""Encryption at rest with associated data and key versions, and keys derived by label.

The operator's keys (ENCRYPTION_KEYS) only wrap data keys, one a store; what a store owns is sealed
with its data key. So rotation rewraps small rows, and destroying a data key destroys what it
sealed.
"""

import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from integration.errors import MissingSetting

_KEY_BYTES = 32
_NONCE_BYTES = 12


class CannotOpen(Exception):
    """Sealed bytes that no key of ours opens: destroyed, tampered with, or another row's."""


def derive(secret_key: str, label: str) -> bytes:
    """A 32-byte key of its own for one purpose; labels never share keys."""
    kdf = HKDF(algorithm=SHA256(), length=_KEY_BYTES, salt=None, info=f"tillside:{label}".encode())
    return kdf.derive(secret_key.encode())


def associated(*parts: object) -> bytes:
    """Associated data from table, row and the like; parts can't run into each other."""
    texts = [str(part).encode() for part in parts]
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
class Keyring:
    """The operator's keys by id. `current` wraps, all unwrap."""

    current: str
    keys: Mapping[str, DataKey]

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
        return wrapped.partition(b":")[0].decode("ascii", "replace") == self.current

    def _wrap(self, key: bytes, about: bytes) -> bytes:
        return self.current.encode() + b":" + self.keys[self.current].seal(key, about)

    def _unwrap(self, wrapped: bytes, about: bytes) -> bytes:
        key_id, _, sealed = wrapped.partition(b":")
        wrapping = self.keys.get(key_id.decode("ascii", "replace"))
        if wrapping is None:
            raise CannotOpen("sealed with a key that ENCRYPTION_KEYS doesn't hold")
        return wrapping.open(sealed, about)

    def __repr__(self) -> str:
        return f"Keyring({', '.join(self.keys)})"


def keyring(text: str) -> Keyring:
    """The keyring of `id:base64url,id:base64url`; the first wraps. Raises MissingSetting."""
    keys: dict[str, DataKey] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        key_id, _, encoded = part.partition(":")
        keys[key_id] = DataKey(_decode_key(key_id, encoded))
    if not keys:
        raise MissingSetting("ENCRYPTION_KEYS is not set; see .env.example")
    return Keyring(current=next(iter(keys)), keys=keys)


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
