"""Customers, products, and the app's installation."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from simulators.shopify.actions import Refused, catalog, customers
from simulators.shopify.actions import app as app_actions
from simulators.shopify.control.ask import Body, address, on_shop
from simulators.shopify.model.people import Customer
from simulators.shopify.model.shop import Shop
from simulators.shopify.session_tokens import mint
from simulators.shopify.state import State

_NEW = ("first_name", "last_name", "email", "phone", "locale")
_CHANGE = (*_NEW, "note", "tags", "verified_email", "email_marketing")


def _shown(customer: Customer) -> Body:
    return {
        "id": str(customer.id),
        "name": customer.display_name,
        "email": customer.email,
        "phone": customer.phone,
        "tags": customer.tags,
    }


def _find(shop: Shop, asked: Body, name: str = "customer") -> Customer:
    return customers.find(shop, asked[name])


def _create(state: State, shop: Shop, asked: Body) -> Any:
    given = {name: asked.get(name) for name in _NEW}
    return _shown(customers.create(state, shop, **given, address=address(asked.get("address"))))


def _update(state: State, shop: Shop, asked: Body) -> Any:
    changes = {name: asked[name] for name in _CHANGE if name in asked}
    return _shown(customers.update(state, shop, _find(shop, asked), **changes))


def _delete(state: State, shop: Shop, asked: Body) -> Any:
    customers.delete(state, shop, _find(shop, asked))
    return {"deleted": True}


def _merge(state: State, shop: Shop, asked: Body) -> Any:
    kept, gone = _find(shop, asked, "keep"), _find(shop, asked, "merge")
    return _shown(customers.merge(state, shop, kept, gone))


def _data_request(state: State, shop: Shop, asked: Body) -> Any:
    customers.request_data(state, shop, _find(shop, asked))
    return {"sent": True}


def _redact(state: State, shop: Shop, asked: Body) -> Any:
    customers.redact(state, shop, _find(shop, asked))
    return {"sent": True}


def _stock(state: State, shop: Shop, asked: Body) -> Any:
    variant = catalog.find_variant(shop, asked["variant"])
    catalog.set_stock(state, shop, variant, int(asked["available"]))
    return {"variant": str(variant.id), "inventory_quantity": variant.inventory_quantity}


def _drop_product(state: State, shop: Shop, asked: Body) -> Any:
    product = shop.products.get(int(asked["product"]))
    if product is None:
        raise Refused("No such product")
    catalog.delete_product(state, shop, product)
    return {"deleted": True}


def _install(state: State, shop: Shop, asked: Body) -> Any:
    """Managed installation, as when a merchant installs from the app store."""
    scopes = frozenset(str(asked["scopes"]).split(",")) if asked.get("scopes") else None
    made = app_actions.install(state, shop, scopes or state.app.scope_set)
    return {"scopes": sorted(made.scopes)}


def _uninstall(state: State, shop: Shop, asked: Body) -> Any:
    app_actions.uninstall(state, shop)
    if asked.get("redact"):
        app_actions.redact_shop(state, shop)
    return {"uninstalled": True}


def _redact_shop(state: State, shop: Shop, asked: Body) -> Any:
    app_actions.redact_shop(state, shop)
    return {"sent": True}


def _scopes(state: State, shop: Shop, asked: Body) -> Any:
    scopes = frozenset(s for s in str(asked["scopes"]).split(",") if s)
    return {"scopes": sorted(app_actions.change_scopes(state, shop, scopes).scopes)}


def _session_token(state: State, shop: Shop, asked: Body) -> Any:
    """A session token of a staff member (the owner's by default)."""
    staff_id = int(asked.get("staff") or next(iter(shop.staff)))
    token = mint(
        shop, shop.staff[staff_id], state.app.client_id, state.app.secret,
        int(asked.get("lifetime", 60)), now=state.clock.now().timestamp(),
    )  # fmt: skip
    return {"token": token}


def _kill_tokens(state: State, shop: Shop, asked: Body) -> Any:
    """Access tokens turn 401 while refresh tokens stay (or go as well, with `refresh`)."""
    held = app_actions.installed(state, shop)
    held.access_tokens.clear()
    if asked.get("refresh"):
        held.refresh_tokens.clear()
    return {"killed": True}


_ACTIONS = {
    "customers/create": _create,
    "customers/update": _update,
    "customers/delete": _delete,
    "customers/merge": _merge,
    "customers/data-request": _data_request,
    "customers/redact": _redact,
    "products/stock": _stock,
    "products/delete": _drop_product,
    "app/install": _install,
    "app/uninstall": _uninstall,
    "app/redact-shop": _redact_shop,
    "app/scopes": _scopes,
    "app/session-token": _session_token,
    "app/kill-tokens": _kill_tokens,
}


def register(made: Blueprint, state: State) -> None:
    for name, action in _ACTIONS.items():

        def handler(shop: Shop, asked: Body, action: Any = action) -> Any:
            with state.action():
                return action(state, shop, asked)

        on_shop(made, state, f"/{name}", handler)
