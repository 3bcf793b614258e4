"""What an action was asked about."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simulators.woocommerce.actions.basket import Wanted
from simulators.woocommerce.model.order import Order
from simulators.woocommerce.model.people import User
from simulators.woocommerce.model.site import Site

Asked = dict[str, Any]


def order_of(site: Site, asked: Asked) -> Order:
    """By id, number or `#number`; raises KeyError."""
    return site.orders[int(str(asked["order"]).lstrip("#"))]


def user_of(site: Site, asked: Asked) -> User:
    """By id, address or user name; raises KeyError."""
    given = str(asked["customer"])
    if given.isdigit():
        return site.users[int(given)]
    for user in site.users.values():
        if given in (user.email, user.username):
            return user
    raise KeyError(f"no customer {given}")


def decimal(value: Any) -> Decimal:
    """An amount in the store's own way of writing (`12.50`), not minor units."""
    return Decimal(str(value))


def wanted(site: Site, given: Any) -> list[Wanted]:
    """`[{sku or product, quantity, total}]`; one of the first product without."""
    if not given:
        return [Wanted(next(one.id for one in site.products.values() if not one.variations))]
    made = []
    for each in given:
        product = each.get("product") or each.get("product_id")
        if product is None:
            product = next(one.id for one in site.products.values() if one.sku == each["sku"])
        total = decimal(each["total"]) if each.get("total") is not None else None
        made.append(Wanted(int(product), int(each.get("quantity", 1)), total))
    return made
