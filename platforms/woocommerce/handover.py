"""How a store gives us keys by itself (wc-auth), and how typed ones (an application password) go.

The hand-over is no OAuth 2: the store posts the keys unsigned and without its own address, so
nothing of it counts until a call to the store that was visited proves them. Source: class-wc-auth.
"""

import re
from typing import Any
from urllib.parse import urlencode

import orjson

from platforms.errors import InstallRefused
from platforms.port import Companion, Grant, HandedKeys, OutboundHttp, Secret, Site, StoreAccess
from platforms.woocommerce import companion as plugin
from platforms.woocommerce.config import WooCommerceConfig
from platforms.woocommerce.once import SingleCalls
from platforms.woocommerce.proving import Proving
from platforms.woocommerce.trial import KeysOnTrial
from platforms.woocommerce.visiting import SiteVisitor

APP_NAME = "Tillside"
LARGEST_HANDOVER_BYTES = 4096

_NONCE = re.compile(r"[A-Za-z0-9_\-]{16,128}", re.ASCII)
_KEY = re.compile(r"ck_[A-Za-z0-9]{20,64}", re.ASCII)
_KEY_SECRET = re.compile(r"cs_[A-Za-z0-9]{20,64}", re.ASCII)
# WP_Application_Passwords::PW_LENGTH; it is shown in groups of four.
_APPLICATION_PASSWORD = re.compile(r"[A-Za-z0-9]{24}", re.ASCII)
_LONGEST_USERNAME = 100

_TOO_LITTLE = {
    "read": "The store gave a key that may only read. Connect again and leave read and write on.",
    "write": "The store gave a key that may only write. Connect again and leave read and write on.",
}


class WooCommerceHandover:
    """The port's KeyHandover for WooCommerce."""

    def __init__(self, http: OutboundHttp, config: WooCommerceConfig, calls: SingleCalls) -> None:
        self._visitor = SiteVisitor(http, config)
        self._proving = Proving(config, calls)
        self._calls = calls

    def visit(self, address: str) -> Site:
        """What stands at that address. Raises SiteRefused (an InstallRefused), AddressRefused."""
        return self._visitor.visit(address)

    def begin(self, site: Site, *, nonce: str, callback_url: str, return_url: str) -> str:
        """The store's own page of consent. Raises InstallRefused where it has none.

        The store decodes both addresses once more than it should, so neither may hold what changes
        by that.
        """
        if not site.can_hand_over:
            raise InstallRefused(site.obstacle)
        if any(mark in url for url in (callback_url, return_url) for mark in "%+?&#"):
            raise InstallRefused("our own address can't be handed to a store as it is")
        fields = {
            "app_name": APP_NAME,
            "scope": "read_write",
            "user_id": nonce,
            "return_url": return_url,
            "callback_url": callback_url,
        }
        # Permalinks through index.php ("almost pretty") keep it in every address.
        below = "/index.php" if "/index.php/" in site.rest_root else ""
        return f"{site.url}{below}/wc-auth/v1/authorize?{urlencode(fields)}"

    def receive(self, raw_body: bytes) -> HandedKeys:
        """What a hand-over says, unproven. Raises InstallRefused for what is none."""
        told = _told(raw_body)
        nonce = _matching(told, "user_id", _NONCE)
        key = _matching(told, "consumer_key", _KEY)
        secret = _matching(told, "consumer_secret", _KEY_SECRET)
        permissions = told.get("key_permissions")
        if permissions != "read_write":
            raise InstallRefused(
                _TOO_LITTLE.get(str(permissions), "The hand-over doesn't say what its key may do.")
            )
        return HandedKeys(nonce, KeysOnTrial(key, secret).packed())

    def offer(self, username: str, password: str) -> Secret:
        """An application password that a person typed in, unproven.

        Raises InstallRefused for what can't be one, before anything is sent: nobody's own password
        is wanted here.
        """
        name = username.strip()
        typed = re.sub(r"\s", "", password)
        if not name or len(name) > _LONGEST_USERNAME or ":" in name or not name.isprintable():
            raise InstallRefused("Type the name that you sign in to WordPress with.")
        if not _APPLICATION_PASSWORD.fullmatch(typed):
            raise InstallRefused(
                "That isn't an application password: those have 24 letters and digits. WordPress "
                "makes one in your profile, under Application Passwords."
            )
        return KeysOnTrial(name, typed, is_password=True).packed()

    def prove(self, site: Site, keys: Secret) -> Grant:
        """The grant, after calls to the store showed that the keys open it.

        Raises AuthorizationLost when they don't, InstallRefused when they open too little,
        StoreUnreachable or StoreAnsweredNonsense when that can't be told now.
        """
        return self._proving.grant(site, KeysOnTrial.unpacked(keys))

    def greet(self, access: StoreAccess, companion: Companion) -> bool:
        """Give our plugin its installation; False where it isn't."""
        return plugin.greet(self._calls, access, companion)


def _told(raw_body: bytes) -> dict[str, Any]:
    if len(raw_body) > LARGEST_HANDOVER_BYTES:
        raise InstallRefused("The hand-over is larger than any store's.")
    try:
        value = orjson.loads(raw_body)
    except ValueError as error:
        raise InstallRefused("The hand-over isn't JSON.") from error
    if not isinstance(value, dict):
        raise InstallRefused("The hand-over isn't an object.")
    return value


def _matching(told: dict[str, Any], name: str, pattern: re.Pattern[str]) -> str:
    value = told.get(name)
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise InstallRefused(f"The hand-over has no usable {name}.")
    return value
