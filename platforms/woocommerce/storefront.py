"""A WooCommerce store's own pages: their origins, and who looks, by the plugin's proof."""

import re
from collections.abc import Sequence
from datetime import datetime

from platforms.errors import InstallRefused, SessionRefused
from platforms.port import Secret
from platforms.shapes import StorefrontVisit
from platforms.woocommerce.config import WooCommerceConfig
from platforms.woocommerce.sites import canonical_site, origin_of
from platforms.woocommerce.tickets import claimed_text, expires_at, genuine_claims

# As long as a page may stand open before its chat is: the plugin signs for as long.
LONGEST_PROOF_SECONDS = 1800
_USER_ID = re.compile(r"[1-9]\d{0,19}", re.ASCII)
_LONGEST_EMAIL = 320


class WooCommerceStorefront:
    """The port's Storefront for WooCommerce."""

    def __init__(self, config: WooCommerceConfig) -> None:
        self._config = config

    def origins(self, domain: str, url: str | None) -> tuple[str, ...]:
        """The store's own origin, and that of its home where it tells another spelling of it."""
        found = [origin_of(domain)]
        try:
            named = canonical_site(url or "", allow_http=self._config.allow_http)
            found.append(origin_of(named))
        except InstallRefused:
            pass
        return tuple(dict.fromkeys(each for each in found if each))

    def passed_on(self, query: Sequence[tuple[str, str]], *, now: datetime) -> StorefrontVisit:
        """Nobody: a store passes no requests on."""
        raise SessionRefused("a store passes nothing on")

    def printed(self, proof: str, *, now: datetime, secret: Secret) -> StorefrontVisit:
        """Who looks, from the plugin's proof: a ticket of half an hour whose `use` is "chat".

        `sub` is the WordPress user, who is WooCommerce's customer of the same number. Raises
        SessionRefused, whatever the input.
        """
        claims = genuine_claims(proof, secret, now, longest_seconds=LONGEST_PROOF_SECONDS)
        if claims["aud"] != self._config.app_url:
            raise SessionRefused("the proof is for another service")
        if claims["use"] != "chat":
            raise SessionRefused("the ticket is for something else")
        if not _USER_ID.fullmatch(claims["sub"]):
            raise SessionRefused("the proof names no user of the store")
        try:
            domain = canonical_site(claims["iss"], allow_http=self._config.allow_http)
        except InstallRefused as error:
            raise SessionRefused("the proof names no site as its issuer") from error
        email = claims.get("email")
        told = claimed_text(claims, "email", _LONGEST_EMAIL) if email else None
        return StorefrontVisit(domain, claims["sub"], expires_at(claims), told)
