"""Placing, paying, noting, editing, cancelling and deleting orders."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simulators.shopify.arithmetic import financial_status, net, totals, touched
from simulators.shopify.currency import ZERO
from simulators.shopify.model.order import Order, OrderEdit, Transaction
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State

from . import Refused
from .draft import Basket, Wanted, build, line_of, taxes_on


def find(shop: Shop, order_id: int | str) -> Order:
    """A live order by id, or by name with or without `#`; raises `Refused`."""
    if str(order_id).isdigit() and int(order_id) in shop.orders:
        return shop.orders[int(order_id)]
    name = "#" + str(order_id).lstrip("#")
    for order in shop.orders.values():
        if order.name == name:
            return order
    raise Refused(f"No order {order_id}")


def emit_updated(state: State, shop: Shop, order: Order, at: datetime) -> None:
    touched(order, at)
    state.emit(shop, "orders/updated", order)


def touch_customer(state: State, shop: Shop, order: Order, at: datetime) -> None:
    """The customer's counters moved, so the platform updates the customer as well."""
    customer = shop.customers.get(order.customer_id or 0)
    if customer is not None:
        customer.updated_at = max(customer.updated_at, at)
        state.emit(shop, "customers/update", customer)


def place(state: State, shop: Shop, basket: Basket) -> Order:
    """Buy the basket; fires orders/create, orders/paid (if paid), orders/updated."""
    with state.action():
        at = state.clock.stamp()
        order = build(shop, basket, at)
        state.emit(shop, "orders/create", order)
        if financial_status(order) == "paid":
            state.emit(shop, "orders/paid", order)
        state.emit(shop, "orders/updated", order)
        touch_customer(state, shop, order, at)
        for wanted in basket.lines:
            product = shop.products[shop.variants[wanted.variant_id].product_id]
            state.emit(shop, "products/update", product)
        return order


def pay(state: State, shop: Shop, order: Order) -> Transaction:
    """Take what is owed (captures an authorization); fires orders/paid and orders/updated."""
    with state.action():
        at = state.clock.stamp()
        due = totals(order).outstanding
        if due.shop <= 0:
            raise Refused("Nothing is owed")
        held = next((t for t in order.transactions if t.kind == "authorization"), None)
        paid = Transaction(
            id=shop.next_id("OrderTransaction"),
            kind="capture" if held else "sale",
            status="success",
            amount=due,
            gateway=order.gateway,
            created_at=at,
            parent_id=held.id if held else None,
            test=order.test,
            payment_id=f"{order.name}.{len(order.transactions) + 1}",
        )
        order.transactions.append(paid)
        touched(order, at)
        state.emit(shop, "orders/paid", order)
        emit_updated(state, shop, order, at)
        touch_customer(state, shop, order, at)
        return paid


_EDITABLE = (
    "note", "tags", "email", "phone", "attributes", "shipping_address", "billing_address",
)  # fmt: skip


def update(state: State, shop: Shop, order: Order, **changes: Any) -> Order:
    """Change note, tags, e-mail, phone, attributes or addresses; fires orders/updated."""
    with state.action():
        for name, value in changes.items():
            if name not in _EDITABLE:
                raise Refused(f"{name} cannot be changed")
            setattr(order, name, value)
        emit_updated(state, shop, order, state.clock.stamp())
        return order


def apply_edit(
    shop: Shop, order: Order, at: datetime, add: list[Wanted], remove: list[tuple[int, int]]
) -> OrderEdit:
    """Add variants and take off unfulfilled pieces, without topics; raises `Refused`."""
    edit = OrderEdit(shop.next_id("OrderEdit"), at, [], [])
    for line_id, quantity in remove:
        try:
            line = order.line(line_id)
        except KeyError:
            raise Refused(f"No line {line_id}") from None
        if not 0 < quantity <= min(line.current_quantity, line.fulfillable_quantity):
            raise Refused(f"{quantity} of line {line_id} cannot be removed")
        line.current_quantity -= quantity
        line.withdrawn_quantity += quantity
        edit.removals.append((line.id, quantity))
    for wanted in add:
        variant = shop.variants.get(wanted.variant_id)
        if variant is None or wanted.quantity < 1:
            raise Refused(f"Variant {wanted.variant_id} cannot be bought")
        presentment, rate = order.presentment_currency, order.rate
        line = line_of(shop, variant, wanted.quantity, presentment, rate)
        line.added_by_edit = True
        line.taxes = taxes_on(shop, net(line, line.quantity))
        order.lines.append(line)
        edit.additions.append((line.id, wanted.quantity))
    order.edits.append(edit)
    touched(order, at)
    return edit


def edit_order(
    state: State,
    shop: Shop,
    order: Order,
    *,
    add: list[Wanted] | None = None,
    remove: list[tuple[int, int]] | None = None,
    note: str | None = None,
) -> OrderEdit:
    """Commit an order edit; fires orders/edited and orders/updated."""
    with state.action():
        at = state.clock.stamp()
        if order.cancelled_at:
            raise Refused("The order is cancelled")
        edit = apply_edit(shop, order, at, add or [], remove or [])
        edit.note = note
        state.emit(shop, "orders/edited", (order, edit))
        emit_updated(state, shop, order, at)
        touch_customer(state, shop, order, at)
        return edit


def void(shop: Shop, order: Order, at: datetime) -> None:
    """Let go of money that was held or awaited but not taken."""
    for held in [t for t in order.transactions if t.kind in ("authorization", "sale")]:
        if held.kind == "sale" and held.status == "success":
            continue
        order.transactions.append(
            Transaction(
                shop.next_id("OrderTransaction"),
                "void",
                "success",
                ZERO if held.status == "pending" else held.amount,
                held.gateway,
                at,
                parent_id=held.id,
                test=order.test,
            )
        )


def delete(state: State, shop: Shop, order: Order) -> None:
    """Delete for good; fires orders/delete, whose body is only the id."""
    with state.action():
        order.deleted_at = state.clock.stamp()
        shop.orders.pop(order.id, None)
        shop.deleted_orders[order.id] = order
        state.emit(shop, "orders/delete", order)
        touch_customer(state, shop, order, order.deleted_at)


def close(state: State, shop: Shop, order: Order, closed: bool = True) -> Order:
    """Archive or reopen; fires orders/updated."""
    with state.action():
        at = state.clock.stamp()
        order.closed_at = at if closed else None
        emit_updated(state, shop, order, at)
        return order
