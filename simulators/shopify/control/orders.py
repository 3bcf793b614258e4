"""Placing, editing, sending, refunding, cancelling and deleting orders."""

from __future__ import annotations

from typing import Any

from flask import Blueprint

from simulators.shopify.actions import Refused, catalog, customers, fulfilment, orders, refunds
from simulators.shopify.actions.draft import Basket, Wanted
from simulators.shopify.actions.fulfilment import Parcel
from simulators.shopify.actions.refunds import RefundWanted
from simulators.shopify.control.ask import Body, address, on_shop, pairs
from simulators.shopify.model.order import Order
from simulators.shopify.model.shop import Shop
from simulators.shopify.oracle import order_figures
from simulators.shopify.state import State

_BASKET = (
    "email", "phone", "locale", "presentment_currency", "shipping_title", "shipping_price",
    "free_shipping", "discount_code", "discount_percent", "discount_amount", "payment",
    "gateway", "test", "note", "tags", "source_name",
)  # fmt: skip


def _wanted(shop: Shop, given: Any) -> list[Wanted]:
    found = []
    for one in given or []:
        name = one.get("variant") or one.get("variant_id") or one.get("sku")
        variant = catalog.find_variant(shop, name)
        found.append(Wanted(variant.id, int(one.get("quantity", 1))))
    return found


def basket(shop: Shop, asked: Body) -> Basket:
    """What a control request wants to buy; without lines, one piece of the first variant."""
    lines = _wanted(shop, asked.get("lines")) or [Wanted(next(iter(shop.variants)))]
    made = Basket(lines)
    who = asked.get("customer") or asked.get("customer_id")
    if who:
        buyer = customers.find(shop, who)
        made.customer_id, made.email, made.phone = buyer.id, buyer.email, buyer.phone
        made.locale, made.shipping_address = buyer.locale, buyer.default_address
    for name in _BASKET:
        if name in asked:
            setattr(made, name, asked[name])
    if asked.get("address"):
        made.shipping_address = address(asked["address"])
    return made


def _order(shop: Shop, asked: Body) -> Order:
    return orders.find(shop, asked["order"])


def _refund(asked: Body) -> RefundWanted:
    wanted = RefundWanted(
        pairs(asked.get("lines")),
        shipping=int(asked.get("shipping", 0)),
        full_shipping=bool(asked.get("full_shipping")),
        restock=bool(asked.get("restock", True)),
        note=asked.get("note"),
        transaction_status=asked.get("transaction_status", "success"),
    )
    if asked.get("amount") is not None:
        wanted.amount = int(asked["amount"])
    return wanted


def _parcel(asked: Body) -> Parcel:
    lines = pairs(asked["lines"]) if asked.get("lines") else None
    return Parcel(lines, asked.get("company"), asked.get("number"), asked.get("url"))


def _fulfillment_id(asked: Body) -> int | None:
    return int(asked["fulfillment"]) if asked.get("fulfillment") else None


def _change(asked: Body) -> Body:
    known = ("note", "tags", "email", "phone")
    changes: Body = {name: asked[name] for name in known if name in asked}
    if asked.get("address"):
        changes["shipping_address"] = address(asked["address"])
    if not changes:
        raise Refused("Nothing to change")
    return changes


def _edit(state: State, shop: Shop, asked: Body) -> Order:
    order = _order(shop, asked)
    orders.edit_order(
        state, shop, order, add=_wanted(shop, asked.get("add")),
        remove=pairs(asked.get("remove")), note=asked.get("note"),
    )  # fmt: skip
    return order


def _cancel(state: State, shop: Shop, asked: Body) -> Order:
    return refunds.cancel_order(
        state, shop, _order(shop, asked), reason=asked.get("reason", "customer"),
        refund=bool(asked.get("refund", True)), restock=bool(asked.get("restock", True)),
        staff_note=asked.get("note"),
    )  # fmt: skip


def _refunded(state: State, shop: Shop, asked: Body) -> Order:
    order = _order(shop, asked)
    refunds.refund_order(state, shop, order, _refund(asked))
    return order


def _fulfil(state: State, shop: Shop, asked: Body) -> Order:
    order = _order(shop, asked)
    fulfilment.fulfil(state, shop, order, _parcel(asked))
    return order


def _event(state: State, shop: Shop, asked: Body) -> Order:
    order = _order(shop, asked)
    fulfilment.add_event(
        state, shop, order, asked["status"], fulfillment_id=_fulfillment_id(asked),
        message=asked.get("message"),
    )  # fmt: skip
    return order


def _tracking(state: State, shop: Shop, asked: Body) -> Order:
    order = _order(shop, asked)
    fulfilment.change_tracking(
        state, shop, order, _parcel(asked), fulfillment_id=_fulfillment_id(asked)
    )
    return order


def _unfulfil(state: State, shop: Shop, asked: Body) -> Order:
    order = _order(shop, asked)
    fulfilment.cancel_fulfilment(state, shop, order, _fulfillment_id(asked))
    return order


def _pay(state: State, shop: Shop, asked: Body) -> Order:
    order = _order(shop, asked)
    orders.pay(state, shop, order)
    return order


def _delete(state: State, shop: Shop, asked: Body) -> Order:
    order = _order(shop, asked)
    orders.delete(state, shop, order)
    return order


_ACTIONS = {
    "place": lambda state, shop, asked: orders.place(state, shop, basket(shop, asked)),
    "pay": _pay,
    "update": lambda state, shop, asked: orders.update(
        state, shop, _order(shop, asked), **_change(asked)
    ),
    "edit": _edit,
    "fulfil": _fulfil,
    "event": _event,
    "tracking": _tracking,
    "unfulfil": _unfulfil,
    "refund": _refunded,
    "cancel": _cancel,
    "delete": _delete,
}


def register(made: Blueprint, state: State) -> None:
    """`POST /_control/orders/<action>` answers with the order's figures afterwards."""
    for name, action in _ACTIONS.items():

        def handler(shop: Shop, asked: Body, action: Any = action) -> Body:
            with state.action():
                return order_figures(action(state, shop, asked))

        on_shop(made, state, f"/orders/{name}", handler)
    on_shop(
        made, state, "/orders/show", lambda shop, asked: order_figures(_order(shop, asked)), "GET"
    )
