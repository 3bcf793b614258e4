"""The store's own figures as plain data, to hold an app's copy against."""

from __future__ import annotations

from typing import Any

from simulators.shopify.arithmetic import financial_status, fulfillment_status, totals
from simulators.shopify.model.order import Order
from simulators.shopify.model.shop import Shop
from simulators.shopify.written_dates import utc


def order_figures(order: Order) -> dict[str, Any]:
    """One order: minor units of shop money, ids as text."""
    sums = totals(order)
    return {
        "id": str(order.id),
        "name": order.name,
        "currency": order.currency,
        "total_minor": sums.total.shop,
        "current_total_minor": sums.current_total.shop,
        "refunded_minor": sums.refunded.shop,
        "presentment_currency": order.presentment_currency,
        "presentment_total_minor": sums.total.presentment,
        "financial_status": financial_status(order, sums),
        "fulfillment_status": fulfillment_status(order),
        "cancelled": order.cancelled_at is not None,
        "test": order.test,
        "deleted": order.deleted_at is not None,
        "customer_id": str(order.customer_id) if order.customer_id else None,
        "email": order.email,
        "phone": order.phone,
        "created_at": utc(order.created_at),
        "updated_at": utc(order.updated_at),
        "lines": [
            {
                "id": str(line.id),
                "title": line.title,
                "sku": line.sku,
                "quantity": line.quantity,
                "current_quantity": line.current_quantity,
            }
            for line in order.lines
        ],
        "refunds": len(order.refunds),
        "fulfillments": len(order.fulfillments),
    }


def oracle(shop: Shop) -> dict[str, Any]:
    """Every order (deleted ones too) and every customer of the shop."""
    every = [*shop.orders.values(), *shop.deleted_orders.values()]
    return {
        "shop": shop.domain,
        "shop_id": str(shop.id),
        "currency": shop.currency,
        "orders": [order_figures(order) for order in every],
        "customers": [
            {
                "id": str(one.id),
                "first_name": one.first_name,
                "last_name": one.last_name,
                "email": one.email,
                "phone": one.phone,
                "tags": one.tags,
                "locale": one.locale,
                "orders": len(shop.orders_for(one.id)),
                "updated_at": utc(one.updated_at),
            }
            for one in shop.customers.values()
        ],
    }
