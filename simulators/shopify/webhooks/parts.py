"""Pieces that several bodies share: money, addresses, tax lines, line items."""

from __future__ import annotations

from typing import Any

from simulators.shopify.arithmetic import total
from simulators.shopify.currency import Bag, plain
from simulators.shopify.model.order import Allocation, LineItem, Order, ShippingLine, TaxLine
from simulators.shopify.model.people import Address
from simulators.shopify.model.shop import Shop

Json = dict[str, Any]


def gid(kind: str, number: int) -> str:
    return f"gid://shopify/{kind}/{number}"


def amount(order: Order, bag: Bag) -> str:
    """Shop money, as the plain price fields hold it."""
    return plain(bag.shop, order.currency)


def money_set(order: Order, bag: Bag) -> Json:
    return {
        "shop_money": {
            "amount": plain(bag.shop, order.currency),
            "currency_code": order.currency,
        },
        "presentment_money": {
            "amount": plain(bag.presentment, order.presentment_currency),
            "currency_code": order.presentment_currency,
        },
    }


def address(where: Address | None) -> Json | None:
    """An order's address."""
    if where is None:
        return None
    return {
        "first_name": where.first_name,
        "address1": where.address1,
        "phone": where.phone,
        "city": where.city,
        "zip": where.zip,
        "province": where.province,
        "country": where.country,
        "last_name": where.last_name,
        "address2": where.address2,
        "company": where.company,
        "latitude": None,
        "longitude": None,
        "name": where.name,
        "country_code": where.country_code,
        "province_code": where.province_code,
    }


def tax_line(order: Order, line: TaxLine) -> Json:
    return {
        "channel_liable": False,
        "price": amount(order, line.price),
        "price_set": money_set(order, line.price),
        "rate": float(line.rate),
        "title": line.title,
    }


def allocation(order: Order, given: Allocation) -> Json:
    return {
        "amount": amount(order, given.amount),
        "amount_set": money_set(order, given.amount),
        "discount_application_index": given.index,
    }


def line_item(shop: Shop, order: Order, line: LineItem) -> Json:
    product = shop.live_product(line.product_id)
    variant = shop.live_variant(line.variant_id)
    fulfilled = None
    if line.fulfilled_quantity:
        fulfilled = "partial" if line.fulfillable_quantity else "fulfilled"
    return {
        "id": line.id,
        "admin_graphql_api_id": gid("LineItem", line.id),
        "attributed_staffs": [],
        "current_quantity": line.current_quantity,
        "fulfillable_quantity": line.fulfillable_quantity,
        "fulfillment_service": "manual",
        "fulfillment_status": fulfilled,
        "gift_card": False,
        "grams": line.grams,
        "name": line.name,
        "price": amount(order, line.price),
        "price_set": money_set(order, line.price),
        "product_exists": product is not None,
        "product_id": product.id if product else None,
        "properties": [{"name": key, "value": value} for key, value in line.attributes],
        "quantity": line.quantity,
        "requires_shipping": line.requires_shipping,
        "sku": line.sku,
        "taxable": line.taxable,
        "title": line.title,
        "total_discount": plain(0, order.currency),
        "total_discount_set": money_set(order, Bag()),
        "variant_id": variant.id if variant else None,
        "variant_inventory_management": "shopify" if variant and variant.tracked else None,
        "variant_title": line.variant_title,
        "vendor": line.vendor,
        "tax_lines": [tax_line(order, one) for one in line.taxes],
        "duties": [],
        "discount_allocations": [allocation(order, one) for one in line.allocations],
    }


def merged_taxes(order: Order) -> list[Json]:
    """The order's tax lines: one for each title and rate."""
    merged: dict[tuple[str, Any], list[Bag]] = {}
    every: list[LineItem | ShippingLine] = [*order.lines, *order.shipping_lines]
    for line in every:
        for one in line.taxes:
            merged.setdefault((one.title, one.rate), []).append(one.price)
    return [
        tax_line(order, TaxLine(title, rate, total(bags))) for (title, rate), bags in merged.items()
    ]
