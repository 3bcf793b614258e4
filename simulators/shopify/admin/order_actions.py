"""What the buttons of an order's page do."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, abort, g, request, url_for
from flask.typing import ResponseReturnValue

from simulators.shopify.actions import Refused, fulfilment, orders, refunds
from simulators.shopify.actions.draft import Wanted
from simulators.shopify.actions.fulfilment import Parcel
from simulators.shopify.actions.refunds import RefundWanted
from simulators.shopify.model.order import Order
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State

from .orders import live_order
from .parse import amount, quantities, whole
from .said import go
from .staff import signed_in

Form = Mapping[str, str]
Action = Callable[[State, Shop, Order, Form], str]


def fulfil(state: State, shop: Shop, order: Order, form: Form) -> str:
    parcel = Parcel(
        lines=quantities(form, "line-") or None,
        company=form.get("company") or None,
        number=form.get("number") or None,
        url=form.get("url") or None,
    )
    fulfilment.fulfil(state, shop, order, parcel)
    return "The parcel is on its way"


def carrier(state: State, shop: Shop, order: Order, form: Form) -> str:
    parcel_id = whole(form, "fulfillment") or None
    event = form.get("event", "in_transit")
    fulfilment.add_event(state, shop, order, event, fulfillment_id=parcel_id)
    return f"The carrier reports: {event.replace('_', ' ')}"


def refund(state: State, shop: Shop, order: Order, form: Form) -> str:
    wanted = RefundWanted(
        lines=quantities(form, "line-"),
        full_shipping=bool(form.get("shipping")),
        amount=amount(form, "amount", order.currency),
        restock=bool(form.get("restock")),
        note=form.get("note") or None,
        user_id=g.staff.id,
    )
    if not wanted.lines and not wanted.full_shipping and wanted.amount is None:
        raise Refused("Choose pieces, the shipping or an amount to refund")
    refunds.refund_order(state, shop, order, wanted)
    return "Refunded"


def edit(state: State, shop: Shop, order: Order, form: Form) -> str:
    variant = whole(form, "variant")
    add = [Wanted(variant, whole(form, "quantity", 1))] if variant else []
    remove = quantities(form, "line-")
    if not add and not remove:
        raise Refused("Nothing was changed")
    orders.edit_order(state, shop, order, add=add, remove=remove, note=form.get("note") or None)
    return "The order is edited"


def note(state: State, shop: Shop, order: Order, form: Form) -> str:
    tags = [tag.strip() for tag in form.get("tags", "").split(",") if tag.strip()]
    orders.update(state, shop, order, note=form.get("note") or None, tags=tags)
    return "Saved"


def cancel(state: State, shop: Shop, order: Order, form: Form) -> str:
    refunds.cancel_order(
        state,
        shop,
        order,
        reason=form.get("reason", "customer"),
        refund=bool(form.get("refund")),
        restock=bool(form.get("restock")),
    )
    return "The order is cancelled"


def pay(state: State, shop: Shop, order: Order, form: Form) -> str:
    orders.pay(state, shop, order)
    return "Marked as paid"


def delete(state: State, shop: Shop, order: Order, form: Form) -> str:
    orders.delete(state, shop, order)
    return f"{order.name} is deleted"


ACTIONS: dict[str, Action] = {
    "fulfil": fulfil,
    "carrier": carrier,
    "refund": refund,
    "edit": edit,
    "note": note,
    "cancel": cancel,
    "pay": pay,
    "delete": delete,
}


def register(made: Blueprint, state: State) -> None:
    @made.post("/<shop>/admin/orders/<int:order_id>/<action>")
    @signed_in(state)
    def act_on_order(order_id: int, action: str) -> ResponseReturnValue:
        """Do it, then show the order again with what came of it."""
        found = live_order(g.shop, order_id)
        if action not in ACTIONS:
            abort(404)
        try:
            said = ACTIONS[action](state, g.shop, found, request.form)
        except Refused as refusal:
            said = f"Not done: {refusal}"
        if found.deleted_at:
            return go(url_for("admin.orders", shop=g.shop.domain), said)
        return go(url_for("admin.order", shop=g.shop.domain, order_id=order_id), said)
