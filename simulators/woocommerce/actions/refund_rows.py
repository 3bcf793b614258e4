"""Rows of refunds, as the store keeps them beside an order."""

from __future__ import annotations

from decimal import Decimal

from simulators.woocommerce.model.order import Line, Order, Refund
from simulators.woocommerce.model.people import Meta
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

Returned = list[tuple[Line, int, Decimal]]
"""Line of the order, pieces, amount."""


def add_row(
    state: State, site: Site, order: Order, amount: Decimal, reason: str, lines: Returned
) -> Refund:
    """The newest refund of the order, first in its list."""
    kind = "full" if order.refunded + amount >= order.total else "partial"
    made = Refund(
        site.next_id("post"), state.clock.stamp(), amount, reason, site.manager().id, lines,
        [Meta(site.next_id("meta"), "_refund_type", kind)],
        [site.next_id("item") for _ in lines],
    )  # fmt: skip
    order.refunds.insert(0, made)
    return made


def refund_rest(state: State, site: Site, order: Order) -> None:
    """The row that setting the status `refunded` by hand makes, of all that is left."""
    left = order.total - order.refunded
    if left > 0:
        add_row(state, site, order, left, "Order fully refunded.", [])
