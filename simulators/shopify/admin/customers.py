"""The list of customers and a customer's page."""

from __future__ import annotations

from flask import Blueprint, abort, g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from simulators.shopify.actions import Refused
from simulators.shopify.actions import customers as customer_actions
from simulators.shopify.arithmetic import amount_spent
from simulators.shopify.model.people import Customer
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State

from . import paging
from .said import go
from .staff import signed_in


def live_customer(shop: Shop, customer_id: int) -> Customer:
    """The customer, or a 404."""
    found = shop.customers.get(customer_id)
    if found is None:
        abort(404)
    return found


def matching(shop: Shop, query: str) -> list[Customer]:
    """Customers whose name, address or phone has the words, newest first."""
    wanted = query.casefold().strip()
    found = sorted(shop.customers.values(), key=lambda one: one.created_at, reverse=True)
    return [
        one
        for one in found
        if wanted in f"{one.display_name} {one.email or ''} {one.phone or ''}".casefold()
    ]


def register(made: Blueprint, state: State) -> None:
    @made.get("/<shop>/admin/customers")
    @signed_in(state)
    def customers() -> ResponseReturnValue:
        g.section = "customers"
        query = request.args.get("q", "")
        with state.lock:
            page = paging.cut(matching(g.shop, query), request.args.get("page", 1, type=int))
            return render_template("admin/customers.html", page=page, query=query)

    @made.get("/<shop>/admin/customers/<int:customer_id>")
    @signed_in(state)
    def customer(customer_id: int) -> ResponseReturnValue:
        g.section = "customers"
        with state.lock:
            found = live_customer(g.shop, customer_id)
            history = sorted(
                g.shop.orders_for(found.id), key=lambda one: one.created_at, reverse=True
            )
            spent = amount_spent(history)
            return render_template(
                "admin/customer.html", customer=found, history=history, spent=spent
            )

    @made.post("/<shop>/admin/customers/<int:customer_id>")
    @signed_in(state)
    def change_customer(customer_id: int) -> ResponseReturnValue:
        found = live_customer(g.shop, customer_id)
        said = "Saved"
        tags = [tag.strip() for tag in request.form.get("tags", "").split(",") if tag.strip()]
        try:
            customer_actions.update(
                state,
                g.shop,
                found,
                first_name=request.form.get("first_name") or None,
                last_name=request.form.get("last_name") or None,
                email=request.form.get("email") or None,
                phone=request.form.get("phone") or None,
                tags=tags,
            )
        except Refused as refusal:
            said = f"Not done: {refusal}"
        return go(url_for("admin.customer", shop=g.shop.domain, customer_id=found.id), said)
