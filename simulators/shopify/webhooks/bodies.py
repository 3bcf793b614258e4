"""Which body a topic has."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from simulators.shopify.model.shop import Shop
from simulators.shopify.webhooks import customer_body, shop_body
from simulators.shopify.webhooks.fulfilment_body import event_body, fulfilment_body
from simulators.shopify.webhooks.order_body import order_body
from simulators.shopify.webhooks.parts import Json, gid
from simulators.shopify.webhooks.refund_body import refund_body
from simulators.shopify.written_dates import utc

Builder = Callable[[Shop, Any], Json]
COMPLIANCE = frozenset({"customers/data_request", "customers/redact", "shop/redact"})


def _edited(_shop: Shop, subject: Any) -> Json:
    order, edit = subject
    return {
        "order_edit": {
            "id": edit.id,
            "app_id": None,
            "created_at": utc(edit.at),
            "notify_customer": edit.notify_customer,
            "order_id": order.id,
            "staff_note": edit.note or "",
            "user_id": edit.user_id,
            "line_items": {
                "additions": [{"id": line, "delta": delta} for line, delta in edit.additions],
                "removals": [{"id": line, "delta": delta} for line, delta in edit.removals],
            },
            "discounts": {
                "line_item": {"additions": [], "removals": []},
                "fixed_amount": {"additions": [], "removals": []},
            },
            "shipping_lines": {"additions": [], "removals": []},
        }
    }


def _tags(_shop: Shop, subject: Any) -> Json:
    customer, tags = subject
    return {
        "customerId": gid("Customer", customer.id),
        "tags": tags,
        "occurredAt": utc(customer.updated_at),
    }


def _bulk(_shop: Shop, operation: Any) -> Json:
    return {
        "admin_graphql_api_id": gid("BulkOperation", operation.id),
        "completed_at": utc(operation.completed_at) if operation.completed_at else None,
        "created_at": utc(operation.created_at),
        "error_code": (operation.error_code or "").lower() or None,
        "status": operation.status.lower(),
        "type": "query",
    }


def _level(shop: Shop, subject: Any) -> Json:
    variant, location = subject
    return {
        "inventory_item_id": variant.inventory_item_id,
        "location_id": location,
        "available": variant.stock[location],
        "updated_at": utc(variant.updated_at),
        "admin_graphql_api_id": gid("InventoryLevel", location)
        + f"?inventory_item_id={variant.inventory_item_id}",
    }


_ORDER_TOPICS = ("create", "updated", "paid", "cancelled", "fulfilled", "partially_fulfilled")
BUILDERS: dict[str, Builder] = {
    **{f"orders/{name}": order_body for name in _ORDER_TOPICS},
    "orders/delete": lambda _shop, order: {"id": order.id},
    "orders/edited": _edited,
    "refunds/create": lambda shop, pair: refund_body(shop, *pair),
    "fulfillments/create": lambda shop, pair: fulfilment_body(shop, *pair),
    "fulfillments/update": lambda shop, pair: fulfilment_body(shop, *pair),
    "fulfillment_events/create": lambda shop, three: event_body(shop, *three),
    "customers/create": customer_body.customer_body,
    "customers/update": customer_body.customer_body,
    "customers/delete": lambda _shop, customer: customer_body.deleted_customer(customer),
    "customers/merge": lambda _shop, pair: customer_body.merged_customers(*pair),
    "customer.tags_added": _tags,
    "customer.tags_removed": _tags,
    "customers/data_request": customer_body.data_request,
    "customers/redact": customer_body.customer_redact,
    "shop/redact": lambda shop, _subject: customer_body.shop_redact(shop),
    "app/uninstalled": lambda shop, _subject: shop_body.shop_body(shop),
    "app/scopes_update": lambda shop, pair: shop_body.scopes_body(shop, *pair),
    "bulk_operations/finish": _bulk,
    "products/create": shop_body.product_body,
    "products/update": shop_body.product_body,
    "products/delete": lambda _shop, product: {"id": product.id},
    "inventory_levels/update": _level,
}
_ESCAPES = str.maketrans({"&": "\\u0026", "<": "\\u003c", ">": "\\u003e",
                          "\u2028": "\\u2028", "\u2029": "\\u2029"})  # fmt: skip


def encode(body: Json) -> bytes:
    """The exact bytes that are sent: UTF-8, with `& < >` escaped as the platform does."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return text.translate(_ESCAPES).encode()
