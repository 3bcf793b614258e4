"""Bodies as Shopify documents them, with the few fields that a test is about."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from tests.webhooks.parts import SHOP, SHOP_NUMBER

_PAYLOADS = Path(__file__).parents[1] / "payloads" / "shopify"


@cache
def _text(name: str) -> str:
    return (_PAYLOADS / f"{name}.json").read_text(encoding="utf-8")


def order(
    number: int = 1001,
    minute: int = 0,
    *,
    total: str = "181.09",
    shop: str = SHOP_NUMBER,
    email: str = "jane@example.com",
    **more: Any,
) -> dict[str, Any]:
    """A paid order, as it was that many minutes after eleven."""
    body: dict[str, Any] = json.loads(_text("order-paid"))
    money = {"amount": total, "currency_code": "USD"}
    body.update(
        id=5_000_000_000_000 + number,
        name=f"#{number}",
        updated_at=f"2026-11-22T11:{minute:02}:00Z",
        total_price=total,
        current_total_price=total,
        total_price_set={"shop_money": money, "presentment_money": money},
        current_total_price_set={"shop_money": money, "presentment_money": money},
        order_status_url=f"https://shop.example/{shop}/orders/58d13f0c/authenticate?key=f2",
        email=email,
        contact_email=email,
        phone=None,
        customer=None,
    )
    body.update(more)
    return body


def customer(number: int = 7, minute: int = 0, **more: Any) -> dict[str, Any]:
    """An account, as it was that many minutes after eleven."""
    body: dict[str, Any] = json.loads(_text("customer"))
    body.update(
        id=6_000_000_000_000 + number,
        updated_at=f"2026-11-22T11:{minute:02}:00Z",
        email=f"person{number}@example.com",
    )
    body.update(more)
    return body


def refund(order_number: int = 1001, minute: int = 30) -> dict[str, Any]:
    """A refund of an order."""
    body: dict[str, Any] = json.loads(_text("refund-line-items"))
    body = body.get("refund", body)
    body.update(
        id=7_000_000_000_000 + order_number,
        order_id=5_000_000_000_000 + order_number,
        created_at=f"2026-11-22T11:{minute:02}:00Z",
    )
    return body


def shop(domain: str = SHOP, number: str = SHOP_NUMBER) -> dict[str, Any]:
    """The shop itself, as app/uninstalled carries it."""
    body: dict[str, Any] = json.loads(_text("shop"))
    body.update(id=int(number), myshopify_domain=domain)
    return body


def redact_customer(
    customer_number: int = 7,
    email: str | None = "person7@example.com",
    orders: tuple[int, ...] = (),
    *,
    domain: str = SHOP,
    number: str = SHOP_NUMBER,
    phone: str | None = None,
) -> dict[str, Any]:
    """A person's erasure."""
    return {
        "shop_id": int(number),
        "shop_domain": domain,
        "customer": {"id": 6_000_000_000_000 + customer_number, "email": email, "phone": phone},
        "orders_to_redact": [5_000_000_000_000 + order for order in orders],
    }


def redact_shop(domain: str = SHOP, number: str = SHOP_NUMBER) -> dict[str, Any]:
    """A whole shop's erasure."""
    return {"shop_id": int(number), "shop_domain": domain}


def order_id(number: int) -> str:
    """The external id of `order(number)`."""
    return str(5_000_000_000_000 + number)


def customer_id(number: int) -> str:
    """The external id of `customer(number)`."""
    return str(6_000_000_000_000 + number)
