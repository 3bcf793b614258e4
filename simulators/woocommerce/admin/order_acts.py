"""What is done on an order's screen."""

from __future__ import annotations

from decimal import Decimal

from flask import g

from simulators.woocommerce.actions import orders, refunds
from simulators.woocommerce.actions.basket import Refused
from simulators.woocommerce.actions.refund_rows import Returned
from simulators.woocommerce.model.order import Order
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

from .parse import amount, whole
from .screens import Acts, Done, Form

_LIST = "admin.php?page=wc-orders"


def _order(site: Site, form: Form) -> Order:
    found = site.orders.get(whole(form, "order"))
    if found is None:
        raise Refused("There is no such order")
    return found


def status(state: State, site: Site, form: Form) -> Done:
    """The status and the addresses of the order's data."""
    order = _order(site, form)
    wanted = form.get("status", order.status)
    if wanted != order.status:
        orders.set_status(state, site, order, wanted)
    return Done("Order updated.")


def address(state: State, site: Site, form: Form) -> Done:
    """`kind` is billing or shipping."""
    order, kind = _order(site, form), form.get("kind", "")
    if kind not in ("billing", "shipping"):
        raise Refused("Choose an address")
    held: dict[str, str] = getattr(order, kind)
    given = {name: form[name].strip() for name in held if name in form}
    orders.edit(state, site, order, **{kind: given})
    return Done("Order updated.")


def _returned(site: Site, order: Order, form: Form) -> Returned:
    found: Returned = []
    for line in order.lines:
        pieces, typed = whole(form, f"quantity-{line.id}"), amount(form, f"amount-{line.id}")
        if pieces > line.quantity:
            raise Refused(f"There are {line.quantity} pieces of {line.name}")
        worth = site.money((line.total + line.tax) * pieces / (line.quantity or 1))
        if pieces or typed:
            found.append((line, pieces, worth if typed is None else typed))
    return found


def refund(state: State, site: Site, form: Form) -> Done:
    """Lines, or an amount, or both: an amount that was typed counts for the whole."""
    order = _order(site, form)
    with state.lock:
        lines = _returned(site, order, form)
        typed = amount(form, "amount")
        worth = sum((each for _, _, each in lines), Decimal(0)) if typed is None else typed
        refunds.refund(
            state, site, order, worth, reason=form.get("reason", "").strip(), lines=lines,
            restock=bool(form.get("restock")),
        )  # fmt: skip
    return Done("Refunded.")


def note(state: State, site: Site, form: Form) -> Done:
    text = form.get("note", "").strip()
    if not text:
        raise Refused("The note is empty")
    for_customer = form.get("kind") == "customer"
    author = g.user.display_name
    orders.add_note(state, site, _order(site, form), text, for_customer=for_customer, author=author)
    return Done("The customer was sent a note." if for_customer else "Note added.")


def pay(state: State, site: Site, form: Form) -> Done:
    orders.pay(state, site, _order(site, form))
    return Done("The payment is complete.")


def trash(state: State, site: Site, form: Form) -> Done:
    order = _order(site, form)
    orders.trash(state, site, order)
    return Done(f"Order #{order.id} moved to the Trash.", _LIST)


def restore(state: State, site: Site, form: Form) -> Done:
    order = _order(site, form)
    orders.restore(state, site, order)
    return Done(f"Order #{order.id} restored from the Trash.")


def delete(state: State, site: Site, form: Form) -> Done:
    order = _order(site, form)
    if order.status != "trash":
        raise Refused("Only what is in the Trash is deleted for good")
    orders.delete_for_good(state, site, order)
    return Done(f"Order #{order.id} permanently deleted.", _LIST)


ACTS: Acts = {
    "order-status": status, "order-address": address, "order-refund": refund, "order-note": note,
    "order-pay": pay, "order-trash": trash, "order-restore": restore, "order-delete": delete,
}  # fmt: skip
