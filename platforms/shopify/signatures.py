"""Shopify's three kinds of signature, one verifier each, all with the current and previous secret.

Each compares bytes in constant time with every key, so that a non-ASCII signature is merely wrong.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence
from datetime import datetime

from platforms.errors import SignatureRefused

SIGNATURE_WINDOW_SECONDS = 90


def webhook_signature_holds(raw_body: bytes, signature: bytes, keys: Iterable[bytes]) -> bool:
    """Whether base64(HMAC-SHA256(raw body)) is that signature under one of the keys."""
    digests = [base64.b64encode(hmac.digest(key, raw_body, hashlib.sha256)) for key in keys]
    return _equals_any(digests, signature)


def query_signature_holds(query: Sequence[tuple[str, str]], keys: Iterable[bytes]) -> bool:
    """Whether an OAuth query's `hmac` is genuine: the other pairs sorted, joined by `&`, hex.

    The delimiters inside names and values are escaped first, as Shopify's libraries do, so that
    a pair can't be shifted into its neighbour.
    """
    given = [value for name, value in query if name == "hmac"]
    if len(given) != 1:
        return False
    pairs = sorted(f"{_name(k)}={_value(v)}" for k, v in query if k != "hmac")
    return _equals_any(_hex_digests("&".join(pairs), keys), _bytes(given[0]))


def check_proxy_signature(
    query: Sequence[tuple[str, str]], keys: Iterable[bytes], now: datetime
) -> None:
    """Nothing for a genuine app proxy request of the last 90 s, else SignatureRefused.

    `signature` is the hex HMAC of the sorted `k=v` pairs joined by nothing, repeated names
    joined by commas.
    """
    given = [value for name, value in query if name == "signature"]
    values: dict[str, list[str]] = {}
    for name, value in query:
        if name != "signature":
            values.setdefault(name, []).append(value)
    message = "".join(sorted(f"{name}={','.join(many)}" for name, many in values.items()))
    if len(given) != 1 or not _equals_any(_hex_digests(message, keys), _bytes(given[0])):
        raise SignatureRefused("the app proxy signature doesn't hold")
    stamps = values.get("timestamp", [])
    if len(stamps) != 1 or not is_recent(stamps[0], now):
        raise SignatureRefused("the app proxy request is too old")


def is_recent(timestamp: str, now: datetime) -> bool:
    """Whether epoch seconds lie within 90 s of now, on either side."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(now.timestamp() - int(timestamp)) <= SIGNATURE_WINDOW_SECONDS


def _equals_any(digests: Iterable[bytes], given: bytes) -> bool:
    # No early exit: which key matched must not show in the time.
    matches = [hmac.compare_digest(digest, given) for digest in digests]
    return any(matches)


def _hex_digests(message: str, keys: Iterable[bytes]) -> list[bytes]:
    text = _bytes(message)
    return [hmac.digest(key, text, hashlib.sha256).hex().encode() for key in keys]


def _bytes(text: str) -> bytes:
    # A query may decode to lone surrogates, which strict UTF-8 refuses to encode.
    return text.encode("utf-8", "surrogatepass")


def _name(text: str) -> str:
    return text.replace("%", "%25").replace("&", "%26").replace("=", "%3D")


def _value(text: str) -> str:
    return text.replace("%", "%25").replace("&", "%26")
