"""Tickets: JSON Web Tokens of a minute (HS256) by which the service knows who asks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
from typing import Any

from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

from .installed import Installation

LIFETIME_SECONDS = 60


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def signed(
    state: State, site: Site, installation: Installation, claims: dict[str, Any],
    seconds: int = LIFETIME_SECONDS,
) -> str:  # fmt: skip
    """A ticket; `claims` is what it says beside who signed it, for whom and when."""
    now = int(state.clock.now().timestamp())
    header = {"alg": "HS256", "typ": "JWT", "kid": installation.installation_id}
    always = {
        "iss": state.url(site), "aud": installation.app_url, "jti": secrets.token_hex(16),
        "iat": now, "exp": now + seconds,
    }  # fmt: skip
    text = ".".join(_encoded(json.dumps(part).encode()) for part in (header, {**claims, **always}))
    digest = hmac.new(installation.secret.encode(), text.encode(), hashlib.sha256).digest()
    return f"{text}.{_encoded(digest)}"
