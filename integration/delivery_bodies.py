"""How a stored delivery's body is sealed when it comes in, and opened when it is worked off.

A store's deliveries are sealed with the store's data key, so that destroying the key destroys them.
A compliance delivery for a store that we don't know is sealed with an intake key of our own.

What is sealed is a Zstandard frame: of an order's JSON it leaves a quarter, and so of the inbox,
of its log and of its backups.
"""

import sys
from typing import Protocol

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

from integration.crypto import CannotOpen, DataKey, associated, derive
from integration.install.keys import store_key
from integration.models import DeliveryWork, Store
from integration.services import Services

ERASED = b""
# What becomes of a delivery whose body is ERASED: as what it is refused, in code and in words.
ERASED_CODE, ERASED_MEANS = "erased", "the body was erased"
# Begins what was packed; a body that was sealed before bodies were packed has no such beginning.
_FRAME = b"\x28\xb5\x2f\xfd"
# Level 1 takes some 10 µs for an order of 10 KB; higher ones save little more.
_packer = zstd.ZstdCompressor(level=1)


class Stored(Protocol):
    """A delivery as far as its body goes: the model's row, or a plain one with these columns."""

    @property
    def id(self) -> int:
        """Our own."""

    @property
    def dedupe_key(self) -> bytes:
        """What the body is bound to."""

    @property
    def sealed_body(self) -> bytes:
        """The body, sealed."""


def intake_key(services: Services, workspace_id: int | None = None) -> DataKey:
    """The key for deliveries without a store, or for what a workspace asks without naming one."""
    label = "intake" if workspace_id is None else f"intake of {workspace_id}"
    return DataKey(derive(services.settings.secret_key.get_secret_value(), label))


def about_body(dedupe_key: bytes) -> bytes:
    """What a delivery's sealed body is bound to."""
    return associated("deliveries", dedupe_key.hex())


def seal_body(key: DataKey, dedupe_key: bytes, raw_body: bytes) -> bytes:
    """A delivery's body, packed and sealed. `Opener` and `open_body` give it back."""
    packed = _packer.compress(raw_body, mode=zstd.ZstdCompressor.FLUSH_FRAME)
    return key.seal(packed, about_body(dedupe_key))


def _unpacked(plain: bytes) -> bytes:
    return zstd.decompress(plain) if plain.startswith(_FRAME) else plain


def about_mended(delivery_id: int) -> bytes:
    """What a mended body is bound to."""
    return associated("delivery_works", delivery_id)


class BodyErased(CannotOpen):
    """The body was taken away on purpose: a person's data was erased, or a store's."""


class Opener:
    """Opens the bodies of one store's deliveries (None: of none that we know)."""

    def __init__(self, services: Services, store: Store | None) -> None:
        self._services = services
        self._store = store
        self._key: DataKey | None = None

    def open(self, delivery: Stored, work: DeliveryWork | None) -> bytes:
        """The body as it came, or as somebody mended it. Raises BodyErased, CannotOpen."""
        if work is not None and work.sealed_mended_body:
            return self._opened(work.sealed_mended_body, about_mended(delivery.id))
        if delivery.sealed_body == ERASED:
            raise BodyErased(ERASED_MEANS)
        return _unpacked(self._opened(delivery.sealed_body, about_body(delivery.dedupe_key)))

    def _opened(self, sealed: bytes, about: bytes) -> bytes:
        store = self._store
        if store is not None and store.data_key:
            if self._key is None:
                self._key = store_key(self._services.keyring, store)
            try:
                return self._key.open(sealed, about)
            except CannotOpen:
                # It may have come before the store was connected.
                return intake_key(self._services).open(sealed, about)
        return intake_key(self._services).open(sealed, about)


def open_body(
    services: Services, delivery: Stored, work: DeliveryWork | None, store: Store | None
) -> bytes:
    """One body. Raises BodyErased, CannotOpen."""
    return Opener(services, store).open(delivery, work)


def seal_mended(services: Services, delivery_id: int, store: Store | None, body: bytes) -> bytes:
    """A mended body, sealed for its work row. Raises CannotOpen without the store's key."""
    key = intake_key(services) if store is None else store_key(services.keyring, store)
    return key.seal(body, about_mended(delivery_id))
