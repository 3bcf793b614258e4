"""How a shop gives us its authorization: code grant, token exchange, refresh, and back again."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from platforms.errors import AuthorizationLost, InstallRefused, SessionRefused
from platforms.port import Grant, Secret, StoreAccess
from platforms.shopify.config import ShopifyConfig
from platforms.shopify.scopes import READ_ALL_ORDERS, missing_scopes
from platforms.shopify.shops import canonical_shop
from platforms.shopify.signatures import is_recent, query_signature_holds
from platforms.shopify.tokens import TokenEndpoint, TokenRefused

if TYPE_CHECKING:
    from platforms.shopify.admin import ShopifyAdminHost
    from platforms.shopify.transport import GraphTransport

Query = Sequence[tuple[str, str]]


class ShopifyInstaller:
    """The port's Installer for Shopify."""

    def __init__(
        self,
        config: ShopifyConfig,
        tokens: TokenEndpoint,
        host: "ShopifyAdminHost",
        transport_for: "Callable[[StoreAccess], GraphTransport]",
        utc_now: Callable[[], datetime],
    ) -> None:
        self._config = config
        self._tokens = tokens
        self._host = host
        self._transport_for = transport_for
        self._utc_now = utc_now

    def store_domain(self, query: Query) -> str:
        """The canonical shop that an install request names once. Raises InstallRefused."""
        return _shop(_single(query))

    def begin(self, domain: str, *, state: str, redirect_uri: str) -> str:
        """The shop's authorize address, which the merchant's browser is sent to."""
        fields = {
            "client_id": self._config.api_key,
            "scope": ",".join(self._config.scopes),
            "redirect_uri": redirect_uri,
            "state": state,
        }
        return self._config.shop_url(domain, f"/admin/oauth/authorize?{urlencode(fields)}")

    def complete(self, query: Query, *, now: datetime) -> Grant:
        """The grant for a callback whose state the caller has checked.

        Raises InstallRefused for a doubled parameter, a wrong hmac, shop or timestamp, a refused
        code, or fewer scopes than wanted; nothing is sent before all of the query holds.
        """
        fields = _single(query)
        if not query_signature_holds(query, self._config.signing_keys):
            raise InstallRefused("the callback's hmac doesn't hold")
        domain = _shop(fields)
        if not is_recent(fields.get("timestamp", ""), now):
            raise InstallRefused("the callback's timestamp is more than 90 seconds away")
        if not fields.get("code"):
            raise InstallRefused("the callback brings no code")
        try:
            grant = self._tokens.by_code(domain, fields["code"])
        except TokenRefused as error:
            raise InstallRefused("the shop refuses the code") from error
        missing = self.missing_scopes(grant.scopes)
        if missing:
            raise InstallRefused(f"the shop granted less than asked: {', '.join(missing)}")
        return grant

    def missing_scopes(self, granted: Sequence[str]) -> tuple[str, ...]:
        """The wanted scopes that the grant lacks; without `read_all_orders` we see 60 days."""
        wanted = [scope for scope in self._config.scopes if scope != READ_ALL_ORDERS]
        return missing_scopes(granted, wanted)

    def exchange(self, session_token: str) -> Grant:
        """The grant for a session token that we verify first. Raises SessionRefused."""
        session = self._host.verify(session_token, now=self._utc_now())
        try:
            return self._tokens.by_session_token(session.domain, session_token)
        except TokenRefused as error:
            raise SessionRefused("the shop refuses the session token") from error

    def refresh(self, domain: str, refresh_token: Secret) -> Grant:
        """A new pair. Raises AuthorizationLost when the shop refuses the refresh token."""
        try:
            return self._tokens.by_refresh_token(domain, refresh_token)
        except (TokenRefused, InstallRefused) as error:
            raise AuthorizationLost("the shop refuses the refresh token") from error

    def revoke(self, access: StoreAccess) -> None:
        """Uninstall us from the shop; one that has already lost us is fine."""
        try:
            self._transport_for(access).mutate("app_uninstall", "appUninstall", {})
        except AuthorizationLost:
            return


def _single(query: Query) -> dict[str, str]:
    fields = dict(query)
    if len(fields) != len(query):
        raise InstallRefused("a parameter stands twice")
    return fields


def _shop(fields: dict[str, str]) -> str:
    domain = canonical_shop(fields.get("shop", ""))
    if domain is None:
        raise InstallRefused("the shop's name isn't one of *.myshopify.com")
    return domain
