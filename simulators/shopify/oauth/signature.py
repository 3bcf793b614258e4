"""The `hmac` of OAuth callbacks and of embedded loads, and the `host` parameter."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping


def sign_query(parameters: Mapping[str, str], secret: str) -> str:
    """Hex HMAC-SHA256 over the sorted `key=value` pairs, joined by `&`."""
    message = "&".join(f"{key}={parameters[key]}" for key in sorted(parameters))
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def host_parameter(shop_name: str) -> str:
    """base64 of `admin.shopify.com/store/{name}`, without padding."""
    plain = f"admin.shopify.com/store/{shop_name}".encode()
    return base64.b64encode(plain).decode().rstrip("=")
