"""Shopify's admin as our host: session tokens in, frame ancestors and addresses out."""

import re
import warnings
from datetime import UTC, datetime
from math import isfinite
from typing import Any
from urllib.parse import urlsplit

from joserfc import jwt
from joserfc.jwk import OctKey

from platforms.errors import SessionRefused
from platforms.port import AdminSession, HostDocument, Secret, ServiceTicket
from platforms.shopify.config import ShopifyConfig
from platforms.shopify.shops import canonical_shop

LEEWAY_SECONDS = 10
_LONGEST_TOKEN = 8192
_TOKEN = re.compile(r"[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]+\.[A-Za-z0-9_\-]+", re.ASCII)
_EXTERNAL_ID = re.compile(r"\d+", re.ASCII)


class ShopifyAdminHost:
    """The port's AdminHost for Shopify."""

    def __init__(self, config: ShopifyConfig) -> None:
        self._config = config
        self._held: tuple[tuple[bytes, ...], list[OctKey]] = ((), [])
        self._keys()

    def verify(self, token: str, *, now: datetime, secret: Secret | None = None) -> AdminSession:
        """Who looks, from an App Bridge session token. Raises SessionRefused, whatever the input.

        HS256 only, under the current or the previous secret; iss, dest, aud, sub, exp, nbf, iat,
        jti and sid are all required; iss and dest name the same shop over https; leeway 10 s.
        """
        try:
            return _session(self._claims(token), self._config.api_key, now.timestamp())
        except SessionRefused:
            raise
        except Exception as error:
            # Whatever a hostile token makes a parser raise, it isn't a session.
            raise SessionRefused("the session token is malformed") from error

    def installation_of(self, token: str) -> str:
        """None: our app's own secret signs for every shop."""
        return ""

    def service_ticket(self, token: str, *, now: datetime, secret: Secret) -> ServiceTicket:
        """None: a shop's server asks by webhook."""
        raise SessionRefused("a shop signs no tickets")

    def frame_ancestors(self, domain: str) -> tuple[str, ...]:
        """The shop's own origin and the admin's; no origin at all for what is no shop."""
        shop = canonical_shop(domain)
        return (f"https://{shop}", self._config.admin_origin) if shop else ()

    def document(self, domain: str) -> HostDocument:
        """App Bridge as the first script, and our API key for it (Shopify, App Bridge set-up)."""
        bridge = self._config.app_bridge_url
        parts = urlsplit(bridge)
        origin = f"{parts.scheme}://{parts.netloc}"
        return HostDocument(
            scripts=(bridge,),
            metas=(("shopify-api-key", self._config.api_key),),
            script_origins=(origin,),
            connect_origins=(origin,),
        )

    def order_url(self, domain: str, external_id: str, admin_url: str | None = None) -> str:
        """The order's page in the shop's admin, '' for what is no order id."""
        if not _EXTERNAL_ID.fullmatch(external_id):
            return ""
        return f"{self._admin(domain)}/orders/{external_id}"

    def customer_url(self, domain: str, external_id: str, admin_url: str | None = None) -> str:
        """The customer's page in the shop's admin, '' for what is no customer id."""
        if not _EXTERNAL_ID.fullmatch(external_id):
            return ""
        return f"{self._admin(domain)}/customers/{external_id}"

    def app_url(self, domain: str) -> str:
        """Our app home in the shop's admin."""
        return f"{self._admin(domain)}/apps/{self._config.api_key}"

    def _admin(self, domain: str) -> str:
        return f"{self._config.admin_origin}/store/{domain.removesuffix('.myshopify.com')}"

    def _keys(self) -> list[OctKey]:
        """The secrets of this moment in the library's form, made once for each change."""
        told = self._config.signing_keys
        if told != self._held[0]:
            with warnings.catch_warnings():
                # Its length is Shopify's choice (38 characters; a stand-in's may be short).
                warnings.simplefilter("ignore")
                self._held = (told, [OctKey.import_key(key) for key in told])
        return self._held[1]

    def _claims(self, token: str) -> dict[str, Any]:
        if len(token) > _LONGEST_TOKEN or not _TOKEN.fullmatch(token):
            raise SessionRefused("the session token is malformed")
        refusal: Exception | None = None
        for key in self._keys():
            try:
                return jwt.decode(token, key, algorithms=["HS256"]).claims
            except Exception as error:  # noqa: BLE001 - the next key may hold
                refusal = error
        raise SessionRefused("the session token's signature doesn't hold") from refusal


def _session(claims: dict[str, Any], api_key: str, now: float) -> AdminSession:
    texts = {name: _text(claims, name) for name in ("iss", "dest", "aud", "sub", "jti", "sid")}
    expires, not_before, issued = (_epoch(claims, name) for name in ("exp", "nbf", "iat"))
    if texts["aud"] != api_key:
        raise SessionRefused("the session token is for another app")
    if expires <= now - LEEWAY_SECONDS:
        raise SessionRefused("the session token has expired")
    if max(not_before, issued) > now + LEEWAY_SECONDS:
        raise SessionRefused("the session token isn't valid yet")
    return AdminSession(
        domain=_one_shop(texts["iss"], texts["dest"]),
        staff_external_id=texts["sub"],
        session_id=texts["sid"],
        token_id=texts["jti"],
        expires_at=datetime.fromtimestamp(expires, UTC),
    )


def _one_shop(issuer: str, destination: str) -> str:
    scheme, _, host = destination.partition("://")
    domain = canonical_shop(host)
    if domain is None or scheme != "https" or issuer != f"{destination}/admin":
        raise SessionRefused("the session token's iss and dest don't name one shop over https")
    return domain


def _text(claims: dict[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value or len(value) > 255:
        raise SessionRefused(f"the session token lacks {name}")
    return value


def _epoch(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not isfinite(value):
        raise SessionRefused(f"the session token lacks {name}")
    return float(value)
