"""The list of orders: by status, by words, a page at a time."""

from __future__ import annotations

from collections import Counter

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from simulators.shopify.admin import paging
from simulators.woocommerce.model.order import Order
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.oracle import NO_ORDER_YET
from simulators.woocommerce.state import State

from . import order_screen, words
from .entrance import admin_path
from .screens import Screen, Screens

_NOT_IN_ALL = frozenset({"trash", *NO_ORDER_YET})


def matching(site: Site, query: str, status: str = "") -> list[Order]:
    """Those of a status (all that are orders without one) that have the words, newest first."""
    wanted = query.casefold().strip().removeprefix("#")
    found = [
        order for order in site.orders.values()
        if (order.status == status if status else order.status not in _NOT_IN_ALL)
    ]  # fmt: skip
    found.sort(key=lambda order: (order.created_at, order.id), reverse=True)
    if not wanted:
        return found
    return [
        order for order in found
        if wanted == str(order.id)
        or wanted in f"{order.billing['email']} {words.buyer(site, order)}".casefold()
    ]  # fmt: skip


def _list(state: State, site: Site) -> ResponseReturnValue:
    query, status = request.args.get("s", ""), request.args.get("status", "")
    with state.lock:
        counts = Counter(order.status for order in site.orders.values())
        whole = sum(number for each, number in counts.items() if each not in _NOT_IN_ALL)
        number = request.args.get("paged", 1, type=int)
        return render_template(
            "wp/orders.html", page=paging.cut(matching(site, query, status), number), query=query,
            status=status, counts=counts, whole=whole,
        )  # fmt: skip


def _orders(state: State, site: Site) -> ResponseReturnValue:
    if request.args.get("action") == "edit":
        return order_screen.show(state, site)
    return _list(state, site)


def _legacy(state: State, site: Site) -> ResponseReturnValue:
    """The address of orders that are posts leads to the order's own."""
    order_id = request.args.get("post", 0, type=int)
    return redirect(admin_path(f"admin.php?page=wc-orders&action=edit&id={order_id}"))


SCREENS: Screens = {
    "admin.php?page=wc-orders": Screen(_orders, "orders"),
    "post.php": Screen(_legacy, "orders"),
}
