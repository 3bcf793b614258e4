"""The one list of store platforms. A further platform is one folder and one line here."""

from importlib import import_module
from typing import cast

from platforms.port import PlatformFactory

_FACTORIES = {
    "shopify": "platforms.shopify.platform:create",
    "woocommerce": "platforms.woocommerce.platform:create",
}


def slugs() -> tuple[str, ...]:
    """The platforms that exist, in the order in which they are shown."""
    return tuple(_FACTORIES)


def factory(slug: str) -> PlatformFactory:
    """What builds that platform. Raises KeyError for one that doesn't exist."""
    module_name, _, attribute = _FACTORIES[slug].partition(":")
    return cast(PlatformFactory, getattr(import_module(module_name), attribute))
