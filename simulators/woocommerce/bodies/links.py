"""`_links` of an item."""

from __future__ import annotations

from typing import Any

from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

ALL = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def hints(href: str, allow: list[str] | None = None) -> list[dict[str, Any]]:
    return [{"href": href, "targetHints": {"allow": allow or ALL}}]


def route_url(state: State, site: Site, route: str) -> str:
    """The address of `orders/11` below wc/v3."""
    return f"{state.rest_root(site)}wc/v3/{route}"


def item_links(state: State, site: Site, collection: str, item_id: int) -> dict[str, Any]:
    """self and collection."""
    whole = route_url(state, site, collection)
    return {"self": hints(f"{whole}/{item_id}"), "collection": [{"href": whole}]}
