"""Webhook bodies have the shape of Shopify's own documented resources."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from simulators.shopify.actions.refunds import RefundWanted, apply_refund
from simulators.shopify.arithmetic import totals
from simulators.shopify.currency import plain
from simulators.shopify.model.order import Order
from simulators.shopify.model.shop import Shop
from simulators.shopify.seed.demo import FIRST_SHOP, seeded
from simulators.shopify.webhooks.bodies import encode
from simulators.shopify.webhooks.customer_body import customer_body
from simulators.shopify.webhooks.fulfilment_body import fulfilment_body
from simulators.shopify.webhooks.order_body import order_body
from simulators.shopify.webhooks.refund_body import refund_body

SAMPLES = Path(__file__).parents[2] / "payloads" / "shopify"
GONE_SINCE_2025 = {
    "tags", "email_marketing_consent", "sms_marketing_consent", "orders_count", "total_spent",
    "last_order_id", "last_order_name",
}  # fmt: skip


def sample(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text())
    return found


@pytest.fixture(scope="module")
def shop() -> Shop:
    return seeded().shop(FIRST_SHOP)


def order_with(shop: Shop, part: str) -> Order:
    found = [
        order
        for order in shop.orders.values()
        if getattr(order, part) and order.customer_id and order.shipping_address
    ]
    return found[0]


def test_orders_have_every_documented_key(shop: Shop) -> None:
    documented = sample("order-partially-refunded-fulfilled")
    refunded = order_with(shop, "refunds")
    body = order_body(shop, refunded)
    assert set(documented) <= set(body)
    assert set(documented["line_items"][0]) == set(body["line_items"][0])
    assert set(documented["shipping_lines"][0]) <= set(body["shipping_lines"][0])
    assert set(documented["refunds"][0]) == set(body["refunds"][0])
    assert set(documented["customer"]) - set(body["customer"]) == {
        "tags", "email_marketing_consent", "sms_marketing_consent",
    }  # fmt: skip
    sent = order_body(shop, order_with(shop, "fulfillments"))
    assert set(documented["fulfillments"][0]) == set(sent["fulfillments"][0])
    given = order_body(shop, order_with(shop, "discounts"))
    assert {"type", "value", "value_type"} <= set(given["discount_applications"][0])
    assert set(documented["shipping_address"]) == set(body["shipping_address"])


def test_a_guests_order_has_a_null_customer(shop: Shop) -> None:
    guest = next(order for order in shop.orders.values() if order.customer_id is None)
    body, documented = order_body(shop, guest), sample("order-without-customer")
    assert documented["customer"] is body["customer"] is None
    assert set(documented) <= set(body)


def test_customers_carry_neither_tags_nor_consent_nor_counters(shop: Shop) -> None:
    customer = next(c for c in shop.customers.values() if c.addresses)
    body = customer_body(shop, customer)
    documented = sample("customer")
    assert set(documented) - GONE_SINCE_2025 == set(body)
    assert set(documented["addresses"][0]) == set(body["addresses"][0])


def test_fulfilments(shop: Shop) -> None:
    order = order_with(shop, "fulfillments")
    body = fulfilment_body(shop, order, order.fulfillments[0])
    assert set(sample("fulfillment-success")) <= set(body)
    assert body["tracking_numbers"] == [order.fulfillments[0].tracking[0].number]


def test_refunds_have_no_total_and_pay_in_presentment_money(shop: Shop) -> None:
    order = next(o for o in shop.orders.values() if o.presentment_currency == "KWD" and o.refunds)
    body = refund_body(shop, order, order.refunds[0])
    documented = sample("refund-line-items")
    assert set(documented) == set(body)
    assert not any("total_refunded" in key for key in body)
    payment = body["transactions"][0]
    assert payment["currency"] == "KWD"
    paid = order.refunds[0].transactions[0].amount
    assert payment["amount"] == plain(paid.presentment, "KWD") != plain(paid.shop, "EUR")


def test_line_refunds(shop: Shop) -> None:
    order = next(o for o in shop.orders.values() if o.name == "#987")
    made = order.refunds[0]
    body = refund_body(shop, order, made)
    documented = sample("refund-line-items")["refund_line_items"][0]
    assert set(documented) <= set(body["refund_line_items"][0])
    assert body["refund_line_items"][0]["subtotal"] == 60.0
    apply_refund(shop, order, RefundWanted(amount=100), order.updated_at)
    adjustment = refund_body(shop, order, order.refunds[-1])["order_adjustments"][0]
    assert (adjustment["kind"], adjustment["amount"]) == ("refund_discrepancy", "-1.00")


def test_times_are_local_and_the_status_page_names_the_shop_by_number(shop: Shop) -> None:
    order = next(iter(shop.orders.values()))
    body = order_body(shop, order)
    assert body["created_at"][-6:] in ("+02:00", "+03:00")
    assert body["order_status_url"].startswith(
        f"https://aegean-eyewear.example/{shop.id}/orders/{order.token}/authenticate?key="
    )


def test_totals_are_the_stores_own(shop: Shop) -> None:
    for order in shop.orders.values():
        body, sums = order_body(shop, order), totals(order)
        assert body["total_price"] == plain(sums.total.shop, "EUR")
        assert body["current_total_price"] == plain(sums.current_total.shop, "EUR")
        assert body["total_price_set"]["presentment_money"]["currency_code"] == (
            order.presentment_currency
        )
        assert json.loads(encode(body)) == body


def test_big_ids_stay_whole(shop: Shop) -> None:
    order = shop.orders[max(shop.orders)]
    text = encode(order_body(shop, order)).decode()
    assert f'"id":{order.id},' in text
