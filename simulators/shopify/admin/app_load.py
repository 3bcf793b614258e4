"""The address with which the platform's admin loads an embedded app into its iframe."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from urllib.parse import urlencode, urljoin, urlsplit

from simulators.shopify.model.people import Staff
from simulators.shopify.model.shop import Shop
from simulators.shopify.session_tokens import mint
from simulators.shopify.state import State

OWN = frozenset(
    "embedded hmac host id_token locale session shop timestamp said shopify-reload".split()
)
"""Parameters that the admin sets itself and never takes from its own address."""


def sign(parameters: Mapping[str, str], secret: str) -> str:
    """Hex HMAC-SHA256 over the sorted `key=value` pairs joined by `&`, as for OAuth's callback."""

    def safe(text: str) -> str:
        return text.replace("%", "%25").replace("&", "%26")

    pairs = sorted((safe(k).replace("=", "%3D"), safe(v)) for k, v in parameters.items())
    message = "&".join(f"{key}={value}" for key, value in pairs)
    return hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()


def host_of(shop: Shop, admin_host: str) -> str:
    """The `host` parameter: where the admin shows this store, base64url without padding."""
    plain = f"{admin_host}/store/{shop.name_prefix}"
    return base64.urlsafe_b64encode(plain.encode()).rstrip(b"=").decode()


def address(state: State, path: str) -> str:
    """What a path below the app's place in the admin shows: no path is the app's home."""
    return urljoin(state.app.app_url, "/" + path.lstrip("/")) if path else state.app.app_url


def origin(url: str) -> str:
    """`https://app.example` of an address there."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def token(state: State, shop: Shop, staff: Staff) -> str:
    """A session token of this moment for the registered app."""
    secret, now = state.app.signing_secret, state.clock.now().timestamp()
    return mint(shop, staff, state.app.client_id, secret, now=now)


def load_url(
    state: State,
    shop: Shop,
    staff: Staff,
    *,
    admin_host: str,
    path: str = "",
    query: Iterable[tuple[str, str]] = (),
) -> str:
    """The iframe's address: the app's own parameters and the signed ones of the platform."""
    parameters = {key: value for key, value in query if key not in OWN}
    parameters |= {
        "embedded": "1",
        "host": host_of(shop, admin_host),
        "id_token": token(state, shop, staff),
        "locale": staff.locale,
        "session": hashlib.sha256(f"{shop.domain}{staff.id}".encode()).hexdigest(),
        "shop": shop.domain,
        "timestamp": str(int(state.clock.now().timestamp())),
    }
    parameters["hmac"] = sign(parameters, state.app.signing_secret)
    return f"{address(state, path)}?{urlencode(parameters)}"
