"""How the admin writes money, times and statuses."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, g, request

from simulators.shopify.arithmetic import financial_status, fulfillment_status, totals
from simulators.shopify.currency import plain
from simulators.shopify.model.order import Order
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State

LANGUAGES = {
    "en": "English",
    "el": "Ελληνικά",
    "he": "עברית",
    "cs": "Čeština",
    "pl": "Polski",
}
_TONES = {
    "paid": "good",
    "fulfilled": "good",
    "delivered": "good",
    "pending": "wait",
    "authorized": "wait",
    "partially_paid": "wait",
    "unfulfilled": "wait",
    "partial": "wait",
    "partially_refunded": "note",
    "refunded": "note",
    "in_transit": "note",
    "failure": "bad",
}


def money(minor: int, currency: str) -> str:
    """`1,234.50 EUR`, with no-break spaces."""
    text = plain(abs(minor), currency)
    whole, dot, rest = text.partition(".")
    sign = "−" if minor < 0 else ""
    return f"{sign}{int(whole):,}{dot}{rest}\u00a0{currency}"


def when(moment: datetime, zone: str) -> str:
    """The moment on the shop's own clock."""
    return f"{moment.astimezone(ZoneInfo(zone)):%-d %b %Y, %H:%M}"


def status_word(status: str | None) -> str:
    return (status or "unfulfilled").replace("_", " ").capitalize()


def status_tone(status: str | None) -> str:
    return _TONES.get(status or "unfulfilled", "plain")


def buyer(shop: Shop, order: Order) -> str:
    """Who bought: the customer's name, else what the order says, else nothing known."""
    customer = shop.customers.get(order.customer_id or 0)
    if customer is not None:
        return customer.display_name or "Customer"
    address = order.shipping_address or order.billing_address
    return (address.name if address else "") or order.email or order.phone or "Guest"


def register(made: Blueprint, state: State) -> None:
    @made.context_processor
    def helpers() -> dict[str, Any]:
        return {
            "app_config": state.app,
            "buyer": buyer,
            "financial_status": financial_status,
            "fulfillment_status": fulfillment_status,
            "languages": LANGUAGES,
            "money": money,
            "now_path": request.full_path.rstrip("?"),
            "section": g.get("section", ""),
            "shop": g.get("shop"),
            "staff": g.get("staff"),
            "status_tone": status_tone,
            "status_word": status_word,
            "totals": totals,
            "when": when,
        }
