"""The tickets that a store's own server signs for us: JWT, HS256, the installation's secret.

A page of its admin hands one to our frame (`use` is "panel"); its server sends one with a request
(`use` is export, erase or disconnect). Each kind is refused where the other is due.
"""

import base64
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from math import isfinite
from typing import Any

import orjson
from joserfc import jwt
from joserfc.jwk import OctKey

from platforms.errors import SessionRefused
from platforms.port import Secret

LEEWAY_SECONDS = 10
LIFETIME_SECONDS = 60
# RFC 7518, 3.2: a key shorter than the digest is refused. Ours has 43 characters.
SHORTEST_SECRET = 32
_LONGEST_TOKEN = 4096
_TOKEN = re.compile(r"([A-Za-z0-9_\-]{1,512})\.[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]+", re.ASCII)
_INSTALLATION = re.compile(r"[A-Za-z0-9._\-]{1,64}", re.ASCII)

Claims = Mapping[str, Any]


def installation_named(token: str) -> str:
    """The installation whose secret a token claims to be signed with. Raises SessionRefused."""
    match = _TOKEN.fullmatch(token) if len(token) <= _LONGEST_TOKEN else None
    if match is None:
        raise SessionRefused("the ticket is malformed")
    try:
        header = orjson.loads(base64.urlsafe_b64decode(match.group(1) + "=="))
    except ValueError as error:
        raise SessionRefused("the ticket is malformed") from error
    if not isinstance(header, dict) or header.get("alg") != "HS256":
        raise SessionRefused("the ticket isn't signed as agreed")
    installation = header.get("kid")
    if not isinstance(installation, str) or not _INSTALLATION.fullmatch(installation):
        raise SessionRefused("the ticket names no installation")
    return installation


def genuine_claims(
    token: str, secret: Secret | None, now: datetime, *, longest_seconds: int = LIFETIME_SECONDS
) -> Claims:
    """The claims of a ticket that holds now. Raises SessionRefused, whatever the input.

    HS256 only; iss, aud, sub, jti, iat, exp and use are required; it lives `longest_seconds` at
    most and is taken 10 s early or late.
    """
    installation_named(token)
    key = secret.reveal() if secret is not None else ""
    if len(key) < SHORTEST_SECRET:
        raise SessionRefused("there is no secret that this ticket could be signed with")
    try:
        claims = jwt.decode(token, OctKey.import_key(key), algorithms=["HS256"]).claims
        _check_times(claims, now.timestamp(), longest_seconds)
    except SessionRefused:
        raise
    except Exception as error:
        # Whatever a hostile token makes a parser raise, it is no ticket.
        raise SessionRefused("the ticket's signature doesn't hold") from error
    for name in ("iss", "aud", "sub", "use"):
        claimed_text(claims, name)
    token_id(claims)
    return claims


def claimed_text(claims: Claims, name: str, longest: int = 512) -> str:
    """A claim that must be text. Raises SessionRefused."""
    value = claims.get(name)
    if not isinstance(value, str) or not value or len(value) > longest:
        raise SessionRefused(f"the ticket lacks {name}")
    return value


def token_id(claims: Claims) -> str:
    """The ticket's own id, by which it is used up. Raises SessionRefused."""
    value = claimed_text(claims, "jti", 64)
    if not re.fullmatch(r"[A-Za-z0-9_\-]{16,64}", value, re.ASCII):
        raise SessionRefused("the ticket's id is too short or odd")
    return value


def expires_at(claims: Claims) -> datetime:
    """When the ticket is over, without the leeway."""
    return datetime.fromtimestamp(_epoch(claims, "exp"), UTC)


def _check_times(claims: Claims, now: float, longest_seconds: int) -> None:
    issued, expires = _epoch(claims, "iat"), _epoch(claims, "exp")
    if not 0 < expires - issued <= longest_seconds:
        raise SessionRefused("the ticket lives longer than it may")
    if expires <= now - LEEWAY_SECONDS:
        raise SessionRefused("the ticket has expired")
    if issued > now + LEEWAY_SECONDS:
        raise SessionRefused("the ticket isn't valid yet")
    if "nbf" in claims and _epoch(claims, "nbf") > now + LEEWAY_SECONDS:
        raise SessionRefused("the ticket isn't valid yet")


def _epoch(claims: Claims, name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise SessionRefused(f"the ticket lacks {name}")
    return float(value)
