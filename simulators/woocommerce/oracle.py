"""The store's own figures as plain data, to hold an app's copy against."""

from __future__ import annotations

from typing import Any

from simulators.woocommerce.model.order import Order
from simulators.woocommerce.model.site import Site, gmt
from simulators.woocommerce.money import minor

NO_ORDER_YET = ("checkout-draft", "auto-draft")
_DO_NOT_COUNT = ("pending", "failed", "cancelled", "trash", *NO_ORDER_YET)


def is_paid(order: Order) -> bool:
    """Its payment is done: completed, refunded, or any status that counts with `date_paid`."""
    if order.status in _DO_NOT_COUNT:
        return False
    return order.status in ("completed", "refunded") or order.paid_at is not None


def financial_status(order: Order) -> str:
    if order.status in ("cancelled", "failed"):
        return "voided"
    if order.status == "refunded":
        return "refunded"
    done = order.paid_at is not None or order.status == "completed"
    if order.status == "pending" or not done:
        return "pending"
    total, back = order.total, order.refunded
    if back >= total > 0:
        return "refunded"
    return "partially_refunded" if back > 0 else "paid"


def order_figures(site: Site, order: Order) -> dict[str, Any]:
    """One order: minor units, ids as text."""
    total = minor(order.total, order.currency)
    refunded = minor(order.refunded, order.currency)
    deleted = order.status == "trash" or order.id in site.gone
    return {
        "id": str(order.id),
        "name": f"#{order.id}",
        "currency": order.currency,
        "total_minor": total,
        "refunded_minor": refunded,
        "current_total_minor": total - refunded,
        "deleted": deleted,
        "financial_status": financial_status(order),
        "fulfillment_status": "fulfilled" if order.status == "completed" else "unfulfilled",
        "counts": not deleted and order.status not in _DO_NOT_COUNT,
        "paid": not deleted and is_paid(order),
        "mirrored": order.status not in NO_ORDER_YET,
        "status": order.status,
        "customer_id": str(order.customer_id) if order.customer_id else None,
        "email": order.billing["email"] or None,
        "phone": order.billing["phone"] or None,
        "created_at": f"{gmt(order.created_at)}Z",
        "updated_at": f"{gmt(order.modified_at)}Z",
        "created_via": order.created_via,
        "lines": [
            {
                "id": str(line.id),
                "title": line.name,
                "sku": line.sku,
                "quantity": line.quantity,
                "variant_id": str(line.variation_id or line.product_id),
            }
            for line in order.lines
        ],
        "refunds": len(order.refunds),
        "notes": len(order.notes),
    }


def oracle(site: Site) -> dict[str, Any]:
    """Every order (trashed and deleted ones too) and every user of the site."""
    every = [*site.orders.values(), *site.gone.values()]
    return {
        "site": site.prefix,
        "name": site.name,
        "store_id": site.store_id,
        "currency": site.currency,
        "orders": [order_figures(site, order) for order in every],
        "customers": [
            {
                "id": str(user.id),
                "first_name": user.first_name,
                "last_name": user.last_name,
                "email": user.email,
                "role": user.role,
                "is_paying": user.is_paying,
                "mirrored": user.role in ("customer", "subscriber") or user.is_paying,
            }
            for user in site.users.values()
        ],
    }
