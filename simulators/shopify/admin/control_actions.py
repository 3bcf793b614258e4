"""What the control page's buttons do, with everything left out filled in sensibly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from simulators.shopify.actions import Refused, customers, fulfilment, orders, refunds
from simulators.shopify.actions.draft import Basket, Wanted
from simulators.shopify.actions.fulfilment import Parcel
from simulators.shopify.actions.refunds import RefundWanted
from simulators.shopify.arithmetic import received, refunded
from simulators.shopify.model.order import Order
from simulators.shopify.model.people import Address
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State

from .parse import whole

Form = Mapping[str, str]


def place(state: State, shop: Shop, form: Form) -> str:
    """An order by a known customer, or by a guest with whatever address was given."""
    basket = Basket(
        lines=[Wanted(whole(form, "variant"), whole(form, "quantity", 1))],
        presentment_currency=form.get("currency") or None,
        payment=form.get("payment", "paid"),
        discount_percent=whole(form, "discount"),
        shipping_price=490 if shop.currency in ("EUR", "USD", "GBP") else 0,
    )
    if form.get("customer"):
        _known(shop, basket, form["customer"])
    else:
        _guest(shop, basket, form)
    order = orders.place(state, shop, basket)
    return f"{order.name} is placed"


def _known(shop: Shop, basket: Basket, customer_id: str) -> None:
    buyer = customers.find(shop, customer_id)
    basket.customer_id, basket.locale = buyer.id, buyer.locale
    basket.email, basket.phone = buyer.email, buyer.phone
    basket.shipping_address = buyer.default_address


def _guest(shop: Shop, basket: Basket, form: Form) -> None:
    first, _, last = form.get("name", "").strip().partition(" ")
    basket.email, basket.phone = form.get("email") or None, form.get("phone") or None
    basket.locale = shop.locale
    if first:
        basket.shipping_address = Address(
            id=shop.next_id("MailingAddress"),
            first_name=first,
            last_name=last or None,
            country_code=shop.country_code,
        )


def customer(state: State, shop: Shop, form: Form) -> str:
    first, _, last = form.get("name", "").strip().partition(" ")
    made = customers.create(
        state,
        shop,
        first_name=first or None,
        last_name=last or None,
        email=form.get("email") or None,
        phone=form.get("phone") or None,
    )
    return f"{made.display_name or 'The customer'} is added"


def switches(state: State, shop: Shop, form: Form) -> str:
    """Probabilities come as whole per cents."""
    with state.lock:
        for name in ("duplicate", "late", "reorder", "drop"):
            setattr(shop.switches, name, min(100, max(0, whole(form, name))) / 100)
        shop.switches.late_seconds = float(min(600, max(0, whole(form, "late_seconds", 1))))
        shop.switches.paused = bool(form.get("paused"))
    return "The webhooks behave as you chose"


def _send(state: State, shop: Shop, order: Order) -> str:
    number = f"{shop.random.randrange(10**9, 10**10)}"
    fulfilment.fulfil(state, shop, order, Parcel(company="ACS Courier", number=number))
    return f"{order.name} is sent with {number}"


def _deliver(state: State, shop: Shop, order: Order) -> str:
    parcel = order.fulfillments[-1].id if order.fulfillments else None
    fulfilment.add_event(state, shop, order, "delivered", fulfillment_id=parcel)
    return f"{order.name} is delivered"


def _refund_part(state: State, shop: Shop, order: Order) -> str:
    line = next((one for one in order.lines if one.current_quantity), None)
    if line is None:
        raise Refused("No piece is left to refund")
    wanted = RefundWanted([(line.id, 1)], note="One piece came back")
    refunds.refund_order(state, shop, order, wanted)
    return f"One piece of {order.name} is refunded"


def _refund_all(state: State, shop: Shop, order: Order) -> str:
    left = (received(order) - refunded(order)).shop
    if left <= 0:
        raise Refused("No money is left to refund")
    pieces = [(one.id, one.current_quantity) for one in order.lines if one.current_quantity]
    wanted = RefundWanted(pieces, full_shipping=True, amount=left)
    refunds.refund_order(state, shop, order, wanted)
    return f"{order.name} is refunded"


def _edit(state: State, shop: Shop, order: Order) -> str:
    variant = next(iter(shop.variants.values()))
    orders.edit_order(state, shop, order, add=[Wanted(variant.id)])
    return f"{order.name} has one piece more"


def _cancel(state: State, shop: Shop, order: Order) -> str:
    refunds.cancel_order(state, shop, order)
    return f"{order.name} is cancelled"


def _pay(state: State, shop: Shop, order: Order) -> str:
    orders.pay(state, shop, order)
    return f"{order.name} is paid"


@dataclass(frozen=True, slots=True)
class Quick:
    label: str
    act: Callable[[State, Shop, Order], str]


QUICK = {
    "refund": Quick("Refund a piece", _refund_part),
    "send": Quick("Fulfil with tracking", _send),
    "deliver": Quick("Deliver", _deliver),
    "edit": Quick("Edit: add a piece", _edit),
    "pay": Quick("Pay what is owed", _pay),
    "refund_all": Quick("Refund all", _refund_all),
    "cancel": Quick("Cancel", _cancel),
}


def quick(state: State, shop: Shop, form: Form) -> str:
    """One of the one-click actions, on the order that was chosen."""
    chosen = QUICK.get(form.get("do", ""))
    if chosen is None:
        raise Refused("Choose what to do")
    return chosen.act(state, shop, orders.find(shop, form.get("order", "")))
