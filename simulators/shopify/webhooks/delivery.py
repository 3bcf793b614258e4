"""One webhook on its way, and its signature."""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class Attempt:
    at: datetime
    status: int | None
    """What the app answered; None when it could not be reached or was too slow."""
    error: str | None
    seconds: float


@dataclass(slots=True)
class Delivery:
    """Topic, target and the exact bytes. Retries and duplicates keep the webhook id."""

    topic: str
    shop: str
    uri: str
    body: bytes
    api_version: str
    event_id: str
    triggered_at: datetime
    subscription_id: int | None = None
    name: str | None = None
    webhook_id: str = field(default_factory=lambda: str(uuid.uuid4()))
    attempts: list[Attempt] = field(default_factory=list)
    state: str = "waiting"
    """waiting, sent, failed (given up), dropped."""
    copies: int = 1

    def headers(self, secret: str) -> dict[str, str]:
        """Everything the platform sends along; only the HMAC vouches, and only for the body."""
        moment = self.triggered_at.strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "Shopify-Captain-Hook",
            "X-Shopify-Topic": self.topic,
            "X-Shopify-Shop-Domain": self.shop,
            "X-Shopify-API-Version": self.api_version,
            "X-Shopify-Webhook-Id": self.webhook_id,
            "X-Shopify-Event-Id": self.event_id,
            "X-Shopify-Triggered-At": moment,
            "X-Shopify-Hmac-SHA256": sign(self.body, secret),
        }
        if self.name:
            headers["X-Shopify-Name"] = self.name
        return headers

    def as_dict(self) -> dict[str, Any]:
        return {
            "webhook_id": self.webhook_id,
            "event_id": self.event_id,
            "topic": self.topic,
            "shop": self.shop,
            "uri": self.uri,
            "triggered_at": self.triggered_at.isoformat(),
            "state": self.state,
            "copies": self.copies,
            "bytes": len(self.body),
            "attempts": [
                {
                    "at": one.at.isoformat(),
                    "status": one.status,
                    "error": one.error,
                    "seconds": round(one.seconds, 4),
                }
                for one in self.attempts
            ],
        }


def sign(body: bytes, secret: str) -> str:
    """base64(HMAC-SHA256(body, client secret))."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()
