"""Issuing, rotating and checking tokens."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

from simulators.shopify.model.access import (
    AccessToken,
    AuthorizationCode,
    Installation,
    RefreshToken,
)
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State

ACCESS_SECONDS = 3600
ONLINE_SECONDS = 86_399
REFRESH_SECONDS = 90 * 86_400
CODE_SECONDS = 600

Answer = dict[str, Any]


class OAuthError(Exception):
    """An error of the token endpoint, in the platform's words."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


def new_code(state: State, shop: Shop, redirect_uri: str, scopes: frozenset[str], user_id: int) -> (
    AuthorizationCode
):  # fmt: skip
    """A single-use code, ten minutes valid."""
    code = AuthorizationCode(
        secrets.token_hex(16), scopes, redirect_uri,
        state.clock.now() + timedelta(seconds=CODE_SECONDS), user_id,
    )  # fmt: skip
    shop.codes[code.value] = code
    return code


def _remaining(moment: datetime, now: datetime) -> int:
    return max(0, round((moment - now).total_seconds()))


def _scope(scopes: frozenset[str]) -> str:
    return ",".join(sorted(scopes))


def _answer(state: State, access: AccessToken, refresh: RefreshToken | None) -> Answer:
    now = state.clock.now()
    answer: Answer = {"access_token": access.value, "scope": _scope(access.scopes)}
    if access.expires_at is not None:
        answer["expires_in"] = _remaining(access.expires_at, now)
    if refresh is not None:
        answer["refresh_token"] = refresh.value
        answer["refresh_token_expires_in"] = _remaining(refresh.expires_at, now)
    return answer


def issue(state: State, installation: Installation, *, expiring: bool) -> Answer:
    """A new offline token, with a refresh token when it expires."""
    now = state.clock.now()
    access = AccessToken("shpat_" + secrets.token_hex(16), installation.scopes, None)
    refresh = None
    if expiring:
        access.expires_at = now + timedelta(seconds=ACCESS_SECONDS)
        refresh = RefreshToken(
            "shprt_" + secrets.token_hex(16),
            access.value,
            now + timedelta(seconds=REFRESH_SECONDS),
        )
        installation.refresh_tokens[refresh.value] = refresh
    installation.access_tokens[access.value] = access
    return _answer(state, access, refresh)


def issue_online(state: State, shop: Shop, installation: Installation, user_id: int) -> Answer:
    """A staff member's own token, a day valid."""
    expires = state.clock.now() + timedelta(seconds=ONLINE_SECONDS)
    access = AccessToken("shpua_" + secrets.token_hex(16), installation.scopes, expires, user_id)
    installation.access_tokens[access.value] = access
    staff = shop.staff[user_id]
    answer = _answer(state, access, None)
    answer["associated_user_scope"] = answer["scope"]
    answer["associated_user"] = {
        "id": staff.id,
        "first_name": staff.first_name,
        "last_name": staff.last_name,
        "email": staff.email,
        "email_verified": True,
        "account_owner": staff.owner,
        "locale": staff.locale,
        "collaborator": False,
    }
    return answer


def refresh(state: State, installation: Installation, value: str) -> Answer:
    """The next pair. The old refresh token gives the same pair again until that one is used."""
    held = installation.refresh_tokens.get(value)
    now = state.clock.now()
    if held is None or held.retired or held.expires_at <= now:
        raise OAuthError("invalid_grant", "The refresh token is invalid or has expired")
    for older in installation.refresh_tokens.values():
        if older.replaced_by == held.value:
            older.retired = True
    if held.replaced_by is not None:
        following = installation.refresh_tokens[held.replaced_by]
        return _answer(state, installation.access_tokens[following.access_token], following)
    answer = issue(state, installation, expiring=True)
    held.replaced_by = answer["refresh_token"]
    return answer


def read_session_token(state: State, shop: Shop, token: str) -> dict[str, Any]:
    """The claims of a valid session token of this shop; raises `OAuthError`."""
    bad = OAuthError("invalid_subject_token", "The subject token is invalid")
    claims: dict[str, Any] | None = None
    for secret in state.app.secrets:
        try:
            decoded = jwt.decode(token, OctKey.import_key(secret), algorithms=["HS256"])
        except (JoseError, ValueError):
            continue
        claims = dict(decoded.claims)
    if claims is None:
        raise bad
    now = state.clock.now().timestamp()
    times = [claims.get(name) for name in ("exp", "nbf")]
    if not all(isinstance(moment, int | float) for moment in times):
        raise bad
    if claims["exp"] <= now or claims["nbf"] > now + 5:
        raise bad
    if claims.get("aud") != state.app.client_id or claims.get("dest") != f"https://{shop.domain}":
        raise bad
    if claims.get("iss") != f"https://{shop.domain}/admin" or "sub" not in claims:
        raise bad
    return claims


def check(state: State, shop: Shop, value: str) -> tuple[Installation, AccessToken] | None:
    """The installation behind an access token, or None when it is worth nothing (any more)."""
    for installation in shop.installations.values():
        token = installation.access_tokens.get(value)
        if token is not None and installation.active:
            if token.expires_at is not None and token.expires_at <= state.clock.now():
                return None
            return installation, token
    return None
