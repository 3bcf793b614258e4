"""Refunds and notes of an order."""

from __future__ import annotations

from typing import Any

from simulators.woocommerce.bodies.links import hints, route_url
from simulators.woocommerce.bodies.order import amount, line_body, metas
from simulators.woocommerce.model.order import Line, Note, Order, Refund
from simulators.woocommerce.model.people import Meta
from simulators.woocommerce.model.site import Site, gmt
from simulators.woocommerce.state import State

READ_DELETE = ["GET", "DELETE"]


def _links(state: State, site: Site, order: Order, kind: str, item_id: int) -> dict[str, Any]:
    up = route_url(state, site, f"orders/{order.id}")
    return {
        "self": hints(f"{up}/{kind}/{item_id}", READ_DELETE),
        "collection": [{"href": f"{up}/{kind}"}],
        "up": [{"href": up}],
    }


def _lines(site: Site, refund: Refund) -> list[dict[str, Any]]:
    bodies = []
    for item_id, (line, pieces, money) in zip(refund.line_ids, refund.lines, strict=True):
        made = Line(
            item_id, line.name, line.product_id, line.variation_id, -pieces, -money, -money,
            line.sku, parent_name=line.parent_name,
            meta=[Meta(item_id, "_refunded_item_id", str(line.id))],
        )  # fmt: skip
        bodies.append(line_body(site, made))
    return bodies


def refund_body(
    state: State, site: Site, order: Order, refund: Refund, *, with_parent: bool = False
) -> dict[str, Any]:
    """One refund; `/refunds` names the order in `parent_id` and who refunded in the links."""
    body: dict[str, Any] = {"id": refund.id}
    if with_parent:
        body["parent_id"] = order.id
    body |= {
        "date_created": site.local(refund.created_at),
        "date_created_gmt": gmt(refund.created_at),
        "amount": amount(site, refund.amount),
        "reason": refund.reason,
        "refunded_by": refund.refunded_by,
        "refunded_payment": False,
        "meta_data": metas(refund.meta),
        "line_items": _lines(site, refund),
        "shipping_lines": [],
        "tax_lines": [],
        "fee_lines": [],
        "_links": _links(state, site, order, "refunds", refund.id),
    }
    if with_parent:
        href = f"{state.rest_root(site)}wp/v2/users/{refund.refunded_by}"
        body["_links"]["refunded_by"] = [{"embeddable": True, "href": href}]
    return body


def note_body(state: State, site: Site, order: Order, note: Note) -> dict[str, Any]:
    return {
        "id": note.id,
        "author": note.author,
        "date_created": site.local(note.created_at),
        "date_created_gmt": gmt(note.created_at),
        "note": note.text,
        "customer_note": note.for_customer,
        "_links": _links(state, site, order, "notes", note.id),
    }
