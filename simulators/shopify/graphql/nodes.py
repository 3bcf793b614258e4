"""Global ids: finding what a `gid://shopify/Order/1` names, and naming an object's type."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from simulators.shopify.graphql.context import Amounts, Coin, Context
from simulators.shopify.graphql.fields import catalog, customers, lines, money, parcels, payments
from simulators.shopify.graphql.fields import shop as shop_fields
from simulators.shopify.model.access import Installation, Subscription
from simulators.shopify.model.catalog import Location, Product, Variant
from simulators.shopify.model.order import Order, Tracking
from simulators.shopify.model.people import Address, Customer, Staff
from simulators.shopify.model.shop import Shop

_GID = re.compile(r"gid://shopify/(\w+)/([^?/]+)(?:\?.*)?")
TYPES: dict[type[Any], str] = {
    Order: "Order", Customer: "Customer", Address: "MailingAddress", Product: "Product",
    Variant: "ProductVariant", Location: "Location", Shop: "Shop", Staff: "StaffMember",
    Installation: "AppInstallation", Subscription: "WebhookSubscription",
    Tracking: "FulfillmentTrackingInfo", Amounts: "MoneyBag", Coin: "MoneyV2",
    money.Percentage: "PricingPercentageValue", money.TaxOf: "TaxLine",
    lines.LineOf: "LineItem", lines.ShippingOf: "ShippingLine", lines.ImageOf: "Image",
    payments.TransactionOf: "OrderTransaction", payments.RefundOf: "Refund",
    payments.RefundLineOf: "RefundLineItem", payments.AdjustmentOf: "OrderAdjustment",
    payments.RefundShippingOf: "RefundShippingLine",
    parcels.ParcelOf: "Fulfillment", parcels.ParcelLineOf: "FulfillmentLineItem",
    parcels.EventOf: "FulfillmentEvent",
    catalog.ItemOf: "InventoryItem", catalog.LevelOf: "InventoryLevel",
    catalog.MediaOf: "MediaImage", customers.EmailOf: "CustomerEmailAddress",
    customers.PhoneOf: "CustomerPhoneNumber", shop_fields.AppOf: "App",
    shop_fields.EndpointOf: "WebhookHttpEndpoint",
}  # fmt: skip


def type_name(value: Any) -> str | None:
    """The GraphQL type of an object, where an interface or union stands in the schema."""
    if isinstance(value, money.DiscountOf):
        return money.DISCOUNT_TYPES[value.it[1].kind]
    if isinstance(value, dict):
        return value.get("__typename")
    return TYPES.get(type(value)) or getattr(value, "graphql_type", None)


def parse(value: str) -> tuple[str, str] | None:
    """The type and the id's last part."""
    match = _GID.fullmatch(value)
    return (match[1], match[2]) if match else None


def _order(c: Context, key: int) -> Order | None:
    order = c.shop.orders.get(key)
    return order if order is not None and c.visible(order) else None


def _inside(c: Context, make: Callable[[Order], list[Any]], key: int) -> Any:
    for order in c.shop.orders.values():
        if c.visible(order):
            for one in make(order):
                if one.it.id == key:
                    return one
    return None


def _owned(kind: type[Any], parts: Callable[[Order], list[Any]]) -> (
    Callable[[Context, int], Any]
):  # fmt: skip
    return lambda c, key: _inside(c, lambda o: [kind(o, one) for one in parts(o)], key)


def _item(c: Context, key: int) -> catalog.ItemOf | None:
    for variant in c.shop.variants.values():
        if variant.inventory_item_id == key:
            return catalog.ItemOf(variant)
    return None


FINDERS: dict[str, Callable[[Context, int], Any]] = {
    "Order": _order,
    "Customer": lambda c, key: c.shop.customers.get(key),
    "Product": lambda c, key: c.shop.products.get(key),
    "ProductVariant": lambda c, key: c.shop.variants.get(key),
    "InventoryItem": _item,
    "Location": lambda c, key: next((x for x in c.shop.locations if x.id == key), None),
    "Shop": lambda c, key: c.shop if key == c.shop.id else None,
    "StaffMember": lambda c, key: c.shop.staff.get(key),
    "BulkOperation": lambda c, key: c.shop.bulk_operations.get(key),
    "WebhookSubscription": lambda c, key: c.shop.subscriptions.get(key),
    "AppInstallation": lambda c, key: c.installation,
    "LineItem": _owned(lines.LineOf, lambda o: o.lines),
    "Refund": _owned(payments.RefundOf, lambda o: o.refunds),
    "OrderTransaction": _owned(payments.TransactionOf, lambda o: o.transactions),
    "Fulfillment": _owned(parcels.ParcelOf, lambda o: o.fulfillments),
}


def find(c: Context, value: str, kind: str | None = None) -> Any:
    """What the id names, or None; `kind` narrows it to one type."""
    parsed = parse(value)
    if parsed is None or (kind is not None and parsed[0] != kind) or not parsed[1].isdigit():
        return None
    finder = FINDERS.get(parsed[0])
    return finder(c, int(parsed[1])) if finder else None
