"""A verified delivery on its way into the inbox."""

from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256

from integration.crypto import DataKey, associated
from integration.delivery_bodies import seal_body
from platforms.port import Envelope

_LONGEST_HEADER = 255
_PIECE_BYTES = 2047
_MOST_IN_PIECES = 64 * 1024


@dataclass(frozen=True, slots=True)
class Arrival:
    """A row of the inbox, all but its id; the body is sealed. Times are aware UTC."""

    dedupe_key: bytes
    platform: str
    workspace_id: int | None
    store_id: int | None
    store_hint: str
    topic: str
    delivery_external_id: str
    event_external_id: str | None
    api_version: str | None
    triggered_at: datetime | None
    received_at: datetime
    is_compliance: bool
    sealed_body: bytes


@dataclass(frozen=True, slots=True)
class Addressee:
    """Whom a delivery is for: a store that we know, or nobody (ids None, our intake key)."""

    workspace_id: int | None
    store_id: int | None
    key: DataKey


def dedupe_key(platform: str, store: str, delivery_id: str, raw_body: bytes) -> bytes:
    """The same for a repeated delivery only: one id with two bodies is two deliveries."""
    about = associated(platform, store, delivery_id)
    return sha256(about + _digest(raw_body)).digest()


def _digest(body: bytes) -> bytes:
    """Its SHA-256, made in pieces: for a longer one the interpreter would let other threads go
    first, and an order's body takes less time than that.
    """
    if len(body) > _MOST_IN_PIECES:
        return sha256(body).digest()
    digest, view = sha256(), memoryview(body)
    for start in range(0, len(body), _PIECE_BYTES):
        digest.update(view[start : start + _PIECE_BYTES])
    return digest.digest()


def arrival(
    platform: str,
    store: str,
    envelope: Envelope,
    raw_body: bytes,
    addressee: Addressee,
    received_at: datetime,
) -> Arrival:
    """The inbox row of a verified delivery. Header texts are cut and freed of what no database
    keeps; only the body is signed, so nothing is decided by them."""
    delivery_id = _clean(envelope.delivery_id)
    key = dedupe_key(platform, store, delivery_id, raw_body)
    return Arrival(
        dedupe_key=key,
        platform=platform,
        workspace_id=addressee.workspace_id,
        store_id=addressee.store_id,
        store_hint=_clean(envelope.store_hint or store),
        topic=_clean(envelope.topic),
        delivery_external_id=delivery_id,
        event_external_id=_clean(envelope.event_id) if envelope.event_id else None,
        api_version=_clean(envelope.api_version) if envelope.api_version else None,
        triggered_at=_in_utc(envelope.triggered_at),
        received_at=received_at,
        is_compliance=envelope.is_compliance,
        sealed_body=seal_body(addressee.key, key, raw_body),
    )


def _clean(text: str) -> str:
    if text.isascii() and text.isprintable() and len(text) <= _LONGEST_HEADER:
        return text
    return "".join(c for c in text if c.isprintable())[:_LONGEST_HEADER]


def _in_utc(value: datetime | None) -> datetime | None:
    if value is None or value.tzinfo is None:
        return None
    try:
        return value.astimezone(UTC)
    except OverflowError:
        return None
