"""Root lists: sorted, searched, windowed; sorted lists are kept until the shop changes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from simulators.shopify.arithmetic import financial_status, fulfillment_status, totals
from simulators.shopify.graphql.context import Context
from simulators.shopify.graphql.listing import Listing
from simulators.shopify.graphql.search import Field, compile_search
from simulators.shopify.model.order import Order
from simulators.shopify.model.people import Customer
from simulators.shopify.written_dates import utc

Key = Callable[[Any], Any]


def _status(order: Order) -> str:
    if order.cancelled_at:
        return "cancelled"
    return "closed" if order.closed_at else "open"


ORDER_SEARCH = {
    "updated_at": Field(lambda o: o.updated_at, "moment"),
    "created_at": Field(lambda o: o.created_at, "moment"),
    "processed_at": Field(lambda o: o.processed_at, "moment"),
    "id": Field(lambda o: o.id, "number"),
    "name": Field(lambda o: o.name, "name"),
    "email": Field(lambda o: o.email),
    "customer_id": Field(lambda o: o.customer_id, "number"),
    "financial_status": Field(financial_status),
    "fulfillment_status": Field(lambda o: fulfillment_status(o) or "unfulfilled"),
    "status": Field(_status),
    "test": Field(lambda o: str(o.test)),
    "tag": Field(lambda o: o.tags, "list"),
    "default": Field(lambda o: f"{o.name} {o.email} {o.phone}", "contains"),
}
CUSTOMER_SEARCH = {
    "updated_at": Field(lambda c: c.updated_at, "day"),
    "customer_date": Field(lambda c: c.created_at, "day"),
    "id": Field(lambda c: c.id, "number"),
    "email": Field(lambda c: c.email),
    "phone": Field(lambda c: c.phone),
    "first_name": Field(lambda c: c.first_name),
    "last_name": Field(lambda c: c.last_name),
    "state": Field(lambda c: c.state),
    "tag": Field(lambda c: c.tags, "list"),
    "default": Field(lambda c: f"{c.first_name} {c.last_name} {c.email} {c.phone}", "contains"),
}
"""The platform documents customers' `updated_at` as matching whole days."""
PRODUCT_SEARCH = {
    "updated_at": Field(lambda p: p.updated_at, "moment"),
    "created_at": Field(lambda p: p.created_at, "moment"),
    "id": Field(lambda p: p.id, "number"),
    "title": Field(lambda p: p.title),
    "vendor": Field(lambda p: p.vendor),
    "status": Field(lambda p: p.status),
    "tag": Field(lambda p: p.tags, "list"),
    "default": Field(lambda p: p.title, "contains"),
}
VARIANT_SEARCH = {
    "updated_at": Field(lambda v: v.updated_at, "moment"),
    "id": Field(lambda v: v.id, "number"),
    "sku": Field(lambda v: v.sku),
    "product_id": Field(lambda v: v.product_id, "number"),
    "default": Field(lambda v: f"{v.title} {v.sku}", "contains"),
}
ORDER_KEYS: dict[str, Key] = {
    "UPDATED_AT": lambda o: (utc(o.updated_at), o.id),
    "CREATED_AT": lambda o: (utc(o.created_at), o.id),
    "PROCESSED_AT": lambda o: (utc(o.processed_at), o.id),
    "ORDER_NUMBER": lambda o: (o.number, o.id),
    "TOTAL_PRICE": lambda o: (totals(o).total.shop, o.id),
}
CUSTOMER_KEYS: dict[str, Key] = {
    "UPDATED_AT": lambda c: (utc(c.updated_at), c.id),
    "CREATED_AT": lambda c: (utc(c.created_at), c.id),
    "NAME": lambda c: (c.display_name, c.id),
}
PRODUCT_KEYS: dict[str, Key] = {
    "UPDATED_AT": lambda p: (utc(p.updated_at), p.id),
    "CREATED_AT": lambda p: (utc(p.created_at), p.id),
    "TITLE": lambda p: (p.title, p.id),
}
VARIANT_KEYS: dict[str, Key] = {
    "SKU": lambda v: (v.sku, v.id),
    "TITLE": lambda v: (v.title, v.id),
    "INVENTORY_QUANTITY": lambda v: (v.inventory_quantity, v.id),
}


def by_id(item: Any) -> Any:
    return (item.id,)


def _sorted(c: Context, name: str, items: Callable[[], Iterable[Any]], key: Key) -> Listing:
    """The list in order, with its keys; kept while the shop's version stands."""
    cache: dict[str, tuple[int, Listing]] = c.state.resources.setdefault("lists", {})
    held = cache.get(f"{c.shop.domain} {name}")
    if held is not None and held[0] == c.shop.version:
        return held[1]
    ordered = sorted(items(), key=key)
    listing = Listing(ordered, [key(item) for item in ordered])
    cache[f"{c.shop.domain} {name}"] = (c.shop.version, listing)
    return listing


def _searched(c: Context, name: str, whole: Listing, query: str | None,
              fields: dict[str, Field], extra: Callable[[Any], bool] | None) -> (
    Listing
):  # fmt: skip
    search = compile_search(query, fields, c.shop.iana_timezone)
    if search.warnings:
        c.warnings.append({"path": [name], "query": query, "warnings": search.warnings})
    if not query and extra is None:
        return whole
    keys = whole.keys or []
    kept = [
        (item, key)
        for item, key in zip(whole.items, keys, strict=True)
        if search.test(item) and (extra is None or extra(item))
    ]
    return Listing([item for item, _ in kept], [key for _, key in kept])


def orders(_: Any, a: dict[str, Any], c: Context) -> Listing:
    sort = a.get("sortKey") or "PROCESSED_AT"
    key = ORDER_KEYS.get(sort, by_id)
    whole = _sorted(c, f"orders {sort}", c.shop.orders.values, key)
    extra = None if c.sees_all else c.visible
    return _searched(c, "orders", whole, a.get("query"), ORDER_SEARCH, extra)


def customer_orders(customer: Customer, a: dict[str, Any], c: Context) -> Listing:
    key = ORDER_KEYS.get(a.get("sortKey") or "ID", by_id)
    found = sorted(c.shop.orders_for(customer.id), key=key)
    whole = Listing(found, [key(order) for order in found])
    extra = None if c.sees_all else c.visible
    return _searched(c, "orders", whole, a.get("query"), ORDER_SEARCH, extra)


def customers(_: Any, a: dict[str, Any], c: Context) -> Listing:
    sort = a.get("sortKey") or "ID"
    key = CUSTOMER_KEYS.get(sort, by_id)
    whole = _sorted(c, f"customers {sort}", c.shop.customers.values, key)
    return _searched(c, "customers", whole, a.get("query"), CUSTOMER_SEARCH, None)


def products(_: Any, a: dict[str, Any], c: Context) -> Listing:
    sort = a.get("sortKey") or "ID"
    key = PRODUCT_KEYS.get(sort, by_id)
    whole = _sorted(c, f"products {sort}", c.shop.products.values, key)
    return _searched(c, "products", whole, a.get("query"), PRODUCT_SEARCH, None)


def product_variants(_: Any, a: dict[str, Any], c: Context) -> Listing:
    sort = a.get("sortKey") or "ID"
    key = VARIANT_KEYS.get(sort, by_id)
    whole = _sorted(c, f"variants {sort}", c.shop.variants.values, key)
    return _searched(c, "productVariants", whole, a.get("query"), VARIANT_SEARCH, None)
