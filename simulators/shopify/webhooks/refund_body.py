"""The body of refunds/create. It has no total; its transactions are in presentment money."""

from __future__ import annotations

from simulators.shopify.currency import ZERO, plain
from simulators.shopify.model.order import Order, Refund, RefundLine, Transaction
from simulators.shopify.model.shop import Shop
from simulators.shopify.webhooks.parts import Json, gid, line_item, money_set
from simulators.shopify.written_dates import local


def transaction(shop: Shop, order: Order, one: Transaction) -> Json:
    """A payment, in the currency that the buyer paid in."""
    currency = order.presentment_currency
    at = local(one.created_at, shop.iana_timezone)
    return {
        "id": one.id,
        "admin_graphql_api_id": gid("OrderTransaction", one.id),
        "amount": plain(one.amount.presentment, currency),
        "authorization": None,
        "created_at": at,
        "currency": currency,
        "device_id": None,
        "error_code": one.error_code,
        "gateway": one.gateway,
        "kind": one.kind,
        "location_id": None,
        "message": one.message,
        "order_id": order.id,
        "parent_id": one.parent_id,
        "payment_id": one.payment_id,
        "processed_at": at,
        "receipt": {},
        "source_name": "web",
        "status": one.status,
        "test": one.test,
        "user_id": one.user_id,
    }


def _line(shop: Shop, order: Order, one: RefundLine) -> Json:
    return {
        "id": one.id,
        "line_item_id": one.line_item_id,
        "location_id": one.location_id,
        "quantity": one.quantity,
        "restock_type": one.restock_type,
        "subtotal": float(plain(one.subtotal.shop, order.currency)),
        "subtotal_set": money_set(order, one.subtotal),
        "total_tax": float(plain(one.total_tax.shop, order.currency)),
        "total_tax_set": money_set(order, one.total_tax),
        "line_item": line_item(shop, order, order.line(one.line_item_id)),
    }


def _adjustments(order: Order, one: Refund) -> list[Json]:
    made = []
    for piece in one.shipping:
        made.append((piece.id, -piece.subtotal, -piece.tax, "shipping_refund", "Shipping refund"))
    for gap in one.adjustments:
        made.append((gap.id, gap.amount, ZERO, gap.kind, gap.reason))
    return [
        {
            "id": key,
            "amount": plain(bag.shop, order.currency),
            "amount_set": money_set(order, bag),
            "kind": kind,
            "order_id": order.id,
            "reason": reason,
            "refund_id": one.id,
            "tax_amount": plain(tax.shop, order.currency),
            "tax_amount_set": money_set(order, tax),
        }
        for key, bag, tax, kind, reason in made
    ]


def refund(shop: Shop, order: Order, one: Refund) -> Json:
    """A refund as it stands inside an order's body."""
    at = local(one.created_at, shop.iana_timezone)
    return {
        "id": one.id,
        "admin_graphql_api_id": gid("Refund", one.id),
        "created_at": at,
        "note": one.note,
        "order_id": order.id,
        "processed_at": at,
        "restock": one.restock,
        "total_additional_fees_set": money_set(order, ZERO),
        "total_duties_set": money_set(order, ZERO),
        "user_id": one.user_id,
        "order_adjustments": _adjustments(order, one),
        "transactions": [transaction(shop, order, t) for t in one.transactions],
        "refund_line_items": [_line(shop, order, line) for line in one.lines],
        "duties": [],
        "additional_fees": [],
    }


def refund_body(shop: Shop, order: Order, one: Refund) -> Json:
    """The body of refunds/create."""
    lines = {line.id: line for line in order.shipping_lines}
    body = refund(shop, order, one)
    body["return"] = None
    body["refund_shipping_lines"] = [
        {
            "id": piece.id,
            "shipping_line": {
                "id": piece.shipping_line_id,
                "title": lines[piece.shipping_line_id].title,
                "price": plain(lines[piece.shipping_line_id].price.shop, order.currency),
                "price_set": money_set(order, lines[piece.shipping_line_id].price),
                "code": lines[piece.shipping_line_id].code,
            },
            "subtotal_amount_set": money_set(order, piece.subtotal),
            "tax_amount_set": money_set(order, piece.tax),
        }
        for piece in one.shipping
    ]
    return body
