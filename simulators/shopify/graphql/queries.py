"""The query root."""

from __future__ import annotations

from typing import Any

from simulators.shopify.graphql.context import Context, Fields, gid
from simulators.shopify.graphql.fields import roots
from simulators.shopify.graphql.fields.shop import AppOf, topic_enum
from simulators.shopify.graphql.listing import Listing
from simulators.shopify.graphql.nodes import find
from simulators.shopify.graphql.schema import versions
from simulators.shopify.graphql.search import Field, compile_search
from simulators.shopify.model.people import Customer
from simulators.shopify.written_dates import utc


def _subscriptions(_: Any, a: dict[str, Any], c: Context) -> Listing:
    """Those that the app made by the API; app-specific ones are not listed here."""
    topics, uri = a.get("topics") or [], a.get("uri") or a.get("callbackUrl")
    found = [
        s
        for s in sorted(c.shop.subscriptions.values(), key=lambda s: s.id)
        if not s.app_specific
        and (not topics or topic_enum(s.topic) in topics)
        and (not uri or s.uri == uri)
    ]
    return Listing(found, [(s.id,) for s in found])


_BULK_SEARCH = {
    "status": Field(lambda b: b.status),
    "created_at": Field(lambda b: b.created_at, "moment"),
    "id": Field(lambda b: b.id, "number"),
}


def _bulk_operations(_: Any, a: dict[str, Any], c: Context) -> Listing:
    search = compile_search(a.get("query"), _BULK_SEARCH, c.shop.iana_timezone)
    found = [b for b in c.shop.bulk_operations.values() if search.test(b)]
    return Listing(found, [(utc(b.created_at), b.id) for b in found])


def _current_bulk(_: Any, a: dict[str, Any], c: Context) -> Any:
    if a.get("type") == "MUTATION":
        return None
    return max(c.shop.bulk_operations.values(), key=lambda b: b.id, default=None)


def _customer_by(_: Any, a: dict[str, Any], c: Context) -> Customer | None:
    wanted = a["identifier"]
    if "id" in wanted:
        found: Customer | None = find(c, wanted["id"], "Customer")
        return found
    for customer in c.shop.customers.values():
        if wanted.get("emailAddress") and customer.email == wanted["emailAddress"]:
            return customer
        if wanted.get("phoneNumber") and customer.phone == wanted["phoneNumber"]:
            return customer
    return None


def _locations(_: Any, a: dict[str, Any], c: Context) -> Listing:
    return Listing(c.shop.locations, [(place.id,) for place in c.shop.locations])


def _versions() -> list[dict[str, Any]]:
    return [{"handle": v, "displayName": v, "supported": True} for v in versions()]


def _job(a: dict[str, Any], c: Context) -> dict[str, Any] | None:
    key = a["id"].rsplit("/", 1)[-1]
    return {"id": a["id"], "done": True} if key in c.shop.jobs else None


def _business(c: Context) -> dict[str, Any]:
    """The primary legal entity; it says where the shop is in every version of the API."""
    return {
        "id": gid("BusinessEntity", c.shop.id),
        "displayName": c.shop.name,
        "primary": True,
        "address": {"countryCode": c.shop.country_code, "city": c.shop.locations[0].city},
    }


def _count(items: Listing) -> int:
    return len(items.items)


QUERY: Fields = {
    "shop": lambda _, a, c: c.shop,
    "businessEntity": lambda _, a, c: _business(c),
    "orders": roots.orders,
    "ordersCount": lambda _, a, c: _count(roots.orders(_, a, c)),
    "order": lambda _, a, c: find(c, a["id"], "Order"),
    "orderByIdentifier": lambda _, a, c: find(c, a["identifier"].get("id", ""), "Order"),
    "customers": roots.customers,
    "customersCount": lambda _, a, c: _count(roots.customers(_, a, c)),
    "customer": lambda _, a, c: find(c, a["id"], "Customer"),
    "customerByIdentifier": _customer_by,
    "products": roots.products,
    "productsCount": lambda _, a, c: _count(roots.products(_, a, c)),
    "product": lambda _, a, c: find(c, a["id"], "Product"),
    "productVariants": roots.product_variants,
    "productVariantsCount": lambda _, a, c: _count(roots.product_variants(_, a, c)),
    "productVariant": lambda _, a, c: find(c, a["id"], "ProductVariant"),
    "inventoryItem": lambda _, a, c: find(c, a["id"], "InventoryItem"),
    "location": lambda _, a, c: find(c, a["id"], "Location") if a.get("id") else
    c.shop.locations[0],
    "locations": _locations,
    "refund": lambda _, a, c: find(c, a["id"], "Refund"),
    "fulfillment": lambda _, a, c: find(c, a["id"], "Fulfillment"),
    "node": lambda _, a, c: find(c, a["id"]),
    "nodes": lambda _, a, c: [find(c, one) for one in a["ids"]],
    "currentAppInstallation": lambda _, a, c: c.installation,
    "appInstallation": lambda _, a, c: c.installation,
    "app": lambda _, a, c: AppOf(),
    "webhookSubscriptions": _subscriptions,
    "webhookSubscription": lambda _, a, c: find(c, a["id"], "WebhookSubscription"),
    "webhookSubscriptionsCount": lambda _, a, c: _count(_subscriptions(_, a, c)),
    "bulkOperation": lambda _, a, c: find(c, a["id"], "BulkOperation"),
    "bulkOperations": _bulk_operations,
    "currentBulkOperation": _current_bulk,
    "publicApiVersions": lambda _, a, c: _versions(),
    "staffMember": lambda _, a, c: find(c, a.get("id") or gid("StaffMember", 0), "StaffMember"),
    "job": lambda _, a, c: _job(a, c),
}  # fmt: skip
