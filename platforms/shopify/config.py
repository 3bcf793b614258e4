"""The settings of the Shopify app, read from the environment's form and checked once."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast
from urllib.parse import urlsplit

from platforms.port import Secret

DEFAULT_API_VERSION = "2026-10"
DEFAULT_URL_TEMPLATE = "https://{shop}"
DEFAULT_ADMIN_ORIGIN = "https://admin.shopify.com"
DEFAULT_APP_BRIDGE_URL = "https://cdn.shopify.com/shopifycloud/app-bridge.js"

# Declared from the start, because a scope that comes later asks every merchant again.
DEFAULT_SCOPES = (
    "read_customers",
    "read_orders",
    "read_all_orders",
    "read_fulfillments",
    "read_returns",
    "read_products",
    "read_inventory",
)

_SECRET, _PREVIOUS = "SHOPIFY_API_SECRET", "SHOPIFY_API_SECRET_PREVIOUS"
_API_VERSION = re.compile(r"\d{4}-\d{2}|unstable", re.ASCII)


class AppSecrets:
    """The secrets of our app, as the settings tell them at each use: the present one, and the one
    before it while there is one.

    An empty one is never taken: where the present one has gone, those that stood before stay.
    Raises ValueError when there is none at first.
    """

    __slots__ = ("_held", "_settings")

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._settings = settings
        present = _required(settings, _SECRET)
        told = (present, _optional(settings, _PREVIOUS, ""))
        self._held = (told, _keys_of(*told))

    @property
    def keys(self) -> tuple[bytes, ...]:
        """What signatures are checked with, the present one first; the same object until they
        change."""
        told = (_optional(self._settings, _SECRET, ""), _optional(self._settings, _PREVIOUS, ""))
        held, keys = self._held
        if told != held and told[0]:
            keys = _keys_of(*told)
            # At once: another thread has either both of before or both of now.
            self._held = (told, keys)
        return keys

    @property
    def present(self) -> Secret:
        """What we prove with that we are the app."""
        return Secret(self.keys[0].decode())

    def __repr__(self) -> str:
        return "AppSecrets(***)"


@dataclass(frozen=True, slots=True)
class ShopifyConfig:
    """What the adapter knows of our app at Shopify."""

    api_key: str
    secrets: AppSecrets
    app_url: str
    scopes: tuple[str, ...] = DEFAULT_SCOPES
    api_version: str = DEFAULT_API_VERSION
    url_template: str = DEFAULT_URL_TEMPLATE
    admin_origin: str = DEFAULT_ADMIN_ORIGIN
    app_bridge_url: str = DEFAULT_APP_BRIDGE_URL
    webhooks: Literal["api", "toml"] = "api"

    @property
    def signing_keys(self) -> tuple[bytes, ...]:
        """What signatures are checked with at this moment."""
        return self.secrets.keys

    @property
    def api_secret(self) -> Secret:
        """What we prove with that we are the app, at this moment."""
        return self.secrets.present

    def shop_url(self, domain: str, path: str) -> str:
        """An address of that shop for our own calls; `path` begins with a slash."""
        return self.url_template.replace("{shop}", domain).rstrip("/") + path

    def graphql_url(self, domain: str) -> str:
        """Where that shop's Admin GraphQL API listens."""
        return self.shop_url(domain, f"/admin/api/{self.api_version}/graphql.json")


def is_set_up(settings: Mapping[str, str]) -> bool:
    """Whether any setting that only Shopify needs is given: then all of them are wanted."""
    return any(_optional(settings, name, "") for name in ("SHOPIFY_API_KEY", _SECRET))


def read_config(settings: Mapping[str, str]) -> ShopifyConfig:
    """The configuration. Raises ValueError that names the setting which is missing or wrong."""
    webhooks = _optional(settings, "SHOPIFY_WEBHOOKS", "api")
    if webhooks not in ("api", "toml"):
        raise ValueError("SHOPIFY_WEBHOOKS is neither api nor toml")
    return ShopifyConfig(
        api_key=_required(settings, "SHOPIFY_API_KEY"),
        secrets=AppSecrets(settings),
        app_url=_address(settings, "APP_URL", None).rstrip("/"),
        scopes=_scopes(settings),
        api_version=_api_version(settings),
        url_template=_url_template(settings),
        admin_origin=_address(settings, "SHOPIFY_ADMIN_ORIGIN", DEFAULT_ADMIN_ORIGIN).rstrip("/"),
        app_bridge_url=_address(settings, "SHOPIFY_APP_BRIDGE_URL", DEFAULT_APP_BRIDGE_URL),
        webhooks=cast(Literal["api", "toml"], webhooks),
    )


def _keys_of(present: str, previous: str) -> tuple[bytes, ...]:
    return tuple(secret.encode() for secret in (present, previous) if secret)


def _optional(settings: Mapping[str, str], name: str, default: str) -> str:
    return (settings.get(name) or "").strip() or default


def _required(settings: Mapping[str, str], name: str) -> str:
    value = _optional(settings, name, "")
    if not value:
        raise ValueError(f"{name} is missing")
    return value


def _address(settings: Mapping[str, str], name: str, default: str | None) -> str:
    value = _required(settings, name) if default is None else _optional(settings, name, default)
    parts = urlsplit(value)
    # What stands here reaches a Content-Security-Policy: nothing may break out of its directive.
    if parts.scheme not in ("https", "http") or not parts.hostname or re.search(r"[\s;,]", value):
        raise ValueError(f"{name} is not an http(s) address")
    return value


def _url_template(settings: Mapping[str, str]) -> str:
    value = _optional(settings, "SHOPIFY_URL_TEMPLATE", DEFAULT_URL_TEMPLATE)
    if "{shop}" not in value or urlsplit(value).scheme not in ("https", "http"):
        raise ValueError("SHOPIFY_URL_TEMPLATE is not an http(s) address with {shop} in it")
    return value


def _api_version(settings: Mapping[str, str]) -> str:
    value = _optional(settings, "SHOPIFY_API_VERSION", DEFAULT_API_VERSION)
    if not _API_VERSION.fullmatch(value):
        raise ValueError("SHOPIFY_API_VERSION is not of the form YYYY-MM")
    return value


def _scopes(settings: Mapping[str, str]) -> tuple[str, ...]:
    given = _optional(settings, "SHOPIFY_SCOPES", ",".join(DEFAULT_SCOPES))
    scopes = tuple(scope.strip() for scope in given.split(",") if scope.strip())
    if not scopes or not all(re.fullmatch(r"[a-z_]+", scope) for scope in scopes):
        raise ValueError("SHOPIFY_SCOPES is not a comma-separated list of scopes")
    return scopes
