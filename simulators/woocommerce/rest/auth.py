"""Who asks: consumer keys (Basic, query, OAuth 1.0a), application passwords, a signed-in user."""

from __future__ import annotations

import hmac
import re
import time
from dataclasses import dataclass
from typing import Any

from flask import Request

from simulators.woocommerce import staff
from simulators.woocommerce.model.access import ApiKey
from simulators.woocommerce.model.people import User
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.rest import signature
from simulators.woocommerce.rest.errors import RestError, not_authenticated
from simulators.woocommerce.state import State

_READS = ("GET", "HEAD")


@dataclass(slots=True)
class Caller:
    """`user` is None for a stranger; `key` where a consumer key was used."""

    user: User | None = None
    key: ApiKey | None = None


def _secure(site: Site, request: Request) -> bool:
    return site.keys_over_http or request.is_secure


def _by_key(site: Site, key: str, secret: str) -> ApiKey | None:
    """The key of that name, None when unknown; raises on a wrong secret."""
    found = site.keys.get(key)
    if found is None:
        return None
    if not hmac.compare_digest(found.consumer_secret.encode(), secret.encode()):
        raise not_authenticated("Consumer secret is invalid.")
    return found


def _plain_key(site: Site, request: Request, query: dict[str, Any]) -> ApiKey | None:
    key, secret = query.get("consumer_key"), query.get("consumer_secret")
    if not (key and secret) and request.authorization is not None:
        key, secret = request.authorization.username, request.authorization.password
    if not key or not secret:
        return None
    return _by_key(site, str(key), str(secret))


def _oauth_key(state: State, site: Site, request: Request, query: dict[str, Any]) -> ApiKey | None:
    params = signature.parameters(query, request.headers.get("Authorization", ""))
    if not any(name in params for name in signature.NEEDED):
        return None
    refusal = signature.missing(params)
    if refusal is not None:
        raise refusal
    key = site.keys.get(str(params["oauth_consumer_key"]))
    if key is None:
        raise not_authenticated("Consumer key is invalid.")
    url = state.url(site) + request.path
    # Real time, as the caller's: a clock that was moved would refuse everybody.
    signature.verify(key, request.method, url, params, time.time())
    return key


def _by_application_password(site: Site, request: Request) -> User | None:
    """WordPress' own; once a site has one, wrong credentials get an error of their own."""
    given = request.authorization
    if given is None or given.type != "basic" or not site.application_passwords:
        return None
    name, password = given.username or "", re.sub(r"[^A-Za-z0-9]", "", given.password or "")
    user = next((one for one in site.users.values() if name in (one.username, one.email)), None)
    if user is None:
        code, kind, other = "invalid_username", "username", "email address"
        if "@" in name:
            code, kind, other = "invalid_email", other, kind
        said = f"<strong>Error:</strong> Unknown {kind}. Check again or try your {other}."
        raise RestError(code, said, 401)
    for one in site.application_passwords:
        if one.user_id == user.id and hmac.compare_digest(one.password, password):
            return user
    raise RestError(
        "incorrect_password", "The provided password is an invalid application password.", 401
    )


def _takes_keys(site: Site, route: str) -> bool:
    """Keys count below wc/ and wc-…/ only, and only where the permalinks are pretty."""
    return site.pretty_permalinks and (route.startswith(("/wc/", "/wc-")))


def identify(
    state: State, site: Site, request: Request, route: str, query: dict[str, Any]
) -> Caller:
    """Who asks for that route; raises `RestError` where credentials are wrong."""
    key: ApiKey | None = None
    if _takes_keys(site, route):
        if _secure(site, request):
            key = _plain_key(site, request, query)
        key = key or _oauth_key(state, site, request, query)
    if key is not None:
        _check_permissions(key, request.method)
        return Caller(site.users.get(key.user_id), key)
    if _secure(site, request):
        user = _by_application_password(site, request)
        if user is not None:
            return Caller(user)
    return Caller(staff.by_nonce(state, site, request))


def _check_permissions(key: ApiKey, method: str) -> None:
    if method == "OPTIONS":
        return
    needed = "read" if method in _READS else "write"
    if key.permissions not in (needed, "read_write"):
        raise not_authenticated(f"The API key provided does not have {needed} permissions.")
