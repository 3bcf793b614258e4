"""Whether keys open the store that was visited, in which way it takes them, and far enough."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from platforms.errors import (
    AddressRefused,
    AuthorizationLost,
    InstallRefused,
    PlatformError,
    RequestRefused,
    StoreAnsweredNonsense,
    Throttled,
)
from platforms.port import Grant, Site
from platforms.woocommerce.answers import AccessRefused
from platforms.woocommerce.config import WooCommerceConfig
from platforms.woocommerce.credentials import Auth, Credentials
from platforms.woocommerce.install import WANTED_SCOPES
from platforms.woocommerce.once import SingleCalls
from platforms.woocommerce.refusals import SiteRefused
from platforms.woocommerce.trial import KeysOnTrial
from platforms.woocommerce.walking import shown_host

# Reading webhooks takes the right to manage WooCommerce, and with it that to make them.
_PROOF = "wc/v3/webhooks"
_NEEDED = (("wc/v3/orders", "orders"), ("wc/v3/customers", "customers"))
_ONE = {"per_page": 1, "_fields": "id"}
# WooCommerce knows the key and says what is wrong with it: it came through unharmed.
_KEY_WAS_SEEN = "woocommerce_rest_authentication_error"

_WRONG_KEYS = "The store refuses the keys that it gave. Connect it again."
_NAME_REFUSED = "The store refuses that name with that application password."
_NOT_SEEN = (
    "The store's web server keeps the application password from WordPress (it drops the "
    "Authorization header). Connect without one, or ask your host to let the header through."
)
_NO_MANAGER = (
    "Whoever gave these keys may not manage WooCommerce. Connect as an administrator or a shop "
    "manager."
)


class PasswordKeptBack(AuthorizationLost):
    """An application password that WordPress never saw: its host dropped the header."""

    code = "password_kept_back"

    def __init__(self) -> None:
        super().__init__(_NOT_SEEN)


class Proving:
    """Tries keys on the store, from the best way of showing them to the last."""

    def __init__(self, config: WooCommerceConfig, calls: SingleCalls) -> None:
        self._config = config
        self._calls = calls

    def grant(self, site: Site, keys: KeysOnTrial) -> Grant:
        """The grant of keys that open enough. Raises as the port's `prove` does."""
        try:
            credentials = self._opening(site, keys)
            for endpoint, what in _NEEDED:
                self._check_right(credentials, endpoint, what)
        except AddressRefused as error:
            raise InstallRefused(str(error)) from error
        except (Throttled, RequestRefused) as error:
            # A store that is busy, or has lost its routes, tells nothing of the keys.
            raise StoreAnsweredNonsense(
                str(error), retry_after_seconds=error.retry_after_seconds
            ) from error
        return Grant(site.domain, credentials.packed(), WANTED_SCOPES)

    def _opening(self, site: Site, keys: KeysOnTrial) -> Credentials:
        refusal: AccessRefused | None = None
        for auth in self._ways(site, keys):
            credentials = keys.taken_as(site.rest_root, auth)
            try:
                self._calls.get(credentials, _PROOF, _ONE)
            except AccessRefused as error:
                refusal = error
                if error.status == 403 or error.store_code == _KEY_WAS_SEEN:
                    break
            else:
                return credentials
        raise _why(refusal, keys) from refusal

    def _ways(self, site: Site, keys: KeysOnTrial) -> Sequence[Auth]:
        """How the keys may be shown there.

        In the query they reach the logs of the store's host, so that is for hosts that strip the
        Authorization header, and after everything else.
        """
        is_https = urlsplit(site.rest_root).scheme == "https"
        if not is_https and not self._config.allow_http:
            raise SiteRefused("http_only", host=shown_host(site.rest_root))
        if keys.is_password:
            return ("application_password",)
        return ("basic", "query") if is_https else ("oauth1",)

    def _check_right(self, credentials: Credentials, endpoint: str, what: str) -> None:
        try:
            self._calls.get(credentials, endpoint, _ONE)
        except AccessRefused as error:
            raise InstallRefused(
                f"Whoever gave these keys may not see {what}. Connect as an administrator or a "
                "shop manager."
            ) from error


def _why(refusal: AccessRefused | None, keys: KeysOnTrial) -> PlatformError:
    if refusal is not None and refusal.status == 403:
        return InstallRefused(_NO_MANAGER)
    if not keys.is_password:
        return AuthorizationLost(_WRONG_KEYS)
    if refusal is not None and refusal.store_code.startswith("woocommerce_"):
        # WordPress has words of its own for a wrong name or password; WooCommerce saw a stranger.
        return PasswordKeptBack()
    return AuthorizationLost(_NAME_REFUSED)
