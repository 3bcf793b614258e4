"""Checks a request for keys, makes them, and posts them to the application."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, unquote_plus, urlsplit

import requests

from simulators.woocommerce import addresses, php
from simulators.woocommerce.model.access import ApiKey
from simulators.woocommerce.model.people import User
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

SCOPES = ("read", "write", "read_write")
REQUIRED = ("app_name", "user_id", "return_url", "callback_url", "scope")
TIMEOUT = (2.0, 60.0)
_NOT_SENT = "An error occurred in the request and at the time were unable to send the consumer data"


class AuthError(Exception):
    """Shown as `Error: ….` with status 401."""


def formatted(url: str) -> str:
    """WooCommerce's extra urldecode, and https where no scheme is given."""
    url = unquote_plus(url)
    return url if "://" in url else "https://" + url


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an application asks for, as it came."""

    app_name: str
    user_id: str
    return_url: str
    callback_url: str
    scope: str

    def link(self, whole: str) -> str:
        """The address of the next step, with both URLs decoded once more on the way."""
        pairs = {
            "app_name": self.app_name, "user_id": self.user_id,
            "return_url": formatted(self.return_url),
            "callback_url": formatted(self.callback_url), "scope": self.scope,
        }  # fmt: skip
        return whole + "?" + "&".join(f"{k}={quote(v, safe='')}" for k, v in pairs.items())

    def back(self, success: int) -> str:
        """Where the browser goes in the end."""
        url = formatted(self.return_url)
        mark = "&" if "?" in url else "?"
        return f"{url}{mark}success={success}&user_id={quote(self.user_id, safe='')}"


def checked(site: Site, query: dict[str, Any]) -> Wanted:
    """The five parameters; raises `AuthError` in the real one's words."""
    for name in REQUIRED:
        if not query.get(name):
            raise AuthError(f"Missing parameter {name}")
        if not isinstance(query[name], str):
            raise AuthError(f"Invalid parameter {name}")
    wanted = Wanted(**{name: query[name] for name in REQUIRED})
    if wanted.scope not in SCOPES:
        raise AuthError(f"Invalid scope {wanted.scope}")
    for given in (wanted.return_url, wanted.callback_url):
        url = formatted(given)
        if not urlsplit(url).hostname:
            raise AuthError(f"The {url} is not a valid URL")
    if site.https_callbacks_only and not formatted(wanted.callback_url).startswith("https://"):
        raise AuthError("The callback_url needs to be over SSL")
    return wanted


def make_key(
    state: State, site: Site, user: User, permissions: str, description: str = ""
) -> ApiKey:
    """A new consumer key of that user."""
    stamp = state.clock.stamp().strftime("%Y-%m-%d %H:%M:%S")
    key = ApiKey(
        site.next_id("key"), user.id, description or f"API ({stamp})", permissions,
        "ck_" + secrets.token_hex(20), "cs_" + secrets.token_hex(20),
    )  # fmt: skip
    with state.lock:
        site.keys[key.consumer_key] = key
    return key


def grant(state: State, site: Site, user: User, wanted: Wanted) -> ApiKey:
    """Make keys and hand them over; anything but 200 deletes them. Raises `AuthError`."""
    stamp = state.clock.stamp().strftime("%Y-%m-%d %H:%M:%S")
    key = make_key(state, site, user, wanted.scope, f"{wanted.app_name[:170]} - API ({stamp})")
    body = {
        "key_id": key.id,
        "user_id": wanted.user_id,
        "consumer_key": key.consumer_key,
        "consumer_secret": key.consumer_secret,
        "key_permissions": wanted.scope,
    }
    try:
        if _post(state, site, formatted(wanted.callback_url), php.encode(body)) != 200:
            raise AuthError(_NOT_SENT)
    except AuthError:
        with state.lock:
            site.keys.pop(key.consumer_key, None)
        raise
    return key


def _post(state: State, site: Site, url: str, body: bytes) -> int:
    """The last status; redirects are followed by a GET without a body."""
    headers = {
        "User-Agent": f"WordPress/6.9.1; {state.url(site)}",
        "Accept": "*/*",
        "Accept-Encoding": "deflate, gzip, br, zstd",
        "Connection": "close",
    }
    posted = {**headers, "Content-Type": "application/json;charset=UTF-8"}
    with requests.Session() as session:
        session.trust_env = False
        method, data = "POST", body
        for _ in range(6):
            refusal = addresses.refused(state, site, url)
            if refusal is not None:
                raise AuthError(refusal)
            try:
                answer = session.request(
                    method, url, data=data, headers=posted if data else headers,
                    timeout=TIMEOUT, allow_redirects=False,
                )  # fmt: skip
            except requests.RequestException as failure:
                raise AuthError(f"cURL error: {type(failure).__name__}") from None
            if answer.status_code not in (301, 302, 303, 307, 308):
                return answer.status_code
            url = requests.compat.urljoin(url, answer.headers.get("Location", ""))
            method, data = "GET", b""
    raise AuthError("Too many redirects.")
