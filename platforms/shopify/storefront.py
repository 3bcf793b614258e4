"""A Shopify shop's own pages: their origins, and who looks, by the app proxy's signature."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from platforms.errors import SessionRefused, SignatureRefused
from platforms.port import Secret
from platforms.shapes import StorefrontVisit
from platforms.shopify.config import ShopifyConfig
from platforms.shopify.shops import canonical_shop
from platforms.shopify.signatures import SIGNATURE_WINDOW_SECONDS, check_proxy_signature

_LONGEST_ID = 20


class ShopifyStorefront:
    """The port's Storefront for Shopify."""

    def __init__(self, config: ShopifyConfig) -> None:
        self._config = config

    def origins(self, domain: str, url: str | None) -> tuple[str, ...]:
        """The shop's own origin and that of its primary domain, or of the stand-in it is."""
        shop = canonical_shop(domain)
        if shop is None:
            return ()
        found = (_origin(self._config.shop_url(shop, "/")), f"https://{shop}", _origin(url or ""))
        return tuple(dict.fromkeys(each for each in found if each))

    def passed_on(self, query: Sequence[tuple[str, str]], *, now: datetime) -> StorefrontVisit:
        """Who looks, from an app proxy's request (Shopify, Authenticate app proxies).

        `logged_in_customer_id` is empty for nobody; it and `shop` stand once. Raises
        SessionRefused, whatever the input.
        """
        try:
            check_proxy_signature(query, self._config.signing_keys, now)
        except SignatureRefused as error:
            raise SessionRefused("the app proxy's signature doesn't hold") from error
        shop = canonical_shop(_single(query, "shop") or "")
        if shop is None:
            raise SessionRefused("the app proxy names no shop")
        customer = _single(query, "logged_in_customer_id")
        if customer and not (
            customer.isascii() and customer.isdigit() and len(customer) <= _LONGEST_ID
        ):
            raise SessionRefused("the app proxy names no customer")
        stamp = datetime.fromtimestamp(int(_single(query, "timestamp") or 0), UTC)
        expires_at = stamp + timedelta(seconds=SIGNATURE_WINDOW_SECONDS)
        return StorefrontVisit(shop, customer or None, expires_at)

    def printed(self, proof: str, *, now: datetime, secret: Secret) -> StorefrontVisit:
        """Nobody: a shop's theme has no secret that it could sign with."""
        raise SessionRefused("a shop prints no proofs")


def _single(query: Sequence[tuple[str, str]], name: str) -> str | None:
    values = [value for each, value in query if each == name]
    if len(values) > 1:
        raise SessionRefused(f"the app proxy names {name} twice")
    return values[0] if values else None


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    is_default = port is None or port == {"http": 80, "https": 443}[parts.scheme]
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{parts.scheme}://{host}" + ("" if is_default else f":{port}")
