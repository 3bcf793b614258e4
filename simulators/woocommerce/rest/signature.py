"""One-legged OAuth 1.0a, verified as WooCommerce does it (its own way of encoding twice)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import quote, unquote

from simulators.woocommerce.model.access import ApiKey
from simulators.woocommerce.rest.errors import RestError, not_authenticated

NEEDED = (
    "oauth_consumer_key", "oauth_timestamp", "oauth_nonce", "oauth_signature",
    "oauth_signature_method",
)  # fmt: skip
WINDOW_SECONDS = 15 * 60
_DIGESTS = {"HMAC-SHA1": hashlib.sha1, "HMAC-SHA256": hashlib.sha256}


def _encoded(text: str) -> str:
    return quote(str(text), safe="~")


def _pairs(params: dict[str, Any], key: str = "") -> list[str]:
    made: list[str] = []
    for name, value in params.items():
        encoded = _encoded(name)
        if key:
            encoded = f"{key}%5B{encoded}%5D"
        if isinstance(value, dict):
            made += _pairs(value, encoded)
        else:
            made.append(_encoded(f"{encoded}={_encoded(value)}"))
    return made


def signature(method: str, url: str, params: dict[str, Any], secret: str, how: str) -> str:
    """base64(HMAC) over method, address without query, and the sorted parameters."""
    base = f"{method}&{_encoded(url)}&" + "%26".join(_pairs(dict(sorted(params.items()))))
    made = hmac.new(f"{secret}&".encode(), base.encode(), _DIGESTS[how])
    return base64.b64encode(made.digest()).decode()


def parameters(query: dict[str, Any], header: str) -> dict[str, Any]:
    """The query's parameters with those of an `Authorization: OAuth …` header."""
    found = dict(query)
    if header[:6].lower() == "oauth ":
        for part in header[6:].split(","):
            name, _, value = part.strip().partition("=")
            found[name] = unquote(value.strip('"'))
    return found


def verify(key: ApiKey, method: str, url: str, params: dict[str, Any], now_seconds: float) -> None:
    """Returns when the signature, nonce and timestamp are right; raises `RestError` 401."""
    how = str(params["oauth_signature_method"])
    given = unquote(str(params["oauth_signature"]).replace(" ", "+"))
    rest = {name: value for name, value in params.items() if name != "oauth_signature"}
    if how not in _DIGESTS:
        raise not_authenticated("Invalid signature - signature method is invalid.")
    right = signature(method, url, rest, key.consumer_secret, how)
    if not hmac.compare_digest(right.encode(), given.encode()):
        raise not_authenticated("Invalid signature - provided signature does not match.")
    _check_nonce(key, str(params["oauth_nonce"]), str(params["oauth_timestamp"]), now_seconds)


def _check_nonce(key: ApiKey, nonce: str, timestamp: str, now_seconds: float) -> None:
    sent = int(timestamp) if timestamp.isdigit() else 0
    if abs(now_seconds - sent) > WINDOW_SECONDS:
        raise not_authenticated("Invalid timestamp.")
    if nonce in key.nonces:
        raise not_authenticated("Invalid nonce - nonce has already been used.")
    key.nonces[nonce] = sent
    if len(key.nonces) > 1000:
        for old, at in list(key.nonces.items()):
            if now_seconds - at > WINDOW_SECONDS:
                del key.nonces[old]


def missing(params: dict[str, Any]) -> RestError | None:
    """A refusal where a request that began with OAuth lacks parameters."""
    lacking = [name for name in NEEDED if not params.get(name)]
    if not lacking:
        return None
    noun = "parameter" if len(lacking) == 1 else "parameters"
    return RestError(
        "woocommerce_rest_authentication_missing_parameter",
        f"Missing OAuth {noun} {', '.join(lacking)}", 401,
    )  # fmt: skip
