"""What a store that hands keys over sends us, signed as it signs."""

import base64
import hashlib
import hmac
import json
from datetime import datetime
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey

from platforms.port import Companion


def handed_over(nonce: str, key: str = "ck_1", permissions: str = "read_write") -> bytes:
    """The body by which a store hands keys over."""
    told: dict[str, Any] = {
        "key_id": 7,
        "user_id": nonce,
        "consumer_key": key,
        "consumer_secret": key.replace("ck_", "cs_"),
        "key_permissions": permissions,
    }
    return json.dumps(told).encode()


def signature(body: bytes, secret: str) -> bytes:
    """WooCommerce's signature of a body."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest())


def delivery_headers(
    body: bytes, secret: str, *, delivery_id: str = "d1", webhook_id: str = "3"
) -> list[tuple[bytes, bytes]]:
    """The headers of a genuine delivery."""
    return [
        (b"content-type", b"application/json"),
        (b"x-wc-webhook-topic", b"order.updated"),
        (b"x-wc-webhook-id", webhook_id.encode()),
        (b"x-wc-webhook-delivery-id", delivery_id.encode()),
        (b"x-wc-webhook-signature", signature(body, secret)),
    ]


def ticket(companion: Companion, domain: str, now: datetime, **claims: object) -> str:
    """A ticket as the plugin signs it, for a panel unless `use` says otherwise."""
    issued = int(now.timestamp())
    told = {
        "iss": f"https://{domain}",
        "aud": companion.app_url,
        "sub": "5",
        "jti": "0123456789abcdef0123456789abcdef",
        "iat": issued,
        "exp": issued + 60,
        "use": "panel",
        "locale": "el",
        **claims,
    }
    header = {"alg": "HS256", "typ": "JWT", "kid": companion.installation_id}
    return jwt.encode(header, told, OctKey.import_key(companion.secret.reveal()))
