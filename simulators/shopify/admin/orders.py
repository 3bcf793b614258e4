"""The admin's home, its list of orders and an order's page."""

from __future__ import annotations

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from simulators.shopify.actions import Refused
from simulators.shopify.actions import orders as order_actions
from simulators.shopify.actions.fulfilment import EVENTS, TRACKING_URLS
from simulators.shopify.model.order import Order
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State

from . import paging, words
from .staff import find_shop, signed_in


def live_order(shop: Shop, order_id: int) -> Order:
    """The order, or a 404."""
    try:
        return order_actions.find(shop, order_id)
    except Refused:
        abort(404)


def matching(shop: Shop, query: str) -> list[Order]:
    """Orders whose name, address or buyer has the words, newest first."""
    wanted = query.casefold().strip()
    found = sorted(shop.orders.values(), key=lambda order: order.created_at, reverse=True)
    if not wanted:
        return found
    return [
        order
        for order in found
        if wanted in f"{order.name} {order.email or ''} {words.buyer(shop, order)}".casefold()
    ]


def register(made: Blueprint, state: State) -> None:
    @made.get("/<shop>/admin", strict_slashes=False)
    @signed_in(state)
    def home() -> ResponseReturnValue:
        g.section = "home"
        with state.lock:
            return render_template("admin/home.html", newest=matching(g.shop, "")[:8])

    @made.get("/<shop>/admin/orders")
    @signed_in(state)
    def orders() -> ResponseReturnValue:
        g.section = "orders"
        query = request.args.get("q", "")
        with state.lock:
            page = paging.cut(matching(g.shop, query), request.args.get("page", 1, type=int))
            return render_template("admin/orders.html", page=page, query=query)

    @made.get("/<shop>/admin/orders/<int:order_id>")
    @signed_in(state)
    def order(order_id: int) -> ResponseReturnValue:
        g.section = "orders"
        with state.lock:
            found = live_order(g.shop, order_id)
            variants = [v for v in g.shop.variants.values() if v.product_id in g.shop.products]
            return render_template(
                "admin/order.html",
                order=found,
                customer=g.shop.customers.get(found.customer_id or 0),
                carriers=list(TRACKING_URLS),
                events=EVENTS,
                variants=variants[:60],
            )

    @made.get("/store/<name>/")
    @made.get("/store/<name>/<path:rest>")
    def store(name: str, rest: str = "") -> ResponseReturnValue:
        """The address that the platform's own admin has for the same pages."""
        found = find_shop(state, name)
        target = f"{url_for('admin.home', shop=found.domain)}/{rest}".rstrip("/")
        query = request.query_string.decode()
        return redirect(f"{target}?{query}" if query else target)
