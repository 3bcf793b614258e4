"""Refunds, in part and in full."""

from __future__ import annotations

from decimal import Decimal

from simulators.woocommerce.actions.basket import Refused
from simulators.woocommerce.actions.orders import apply_status, changed
from simulators.woocommerce.actions.refund_rows import Returned, add_row
from simulators.woocommerce.model.order import Order, Refund
from simulators.woocommerce.model.people import Meta
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State


def _restock(site: Site, lines: Returned) -> None:
    for line, pieces, _ in lines:
        product = site.products.get(line.variation_id or line.product_id)
        if product is not None:
            product.stock += pieces
        for meta in line.meta:
            if meta.key == "_reduced_stock":
                meta.value = str(int(meta.value) - pieces)
        line.meta.append(Meta(site.next_id("item_meta"), "_restock_refunded_items", str(pieces)))


def refund(
    state: State, site: Site, order: Order, amount: Decimal, *, reason: str = "",
    lines: Returned | None = None, restock: bool = True,
) -> Refund:  # fmt: skip
    """Give money back; what is left at zero makes the order refunded. Raises `Refused`."""
    with state.lock:
        amount = site.money(amount)
        if amount <= 0:
            raise Refused("Refund amount must be greater than zero.")
        if amount > order.total - order.refunded:
            raise Refused("Invalid refund amount.")
        made = add_row(state, site, order, amount, reason, lines or [])
        if restock:
            _restock(site, made.lines)
        if order.refunded >= order.total and order.status != "refunded":
            apply_status(state, site, order, "refunded")
        changed(state, site, order)
    return made


def delete_refund(state: State, site: Site, order: Order, made: Refund) -> None:
    with state.lock:
        order.refunds.remove(made)
        changed(state, site, order)
