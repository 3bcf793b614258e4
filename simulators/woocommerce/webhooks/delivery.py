"""One delivery: its headers, its signature, and how it went."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from simulators.woocommerce.model.access import Webhook
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

USER_AGENT = "WooCommerce/10.5.2 Hookshot (WordPress/6.9.1)"
PLAIN_HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": "*/*",
    "Accept-Encoding": "deflate, gzip, br, zstd",
    "Connection": "close",
}


@dataclass(slots=True)
class Delivery:
    site: str
    webhook_id: int
    topic: str
    url: str
    body: bytes
    headers: dict[str, str]
    at: datetime
    status: int | None = None
    """What was answered; None when nobody was reached in time."""
    error: str | None = None
    state: str = "sent"
    """sent, failed, dropped."""

    def as_dict(self, *, bodies: bool = False) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "site": self.site, "webhook_id": self.webhook_id, "topic": self.topic,
            "url": self.url, "delivery_id": self.headers.get("X-WC-Webhook-Delivery-ID"),
            "at": self.at.isoformat(), "status": self.status, "error": self.error,
            "state": self.state, "bytes": len(self.body),
        }  # fmt: skip
        if bodies:
            shown["body"] = self.body.decode()
        return shown


def sign(body: bytes, secret: str) -> str:
    """base64(HMAC-SHA256(secret, body))."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


def delivery_id(site: Site, hook: Webhook, at: datetime) -> str:
    """A hash of webhook and second: two deliveries of one second have the same."""
    text = f"{hook.id}{int(at.timestamp())}"
    return hmac.new(site.store_id.encode(), text.encode(), hashlib.md5).hexdigest()


def prepare(state: State, site: Site, hook: Webhook, body: bytes) -> Delivery:
    """A delivery of that body, signed with the webhook's secret."""
    now = state.clock.now()
    headers = {
        **PLAIN_HEADERS,
        "Content-Type": "application/json",
        "X-WC-Webhook-Source": state.url(site) + "/",
        "X-WC-Webhook-Topic": hook.topic,
        "X-WC-Webhook-Resource": hook.resource,
        "X-WC-Webhook-Event": hook.event,
        "X-WC-Webhook-Signature": sign(body, hook.secret),
        "X-WC-Webhook-ID": str(hook.id),
        "X-WC-Webhook-Delivery-ID": delivery_id(site, hook, now),
    }
    return Delivery(site.prefix, hook.id, hook.topic, hook.delivery_url, body, headers, now)


def ping(state: State, site: Site, hook: Webhook) -> Delivery:
    """What a new webhook sends first: a form without a signature."""
    headers = {**PLAIN_HEADERS, "Content-Type": "application/x-www-form-urlencoded"}
    body = f"webhook_id={hook.id}".encode()
    return Delivery(
        site.prefix, hook.id, "ping", hook.delivery_url, body, headers, state.clock.now()
    )
