"""Signing in to a site's own pages (wp-login, wc-auth, wp-admin): a cookie per site.

Pages of the admin use `signed_in` for their user, `sign_in` for the cookie, and `nonce` for the
`X-WP-Nonce` that REST asks of a browser.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from urllib.parse import quote

from flask import Request, Response

from simulators.woocommerce.model.people import User
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

Sessions = dict[str, tuple[str, int]]
"""Token to (site prefix, user id)."""


def _sessions(state: State) -> Sessions:
    found: Sessions = state.resources.setdefault("sessions", {})
    return found


def cookie_name(state: State, site: Site) -> str:
    digest = hashlib.md5(state.url(site).encode()).hexdigest()
    return f"wordpress_logged_in_{digest}"


def find(site: Site, login: str, password: str) -> User | None:
    """Who has that user name (or address) and password."""
    for user in site.users.values():
        if login in (user.username, user.email) and user.password:
            if hmac.compare_digest(user.password.encode(), password.encode()):
                return user
    return None


def sign_in(state: State, site: Site, user: User, answer: Response) -> str:
    """Set the cookie on an answer; gives the session's token."""
    token = secrets.token_hex(16)
    _sessions(state)[token] = (site.prefix, user.id)
    answer.set_cookie(
        cookie_name(state, site), quote(f"{user.username}|{token}"), path=site.prefix + "/",
        httponly=True, samesite="Lax",
    )  # fmt: skip
    return token


def _token(state: State, site: Site, request: Request) -> str:
    return request.cookies.get(cookie_name(state, site), "").rpartition("%7C")[2]


def signed_in(state: State, site: Site, request: Request) -> User | None:
    """Whom the request's cookie belongs to, None for strangers."""
    prefix, user_id = _sessions(state).get(_token(state, site, request), ("", 0))
    return site.users.get(user_id) if user_id and prefix == site.prefix else None


def sign_out(state: State, site: Site, request: Request, answer: Response) -> None:
    _sessions(state).pop(_token(state, site, request), None)
    answer.delete_cookie(cookie_name(state, site), path=site.prefix + "/")


def nonce(state: State, site: Site, request: Request, action: str = "wp_rest") -> str:
    """WordPress' token against forged requests, for this session and action."""
    whole = f"{site.store_id}|{_token(state, site, request)}|{action}"
    return hashlib.sha256(whole.encode()).hexdigest()[:10]


def by_nonce(state: State, site: Site, request: Request) -> User | None:
    """The signed-in user of a REST request, which counts only with the right `X-WP-Nonce`."""
    user = signed_in(state, site, request)
    given = request.headers.get("X-WP-Nonce", "")
    right = nonce(state, site, request)
    if user is None or not hmac.compare_digest(given.encode(), right.encode()):
        return None
    return user
