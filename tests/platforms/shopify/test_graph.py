"""Nodes to records, exactly."""

from datetime import UTC, datetime
from typing import Any

import pytest

from platforms.records import (
    AddressRecord,
    CustomerRecord,
    FulfillmentRecord,
    LineRecord,
    NoteRecord,
    OrderRecord,
    RefundRecord,
    TrackingRecord,
    VariantRecord,
)
from platforms.shopify.catalog import variant_record
from platforms.shopify.graph import MalformedNode, customer_record, order_record
from tests.platforms.shopify.nodes import address_node, customer_node, line_node, money, order_node

ADDRESS = AddressRecord(
    name="Νίκος Παππάς",
    line1="Ερμού 1",
    city="Αθήνα",
    postal_code="105 63",
    country_code="GR",
)
CUSTOMER = CustomerRecord(
    external_id="7",
    updated_at=datetime(2026, 11, 1, 8, tzinfo=UTC),
    created_at=datetime(2025, 1, 1, tzinfo=UTC),
    email="nikos@example.com",
    phone="+302101234567",
    first_name="Νίκος",
    last_name="Παππάς",
    locale="el",
    tags=("b2b", "vip"),
    address=ADDRESS,
)


REFUND_NODES = [
    {
        "id": "gid://shopify/Refund/32",
        "createdAt": None,
        "updatedAt": "2026-11-02T10:00:00Z",
        "note": "",
        "totalRefundedSet": money("0.25"),
    },
    {
        "id": "gid://shopify/Refund/31",
        "createdAt": "2026-11-02T09:00:00Z",
        "updatedAt": "2026-11-02T10:00:00Z",
        "note": "broke",
        "totalRefundedSet": money("1.0"),
    },
]
REFUNDS = (
    RefundRecord("31", datetime(2026, 11, 2, 9, tzinfo=UTC), 100, "broke"),
    RefundRecord("32", datetime(2026, 11, 2, 10, tzinfo=UTC), 25, None),
)
FULFILLMENT_NODES = [
    {
        "id": "gid://shopify/Fulfillment/41",
        "createdAt": "2026-11-02T07:00:00Z",
        "updatedAt": "2026-11-02T08:00:00Z",
        "status": "SUCCESS",
        "displayStatus": "IN_TRANSIT",
        "trackingInfo": [
            {"company": "ACS", "number": "1", "url": "https://acs.example/1"},
            {"company": "ACS", "number": "2", "url": "javascript:alert(1)"},
            {"company": "ACS", "number": None, "url": None},
        ],
    }
]
FULFILLMENTS = (
    FulfillmentRecord(
        "41",
        datetime(2026, 11, 2, 7, tzinfo=UTC),
        datetime(2026, 11, 2, 8, tzinfo=UTC),
        "success",
        "in_transit",
        (
            TrackingRecord("ACS", "1", "https://acs.example/1"),
            TrackingRecord("ACS", "2", None),
        ),
    ),
)


def test_an_order() -> None:
    number = 2**53 + 1
    node = order_node(
        number,
        note="wrap it",
        tags=["z", "a"],
        closedAt="2026-11-03T00:00:00Z",
        totalRefundedSet=money("1.25"),
        currentTotalPriceSet=money("20.25"),
        displayFinancialStatus="PARTIALLY_REFUNDED",
        displayFulfillmentStatus="PARTIALLY_FULFILLED",
        refunds=REFUND_NODES,
        fulfillments=FULFILLMENT_NODES,
    )
    lines = [
        line_node(
            111, quantity=1, discountAllocations=[], product={"id": "gid://shopify/Product/5"}
        ),
        line_node(12),
    ]
    assert order_record(node, lines) == OrderRecord(
        external_id=str(number),
        name=node["name"],
        placed_at=datetime(2026, 11, 1, 9, tzinfo=UTC),
        updated_at=datetime(2026, 11, 2, 10, tzinfo=UTC),
        currency="EUR",
        total_minor=2150,
        current_total_minor=2025,
        refunded_minor=125,
        financial_status="partially_refunded",
        fulfillment_status="partially_fulfilled",
        platform_status="closed",
        customer_external_id="7",
        email="nikos@example.com",
        phone=None,
        presentment_currency="JPY",
        presentment_total_minor=3400,
        sales_channel="web",
        locale="el",
        note="wrap it",
        tags=("a", "z"),
        shipping_address=ADDRESS,
        lines=(
            LineRecord("12", 0, "Κούπα", None, None, 2, 1, 1200, 2150, "21", None),
            LineRecord("111", 1, "Κούπα", None, None, 1, 1, 1200, 1200, "21", "5"),
        ),
        fulfillments=FULFILLMENTS,
        refunds=REFUNDS,
        notes=(NoteRecord("", "wrap it"),),
        customer=CUSTOMER,
    )


def test_a_guests_order() -> None:
    record = order_record(order_node(customer=None, email="", presentmentCurrencyCode="EUR"), [])
    assert (record.customer_external_id, record.customer, record.email) == (None, None, None)
    assert record.lines == ()


_UNSENT = (
    "UNFULFILLED OPEN ON_HOLD SCHEDULED IN_PROGRESS PENDING_FULFILLMENT REQUEST_DECLINED "
    "FULFILLMENT_NOT_REQUIRED"
).split()


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("FULFILLED", "fulfilled"),
        ("PARTIALLY_FULFILLED", "partially_fulfilled"),
        ("RESTOCKED", "restocked"),
        *((word, "unfulfilled") for word in _UNSENT),
    ],
)
def test_fulfilment_words_fold_into_rests(told: str, status: str) -> None:
    assert order_record(order_node(displayFulfillmentStatus=told), []).fulfillment_status == status


@pytest.mark.parametrize(
    ("cancelled", "closed", "status"),
    [
        (None, None, "open"),
        (None, "2026-11-03T00:00:00Z", "closed"),
        ("2026-11-03T00:00:00Z", "2026-11-03T00:00:00Z", "cancelled"),
    ],
)
def test_the_platforms_own_status(cancelled: str | None, closed: str | None, status: str) -> None:
    record = order_record(order_node(cancelledAt=cancelled, closedAt=closed), [])
    assert record.platform_status == status
    assert (record.cancelled_at is None) == (cancelled is None)


def test_money_follows_the_currencys_exponent() -> None:
    node = order_node(
        currencyCode="KWD",
        presentmentCurrencyCode="KWD",
        totalPriceSet={"shopMoney": {"amount": "1.234"}, "presentmentMoney": {"amount": "1.234"}},
    )
    record = order_record(
        node, [line_node(originalUnitPriceSet=money("0.617"), discountAllocations=[])]
    )
    assert record.total_minor == 1234
    assert record.lines[0].total_minor == 1234


def test_a_failed_dispatch_is_no_news_of_a_carrier() -> None:
    parcel = {
        "id": "gid://shopify/Fulfillment/1",
        "createdAt": "2026-11-02T07:00:00Z",
        "updatedAt": "2026-11-02T08:00:00Z",
        "status": "FAILURE",
        "displayStatus": "FAILURE",
        "trackingInfo": [],
    }
    (record,) = order_record(order_node(fulfillments=[parcel]), []).fulfillments
    assert (record.status, record.shipment_status) == ("failure", None)


def test_a_customer() -> None:
    assert customer_record(customer_node()) == CUSTOMER
    bare = customer_record(
        customer_node(
            defaultEmailAddress=None, defaultPhoneNumber=None, defaultAddress=None, tags=[]
        )
    )
    assert (bare.email, bare.phone, bare.address, bare.tags) == (None, None, None, ())


def test_withheld_fields_are_named() -> None:
    record = order_record(order_node(), [], frozenset({"email"}), frozenset({"phone"}))
    assert record.withheld == {"email"}
    assert record.customer is not None
    assert record.customer.withheld == {"phone"}


def _variant(**changed: Any) -> dict[str, Any]:
    return {
        "id": "gid://shopify/ProductVariant/21",
        "title": "Blue",
        "sku": "MUG",
        "updatedAt": "2026-11-02T08:00:00Z",
        "inventoryQuantity": -3,
        "inventoryItem": {"tracked": True},
        "product": {
            "id": "gid://shopify/Product/5",
            "title": "Mug",
            "featuredMedia": {"preview": {"image": {"url": "https://cdn.example/mug.png"}}},
        },
        **changed,
    }


def test_a_variant() -> None:
    assert variant_record(_variant()) == VariantRecord(
        external_id="21",
        product_external_id="5",
        product_title="Mug",
        title="Blue",
        sku="MUG",
        image_url="https://cdn.example/mug.png",
        stock=-3,
        updated_at=datetime(2026, 11, 2, 8, tzinfo=UTC),
    )


def test_a_variant_without_stock_or_picture() -> None:
    product = {"id": "gid://shopify/Product/5", "title": "Mug", "featuredMedia": None}
    record = variant_record(
        _variant(inventoryItem={"tracked": False}, product=product, title="Default Title", sku=None)
    )
    assert (record.stock, record.image_url, record.title, record.sku) == (None, None, None, None)


@pytest.mark.parametrize(
    "changed",
    [
        {"id": None},
        {"processedAt": None},
        {"updatedAt": "yesterday"},
        {"updatedAt": "2026-11-02T08:00:00"},
        {"totalPriceSet": None},
        {"totalPriceSet": {"shopMoney": {"amount": "x"}, "presentmentMoney": {"amount": "1"}}},
        {"tags": 5},
        {"shippingAddress": {"name": "only"}},
        {"customer": {"id": "gid://shopify/Customer/1"}},
        {"fulfillments": [None]},
    ],
)
def test_a_node_that_breaks_the_schema_is_named(changed: dict[str, Any]) -> None:
    node = order_node(**changed)
    with pytest.raises(MalformedNode):
        order_record(node, [])
    with pytest.raises(MalformedNode):
        customer_record({})
    with pytest.raises(MalformedNode):
        variant_record({"product": address_node()})
