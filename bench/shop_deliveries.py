"""A busy hour's deliveries of several shops, as Shopify sends them: sealed rows for the inbox.

An order is told three times at its making (create, paid, updated) with its account, and six in ten
are told twice more when they are sent off, with their parcel. Bodies are the ones of Shopify's
documentation (6.5 KB; every fifth order has three lines and 17 KB).
"""

import random
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

_PAYLOADS = Path(__file__).parents[1] / "tests" / "payloads" / "shopify"
STARTS_AT = datetime(2026, 11, 22, 9, tzinfo=UTC)
_ORDERS_AN_HOUR = 1800


@dataclass(frozen=True, slots=True)
class Told:
    """One delivery; `shop` counts from 0."""

    shop: int
    topic: str
    delivery_id: str
    triggered_at: datetime
    body: bytes


def busy_hour(count: int, shops: int, *, seed: int = 7) -> list[Told]:
    """So many deliveries over these shops, in the order in which they come."""
    chance = random.Random(seed)
    told: list[Told] = []
    number = 0
    while len(told) < count * 1.2:
        told.extend(_story(chance, number, number % shops))
        number += 1
    told.sort(key=lambda one: one.triggered_at)
    return told[:count]


def one_each(count: int, shops: int, *, first: int = 0, seed: int = 7) -> list[Told]:
    """So many orders from that number on, each told once: nothing is superseded."""
    chance = random.Random(seed)
    numbers = range(first, first + count)
    return [next(_story(chance, number, number % shops)) for number in numbers]


def _story(chance: random.Random, number: int, shop: int) -> Iterator[Told]:
    made_at = STARTS_AT + timedelta(seconds=number * 3600 / _ORDERS_AN_HOUR)
    body = _order(chance, number, shop)
    for step, topic in enumerate(("orders/create", "orders/paid", "orders/updated")):
        yield _told(shop, topic, number, step, made_at + timedelta(seconds=step), body)
    account = deepcopy(body["customer"])
    yield _told(shop, "customers/update", number, 3, made_at + timedelta(seconds=2), account)
    if chance.random() < 0.6:
        sent_at = made_at + timedelta(seconds=20 + chance.random() * 300)
        parcel = _parcel(number, body, sent_at)
        body.update(fulfillment_status="fulfilled", fulfillments=[parcel])
        yield _told(shop, "orders/fulfilled", number, 4, sent_at, body)
        yield _told(shop, "fulfillments/create", number, 5, sent_at, deepcopy(parcel))
        yield _told(shop, "orders/updated", number, 6, sent_at + timedelta(seconds=1), body)


def _told(
    shop: int, topic: str, number: int, step: int, at: datetime, body: dict[str, Any]
) -> Told:
    body["updated_at"] = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    if body.get("customer"):
        body["customer"]["updated_at"] = body["updated_at"]
    triggered_at = at + timedelta(microseconds=step + 1)
    return Told(shop, topic, f"{number}-{step}", triggered_at, orjson.dumps(body))


def _order(chance: random.Random, number: int, shop: int) -> dict[str, Any]:
    is_large = number % 5 == 0
    body = _payload("order-authorized" if is_large else "order-paid")
    total = f"{chance.randrange(500, 90000) / 100:.2f}"
    money = {"amount": total, "currency_code": "USD"}
    both = {"shop_money": money, "presentment_money": money}
    buyer = number * 7919 % 5000
    email = f"buyer{shop}x{buyer}@example.com"
    account = _payload("customer")
    account.update(id=6_000_000_000_000 + shop * 10_000 + buyer, email=email, phone=None)
    body.update(
        id=5_000_000_000_000 + number,
        name=f"#{number}",
        total_price=total,
        current_total_price=total,
        total_price_set=both,
        current_total_price_set=both,
        order_status_url=f"https://shop.example/{shop_number(shop)}/orders/58d1/authenticate?key=f",
        email=email,
        contact_email=email,
        phone=None,
        customer=account,
        refunds=[],
        fulfillments=[],
    )
    for place, line in enumerate(body["line_items"]):
        line["id"] = 4_000_000_000_000 + number * 10 + place
    return body


def _parcel(number: int, body: dict[str, Any], at: datetime) -> dict[str, Any]:
    parcel = _payload("fulfillment-success")
    moment = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    parcel.update(
        id=3_000_000_000_000 + number, order_id=body["id"], created_at=moment, updated_at=moment
    )
    return parcel


def _payload(name: str) -> dict[str, Any]:
    body: dict[str, Any] = orjson.loads((_PAYLOADS / f"{name}.json").read_bytes())
    body = body.get("order", body)
    return body


def shop_number(shop: int) -> str:
    """The shop's number at Shopify."""
    return str(548_380_000 + shop)


def shop_domain(shop: int) -> str:
    """The shop's name at Shopify."""
    return f"busy-shop-{shop}.myshopify.com"
