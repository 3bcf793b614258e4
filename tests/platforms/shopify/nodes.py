"""GraphQL nodes as a shop answers them, made of a few words."""

import json
from collections.abc import Iterable
from typing import Any

Node = dict[str, Any]


def money(amount: str) -> Node:
    return {"shopMoney": {"amount": amount}}


def address_node(**changed: Any) -> Node:
    return {
        "name": "Νίκος Παππάς",
        "company": None,
        "address1": "Ερμού 1",
        "address2": "",
        "city": "Αθήνα",
        "province": None,
        "zip": "105 63",
        "countryCodeV2": "GR",
        "phone": None,
        **changed,
    }


def customer_node(number: int = 7, **changed: Any) -> Node:
    return {
        "id": f"gid://shopify/Customer/{number}",
        "createdAt": "2025-01-01T00:00:00Z",
        "updatedAt": "2026-11-01T08:00:00Z",
        "firstName": "Νίκος",
        "lastName": "Παππάς",
        "locale": "el",
        "note": None,
        "tags": ["vip", "b2b"],
        "defaultEmailAddress": {"emailAddress": "nikos@example.com"},
        "defaultPhoneNumber": {"phoneNumber": "+302101234567"},
        "defaultAddress": address_node(),
        **changed,
    }


def order_node(number: int = 1, **changed: Any) -> Node:
    return {
        "id": f"gid://shopify/Order/{number}",
        "name": f"#{1000 + number % 1000}",
        "processedAt": "2026-11-01T09:00:00Z",
        "updatedAt": "2026-11-02T10:00:00Z",
        "cancelledAt": None,
        "closedAt": None,
        "test": False,
        "currencyCode": "EUR",
        "presentmentCurrencyCode": "JPY",
        "displayFinancialStatus": "PAID",
        "displayFulfillmentStatus": "UNFULFILLED",
        "sourceName": "web",
        "customerLocale": "el",
        "email": "nikos@example.com",
        "phone": None,
        "note": None,
        "tags": [],
        "totalPriceSet": {
            "shopMoney": {"amount": "21.5"},
            "presentmentMoney": {"amount": "3400.0"},
        },
        "currentTotalPriceSet": money("21.5"),
        "totalRefundedSet": money("0.0"),
        "customer": customer_node(),
        "shippingAddress": address_node(),
        "billingAddress": None,
        "fulfillments": [],
        "refunds": [],
        **changed,
    }


def line_node(number: int = 11, **changed: Any) -> Node:
    return {
        "id": f"gid://shopify/LineItem/{number}",
        "title": "Κούπα",
        "variantTitle": "Default Title",
        "sku": "",
        "quantity": 2,
        "currentQuantity": 1,
        "originalUnitPriceSet": money("12.00"),
        "discountAllocations": [{"allocatedAmountSet": money("2.5")}],
        "variant": {"id": "gid://shopify/ProductVariant/21"},
        "product": None,
        **changed,
    }


def connection(nodes: Iterable[Node], after: str | None = None) -> Node:
    return {
        "pageInfo": {"hasNextPage": after is not None, "endCursor": after},
        "nodes": list(nodes),
    }


def with_lines(order: Node, lines: Iterable[Node], after: str | None = None) -> Node:
    return {**order, "lineItems": connection(lines, after)}


def child(parent: Node, node: Node) -> Node:
    return {**node, "__parentId": parent["id"]}


def jsonl(nodes: Iterable[Node]) -> bytes:
    # Shopify's own writer escapes slashes.
    rows = (json.dumps(node, ensure_ascii=False, separators=(",", ":")) for node in nodes)
    return "".join(row.replace("/", "\\/") + "\n" for row in rows).encode()
