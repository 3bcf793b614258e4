"""The storefront: somebody buys something, as a guest or as a customer of the store."""

from __future__ import annotations

from decimal import Decimal

from flask import Blueprint, abort, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from simulators.serving import own_address
from simulators.shopify.admin.said import go
from simulators.shopify.admin.staff import same_origin
from simulators.woocommerce.actions import orders
from simulators.woocommerce.actions.basket import METHODS, Basket, Refused, Wanted
from simulators.woocommerce.control.orders import basket
from simulators.woocommerce.door import current
from simulators.woocommerce.model.order import Order
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

from .parse import whole
from .plugin.chat import chat_of
from .screens import Form

_OWN = ("first_name", "last_name", "email", "phone", "address_1", "city", "postcode")


def _basket(site: Site, form: Form) -> Basket:
    """What the form asks for, by its customer or by the guest whom it names."""
    method = form.get("payment", "")
    if method not in METHODS:
        raise Refused("Choose how to pay")
    pieces = max(1, min(99, whole(form, "quantity", 1)))
    asked: dict[str, object] = {"payment_method": method}
    if form.get("customer"):
        asked["customer"] = form["customer"]
    else:
        asked["billing"] = {name: form.get(name, "").strip() for name in _OWN}
        asked["billing"] |= {"country": site.country.partition(":")[0]}  # type: ignore[operator]
    made = basket(site, asked)
    made.lines = [Wanted(whole(form, "product"), pieces)]
    made.shipping_title, made.shipping_price = "Flat rate", Decimal("4.90")
    made.customer_note = form.get("note", "").strip()
    return made


def place(state: State, site: Site, form: Form) -> Order:
    """A new order: cards are paid at once, a bank transfer is on hold, cash is paid later."""
    with state.lock:
        wanted = _basket(site, form)
        if wanted.payment_method in ("bacs", "cheque"):
            wanted.status = "on-hold"
        return orders.place(state, site, wanted, paid=wanted.payment_method == "stripe")


def register(made: Blueprint, state: State) -> None:
    @made.get("/storefront/")
    def storefront() -> ResponseReturnValue:
        """The shop; `as` says whose browser it is (a customer's number), nobody's without.

        Other addresses lead to the site's own, as WordPress does.
        """
        g.site = current(state)
        if elsewhere := own_address(state.base_url):
            return redirect(elsewhere)
        who = request.args.get("as", type=int)
        with state.lock:
            products = [one for one in g.site.products.values() if not one.variations]
            people = [one for one in g.site.users.values() if one.role == "customer"]
            return render_template(
                "wp/storefront.html", products=products, methods=METHODS,
                people=sorted(people, key=lambda one: one.display_name)[:300],
                chat=chat_of(state, g.site, who), who=who,
            )  # fmt: skip

    @made.post("/storefront/")
    def check_out() -> ResponseReturnValue:
        site = current(state)
        if not same_origin():
            abort(403)
        here = f"{request.script_root}/storefront/"
        try:
            order = place(state, site, request.form)
        except (Refused, LookupError, ValueError) as refusal:
            said = str(refusal) if isinstance(refusal, Refused) else "that could not be understood"
            return go(here, f"Not done: {said}")
        return go(here, f"Thank you. Your order #{order.id} has been received.")
