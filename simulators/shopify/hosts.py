"""Which shop a request means: `/<shop>.myshopify.com/admin/…`, or the Host header."""

from __future__ import annotations

from flask import abort, request

from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State, UnknownShop


def shop_of_request(state: State) -> Shop:
    """The shop of the address; 404 when there is none of that name."""
    name = (request.view_args or {}).get("shop") or request.host.partition(":")[0]
    try:
        return state.shop(str(name))
    except UnknownShop:
        abort(404)


def prefix(shop: Shop) -> str:
    """What stands before `/admin` in this request's kind of address."""
    return f"/{shop.domain}" if (request.view_args or {}).get("shop") else ""
