"""Customers and other users by the control API."""

from __future__ import annotations

from typing import Any

from simulators.woocommerce.actions import customers
from simulators.woocommerce.bodies.customer import customer_body
from simulators.woocommerce.control.ask import Asked, user_of
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

_FIELDS = ("email", "first_name", "last_name", "role", "username", "password", "billing",
           "shipping")  # fmt: skip


def create(state: State, site: Site, asked: Asked) -> Any:
    fields = {name: asked[name] for name in _FIELDS if name in asked}
    return customer_body(state, site, customers.create(state, site, **fields))


def update(state: State, site: Site, asked: Asked) -> Any:
    fields = {name: asked[name] for name in _FIELDS if name in asked}
    made = customers.update(state, site, user_of(site, asked), **fields)
    return customer_body(state, site, made)


def delete(state: State, site: Site, asked: Asked) -> Any:
    user = user_of(site, asked)
    customers.delete(state, site, user)
    return {"id": user.id}


ACTIONS = {
    "customers/create": create, "customers/update": update, "customers/delete": delete,
}  # fmt: skip
