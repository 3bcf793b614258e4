"""Orders by the control API. Amounts are the store's own decimals as text (`"12.50"`)."""

from __future__ import annotations

from typing import Any

from simulators.woocommerce.actions import orders, refunds
from simulators.woocommerce.actions.basket import Basket
from simulators.woocommerce.bodies.order import order_body
from simulators.woocommerce.control.ask import Asked, decimal, order_of, user_of, wanted
from simulators.woocommerce.model.order import Order
from simulators.woocommerce.model.people import CUSTOMER_BILLING
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.oracle import order_figures
from simulators.woocommerce.state import State


def basket(site: Site, asked: Asked) -> Basket:
    """`customer` or `email` with names, `lines`, `payment`, `shipping_price`, `fees`, …"""
    buyer = user_of(site, asked) if asked.get("customer") else None
    billing: dict[str, str] = {}
    if buyer is not None:
        billing = {k: v for k, v in buyer.billing.items() if k in CUSTOMER_BILLING}
        billing["email"] = billing["email"] or buyer.email
        billing["first_name"] = billing["first_name"] or buyer.first_name
        billing["last_name"] = billing["last_name"] or buyer.last_name
    billing |= {k: str(asked[k]) for k in ("email", "phone", "first_name", "last_name")
                if asked.get(k)}  # fmt: skip
    billing |= asked.get("billing") or {}
    shipping = asked.get("shipping_price")
    return Basket(
        wanted(site, asked.get("lines")), buyer.id if buyer else 0, billing,
        asked.get("shipping") or {}, asked.get("payment_method", "stripe"),
        shipping_title=asked.get("shipping_title", ""),
        shipping_price=None if shipping is None else decimal(shipping),
        fees=[(each["name"], decimal(each["total"])) for each in asked.get("fees") or ()],
        currency=asked.get("currency", ""), status=asked.get("status", "pending"),
        created_via=asked.get("created_via", "checkout"),
        customer_note=asked.get("customer_note", ""),
    )  # fmt: skip


def _shown(state: State, site: Site, order: Order) -> dict[str, Any]:
    return order_figures(site, order)


def place(state: State, site: Site, asked: Asked) -> Any:
    """Paid at once unless `paid` is false, a status is given or it is cash on delivery."""
    with state.lock:
        made = orders.place(
            state, site, basket(site, asked),
            paid=bool(asked.get("paid", True)) and not asked.get("status"),
        )  # fmt: skip
    return _shown(state, site, made)


def check_out(state: State, site: Site, asked: Asked) -> Any:
    order = order_of(site, asked)
    made = basket(site, asked)
    orders.check_out(state, site, order, made, paid=bool(asked.get("paid", True)))
    return _shown(state, site, order)


def pay(state: State, site: Site, asked: Asked) -> Any:
    return _shown(state, site, orders.pay(state, site, order_of(site, asked)))


def status(state: State, site: Site, asked: Asked) -> Any:
    order = order_of(site, asked)
    return _shown(state, site, orders.set_status(state, site, order, asked["status"]))


def complete(state: State, site: Site, asked: Asked) -> Any:
    return status(state, site, {**asked, "status": "completed"})


def cancel(state: State, site: Site, asked: Asked) -> Any:
    return status(state, site, {**asked, "status": "cancelled"})


def refund(state: State, site: Site, asked: Asked) -> Any:
    """`amount`, or `lines: [{line (its place or id), quantity, amount}]`; all of it without."""
    order = order_of(site, asked)
    by_id = {line.id: line for line in order.lines}
    lines = []
    for each in asked.get("lines") or ():
        line = by_id.get(int(each["line"])) or order.lines[int(each["line"])]
        pieces = int(each.get("quantity", 1))
        whole = site.money((line.total + line.tax) * pieces / line.quantity)
        lines.append((line, pieces, decimal(each["amount"]) if "amount" in each else whole))
    amount = sum((each[2] for each in lines), decimal(0)) or order.total - order.refunded
    if asked.get("amount") is not None:
        amount = decimal(asked["amount"])
    refunds.refund(state, site, order, amount, reason=asked.get("reason", ""), lines=lines)
    return _shown(state, site, order)


def note(state: State, site: Site, asked: Asked) -> Any:
    made = orders.add_note(
        state, site, order_of(site, asked), asked["text"],
        for_customer=bool(asked.get("for_customer")), author=asked.get("author", "WooCommerce"),
    )  # fmt: skip
    return {"id": made.id}


def edit(state: State, site: Site, asked: Asked) -> Any:
    """`billing`, `shipping`, `customer_note`, `payment_method_title`, `customer_id`."""
    names = ("billing", "shipping", "customer_note", "payment_method_title", "customer_id")
    fields = {name: asked[name] for name in names if name in asked}
    return _shown(state, site, orders.edit(state, site, order_of(site, asked), **fields))


def trash(state: State, site: Site, asked: Asked) -> Any:
    return _shown(state, site, orders.trash(state, site, order_of(site, asked)))


def restore(state: State, site: Site, asked: Asked) -> Any:
    return _shown(state, site, orders.restore(state, site, order_of(site, asked)))


def delete(state: State, site: Site, asked: Asked) -> Any:
    order = order_of(site, asked)
    orders.delete_for_good(state, site, order)
    return {"id": str(order.id)}


def show(state: State, site: Site, asked: Asked) -> Any:
    return order_body(state, site, order_of(site, asked))


ACTIONS = {
    "orders/place": place, "orders/check-out": check_out, "orders/pay": pay,
    "orders/status": status, "orders/complete": complete, "orders/cancel": cancel,
    "orders/refund": refund, "orders/note": note, "orders/edit": edit, "orders/trash": trash,
    "orders/restore": restore, "orders/delete": delete, "orders/show": show,
}  # fmt: skip
