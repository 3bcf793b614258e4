"""The port's Installer, for stores that have no OAuth: keys come by `handover`, and last.

There is nothing to refresh: keys of WooCommerce have no end. What is left is to name a store and to
give the keys back.
"""

from collections.abc import Sequence
from datetime import datetime

from platforms.errors import AuthorizationLost, InstallRefused
from platforms.port import Grant, Secret, StoreAccess
from platforms.woocommerce.companion import take_leave
from platforms.woocommerce.config import WooCommerceConfig
from platforms.woocommerce.once import SingleCalls
from platforms.woocommerce.sites import canonical_site

WANTED_SCOPES = ("read_write",)

_FIELDS = ("store", "store_url")
_BY_KEYS = "WooCommerce stores connect by handing keys over: begin at /woocommerce/connect."


class WooCommerceInstaller:
    """The port's Installer for WooCommerce."""

    def __init__(self, config: WooCommerceConfig, calls: SingleCalls) -> None:
        self._config = config
        self._calls = calls

    def store_domain(self, query: Sequence[tuple[str, str]]) -> str:
        """The canonical store that a request names once, as store or store_url.

        Raises InstallRefused.
        """
        named = [value for name, value in query if name in _FIELDS]
        if len(named) != 1:
            raise InstallRefused("the request has to name one store, once")
        return canonical_site(named[0], allow_http=self._config.allow_http)

    def begin(self, domain: str, *, state: str, redirect_uri: str) -> str:
        """Never: raises InstallRefused."""
        raise InstallRefused(_BY_KEYS)

    def complete(self, query: Sequence[tuple[str, str]], *, now: datetime) -> Grant:
        """Never: raises InstallRefused."""
        raise InstallRefused(_BY_KEYS)

    def missing_scopes(self, granted: Sequence[str]) -> tuple[str, ...]:
        """What we can't work without: reading, and writing for the webhooks."""
        return tuple(scope for scope in WANTED_SCOPES if scope not in granted)

    def exchange(self, session_token: str) -> Grant:
        """Never: raises InstallRefused."""
        raise InstallRefused(_BY_KEYS)

    def refresh(self, domain: str, refresh_token: Secret) -> Grant:
        """Never: keys have no end, so that one which is refused is lost."""
        raise AuthorizationLost("the store's keys were taken back: connect it again")

    def revoke(self, access: StoreAccess) -> None:
        """Have our plugin forget us and delete the key that we hold.

        A store without the plugin keeps the key until its owner deletes it (WooCommerce, Settings,
        Advanced, REST API); no route of WooCommerce's own can.
        """
        take_leave(self._calls, access)
