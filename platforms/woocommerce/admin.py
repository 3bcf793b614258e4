"""A store's WordPress admin as our host: its plugin's tickets in, origins and addresses out."""

import re
from datetime import datetime

from platforms.errors import InstallRefused, SessionRefused
from platforms.port import AdminSession, HostDocument, Secret, ServiceTicket
from platforms.woocommerce.config import WooCommerceConfig
from platforms.woocommerce.sites import canonical_site, origin_of, site_url
from platforms.woocommerce.tickets import (
    Claims,
    claimed_text,
    expires_at,
    genuine_claims,
    installation_named,
    token_id,
)

SERVICE_USES = frozenset({"export", "erase", "disconnect"})
_OF_A_PERSON = frozenset({"export", "erase"})
# Whom the plugin names: its server itself, or a WordPress user (never 0: nobody is signed in).
_SERVER = "wordpress"
_USER_ID = re.compile(r"[1-9]\d{0,19}", re.ASCII)
_EXTERNAL_ID = re.compile(r"\d{1,20}", re.ASCII)
_LOCALE = re.compile(r"[A-Za-z0-9_\-]{2,35}", re.ASCII)
_LONGEST_EMAIL = 320
_LAST_PAGE = 1_000_000


class WooCommerceAdminHost:
    """The port's AdminHost for WooCommerce."""

    def __init__(self, config: WooCommerceConfig) -> None:
        self._config = config

    def verify(self, token: str, *, now: datetime, secret: Secret | None = None) -> AdminSession:
        """Who looks, from a page's ticket. Raises SessionRefused, whatever the input.

        `domain` is the site that signed: the caller holds the installation and compares.
        """
        claims = genuine_claims(token, secret, now)
        self._check(claims)
        if claims["use"] != "panel":
            raise SessionRefused("the ticket is for something else")
        if not _USER_ID.fullmatch(claims["sub"]):
            raise SessionRefused("the ticket names no user of the store")
        return AdminSession(
            domain=self._issuer(claims),
            staff_external_id=claims["sub"],
            session_id=token_id(claims),
            token_id=token_id(claims),
            expires_at=expires_at(claims),
            locale=_locale(claims),
            manages=claims.get("manager") is True,
        )

    def installation_of(self, token: str) -> str:
        """The installation whose secret the ticket claims to be signed with; unproven."""
        return installation_named(token)

    def service_ticket(self, token: str, *, now: datetime, secret: Secret) -> ServiceTicket:
        """What the store's own server asks. Raises SessionRefused, whatever the input.

        `domain` is the site that signed, as with `verify`.
        """
        claims = genuine_claims(token, secret, now)
        self._check(claims)
        use = claims["use"]
        if use not in SERVICE_USES:
            raise SessionRefused("the ticket is for something else")
        if claims["sub"] != _SERVER:
            raise SessionRefused("the ticket isn't the store's own server's")
        email = claimed_text(claims, "email", _LONGEST_EMAIL) if use in _OF_A_PERSON else None
        return ServiceTicket(
            use,
            token_id(claims),
            expires_at(claims),
            self._issuer(claims),
            email,
            page=_page(claims),
        )

    def frame_ancestors(self, domain: str) -> tuple[str, ...]:
        """The store's own origin; no origin at all for what is no site."""
        origin = origin_of(domain)
        return (origin,) if origin else ()

    def document(self, domain: str) -> HostDocument:
        """No script of the host's: its page hands our frame tickets, from the store's origin."""
        return HostDocument(ticket_origins=self.frame_ancestors(domain))

    def order_url(self, domain: str, external_id: str, admin_url: str | None = None) -> str:
        """The order's page in the store's admin, '' for what is no order id.

        The address of the legacy storage serves both: where orders have tables of their own,
        WooCommerce leads it to their screen (PostsRedirectionController, which wants `action`).
        """
        if not _EXTERNAL_ID.fullmatch(external_id):
            return ""
        page = f"post.php?post={external_id}&action=edit"
        return f"{admin_url}{page}" if admin_url else _in_admin(domain, page)

    def customer_url(self, domain: str, external_id: str, admin_url: str | None = None) -> str:
        """The page of the account's WordPress user, '' for what is no user id.

        WooCommerce's customers are users of the site: the ids of its REST API are theirs.
        """
        if not _EXTERNAL_ID.fullmatch(external_id):
            return ""
        page = f"user-edit.php?user_id={external_id}"
        return f"{admin_url}{page}" if admin_url else _in_admin(domain, page)

    def app_url(self, domain: str) -> str:
        """The plugin's page in the store's admin."""
        return _in_admin(domain, "admin.php?page=tillside")

    def _check(self, claims: Claims) -> None:
        if claims["aud"] != self._config.app_url:
            raise SessionRefused("the ticket is for another service")

    def _issuer(self, claims: Claims) -> str:
        """The site that signed, by its canonical name; http only where the operator allows it."""
        try:
            return canonical_site(claims["iss"], allow_http=self._config.allow_http)
        except InstallRefused as error:
            raise SessionRefused("the ticket names no site as its issuer") from error


def _in_admin(domain: str, page: str) -> str:
    home = site_url(domain)
    return f"{home}/wp-admin/{page}" if home else ""


def _page(claims: Claims) -> int:
    """Which part of a long answer is asked for; the first one where nothing is said."""
    page = claims.get("page", 1)
    if isinstance(page, bool) or not isinstance(page, int) or not 1 <= page <= _LAST_PAGE:
        raise SessionRefused("the ticket's page is odd")
    return page


def _locale(claims: Claims) -> str | None:
    """WordPress' locale (de_DE) as a language tag; None for what is none."""
    value = claims.get("locale")
    if not isinstance(value, str) or not _LOCALE.fullmatch(value):
        return None
    return value.replace("_", "-")
