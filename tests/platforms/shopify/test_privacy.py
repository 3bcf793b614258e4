"""Compliance deliveries: the exact shape and the own shop, or nothing at all."""

import json
from typing import Any

import pytest

from platforms.changes import PrivacyRequested
from platforms.errors import DeliveryForeign, DeliveryUnreadable
from platforms.port import Envelope, StoreFacts
from platforms.shopify.deliveries import changes_of
from tests.platforms.shopify.example import FACTS, SHOP, SHOP_NUMBER, payload

SHOP_PART = {"shop_id": int(SHOP_NUMBER), "shop_domain": SHOP}
CUSTOMER = {"id": 191167, "email": "john@example.com", "phone": "555-625-1199"}
REQUEST = {
    **SHOP_PART,
    "customer": CUSTOMER,
    "orders_requested": [299938, 280263],
    "data_request": {"id": 9999},
}
REDACT = {**SHOP_PART, "customer": CUSTOMER, "orders_to_redact": [299938]}


def _one(topic: str, body: Any, store: StoreFacts = FACTS) -> Any:
    (change,) = changes_of(Envelope(topic, SHOP, "1"), json.dumps(body).encode(), store)
    return change


def test_a_data_request() -> None:
    assert _one("customers/data_request", REQUEST) == PrivacyRequested(
        kind="data_request",
        customer_external_id="191167",
        email="john@example.com",
        phone="555-625-1199",
        order_external_ids=("299938", "280263"),
        request_external_id="9999",
    )


def test_a_customers_erasure() -> None:
    assert _one("customers/redact", REDACT) == PrivacyRequested(
        kind="customer_redact",
        customer_external_id="191167",
        email="john@example.com",
        phone="555-625-1199",
        order_external_ids=("299938",),
    )


def test_a_customer_without_address_or_phone() -> None:
    bare = {**REDACT, "customer": {"id": 1, "email": None}, "orders_to_redact": []}
    assert _one("customers/redact", bare) == PrivacyRequested("customer_redact", "1")


def test_a_shops_erasure() -> None:
    assert _one("shop/redact", SHOP_PART) == PrivacyRequested("shop_redact")
    assert _one("shop/redact", SHOP_PART, StoreFacts(SHOP, None, None)).kind == "shop_redact"


@pytest.mark.parametrize("topic", ["customers/data_request", "customers/redact", "shop/redact"])
@pytest.mark.parametrize(
    "body",
    [
        {},
        payload("order-paid"),
        payload("customer"),
        payload("shop"),
        {**SHOP_PART, "note": "x"},
        {"shop_id": 1},
        {"shop_id": None, "shop_domain": None},
        {**SHOP_PART, "shop_domain": "evil.example"},
        {**SHOP_PART, "shop_id": "x"},
    ],
)
def test_another_shape_erases_nothing(topic: str, body: dict[str, Any]) -> None:
    with pytest.raises(DeliveryUnreadable):
        _one(topic, body)


@pytest.mark.parametrize(
    "changed",
    [
        {"customer": None},
        {"customer": {}},
        {"customer": {"id": None}},
        {"customer": {"id": 1, "admin": True}},
        {"customer": {"id": 1, "email": 5}},
        {"orders_to_redact": None},
        {"orders_to_redact": {"0": 1}},
        {"orders_to_redact": [1.5]},
        {"orders_to_redact": ["x"]},
        {"more": 1},
    ],
)
def test_an_erasure_of_a_slightly_other_shape_erases_nothing(changed: dict[str, Any]) -> None:
    with pytest.raises(DeliveryUnreadable):
        _one("customers/redact", {**REDACT, **changed})


@pytest.mark.parametrize("request_part", [None, {}, {"id": None}, {"id": 1, "x": 1}, [1]])
def test_a_data_request_without_its_number_is_parked(request_part: Any) -> None:
    with pytest.raises(DeliveryUnreadable):
        _one("customers/data_request", {**REQUEST, "data_request": request_part})


@pytest.mark.parametrize("changed", [{"shop_domain": "other.myshopify.com"}, {"shop_id": 999}])
@pytest.mark.parametrize(
    ("topic", "body"),
    [("customers/data_request", REQUEST), ("customers/redact", REDACT), ("shop/redact", SHOP_PART)],
)
def test_another_shop_in_the_body_is_foreign(
    topic: str, body: dict[str, Any], changed: dict[str, Any]
) -> None:
    with pytest.raises(DeliveryForeign):
        _one(topic, {**body, **changed})
