"""The body of orders/create, updated, paid, cancelled, fulfilled and partially_fulfilled."""

from __future__ import annotations

import hashlib
from datetime import datetime

from simulators.shopify.arithmetic import (
    Totals,
    financial_status,
    fulfillment_status,
    shipping_net,
    totals,
)
from simulators.shopify.currency import Bag, plain
from simulators.shopify.model.order import Discount, LineItem, Order, ShippingLine
from simulators.shopify.model.shop import Shop
from simulators.shopify.webhooks.customer_body import nested_customer
from simulators.shopify.webhooks.fulfilment_body import fulfilment
from simulators.shopify.webhooks.parts import (
    Json,
    address,
    allocation,
    amount,
    gid,
    line_item,
    merged_taxes,
    money_set,
    tax_line,
)
from simulators.shopify.webhooks.refund_body import refund
from simulators.shopify.written_dates import local


def status_url(shop: Shop, order: Order) -> str:
    """Where the buyer follows the order: on the shop's own domain, below its numeric id."""
    key = hashlib.sha256(order.token.encode()).hexdigest()[:32]
    return f"https://{shop.primary_host}/{shop.id}/orders/{order.token}/authenticate?key={key}"


def _price(order: Order, name: str, bag: Bag) -> Json:
    return {name: amount(order, bag), f"{name}_set": money_set(order, bag)}


def _discount(order: Order, discount: Discount) -> Json:
    kind = discount.kind
    value = str(discount.value)
    if discount.value_type == "fixed_amount":
        value = plain(int(discount.value), order.presentment_currency)
    made: Json = {
        "target_type": discount.target_type,
        "type": kind,
        "value": value,
        "value_type": discount.value_type,
        "allocation_method": discount.allocation_method,
        "target_selection": discount.target_selection,
    }
    made["code" if kind == "discount_code" else "title"] = discount.label
    return made


def _codes(order: Order) -> list[Json]:
    codes = []
    lines: list[LineItem | ShippingLine] = [*order.lines, *order.shipping_lines]
    for index, discount in enumerate(order.discounts):
        if discount.kind != "discount_code":
            continue
        given = sum(
            one.amount.shop for line in lines for one in line.allocations if one.index == index
        )
        codes.append(
            {
                "code": discount.label,
                "amount": plain(given, order.currency),
                "type": discount.value_type,
            }
        )
    return codes


def _shipping_line(order: Order, line: ShippingLine) -> Json:
    return {
        "id": line.id,
        "carrier_identifier": None,
        "code": line.code,
        "current_discounted_price_set": money_set(order, shipping_net(line) - line.refunded),
        **_price(order, "discounted_price", shipping_net(line)),
        "is_removed": False,
        "phone": None,
        **_price(order, "price", line.price),
        "requested_fulfillment_service_id": None,
        "source": line.source,
        "title": line.title,
        "tax_lines": [tax_line(order, one) for one in line.taxes],
        "discount_allocations": [allocation(order, one) for one in line.allocations],
    }


_ALWAYS_NULL = (
    "browser_ip", "cart_token", "checkout_id", "checkout_token", "client_details", "device_id",
    "landing_site", "landing_site_ref", "location_id", "merchant_of_record_app_id", "po_number",
    "reference", "referring_site", "source_identifier", "source_url", "user_id",
)  # fmt: skip


def _identity(shop: Shop, order: Order) -> Json:
    zone = shop.iana_timezone

    def when(moment: datetime | None) -> str | None:
        return local(moment, zone) if moment else None

    return {
        "id": order.id,
        **dict.fromkeys(_ALWAYS_NULL),
        "admin_graphql_api_id": gid("Order", order.id),
        "app_id": 580111,
        "buyer_accepts_marketing": False,
        "cancel_reason": order.cancel_reason,
        "cancelled_at": when(order.cancelled_at),
        "closed_at": when(order.closed_at),
        "confirmation_number": order.confirmation_number,
        "confirmed": True,
        "contact_email": order.email,
        "created_at": when(order.created_at),
        "customer_locale": order.locale,
        "email": order.email or "",
        "estimated_taxes": False,
        "merchant_business_entity_id": "MTU0ODM4MDAwOQ",
        "name": order.name,
        "note": order.note,
        "note_attributes": [{"name": k, "value": v} for k, v in order.attributes],
        "number": order.number - 1000,
        "order_number": order.number,
        "order_status_url": status_url(shop, order),
        "payment_gateway_names": [order.gateway],
        "phone": order.phone,
        "processed_at": when(order.processed_at),
        "source_name": order.source_name,
        "tags": ", ".join(order.tags),
        "test": order.test,
        "token": order.token,
        "updated_at": when(order.updated_at),
    }


def _sums(order: Order, sums: Totals) -> Json:
    return {
        "currency": order.currency,
        "presentment_currency": order.presentment_currency,
        **_price(order, "current_subtotal_price", sums.current_subtotal),
        "current_total_additional_fees_set": None,
        **_price(order, "current_total_discounts", sums.current_discounts),
        "current_total_duties_set": None,
        **_price(order, "current_total_price", sums.current_total),
        "current_shipping_price_set": money_set(order, sums.current_shipping),
        **_price(order, "current_total_tax", sums.current_tax),
        "discount_codes": _codes(order),
        "duties_included": False,
        "financial_status": financial_status(order, sums),
        "fulfillment_status": fulfillment_status(order),
        "original_total_additional_fees_set": None,
        "original_total_duties_set": None,
        **_price(order, "subtotal_price", sums.subtotal),
        "tax_exempt": False,
        "tax_lines": merged_taxes(order),
        "taxes_included": order.taxes_included,
        "total_cash_rounding_payment_adjustment_set": money_set(order, Bag()),
        "total_cash_rounding_refund_adjustment_set": money_set(order, Bag()),
        **_price(order, "total_discounts", sums.discounts),
        **_price(order, "total_line_items_price", sums.line_items),
        "total_outstanding": amount(order, sums.outstanding),
        **_price(order, "total_price", sums.total),
        "total_shipping_price_set": money_set(order, sums.shipping),
        **_price(order, "total_tax", sums.tax),
        "total_tip_received": plain(0, order.currency),
        "total_weight": sum(line.grams * line.quantity for line in order.lines),
    }


def order_body(shop: Shop, order: Order) -> Json:
    """The order as REST (and so webhooks) write it; `customer` is null for a guest's."""
    body = {**_identity(shop, order), **_sums(order, totals(order))}
    body["billing_address"] = address(order.billing_address)
    customer = shop.customers.get(order.customer_id or 0)
    body["customer"] = nested_customer(shop, customer) if customer is not None else None
    body["discount_applications"] = [_discount(order, one) for one in order.discounts]
    body["fulfillments"] = [fulfilment(shop, order, one) for one in order.fulfillments]
    body["line_items"] = [line_item(shop, order, one) for one in order.lines]
    body["payment_terms"] = None
    body["refunds"] = [refund(shop, order, one) for one in order.refunds]
    body["shipping_address"] = address(order.shipping_address)
    body["shipping_lines"] = [_shipping_line(order, one) for one in order.shipping_lines]
    body["returns"] = []
    return body
