"""Shop names: the one place that decides what a Shopify shop may be called."""

import re

_SHOP = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9\-]*\.myshopify\.com", re.ASCII)
_LONGEST_NAME = 255


def canonical_shop(name: str) -> str | None:
    """The shop's canonical name, None for what is no `*.myshopify.com` name.

    Shopify's own pattern, matched over the whole text (a library's `^…$` lets a newline through).
    """
    if len(name) > _LONGEST_NAME or not _SHOP.fullmatch(name):
        return None
    return name.lower()
