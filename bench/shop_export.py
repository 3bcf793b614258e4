"""A shop's bulk results as JSONL, in the form that Shopify hands them over: made, not anybody's."""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

_FIRST = "Ada Ben Cleo Δάνη Eva דוד Filip Gosia Hana Ivan Jana Łukasz".split()
_LAST = "Novák Kowalska Παππά Cohen Meyer Rossi Lind Silva Haas Fekete".split()
_ORDER_BASE, _CUSTOMER_BASE, _LINE_BASE = 5_400_000_000_000, 7_100_000_000_000, 13_000_000_000_000


@dataclass(frozen=True, slots=True)
class Export:
    """The files of one shop, and how many orders they hold."""

    customers: Path
    orders: Path
    count: int


def write_export(folder: Path, orders: int, *, seed: int = 7) -> Export:
    """Orders with their customers (six for ten orders), two lines each, children out of place."""
    random = Random(seed)
    export = Export(folder / "customers.jsonl", folder / "orders.jsonl", orders)
    customers = [_customer(random, number) for number in range(orders * 6 // 10)]
    with export.customers.open("w", encoding="utf-8") as file:
        for node in customers:
            file.write(_line(node))
    with export.orders.open("w", encoding="utf-8") as file:
        held_back: list[str] = []
        for number in range(orders):
            node = _order(random, number, random.choice(customers))
            items = [_line(_item(random, node, place)) for place in range(random.choice((1, 2, 3)))]
            file.write(_line(node))
            # Some children come much later than their parent.
            if random.random() < 0.2:
                held_back += items
            else:
                file.writelines(items)
        file.writelines(held_back)
    return export


def _line(node: dict[str, Any]) -> str:
    return json.dumps(node, ensure_ascii=False, separators=(",", ":")) + "\n"


def _moment(minutes: int) -> str:
    day, minute = divmod(minutes, 1440)
    return f"2026-{1 + day // 28 % 10:02}-{1 + day % 28:02}T{minute // 60:02}:{minute % 60:02}:07Z"


def _address(random: Random, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "company": None,
        "address1": f"Long Street {random.randint(1, 200)}",
        "address2": None,
        "city": random.choice(("Berlin", "Praha", "Αθήνα", "Warszawa", "חיפה")),
        "province": None,
        "zip": str(random.randint(10_000, 99_999)),
        "countryCodeV2": "DE",
        "phone": None,
    }


def _customer(random: Random, number: int) -> dict[str, Any]:
    first, last = random.choice(_FIRST), random.choice(_LAST)
    phone = {"phoneNumber": f"+4930{1_000_000 + number}"} if random.random() < 0.4 else None
    return {
        "id": f"gid://shopify/Customer/{_CUSTOMER_BASE + number}",
        "createdAt": _moment(number),
        "updatedAt": _moment(number + 4000),
        "firstName": first,
        "lastName": last,
        "locale": "de",
        "note": None,
        "tags": ["vip"] if random.random() < 0.1 else [],
        "defaultEmailAddress": {"emailAddress": f"person{number}@example.com"},
        "defaultPhoneNumber": phone,
        "defaultAddress": _address(random, f"{first} {last}"),
    }


def _money(minor: int) -> dict[str, Any]:
    return {"shopMoney": {"amount": f"{minor // 100}.{minor % 100:02}"}}


def _order(random: Random, number: int, customer: dict[str, Any]) -> dict[str, Any]:
    total, refunded = random.randint(500, 90_000), random.random() < 0.05
    name = f"{customer['firstName']} {customer['lastName']}"
    placed = _moment(8000 + number * 3)
    address = _address(random, name)
    return {
        "id": f"gid://shopify/Order/{_ORDER_BASE + number}",
        "name": f"#{1000 + number}",
        "processedAt": placed,
        "updatedAt": _moment(8000 + number * 3 + 2000),
        "cancelledAt": None,
        "closedAt": None,
        "test": False,
        "currencyCode": "EUR",
        "presentmentCurrencyCode": "EUR",
        "displayFinancialStatus": "PARTIALLY_REFUNDED" if refunded else "PAID",
        "displayFulfillmentStatus": "FULFILLED",
        "sourceName": "web",
        "customerLocale": "de",
        "email": customer["defaultEmailAddress"]["emailAddress"],
        "phone": None,
        "note": "Please ring twice" if random.random() < 0.1 else None,
        "tags": [],
        "totalPriceSet": _money(total) | {"presentmentMoney": _money(total)["shopMoney"]},
        "currentTotalPriceSet": _money(total),
        "totalRefundedSet": _money(500 if refunded else 0),
        "customer": customer,
        "shippingAddress": address,
        "billingAddress": address,
        "fulfillments": [_fulfillment(number, placed)] if random.random() < 0.7 else [],
        "refunds": [_refund(number, placed)] if refunded else [],
    }


def _fulfillment(number: int, placed: str) -> dict[str, Any]:
    tracking = f"JD{number:010}"
    return {
        "id": f"gid://shopify/Fulfillment/{number + 1}",
        "createdAt": placed,
        "updatedAt": placed,
        "status": "SUCCESS",
        "displayStatus": "DELIVERED",
        "trackingInfo": [
            {"company": "DHL", "number": tracking, "url": f"https://track.example/{tracking}"}
        ],
    }


def _refund(number: int, placed: str) -> dict[str, Any]:
    return {
        "id": f"gid://shopify/Refund/{number + 1}",
        "createdAt": placed,
        "updatedAt": placed,
        "note": None,
        "totalRefundedSet": _money(500),
    }


def _item(random: Random, order: dict[str, Any], place: int) -> dict[str, Any]:
    variant = random.randint(1, 300)
    number = int(order["id"].rpartition("/")[2]) - _ORDER_BASE
    return {
        "id": f"gid://shopify/LineItem/{_LINE_BASE + number * 10 + place}",
        "title": f"Product {variant}",
        "variantTitle": "Blue / M",
        "sku": f"SKU-{variant}",
        "quantity": 1,
        "currentQuantity": 1,
        "originalUnitPriceSet": _money(1999),
        "discountAllocations": [],
        "variant": {"id": f"gid://shopify/ProductVariant/{variant}"},
        "product": {"id": f"gid://shopify/Product/{variant}"},
        "__parentId": order["id"],
    }


if __name__ == "__main__":
    write_export(Path(sys.argv[1]), int(sys.argv[2]))
