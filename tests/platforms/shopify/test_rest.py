"""REST-shaped bodies to records: Shopify's documented ones, exactly."""

from datetime import UTC, datetime
from typing import Any

import pytest

from platforms.records import (
    AddressRecord,
    CustomerRecord,
    FulfillmentRecord,
    LineRecord,
    OrderRecord,
    RefundRecord,
    TrackingRecord,
)
from platforms.shopify.rest import customer_record, order_record
from platforms.shopify.rest_parts import fulfillment_record, id_text
from tests.platforms.shopify.example import payload

BOB = AddressRecord(
    name="Bob Norman",
    line1="Chestnut Street 92",
    city="Louisville",
    region="Kentucky",
    postal_code="40202",
    country_code="US",
    phone="+1(502)-459-2181",
)
PARCEL_URL = "https://tools.usps.com/go/TrackConfirmAction_input?qtc_tLabels1=1Z1234512345123456"


def _at(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type,misc]


def _line(
    number: str, position: int, colour: str, left: int, total: int, variant: str
) -> LineRecord:
    return LineRecord(
        external_id=number,
        position=position,
        title="IPod Nano - 8gb",
        variant_title=colour,
        sku=f"IPOD2008{colour.upper()}",
        quantity=1,
        current_quantity=left,
        unit_price_minor=19900,
        total_minor=total,
        variant_external_id=variant,
        product_external_id="632910392",
    )


BOBS_ACCOUNT = CustomerRecord(
    external_id="207119551",
    updated_at=datetime(2025, 4, 2, 16, 29, 59, tzinfo=UTC),
    created_at=datetime(2025, 4, 2, 16, 29, 59, tzinfo=UTC),
    email="bob.norman@mail.example.com",
    phone="+16136120707",
    first_name="Bob",
    last_name="Norman",
    tags=("Léon", "Noël"),
    address=AddressRecord(
        line1="Chestnut Street 92",
        city="Louisville",
        region="Kentucky",
        postal_code="40202",
        country_code="US",
        phone="555-625-1199",
    ),
    withheld=frozenset({"locale"}),
)


def test_an_order_with_everything() -> None:
    record = order_record(payload("order-partially-refunded-fulfilled"))
    note = "Customer contacted us about a custom engraving on this iPod"
    assert record == OrderRecord(
        external_id="450789469",
        name="#1001",
        placed_at=_at(2008, 1, 10, 16),
        updated_at=_at(2025, 4, 2, 16, 30, 48),
        currency="USD",
        total_minor=59894,
        current_total_minor=19965,
        refunded_minor=20900,
        financial_status="partially_refunded",
        fulfillment_status="unfulfilled",
        platform_status="open",
        customer_external_id="207119551",
        email="bob.norman@mail.example.com",
        phone="+557734881234",
        presentment_currency="USD",
        presentment_total_minor=59894,
        sales_channel="web",
        note=note,
        notes=record.notes,
        shipping_address=BOB,
        billing_address=BOB,
        lines=(
            _line("466157049", 0, "green", 0, 19566, "39072856"),
            _line("518995019", 1, "red", 1, 19567, "49148385"),
            _line("703073504", 2, "black", 0, 19567, "457924702"),
        ),
        fulfillments=(
            FulfillmentRecord(
                external_id="255858046",
                created_at=_at(2025, 4, 2, 16, 29, 59),
                updated_at=_at(2025, 4, 2, 16, 29, 59),
                status="failure",
                shipment_status=None,
                tracking=(TrackingRecord("USPS", "1Z1234512345123456", PARCEL_URL),),
            ),
        ),
        refunds=(
            RefundRecord(
                "509562969", _at(2025, 4, 2, 16, 29, 59), 20900, "it broke during shipping"
            ),
        ),
        customer=BOBS_ACCOUNT,
    )
    assert [each.text for each in record.notes] == [note]


def test_a_guests_order() -> None:
    record = order_record(payload("order-without-customer"))
    assert (record.customer_external_id, record.customer, record.email) == (None, None, None)
    assert (record.shipping_address, record.billing_address) == (None, None)
    assert record.withheld == frozenset()


def test_a_customer_key_that_is_missing_means_a_guest() -> None:
    body = payload("order-without-customer")
    del body["customer"]
    assert order_record(body) == order_record(payload("order-without-customer"))


def test_an_account_of_which_only_the_id_is_told_is_withheld() -> None:
    body = payload("order-paid")
    body["customer"] = {"id": 1073339475}
    record = order_record(body)
    assert (record.customer_external_id, record.customer) == ("1073339475", None)
    assert record.withheld == {"customer"}


def test_an_account_whose_own_times_are_null_is_withheld() -> None:
    body = payload("order-paid")
    body["customer"] |= {"created_at": None, "updated_at": None}
    record = order_record(body)
    assert (record.customer_external_id, record.customer) == (str(body["customer"]["id"]), None)
    assert record.withheld == {"customer"}


def test_refunds_in_presentment_money_can_not_be_told() -> None:
    body = payload("order-partially-refunded-fulfilled")
    body["refunds"][0]["transactions"][0]["currency"] = "JPY"
    record = order_record(body)
    assert record.refunded_minor is None
    assert [refund.amount_minor for refund in record.refunds] == [None]


@pytest.mark.parametrize(
    ("changed", "amount"),
    [
        ({"status": "pending"}, 0),
        ({"status": "failure"}, 0),
        ({"kind": "void"}, 0),
        ({"amount": "0.07"}, 7),
    ],
)
def test_only_successful_refund_transactions_count(changed: dict[str, str], amount: int) -> None:
    body = payload("order-partially-refunded-fulfilled")
    body["refunds"][0]["transactions"][0].update(changed)
    assert order_record(body).refunded_minor == amount


def test_a_refund_without_transactions_gave_nothing_back() -> None:
    body = payload("order-partially-refunded-fulfilled")
    body["refunds"][0]["transactions"] = []
    assert order_record(body).refunded_minor == 0
    del body["refunds"][0]["transactions"]
    assert order_record(body).refunded_minor is None


def test_what_a_body_leaves_out_is_withheld() -> None:
    body = payload("order-paid")
    for key in ("tags", "refunds", "email", "note"):
        del body[key]
    record = order_record(body)
    assert record.withheld == {"tags", "refunds", "email", "note", "notes"}
    assert record.refunded_minor is None


def test_presentment_money_stands_beside() -> None:
    body = payload("order-paid")
    body["presentment_currency"] = "JPY"
    body["total_price_set"]["presentment_money"] = {"amount": "28103", "currency_code": "JPY"}
    record = order_record(body)
    assert (record.currency, record.total_minor) == ("USD", 18109)
    assert (record.presentment_currency, record.presentment_total_minor) == ("JPY", 28103)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        (None, "unfulfilled"),
        ("partial", "partially_fulfilled"),
        ("fulfilled", "fulfilled"),
        ("restocked", "restocked"),
    ],
)
def test_fulfilment_statuses(told: str | None, status: str) -> None:
    assert (
        order_record({**payload("order-paid"), "fulfillment_status": told}).fulfillment_status
        == status
    )


def test_ids_past_2_53_keep_every_digit() -> None:
    body = payload("order-paid")
    body["id"] = 820982911946154508
    assert order_record(body).external_id == "820982911946154508"


@pytest.mark.parametrize("value", ["2", 1.0, True, None, [1]])
def test_a_quantity_that_is_none_is_refused(value: Any) -> None:
    body = payload("order-paid")
    body["line_items"][0]["quantity"] = value
    with pytest.raises(TypeError):
        order_record(body)


@pytest.mark.parametrize("value", [8.2e17, 1.0, True, None, "", "12a", "١", -1, 0, [], {}])
def test_what_is_no_id_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="id"):
        id_text(value)


def test_a_customer_since_2025_has_no_tags() -> None:
    body = payload("customer-new")
    del body["tags"]
    record = customer_record(body)
    assert record.external_id == "1073339462"
    assert (record.tags, record.withheld) == ((), {"tags", "locale"})
    assert record.address is not None
    assert record.address.name == "Mother Lastnameson"


def test_a_parcel_with_several_numbers() -> None:
    body = payload("fulfillment-success")
    body["tracking_numbers"] = ["A", "B"]
    body["tracking_urls"] = ["ftp://x"]
    body["shipment_status"] = "in_transit"
    record = fulfillment_record(body)
    assert record.tracking == (TrackingRecord("UPS", "A", None), TrackingRecord("UPS", "B", None))
    assert record.shipment_status == "in_transit"


def test_a_parcels_odd_number_is_kept_as_it_is() -> None:
    (parcel,) = fulfillment_record(payload("fulfillment-success")).tracking
    assert parcel.number == "#☠1☢\n---\n4321\n"
