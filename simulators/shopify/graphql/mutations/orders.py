"""Changing orders: note, tags, contact, address; archiving."""

from __future__ import annotations

from typing import Any

from simulators.shopify.actions import customers as customer_actions
from simulators.shopify.actions import orders as order_actions
from simulators.shopify.graphql.context import Context, Fields
from simulators.shopify.graphql.mutations.payload import Payload, done, failed, require
from simulators.shopify.graphql.nodes import find
from simulators.shopify.model.order import Order
from simulators.shopify.model.people import Address, Customer

_ADDRESS = {
    "firstName": "first_name", "lastName": "last_name", "company": "company",
    "address1": "address1", "address2": "address2", "city": "city", "zip": "zip",
    "phone": "phone", "countryCode": "country_code", "provinceCode": "province_code",
}  # fmt: skip


def _address(c: Context, before: Address | None, given: dict[str, Any]) -> Address:
    made = Address(c.shop.next_id("MailingAddress"))
    for theirs, ours in _ADDRESS.items():
        held = getattr(before, ours) if before else None
        setattr(made, ours, given.get(theirs, held))
    made.country = before.country if before else made.country_code
    return made


def _update(_: Any, a: dict[str, Any], c: Context) -> Payload:
    given = a["input"]
    order: Order | None = find(c, given["id"], "Order")
    if order is None:
        return failed("Order does not exist", "id")
    changes: dict[str, Any] = {}
    for name in ("note", "email", "phone", "tags"):
        if name in given:
            changes[name] = given[name]
    if "customAttributes" in given:
        pairs = [(one["key"], one["value"]) for one in given["customAttributes"] or []]
        changes["attributes"] = pairs
    if given.get("shippingAddress"):
        address = _address(c, order.shipping_address, given["shippingAddress"])
        changes["shipping_address"] = address
    return done(order=order_actions.update(c.state, c.shop, order, **changes))


def _tags(a: dict[str, Any], c: Context, *, add: bool) -> Payload:
    found = find(c, a["id"])
    field = "tagsAdd" if add else "tagsRemove"
    if isinstance(found, Order):
        require(c, field, "write_orders")
    elif isinstance(found, Customer):
        require(c, field, "write_customers")
    else:
        return {**failed("Resource does not exist", "id"), "node": None}
    given = [tag.strip() for tag in a["tags"]]
    kept = [tag for tag in found.tags if tag not in given]
    tags = sorted({*found.tags, *given}) if add else kept
    if isinstance(found, Order):
        order_actions.update(c.state, c.shop, found, tags=tags)
    else:
        customer_actions.update(c.state, c.shop, found, tags=tags)
    return done(node=found)


def _close(a: dict[str, Any], c: Context, *, closed: bool) -> Payload:
    require(c, "orderClose" if closed else "orderOpen", "write_orders")
    order: Order | None = find(c, a["input"]["id"], "Order")
    if order is None:
        return failed("Order does not exist", "input", "id")
    return done(order=order_actions.close(c.state, c.shop, order, closed))


MUTATIONS: Fields = {
    "orderUpdate": _update,
    "tagsAdd": lambda _, a, c: _tags(a, c, add=True),
    "tagsRemove": lambda _, a, c: _tags(a, c, add=False),
    "orderClose": lambda _, a, c: _close(a, c, closed=True),
    "orderOpen": lambda _, a, c: _close(a, c, closed=False),
}
