"""Session tokens as App Bridge hands them to an app."""

from __future__ import annotations

import time
import uuid
from typing import Any

from joserfc import jwt
from joserfc.jwk import OctKey

from .model.people import Staff
from .model.shop import Shop


def mint(
    shop: Shop,
    staff: Staff,
    client_id: str,
    secret: str,
    lifetime: int = 60,
    *,
    now: float | None = None,
    **overrides: Any,
) -> str:
    """A signed HS256 session token, valid for `lifetime` seconds from `now` (Unix time).

    `iss` and `dest` are always the shop's real https addresses, wherever the stand-in listens.
    `overrides` replace claims (None removes one), so that a test can mint broken tokens.
    """
    issued = int(time.time() if now is None else now)
    claims: dict[str, Any] = {
        "iss": f"https://{shop.domain}/admin",
        "dest": f"https://{shop.domain}",
        "aud": client_id,
        "sub": str(staff.id),
        "exp": issued + lifetime,
        "nbf": issued,
        "iat": issued,
        "jti": str(uuid.uuid4()),
        "sid": uuid.uuid4().hex + uuid.uuid4().hex,
    }
    claims.update(overrides)
    claims = {name: value for name, value in claims.items() if value is not None}
    return jwt.encode({"alg": "HS256", "typ": "JWT"}, claims, OctKey.import_key(secret))
