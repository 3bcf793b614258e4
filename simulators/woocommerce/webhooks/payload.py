"""What a delivery holds: the object as its webhook's owner may see it at that moment."""

from __future__ import annotations

from typing import Any

from simulators.woocommerce import php
from simulators.woocommerce.bodies.customer import customer_body
from simulators.woocommerce.bodies.order import order_json
from simulators.woocommerce.bodies.product import product_body
from simulators.woocommerce.model.access import Webhook
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.rest.errors import RestError, forbidden, invalid_id
from simulators.woocommerce.state import State


def payload(state: State, site: Site, hook: Webhook, arg: int) -> bytes:
    """JSON as sent. An owner without rights, or an object gone by now, makes an error's body."""
    if hook.resource == "action":
        return php.encode({"action": hook.event, "arg": arg})
    if hook.event == "deleted":
        return php.encode({"id": arg})
    try:
        return _object(state, site, hook, arg)
    except RestError as error:
        return php.encode(error.body)


def _object(state: State, site: Site, hook: Webhook, arg: int) -> bytes:
    held: Any = {"order": site.orders, "customer": site.users, "product": site.products}
    found = held.get(hook.resource, {}).get(arg)
    if found is None and hook.resource == "customer":
        raise RestError("woocommerce_rest_invalid_id", "Invalid resource ID.", 404)
    if found is None:
        raise invalid_id("shop_order" if hook.resource == "order" else hook.resource)
    owner = site.users.get(hook.user_id)
    if owner is None or not owner.manages:
        raise forbidden("view", signed_in=owner is not None)
    if hook.resource == "order":
        return order_json(state, site, found)
    body = customer_body if hook.resource == "customer" else product_body
    return php.encode(body(state, site, found))
