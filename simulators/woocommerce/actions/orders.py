"""Orders: placed, paid, moved from status to status, noted, changed, trashed, restored."""

from __future__ import annotations

from typing import Any

from simulators.woocommerce.actions.basket import Basket, Refused, build
from simulators.woocommerce.actions.refund_rows import refund_rest
from simulators.woocommerce.model.order import Note, Order
from simulators.woocommerce.model.people import Meta
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

PAID = frozenset({"processing", "completed"})
DRAFTS = frozenset({"checkout-draft", "auto-draft"})
STOCK = frozenset({"processing", "completed", "on-hold"})


def add_note(
    state: State, site: Site, order: Order, text: str, *, for_customer: bool = False,
    author: str = "WooCommerce",
) -> Note:  # fmt: skip
    """A note beside the order; its date of change stays and only `action.*` webhooks tell."""
    with state.lock:
        note = Note(site.next_id("comment"), author, state.clock.stamp(), text, for_customer)
        order.notes.append(note)
        state.emit(site, "action.woocommerce_order_note_added", note.id)
    return note


def _reduce_stock(state: State, site: Site, order: Order) -> None:
    changes = []
    for line in order.lines:
        product = site.products.get(line.variation_id or line.product_id)
        line.meta.append(Meta(site.next_id("item_meta"), "_reduced_stock", str(line.quantity)))
        if product is not None:
            before, product.stock = product.stock, product.stock - line.quantity
            product.total_sales += line.quantity
            changes.append(f"{product.name} ({before}&rarr;{product.stock})")
    order.stock_reduced = True
    if changes:
        add_note(state, site, order, f"Stock levels reduced: {', '.join(changes)}")


def apply_status(state: State, site: Site, order: Order, status: str) -> None:
    """The status and all that hangs on it: dates, stock, who is a paying customer, a note."""
    if status not in site.statuses and status not in DRAFTS:
        raise Refused(f"no status {status}")
    now, before = state.clock.stamp(), order.status
    order.status = status
    if status in PAID and order.paid_at is None:
        if order.payment_method != "cod" or status == "completed":
            order.paid_at = now
    if status == "completed":
        order.completed_at = now
    if status in PAID and order.customer_id in site.users:
        site.users[order.customer_id].is_paying = True
    if before != status and before not in DRAFTS:
        names = site.statuses
        said = f"Order status changed from {names.get(before, before)} to {names[status]}."
        add_note(state, site, order, said)
    if status in STOCK and not order.stock_reduced:
        _reduce_stock(state, site, order)


def place(state: State, site: Site, basket: Basket, *, paid: bool = False) -> Order:
    """A new order in the basket's status, or paid at once; cash on delivery is processing.

    A `checkout-draft` tells `order.updated`, every other `order.created`; paying is a change of its
    own and tells `order.updated` too.
    """
    with state.lock:
        wanted, basket.status = basket.status, "pending"
        order = build(site, basket, state.clock.stamp())
        order.status = wanted if wanted in DRAFTS else "pending"
        if wanted in DRAFTS:
            changed(state, site, order)
            return order
        if wanted != "pending":
            apply_status(state, site, order, wanted)
        site.touch(order)
        state.emit(site, "order.created", order.id)
        if wanted == "pending" and (paid or basket.payment_method == "cod"):
            _settle(state, site, order, paid=paid)
            changed(state, site, order)
    return order


def _settle(state: State, site: Site, order: Order, *, paid: bool) -> None:
    """Cash on delivery is processing and unpaid; others are paid, or wait."""
    if order.payment_method == "cod":
        apply_status(state, site, order, "processing")
    elif paid:
        _pay(state, site, order)


def _pay(state: State, site: Site, order: Order) -> None:
    order.paid_at = state.clock.stamp()
    if order.status in ("pending", "failed", "on-hold"):
        order.status = "processing"
    if order.customer_id in site.users:
        site.users[order.customer_id].is_paying = True
    add_note(state, site, order, "Payment complete.")
    if not order.stock_reduced:
        _reduce_stock(state, site, order)


def changed(state: State, site: Site, order: Order) -> None:
    """Date of change and `order.updated`."""
    site.touch(order, state.clock.stamp())
    state.emit(site, "order.updated", order.id)


def check_out(state: State, site: Site, order: Order, basket: Basket, *, paid: bool) -> Order:
    """A checkout-draft becomes an order: `order.created`, and `order.updated` too."""
    with state.lock:
        if order.status not in DRAFTS:
            raise Refused("not a draft")
        order.billing.update(basket.billing)
        order.shipping.update(basket.shipping)
        order.customer_id = basket.customer_id or order.customer_id
        order.payment_method = basket.payment_method
        order.status = "pending"
        _settle(state, site, order, paid=paid)
        state.emit(site, "order.created", order.id)
        changed(state, site, order)
    return order


def pay(state: State, site: Site, order: Order, transaction_id: str = "") -> Order:
    with state.lock:
        order.transaction_id = transaction_id or order.transaction_id
        _pay(state, site, order)
        changed(state, site, order)
    return order


def set_status(state: State, site: Site, order: Order, status: str) -> Order:
    """By hand or REST. Out of the trash it is silent: no webhook tells of it."""
    with state.lock:
        silent, order.trashed_from = order.status == "trash", None
        apply_status(state, site, order, status)
        if status == "refunded":
            refund_rest(state, site, order)
        if silent:
            site.touch(order, state.clock.stamp())
        else:
            changed(state, site, order)
    return order


def edit(state: State, site: Site, order: Order, **fields: Any) -> Order:
    """Change `billing`, `shipping` (merged), or any plain field of the order."""
    with state.lock:
        for name, value in fields.items():
            if name in ("billing", "shipping"):
                held = getattr(order, name)
                held.update({k: str(v) for k, v in value.items() if k in held})
            else:
                setattr(order, name, value)
        changed(state, site, order)
    return order


def trash(state: State, site: Site, order: Order) -> Order:
    """Into the bin: `order.deleted` with nothing but the id."""
    with state.lock:
        if order.status == "trash":
            raise Refused("already in the trash")
        order.trashed_from, order.status = order.status, "trash"
        site.touch(order, state.clock.stamp())
        state.emit(site, "order.deleted", order.id)
    return order


def restore(state: State, site: Site, order: Order) -> Order:
    """Out of the bin by its own button: `order.restored`, and `order.updated` as it is saved."""
    with state.lock:
        if order.status != "trash":
            raise Refused("not in the trash")
        order.status, order.trashed_from = order.trashed_from or "pending", None
        site.touch(order, state.clock.stamp())
        state.emit(site, "order.restored", order.id)
        state.emit(site, "order.updated", order.id)
    return order


def delete_for_good(state: State, site: Site, order: Order) -> None:
    """Silent: no webhook tells of it."""
    with state.lock:
        site.gone[order.id] = site.orders.pop(order.id)
        site.touch(order)
