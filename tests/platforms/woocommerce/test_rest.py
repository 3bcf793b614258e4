"""Real bodies, field by field."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from platforms.errors import DeliveryUnreadable
from platforms.records import AddressRecord, LineRecord, OrderRecord, RefundRecord
from platforms.woocommerce.rest import (
    ORDER_FIELDS,
    is_draft,
    order_record,
)
from tests.platforms.woocommerce.example import payload

_REST = Path(__file__).parents[2] / "payloads" / "woocommerce" / "rest"


def rest(name: str) -> Any:
    """The body of a recorded answer."""
    return json.loads((_REST / f"{name}.json").read_bytes())["body"]


def at(hour: int, minute: int, second: int) -> datetime:
    return datetime(2026, 11, 22, hour, minute, second, tzinfo=UTC)


JANES = AddressRecord(
    name="Jane Ångström",
    line1="1 Main",
    city="Albany",
    region="NY",
    postal_code="12201",
    country_code="US",
    phone="555-0100",
)

ORDER_11 = OrderRecord(
    external_id="11",
    name="#11",
    placed_at=at(2, 35, 59),
    updated_at=at(2, 36, 0),
    currency="USD",
    total_minor=3000,
    current_total_minor=2500,
    refunded_minor=500,
    financial_status="partially_refunded",
    fulfillment_status="unfulfilled",
    platform_status="processing",
    customer_external_id="2",
    email="jane@example.com",
    phone="555-0100",
    sales_channel="rest-api",
    billing_address=JANES,
    lines=(
        LineRecord(
            external_id="1",
            position=0,
            title="Lab Mug",
            variant_title=None,
            sku="MUG-1",
            quantity=2,
            current_quantity=2,
            unit_price_minor=1250,
            total_minor=2500,
            variant_external_id="10",
            product_external_id="10",
        ),
    ),
    refunds=(RefundRecord("13", None, 500, "damaged"),),
    withheld=frozenset({"notes"}),
)

MARIAS = AddressRecord(name="María", country_code="US")

ORDER_42 = OrderRecord(
    external_id="42",
    name="#42",
    placed_at=at(2, 46, 9),
    updated_at=at(2, 46, 9),
    currency="USD",
    total_minor=3950,
    current_total_minor=3950,
    refunded_minor=0,
    financial_status="pending",
    fulfillment_status="unfulfilled",
    platform_status="pending",
    customer_external_id="3",
    email="maria.billing@example.com",
    phone=None,
    sales_channel="rest-api",
    note='Please leave at "door" & ring',
    billing_address=MARIAS,
    lines=(
        LineRecord(
            external_id="30",
            position=0,
            title="Lab Mug",
            variant_title=None,
            sku="MUG-1",
            quantity=3,
            current_quantity=3,
            unit_price_minor=1250,
            total_minor=3750,
            variant_external_id="10",
            product_external_id="10",
        ),
    ),
    withheld=frozenset({"notes"}),
)


def test_a_registered_buyers_order_refunded_before_it_was_delivered() -> None:
    body = payload("10-order.created-registered-refunded-before-delivery")
    assert order_record(body) == ORDER_11


def test_the_same_order_in_a_list_is_the_same_record() -> None:
    assert order_record(rest("orders-page")[0]) == ORDER_11


def test_a_guests_order() -> None:
    record = order_record(payload("11-order.created-guest"))
    assert record == replace(
        ORDER_11,
        external_id="12",
        name="#12",
        placed_at=at(2, 36, 0),
        total_minor=1250,
        current_total_minor=1250,
        refunded_minor=0,
        financial_status="paid",
        fulfillment_status="fulfilled",
        platform_status="completed",
        customer_external_id=None,
        email="guest@example.com",
        phone=None,
        billing_address=AddressRecord(name="Gus Guest", region="CA", country_code="US"),
        lines=(
            replace(
                ORDER_11.lines[0],
                external_id="3",
                quantity=1,
                current_quantity=1,
                total_minor=1250,
            ),
        ),
        refunds=(),
    )


def test_an_order_through_its_life() -> None:
    assert order_record(payload("12-order.created-pending")) == ORDER_42
    assert order_record(payload("13-order.updated-processing")) == replace(
        ORDER_42,
        updated_at=at(2, 46, 10),
        financial_status="paid",
        platform_status="processing",
    )
    completed = replace(
        ORDER_42,
        updated_at=at(2, 46, 12),
        financial_status="paid",
        fulfillment_status="fulfilled",
        platform_status="completed",
    )
    assert order_record(payload("14-order.updated-completed")) == completed
    assert order_record(payload("15-order.updated-partial-refund")) == replace(
        completed,
        updated_at=at(2, 46, 14),
        current_total_minor=2700,
        refunded_minor=1250,
        financial_status="partially_refunded",
        refunds=(RefundRecord("43", None, 1250, "one broken"),),
    )


def test_cash_on_delivery_is_not_paid_yet() -> None:
    record = order_record(payload("20-order.created-block-checkout"))
    address = AddressRecord(
        name="Store Front",
        line1="1 St",
        city="NYC",
        region="NY",
        postal_code="10001",
        country_code="US",
        phone="555",
    )
    assert record == OrderRecord(
        external_id="46",
        name="#46",
        placed_at=at(2, 48, 1),
        updated_at=at(2, 48, 3),
        currency="USD",
        total_minor=1250,
        current_total_minor=1250,
        refunded_minor=0,
        financial_status="pending",
        fulfillment_status="unfulfilled",
        platform_status="processing",
        customer_external_id=None,
        email="store.front@example.com",
        phone="555",
        sales_channel="store-api",
        shipping_address=address,
        billing_address=address,
        lines=(
            replace(
                ORDER_11.lines[0],
                external_id="34",
                quantity=1,
                current_quantity=1,
                total_minor=1250,
            ),
        ),
        withheld=frozenset({"notes"}),
    )


def test_every_order_of_a_real_list_is_read() -> None:
    records = [order_record(body) for body in rest("orders-page")]
    assert [record.name for record in records] == ["#11", "#14", "#15"]
    assert [record.financial_status for record in records] == [
        "partially_refunded",
        "pending",
        "paid",
    ]


def test_a_list_asks_for_exactly_what_is_read() -> None:
    asked = set(ORDER_FIELDS.split(","))
    body = payload("15-order.updated-partial-refund")
    assert asked <= body.keys()
    cut = {key: value for key, value in body.items() if key in asked}
    assert order_record(cut) == order_record(body)
    for key in asked:
        less = {each: value for each, value in cut.items() if each != key}
        if key in ("prices_include_tax", "number", "date_paid_gmt"):
            continue
        try:
            told = order_record(less)
        except DeliveryUnreadable:
            continue
        assert told != order_record(body), key


def test_the_trash_deletes_and_drafts_are_none() -> None:
    body = payload("13-order.updated-processing")
    trashed = order_record({**body, "status": "trash"})
    assert trashed.deleted_at == trashed.updated_at == at(2, 46, 10)
    assert trashed.platform_status == "trash"
    assert order_record(body).deleted_at is None
    assert not is_draft(body)
    for status in ("checkout-draft", "auto-draft", "wc-checkout-draft"):
        assert is_draft({**body, "status": status})
        assert order_record({**body, "status": status}).is_draft
