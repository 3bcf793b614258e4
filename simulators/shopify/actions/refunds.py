"""Refunds and cancellation."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from simulators.shopify.arithmetic import net, received, refunded, shipping_net, tax, total
from simulators.shopify.currency import ZERO, Bag, convert, share
from simulators.shopify.model.order import (
    Adjustment,
    LineItem,
    Order,
    Refund,
    RefundLine,
    RefundShipping,
    Transaction,
)
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State

from . import Refused
from .orders import emit_updated, touch_customer, void


@dataclass(slots=True)
class RefundWanted:
    """`lines` are (line id, pieces); `amount` is what is paid back, minor units of shop money.

    Without an amount, what the lines and the shipping are worth is paid back (as far as money was
    taken); with an amount and no lines it is a goodwill refund.
    """

    lines: list[tuple[int, int]] = field(default_factory=list)
    shipping: int = 0
    full_shipping: bool = False
    amount: int | None = None
    presentment_amount: int | None = None
    restock: bool = True
    note: str | None = None
    user_id: int | None = None
    transaction_status: str = "success"
    allow_over_refunding: bool = False


def _line(shop: Shop, line: LineItem, quantity: int, restock: bool) -> RefundLine:
    before, after = line.current_quantity, line.current_quantity - quantity
    unsent = min(quantity, line.fulfillable_quantity)
    line.withdrawn_quantity += unsent
    line.current_quantity = after
    if restock:
        variant = shop.live_variant(line.variant_id)
        if variant is not None and variant.tracked and variant.stock:
            variant.stock[next(iter(variant.stock))] += quantity
    kind = "no_restock" if not restock else "cancel" if unsent else "return"
    return RefundLine(
        id=shop.next_id("RefundLineItem"),
        line_item_id=line.id,
        quantity=quantity,
        restock_type=kind,
        location_id=shop.locations[0].id if restock and shop.locations else None,
        subtotal=net(line, before) - net(line, after),
        total_tax=tax(line, before) - tax(line, after),
    )


def _shipping(shop: Shop, order: Order, wanted: RefundWanted) -> list[RefundShipping]:
    left = wanted.shipping
    made: list[RefundShipping] = []
    for line in order.shipping_lines:
        rest = shipping_net(line) - line.refunded
        take = rest.shop if wanted.full_shipping else min(left, rest.shop)
        if take <= 0:
            continue
        left -= 0 if wanted.full_shipping else take
        piece = rest if take == rest.shop else rest.part(take, rest.shop)
        duty = total(t.price for t in line.taxes).part(piece.shop, shipping_net(line).shop)
        line.refunded, line.refunded_tax = line.refunded + piece, line.refunded_tax + duty
        made.append(RefundShipping(shop.next_id("RefundShippingLine"), line.id, piece, duty))
    return made


def _worth(order: Order, refund: Refund) -> Bag:
    worth = total(line.subtotal for line in refund.lines)
    worth = worth + total(piece.subtotal for piece in refund.shipping)
    if not order.taxes_included:
        worth = worth + total(line.total_tax for line in refund.lines)
        worth = worth + total(piece.tax for piece in refund.shipping)
    return worth


def _paid_back(order: Order, wanted: RefundWanted, worth: Bag) -> Bag:
    left = received(order) - refunded(order)
    if wanted.amount is None and wanted.presentment_amount is None:
        return Bag(min(worth.shop, left.shop), min(worth.presentment, left.presentment))
    if wanted.presentment_amount is not None:
        seen = wanted.presentment_amount
        if order.presentment_currency == order.currency:
            given = Bag(seen, seen)
        elif seen == left.presentment:
            given = left
        else:
            rate = 1 / order.rate
            given = Bag(convert(seen, order.presentment_currency, order.currency, rate), seen)
    else:
        asked, whole = wanted.amount or 0, received(order)
        given = Bag(asked, share(asked, whole.presentment, whole.shop))
        if given.shop == left.shop:
            given = left
    if given.shop < 0 or (given and not received(order)):
        raise Refused("There is no payment to refund")
    over = given.shop > left.shop or given.presentment > left.presentment
    if over and not wanted.allow_over_refunding:
        raise Refused("Refund amount is more than what is left to refund")
    return given


def _check(order: Order, wanted: RefundWanted) -> None:
    """Refuse before anything is changed."""
    asked: Counter[int] = Counter()
    for line_id, quantity in wanted.lines:
        asked[line_id] += quantity
        held = next((line for line in order.lines if line.id == line_id), None)
        if held is None or quantity < 1 or asked[line_id] > held.current_quantity:
            raise Refused("Refund line items: quantity cannot refund more items than purchased")
    rest = sum((shipping_net(line) - line.refunded).shop for line in order.shipping_lines)
    if not 0 <= wanted.shipping <= rest:
        raise Refused("Shipping amount cannot refund more than the shipping cost")
    if wanted.amount is not None or wanted.presentment_amount is not None:
        _paid_back(order, wanted, ZERO)


def apply_refund(shop: Shop, order: Order, wanted: RefundWanted, at: datetime) -> Refund:
    """Book a refund, without topics; raises `Refused` and then changes nothing."""
    _check(order, wanted)
    refund = Refund(shop.next_id("Refund"), at, wanted.note, wanted.user_id, restock=wanted.restock)
    refund.lines = [
        _line(shop, order.line(line_id), quantity, wanted.restock)
        for line_id, quantity in wanted.lines
    ]
    refund.shipping = _shipping(shop, order, wanted)
    worth = _worth(order, refund)
    given = _paid_back(order, wanted, worth)
    if given:
        paid = next(t for t in order.transactions if t.kind in ("sale", "capture"))
        payment = Transaction(
            shop.next_id("OrderTransaction"), "refund", wanted.transaction_status, given,
            paid.gateway, at, parent_id=paid.id, test=order.test, user_id=wanted.user_id,
            payment_id=f"{order.name}.{len(order.transactions) + 1}",
        )  # fmt: skip
        refund.transactions.append(payment)
        order.transactions.append(payment)
    settled = given if wanted.transaction_status == "success" else ZERO
    gap = worth - settled
    if settled and (gap.shop or gap.presentment):
        refund.adjustments.append(Adjustment(shop.next_id("OrderAdjustment"), gap))
    order.refunds.append(refund)
    order.updated_at = max(order.updated_at, at)
    return refund


def refund_order(state: State, shop: Shop, order: Order, wanted: RefundWanted) -> Refund:
    """Refund lines, shipping or an amount; fires refunds/create and orders/updated."""
    with state.action():
        at = state.clock.stamp()
        refund = apply_refund(shop, order, wanted, at)
        state.emit(shop, "refunds/create", (order, refund))
        emit_updated(state, shop, order, at)
        touch_customer(state, shop, order, at)
        return refund


def apply_cancel(
    shop: Shop, order: Order, at: datetime, *, reason: str, refund: bool, restock: bool
) -> Refund | None:
    """Cancel without topics: void or refund the money, withdraw what was not sent."""
    if order.cancelled_at:
        raise Refused("The order is already cancelled")
    if any(line.fulfilled_quantity for line in order.lines):
        raise Refused("A fulfilled order cannot be cancelled")
    made = None
    taken = received(order) - refunded(order)
    rest = [(line.id, line.current_quantity) for line in order.lines if line.current_quantity]
    if rest or taken:
        amount = None if refund else 0
        wanted = RefundWanted(rest, full_shipping=True, amount=amount, restock=restock)
        made = apply_refund(shop, order, wanted, at)
    if not taken:
        void(shop, order, at)
    order.cancelled_at = order.closed_at = at
    order.cancel_reason = reason
    order.updated_at = max(order.updated_at, at)
    return made


def cancel_order(
    state: State,
    shop: Shop,
    order: Order,
    *,
    reason: str = "customer",
    refund: bool = True,
    restock: bool = True,
    staff_note: str | None = None,
) -> Order:
    """Cancel an unfulfilled order; fires orders/cancelled, orders/updated, refunds/create."""
    with state.action():
        at = state.clock.stamp()
        made = apply_cancel(shop, order, at, reason=reason, refund=refund, restock=restock)
        order.staff_note = staff_note
        state.emit(shop, "orders/cancelled", order)
        if made is not None:
            state.emit(shop, "refunds/create", (order, made))
        emit_updated(state, shop, order, at)
        touch_customer(state, shop, order, at)
        return order
