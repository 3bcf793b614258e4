"""A WooCommerce store for tests: settings, its real deliveries with their signatures, tickets."""

import base64
import hmac
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey

from platforms.port import Secret, StoreAccess, StoreFacts
from platforms.woocommerce.credentials import Credentials

APP_URL = "https://app.example"
SITE = "shop.example"
# The deliveries were recorded from a store on loopback, under this secret.
LAB_SITE = "http://127.0.0.1:18080"
SECRET = "lab-webhook-secret"
SECRETS = (Secret(SECRET),)
TICKET_SECRET = "a-secret-of-the-installation-43-characters-"
COMPANION_SECRET = Secret(TICKET_SECRET)
INSTALLATION = "inst_0123456789abcdef"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

SETTINGS = {"APP_URL": APP_URL}
REQUIRED_SETTINGS = ("APP_URL",)
FACTS = StoreFacts(SITE, None, "USD")
LAB_FACTS = StoreFacts(LAB_SITE, None, "USD")

_PAYLOADS = Path(__file__).parents[2] / "payloads" / "woocommerce"


def raw_payload(name: str) -> bytes:
    """The bytes of a recorded delivery."""
    return (_PAYLOADS / f"{name}.body").read_bytes()


def payload(name: str) -> dict[str, Any]:
    """A recorded delivery as an object."""
    value: dict[str, Any] = json.loads(raw_payload(name))
    return value


def recorded_headers(name: str) -> list[tuple[bytes, bytes]]:
    """The headers of a recorded delivery, as they came."""
    recorded = json.loads((_PAYLOADS / f"{name}.headers.json").read_bytes())
    return [(key.encode(), value.encode()) for key, value in recorded["headers"]]


def deliveries() -> list[str]:
    """The recorded deliveries that our secret signs: all but the ping, an action and the keys."""
    names = sorted(path.stem for path in _PAYLOADS.glob("*.body"))
    return [name for name in names if name[:2] not in ("01", "22", "23")]


def signature(raw_body: bytes, secret: str = SECRET) -> bytes:
    """The webhook signature of a body."""
    return base64.b64encode(hmac.digest(secret.encode(), raw_body, "sha256"))


def signed(
    raw_body: bytes, topic: str = "order.updated", **changed: bytes | None
) -> list[tuple[bytes, bytes]]:
    """The headers of a genuine delivery; a changed one is replaced, None leaves it out."""
    resource, _, event = topic.partition(".")
    headers: dict[str, bytes | None] = {
        "Content-Type": b"application/json",
        "X-WC-Webhook-Source": f"{LAB_SITE}/".encode(),
        "X-WC-Webhook-Topic": topic.encode(),
        "X-WC-Webhook-Resource": resource.encode(),
        "X-WC-Webhook-Event": event.encode(),
        "X-WC-Webhook-Signature": signature(raw_body),
        "X-WC-Webhook-ID": b"2",
        "X-WC-Webhook-Delivery-ID": b"0997f6524d9effc630adb1601b9c20cf",
    }
    headers.update({name.replace("_", "-"): value for name, value in changed.items()})
    return [(name.encode(), value) for name, value in headers.items() if value is not None]


def order_body() -> bytes:
    """A recorded order's body as our store would have sent it."""
    raw = raw_payload("13-order.updated-processing")
    return raw.replace(rb"http:\/\/127.0.0.1:18080", rb"https:\/\/shop.example")


def ticket_claims(**changed: Any) -> dict[str, Any]:
    """A panel ticket's claims; a changed one is replaced, None leaves it out."""
    now = int(NOW.timestamp())
    made = {
        "iss": f"https://{SITE}",
        "aud": APP_URL,
        "sub": "1",
        "jti": "0123456789abcdef0123456789abcdef",
        "iat": now,
        "exp": now + 60,
        "use": "panel",
        "locale": "de_DE",
        "order": "42",
        **changed,
    }
    return {name: value for name, value in made.items() if value is not None}


def ticket(
    secret: str = TICKET_SECRET,
    algorithm: str = "HS256",
    kid: str | None = INSTALLATION,
    **changed: Any,
) -> str:
    """A signed ticket, as the plugin makes them."""
    header = {"alg": algorithm, "typ": "JWT", **({"kid": kid} if kid is not None else {})}
    key = OctKey.import_key(secret)
    return jwt.encode(header, ticket_claims(**changed), key, algorithms=[algorithm])


def session_token() -> str:
    """A token of somebody who looks."""
    return ticket()


def credentials(rest_root: str = f"https://{SITE}/wp-json/", **changed: Any) -> Credentials:
    """A store's keys."""
    keys = {"consumer_key": f"ck_{'1' * 40}", "consumer_secret": f"cs_{'2' * 40}", **changed}
    return Credentials(rest_root=rest_root, **keys)


def access(domain: str = SITE, keys: Credentials | None = None) -> StoreAccess:
    """Access with keys that can't be renewed for others."""
    secret = (keys or credentials()).packed()
    return StoreAccess(domain, lambda: secret, lambda refused: refused)
