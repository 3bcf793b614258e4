"""The signature of a store's webhooks, over the bytes as they came."""

import base64
import hashlib
import hmac
from collections.abc import Iterable

from platforms.port import Secret


def webhook_signature_holds(raw_body: bytes, signature: bytes, secrets: Iterable[Secret]) -> bool:
    """Whether base64(HMAC-SHA256(raw body)) is that signature under one of the store's secrets.

    An empty secret never holds: anybody can sign with it. Source: WC_Webhook::generate_signature.
    """
    keys = [secret.reveal().encode() for secret in secrets]
    digests = [
        base64.b64encode(hmac.digest(key, raw_body, hashlib.sha256)) for key in keys if key.strip()
    ]
    # No early exit: which secret matched must not show in the time.
    matches = [hmac.compare_digest(digest, signature) for digest in digests]
    return any(matches)
