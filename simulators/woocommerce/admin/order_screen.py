"""An order's screen."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from simulators.woocommerce.actions.orders import DRAFTS
from simulators.woocommerce.model.order import Order
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State


def given_back(order: Order) -> dict[int, int]:
    """Pieces that came back, by line."""
    found: dict[int, int] = {}
    for refund in order.refunds:
        for line, pieces, _ in refund.lines:
            found[line.id] = found.get(line.id, 0) + pieces
    return found


def show(state: State, site: Site) -> ResponseReturnValue:
    """The order that the address names, or 404."""
    with state.lock:
        order = site.orders.get(request.args.get("id", 0, type=int))
        if order is None:
            abort(404)
        return render_template(
            "wp/order.html", order=order, account=site.users.get(order.customer_id),
            names=site.statuses, given_back=given_back(order), is_draft=order.status in DRAFTS,
            people=site.users, left=order.total - order.refunded,
        )  # fmt: skip
