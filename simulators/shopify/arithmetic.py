"""The store's own arithmetic on an order, in shop and presentment money at once.

`total_*` and the plain names stand before returns and after additions by an edit; `current_*`
after edits and returns. Shares of a line are rounded so that they telescope: the parts of a line
always add up to the whole.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .currency import ZERO, Bag
from .model.order import LineItem, Order, ShippingLine


def total(bags: Iterable[Bag]) -> Bag:
    shop = presentment = 0
    for bag in bags:
        shop += bag.shop
        presentment += bag.presentment
    return Bag(shop, presentment)


def gross(line: LineItem, quantity: int) -> Bag:
    return line.price.times(quantity)


def discount(line: LineItem, quantity: int) -> Bag:
    """Discounts on `quantity` pieces of the line."""
    if not line.allocations:
        return ZERO
    return total(a.amount.part(quantity, line.quantity) for a in line.allocations)


def net(line: LineItem, quantity: int) -> Bag:
    """What `quantity` pieces cost after discounts (with tax where prices include it)."""
    return gross(line, quantity) - discount(line, quantity)


def tax(line: LineItem, quantity: int) -> Bag:
    return total(t.price.part(quantity, line.quantity) for t in line.taxes)


def shipping_net(line: ShippingLine) -> Bag:
    """A shipping line after discounts, before refunds."""
    return line.price - total(a.amount for a in line.allocations)


@dataclass(slots=True)
class Totals:
    line_items: Bag
    subtotal: Bag
    discounts: Bag
    shipping: Bag
    tax: Bag
    total: Bag
    current_subtotal: Bag
    current_discounts: Bag
    current_shipping: Bag
    current_tax: Bag
    current_total: Bag
    received: Bag
    refunded: Bag
    refunded_shipping: Bag
    discrepancy: Bag
    outstanding: Bag

    @property
    def net_payment(self) -> Bag:
        return self.received - self.refunded


def received(order: Order) -> Bag:
    """Money taken: successful sales and captures."""
    return total(
        t.amount
        for t in order.transactions
        if t.status == "success" and t.kind in ("sale", "capture")
    )


def refunded(order: Order) -> Bag:
    """Money given back: successful refund transactions."""
    return total(
        t.amount for t in order.transactions if t.status == "success" and t.kind == "refund"
    )


def original_total(order: Order) -> Bag:
    """The total at the time of the purchase: without what an edit added."""
    lines = [line for line in order.lines if not line.added_by_edit]
    goods = total(net(line, line.quantity) for line in lines)
    carriage = total(shipping_net(line) for line in order.shipping_lines)
    if order.taxes_included:
        return goods + carriage
    duty = total(tax(line, line.quantity) for line in lines)
    return goods + carriage + duty + _shipping_tax(order)


def _shipping_tax(order: Order) -> Bag:
    return total(t.price for line in order.shipping_lines for t in line.taxes)


def totals(order: Order) -> Totals:
    """All of the order's sums at this moment."""
    lines = order.lines
    line_items = total(gross(line, line.quantity) for line in lines)
    off = total(discount(line, line.quantity) for line in lines)
    off_shipping = total(a.amount for line in order.shipping_lines for a in line.allocations)
    carriage = total(line.price for line in order.shipping_lines)
    duty = total(tax(line, line.quantity) for line in lines) + _shipping_tax(order)
    subtotal = line_items - off
    grand = subtotal + carriage - off_shipping

    now_net = total(net(line, line.current_quantity) for line in lines)
    now_off = total(discount(line, line.current_quantity) for line in lines)
    back = total(line.refunded for line in order.shipping_lines)
    back_tax = total(line.refunded_tax for line in order.shipping_lines)
    now_tax = total(tax(line, line.current_quantity) for line in lines)
    now_tax = now_tax + _shipping_tax(order) - back_tax
    now_carriage = carriage - off_shipping - back
    now_total = now_net + now_carriage
    if not order.taxes_included:
        grand, now_total = grand + duty, now_total + now_tax

    taken, given = received(order), refunded(order)
    gap = total(a.amount for refund in order.refunds for a in refund.adjustments)
    cancelled = order.cancelled_at is not None
    owed = ZERO if cancelled else now_total - (taken - given) + gap
    return Totals(
        line_items=line_items,
        subtotal=subtotal,
        discounts=off + off_shipping,
        shipping=carriage,
        tax=duty,
        total=grand,
        current_subtotal=now_net,
        current_discounts=now_off + off_shipping,
        current_shipping=now_carriage,
        current_tax=now_tax,
        current_total=now_total,
        received=taken,
        refunded=given,
        refunded_shipping=back,
        discrepancy=gap,
        outstanding=owed,
    )


def financial_status(order: Order, sums: Totals | None = None) -> str:
    """In REST's words: pending, authorized, paid, partially_paid, … voided."""
    taken, given = received(order), refunded(order)
    if given:
        return "refunded" if given.shop >= taken.shop else "partially_refunded"
    kinds = {t.kind for t in order.transactions if t.status == "success"}
    if not taken:
        if "void" in kinds:
            return "voided"
        sums = sums or totals(order)
        if not sums.total:
            return "paid"
        return "authorized" if "authorization" in kinds else "pending"
    sums = sums or totals(order)
    return "partially_paid" if sums.outstanding.shop > 0 else "paid"


def fulfillment_status(order: Order) -> str | None:
    """In REST's words: `fulfilled`, `partial` or None."""
    if not any(line.fulfilled_quantity for line in order.lines):
        return None
    return "partial" if any(line.fulfillable_quantity for line in order.lines) else "fulfilled"


def fully_paid(order: Order) -> bool:
    return financial_status(order) in ("paid", "partially_refunded", "refunded")


def amount_spent(orders: Iterable[Order]) -> int:
    """What a customer spent, minor units of shop money: net payments of live, real orders."""
    return sum(
        (received(o) - refunded(o)).shop for o in orders if not o.test and o.cancelled_at is None
    )


def touched(order: Order, at: datetime) -> None:
    """Move `updated_at` on; it never goes back."""
    order.updated_at = max(order.updated_at, at)
