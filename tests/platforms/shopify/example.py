"""A Shopify app for tests: settings, real signatures, and the bodies that a shop sends."""

import base64
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey

from platforms.buckets import BucketPacer
from platforms.port import OutboundHttp, Secret, StoreAccess, StoreFacts
from platforms.shopify.config import read_config
from platforms.shopify.platform import ShopifyPlatform
from platforms.shopify.transport import GraphTransport, Timing

SHOP = "jsmith.myshopify.com"
SHOP_NUMBER = "548380009"
API_KEY = "client-1"
SECRET = "shpss_current_secret_of_the_tests"
PREVIOUS_SECRET = "shpss_previous_secret_of_the_tests"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

SETTINGS = {
    "APP_URL": "https://app.example",
    "SHOPIFY_API_KEY": API_KEY,
    "SHOPIFY_API_SECRET": SECRET,
    "SHOPIFY_API_SECRET_PREVIOUS": PREVIOUS_SECRET,
}
REQUIRED_SETTINGS = ("APP_URL", "SHOPIFY_API_KEY", "SHOPIFY_API_SECRET")
FACTS = StoreFacts(SHOP, SHOP_NUMBER, "USD")
# Our app's own secret signs webhooks and session tokens of every shop.
SECRETS: tuple[Secret, ...] = ()
COMPANION_SECRET: Secret | None = None
INSTALLATION = ""

_PAYLOADS = Path(__file__).parents[2] / "payloads" / "shopify"


def payload(name: str) -> dict[str, Any]:
    """A documented body as an object."""
    value: dict[str, Any] = json.loads((_PAYLOADS / f"{name}.json").read_bytes())
    return value


def signature(raw_body: bytes, secret: str = SECRET) -> bytes:
    """The webhook signature of a body."""
    return base64.b64encode(hmac.digest(secret.encode(), raw_body, "sha256"))


def signed(
    raw_body: bytes, topic: str = "orders/updated", **changed: bytes | None
) -> list[tuple[bytes, bytes]]:
    """The headers of a genuine delivery; a changed one is replaced, None leaves it out."""
    headers: dict[str, bytes | None] = {
        "Content-Type": b"application/json",
        "X-Shopify-Hmac-Sha256": signature(raw_body),
        "X-Shopify-Topic": topic.encode(),
        "X-Shopify-Shop-Domain": SHOP.encode(),
        "X-Shopify-Webhook-Id": b"b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
        "X-Shopify-Event-Id": b"98880550-7158-44d4-b7cd-2c97c8a091b5",
        "X-Shopify-Triggered-At": b"2026-11-22T04:50:18.123456789Z",
        "X-Shopify-Api-Version": b"2026-10",
    }
    headers.update({name.replace("_", "-"): value for name, value in changed.items()})
    return [(name.encode(), value) for name, value in headers.items() if value is not None]


def order_body() -> bytes:
    """A genuine order's body."""
    return (_PAYLOADS / "order-paid.json").read_bytes()


def claims(**changed: Any) -> dict[str, Any]:
    """A session token's claims; a changed one is replaced, None leaves it out."""
    now = int(NOW.timestamp())
    made = {
        "iss": f"https://{SHOP}/admin",
        "dest": f"https://{SHOP}",
        "aud": API_KEY,
        "sub": "42",
        "exp": now + 60,
        "nbf": now,
        "iat": now,
        "jti": "token-1",
        "sid": "session-1",
        **changed,
    }
    return {name: value for name, value in made.items() if value is not None}


def session_token(secret: str = SECRET, algorithm: str = "HS256", **changed: Any) -> str:
    """A signed session token."""
    key = OctKey.import_key(secret)
    return jwt.encode({"alg": algorithm}, claims(**changed), key, algorithms=[algorithm])


class Clock:
    """Time that moves only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def timing(clock: Clock, **changed: Any) -> Timing:
    """Timing without chance and without waiting."""
    return Timing(clock=clock, sleep=clock.sleep, jitter=lambda: 1.0, **changed)


def access(token: str = "shpat_1", domain: str = SHOP) -> StoreAccess:
    """Access with a token that can't be renewed for another."""
    return StoreAccess(domain, lambda: Secret(token), lambda refused: refused)


def platform(http: OutboundHttp, clock: Clock | None = None, **settings: str) -> ShopifyPlatform:
    """The platform with the tests' settings."""
    config = read_config({**SETTINGS, **settings})
    return ShopifyPlatform(http, config, timing(clock or Clock()), lambda: NOW)


def transport(
    http: OutboundHttp,
    url_template: str,
    clock: Clock,
    store_access: StoreAccess | None = None,
    **changed: Any,
) -> GraphTransport:
    """A transport towards a loopback store."""
    config = read_config({**SETTINGS, "SHOPIFY_URL_TEMPLATE": url_template})
    return GraphTransport(
        http,
        config,
        store_access or access(),
        BucketPacer(clock, clock.sleep),
        timing(clock, **changed),
    )


def build(http: OutboundHttp, settings: Mapping[str, str]) -> ShopifyPlatform:
    """The platform under any settings, for the contract test."""
    return ShopifyPlatform(http, read_config(settings), timing(Clock()), lambda: NOW)
