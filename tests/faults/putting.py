"""Deliveries put into the inbox as the receiver does it, by the hundred, without its HTTP."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from integration.install.keys import store_key
from integration.models import Store
from integration.services import Services
from platforms.port import Envelope
from tests.webhooks.parts import as_body
from webhooks.arrival import Addressee, Arrival, arrival
from webhooks.inbox import sink

_ROWS_A_COMMIT = 200


@dataclass(frozen=True, slots=True)
class Told:
    """A delivery of a store; one id and body twice is one delivery."""

    topic: str
    delivery_id: str
    triggered_at: datetime
    body: bytes


def told(topic: str, delivery_id: str, triggered_at: datetime, body: dict[str, Any]) -> Told:
    """A delivery with this body."""
    return Told(topic, delivery_id, triggered_at, as_body(body))


def put(
    services: Services, store: Store, many: Sequence[Told], *, received_at: datetime | None = None
) -> int:
    """Store these; how many were new."""
    key = store_key(services.keyring, store)
    to = Addressee(store.workspace_id, store.id, key)
    rows = [_row(store, one, to, received_at or services.now()) for one in many]
    inbox = sink(services.inbox.engine.url)
    new = 0
    for start in range(0, len(rows), _ROWS_A_COMMIT):
        new += sum(inbox.commit(rows[start : start + _ROWS_A_COMMIT]))
    inbox.close()
    return new


def _row(store: Store, one: Told, to: Addressee, received_at: datetime) -> Arrival:
    envelope = Envelope(
        topic=one.topic,
        store_hint=store.domain,
        delivery_id=one.delivery_id,
        triggered_at=one.triggered_at,
        api_version="2026-10",
    )
    return arrival(store.platform, store.domain, envelope, one.body, to, received_at)
