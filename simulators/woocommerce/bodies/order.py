"""An order's body."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from simulators.woocommerce import php
from simulators.woocommerce.bodies.fields import only
from simulators.woocommerce.bodies.links import hints, route_url
from simulators.woocommerce.model.order import ZERO, Extra, Line, Order
from simulators.woocommerce.model.people import Meta
from simulators.woocommerce.model.site import Site, gmt
from simulators.woocommerce.state import State

VERSION = "10.5.2"
SYMBOLS = {
    "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "KWD": "د.ك", "CZK": "Kč", "PLN": "zł",
    "ILS": "₪",
}  # fmt: skip


def amount(site: Site, value: Decimal, dp: int | None = None) -> str:
    """With the store's decimals, or `dp` of them."""
    digits = site.decimals if dp is None else dp
    return f"{value:.{digits}f}" if value else f"{ZERO:.{digits}f}"


def metas(held: list[Meta]) -> list[dict[str, Any]]:
    return [{"id": one.id, "key": one.key, "value": one.value} for one in held]


def _display(held: list[Meta]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.id,
            "key": one.key,
            "value": one.value,
            "display_key": one.key,
            "display_value": one.value,
        }
        for one in held
    ]


def _taxes(site: Site, total: Decimal, subtotal: Decimal) -> list[dict[str, Any]]:
    if not site.tax_percent:
        return []
    return [{"id": 1, "total": str(total), "subtotal": str(subtotal)}]


def line_body(site: Site, line: Line, dp: int | None = None) -> dict[str, Any]:
    price = float(line.total / line.quantity) if line.quantity else 0.0
    return {
        "id": line.id,
        "name": line.name,
        "product_id": line.product_id,
        "variation_id": line.variation_id,
        "quantity": line.quantity,
        "tax_class": "",
        "subtotal": amount(site, line.subtotal, dp),
        "subtotal_tax": amount(site, line.subtotal_tax, dp),
        "total": amount(site, line.total, dp),
        "total_tax": amount(site, line.tax, dp),
        "taxes": _taxes(site, line.tax, line.subtotal_tax),
        "meta_data": _display(line.meta),
        "sku": line.sku,
        "global_unique_id": "",
        "price": php.number(price),
        "image": {"id": "", "src": ""},
        "parent_name": line.parent_name,
    }


def shipping_body(site: Site, one: Extra, dp: int | None = None) -> dict[str, Any]:
    return {
        "id": one.id,
        "method_title": one.title,
        "method_id": one.method,
        "instance_id": "",
        "total": amount(site, one.total, dp),
        "total_tax": amount(site, one.tax, dp),
        "taxes": _taxes(site, one.tax, one.tax) if one.tax else [],
        "tax_status": "taxable",
        "meta_data": [],
    }


def fee_body(site: Site, one: Extra, dp: int | None = None) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.title,
        "tax_class": "",
        "tax_status": "taxable",
        "amount": "",
        "total": amount(site, one.total, dp),
        "total_tax": amount(site, one.tax, dp),
        "taxes": [],
        "meta_data": [],
    }


def _sums(site: Site, order: Order, dp: int | None) -> dict[str, str]:
    """The totals, in the order of the body."""
    cart_tax = sum((one.tax for one in order.lines), ZERO)
    cart_tax += sum((one.tax for one in order.fees), ZERO)
    shipping_tax = sum((one.tax for one in order.shipping_lines), ZERO)
    values = {
        "discount_total": sum((one.subtotal - one.total for one in order.lines), ZERO),
        "discount_tax": sum((one.subtotal_tax - one.tax for one in order.lines), ZERO),
        "shipping_total": sum((one.total for one in order.shipping_lines), ZERO),
        "shipping_tax": shipping_tax,
        "cart_tax": cart_tax,
        "total": order.total,
        "total_tax": cart_tax + shipping_tax,
    }
    return {name: amount(site, value, dp) for name, value in values.items()}


def _tax_lines(site: Site, sums: dict[str, str]) -> list[dict[str, Any]]:
    if not site.tax_percent:
        return []
    return [
        {
            "id": 1,
            "rate_code": f"{site.country}-TAX-1",
            "rate_id": 1,
            "label": "ΦΠΑ" if site.country == "GR" else "VAT",
            "compound": False,
            "tax_total": sums["cart_tax"],
            "shipping_tax_total": sums["shipping_tax"],
            "rate_percent": php.number(float(site.tax_percent)),
            "meta_data": [],
        }
    ]


def _links(state: State, site: Site, order: Order) -> dict[str, Any]:
    whole = route_url(state, site, "orders")
    one = f"{whole}/{order.id}"
    links: dict[str, Any] = {
        "self": hints(one),
        "collection": [{"href": whole}],
        "email_templates": [{"embeddable": True, "href": f"{one}/actions/email_templates"}],
    }
    if order.customer_id:
        links["customer"] = [{"href": route_url(state, site, f"customers/{order.customer_id}")}]
    return links


def order_body(state: State, site: Site, order: Order, dp: int | None = None) -> dict[str, Any]:
    """The whole order; dates come in pairs, site time and GMT."""
    sums = _sums(site, order, dp)
    home = state.url(site)
    unpaid = order.status in ("pending", "failed", "checkout-draft", "auto-draft")
    return {
        "id": order.id,
        "parent_id": 0,
        "status": order.status,
        "currency": order.currency,
        "version": VERSION,
        "prices_include_tax": bool(site.tax_percent),
        "date_created": site.local(order.created_at),
        "date_modified": site.local(order.modified_at),
        **sums,
        "customer_id": order.customer_id,
        "order_key": order.order_key,
        "billing": order.billing,
        "shipping": order.shipping,
        "payment_method": order.payment_method,
        "payment_method_title": order.payment_method_title,
        "transaction_id": order.transaction_id,
        "customer_ip_address": order.ip_address,
        "customer_user_agent": order.user_agent,
        "created_via": order.created_via,
        "customer_note": order.customer_note,
        "date_completed": site.local(order.completed_at),
        "date_paid": site.local(order.paid_at),
        "cart_hash": order.cart_hash,
        "number": str(order.id),
        "meta_data": metas(order.meta),
        "line_items": [line_body(site, line, dp) for line in order.lines],
        "tax_lines": _tax_lines(site, sums),
        "shipping_lines": [shipping_body(site, one, dp) for one in order.shipping_lines],
        "fee_lines": [fee_body(site, one, dp) for one in order.fees],
        "coupon_lines": [],
        "refunds": [
            {"id": one.id, "reason": one.reason, "total": amount(site, -one.amount, dp)}
            for one in order.refunds
        ],
        "payment_url": f"{home}/checkout/order-pay/{order.id}/?pay_for_order=true"
        f"&key={order.order_key}",
        "is_editable": order.status in ("pending", "on-hold", "auto-draft"),
        "needs_payment": unpaid and order.total > 0,
        "needs_processing": True,
        "date_created_gmt": gmt(order.created_at),
        "date_modified_gmt": gmt(order.modified_at),
        "date_completed_gmt": gmt(order.completed_at),
        "date_paid_gmt": gmt(order.paid_at),
        "currency_symbol": SYMBOLS.get(order.currency, order.currency),
        "_links": _links(state, site, order),
    }


def warm(state: State, site: Site) -> None:
    """Prepare every order's JSON, so that the first reader waits no longer than the next."""
    with state.lock:
        for order in site.orders.values():
            order_json(state, site, order)


def order_json(
    state: State, site: Site, order: Order, fields: tuple[str, ...] = (), dp: int | None = None
) -> bytes:
    """The body as bytes, of all or some fields, kept until the order changes."""
    if dp is not None and dp != site.decimals:
        return php.encode(only(order_body(state, site, order, dp), fields))
    held = order.cache.get(fields)
    if held is None:
        held = php.encode(only(order_body(state, site, order), fields))
        order.cache[fields] = held
    return held
