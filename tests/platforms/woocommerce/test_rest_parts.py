"""Lines, refunds, notes, parcels and languages inside an order."""

from datetime import UTC, datetime
from typing import Any

import pytest

from platforms.records import (
    AddressRecord,
    FulfillmentRecord,
    NoteRecord,
    RefundRecord,
    TrackingRecord,
)
from platforms.woocommerce.rest import customer_record, order_record
from platforms.woocommerce.rest_parts import (
    address_record,
    line_records,
    note_records,
    refund_records,
)
from tests.platforms.woocommerce.example import payload
from tests.platforms.woocommerce.test_rest import rest


def _line(**changed: Any) -> dict[str, Any]:
    line: dict[str, Any] = payload("13-order.updated-processing")["line_items"][0]
    return {**line, **changed}


def _first(currency: str = "EUR", with_tax: bool = False, **changed: Any) -> Any:
    return line_records([_line(**changed)], currency, with_tax=with_tax)[0]


def test_names_and_addresses_are_read_as_the_html_that_they_are() -> None:
    told = {
        "first_name": "Jane &amp;",
        "last_name": "S&ouml;hne",
        "company": "A &amp; B",
        "address_1": "Rock &#8217;n&#8217; Roll 1",
        "address_2": "c/o &quot;C&quot;",
        "city": "K&ouml;ln",
        "state": "D &amp; E",
    }
    assert address_record(told) == AddressRecord(
        name="Jane & Söhne",
        company="A & B",
        line1="Rock ’n’ Roll 1",
        line2='c/o "C"',
        city="Köln",
        region="D & E",
    )
    account = customer_record({**payload("05-customer.created"), **told})
    assert (account.first_name, account.last_name) == ("Jane &", "Söhne")


def test_a_unit_price_is_before_discounts_and_a_total_after_them() -> None:
    line = _first(quantity=3, subtotal="30.00", total="24.00", price=8.0)
    assert (line.unit_price_minor, line.total_minor) == (1000, 2400)


def test_amounts_hold_the_tax_where_the_stores_prices_do() -> None:
    taxed = {"subtotal": "24.19", "subtotal_tax": "5.81", "total": "24.19", "total_tax": "5.81"}
    line = _first(quantity=2, with_tax=True, **taxed)
    assert (line.unit_price_minor, line.total_minor) == (1500, 3000)
    line = _first(quantity=2, **taxed)
    assert (line.unit_price_minor, line.total_minor) == (1210, 2419)


def test_a_share_of_a_price_is_rounded_half_up() -> None:
    assert _first(quantity=3, subtotal="10.00", total="10.00").unit_price_minor == 333
    assert _first(quantity=8, subtotal="10.00", total="10.00").unit_price_minor == 125
    assert _first(quantity=4, subtotal="0.10", total="0.10").unit_price_minor == 3
    assert _first(quantity=0, subtotal="10.00", total="0.00").unit_price_minor == 1000


def test_the_currencys_decimals_count_not_the_stores() -> None:
    line = _first("JPY", quantity=1, subtotal="12.50", total="12.50")
    assert (line.unit_price_minor, line.total_minor) == (13, 13)


def test_a_variation_has_its_products_title_and_its_own() -> None:
    line = _first(name="Lenses - 1.60, Clear", parent_name="Lenses", product_id=12, variation_id=14)
    assert (line.title, line.variant_title) == ("Lenses", "1.60, Clear")
    assert (line.variant_external_id, line.product_external_id) == ("14", "12")


def test_a_variation_with_many_attributes_has_them_beside_its_name() -> None:
    meta = [
        {"id": 1, "key": "pa_size", "value": "l", "display_key": "Size", "display_value": "L"},
        {"id": 2, "key": "pa_dye", "value": "r", "display_value": "<p>Red &amp; blue</p>\n"},
        {"id": 3, "key": "_reduced_stock", "value": "1", "display_value": "1"},
        {"id": 4, "key": "gift", "value": {"a": 1}, "display_value": {"a": 1}},
    ]
    line = _first(name="Shirt", parent_name="Shirt", variation_id=9, meta_data=meta)
    assert (line.title, line.variant_title) == ("Shirt", "L, Red & blue")
    assert _first(name="Shirt", meta_data=meta).variant_title is None


def test_a_products_name_is_read_as_the_html_that_it_is() -> None:
    assert _first(name="Salt &amp; <em>pepper</em>").title == "Salt & pepper"


def test_a_product_that_is_gone_has_no_id() -> None:
    line = _first(product_id=0, variation_id=0, sku=None, name="Gone")
    assert (line.variant_external_id, line.product_external_id, line.sku) == (None, None, None)


def test_lines_stand_in_the_order_of_their_ids() -> None:
    lines = line_records([_line(id=100), _line(id=9), _line(id=20)], "EUR", with_tax=False)
    assert [(line.external_id, line.position) for line in lines] == [
        ("9", 0),
        ("20", 1),
        ("100", 2),
    ]


def test_refunds() -> None:
    bodies = [
        {"id": 20, "reason": "", "total": "-1.005"},
        {"id": 9, "reason": "late", "total": "-2.00"},
        {"id": 30, "reason": None, "total": None},
    ]
    assert refund_records(bodies, "EUR") == (
        RefundRecord("9", None, 200, "late"),
        RefundRecord("20", None, 101, None),
        RefundRecord("30", None, None, None),
    )


def test_a_refund_without_its_amount_leaves_the_money_untold() -> None:
    body = payload("15-order.updated-partial-refund")
    body["refunds"].append({"id": 50, "reason": ""})
    record = order_record(body)
    assert record.refunded_minor is None
    assert record.current_total_minor == 3950


def test_notes_of_a_real_order() -> None:
    at = datetime(2026, 11, 22, 2, 35, 59, tzinfo=UTC)
    assert note_records(rest("order-notes")) == (
        NoteRecord("2", "Payment complete.", "WooCommerce", at),
        NoteRecord("3", "Stock levels reduced: Lab Mug (10→8)", "WooCommerce", at),
        NoteRecord("4", "Called the customer", "WooCommerce", at.replace(minute=36, second=0)),
    )
    to_buyer = {**rest("order-note-create"), "customer_note": True}
    assert note_records([to_buyer])[0].for_customer
    assert note_records([{**to_buyer, "note": ""}]) == ()


def test_an_empty_address_is_none() -> None:
    empty = dict.fromkeys(payload("13-order.updated-processing")["shipping"], "")
    assert address_record(empty) is None
    assert address_record({}) is None
    assert address_record(None) is None
    told = address_record({**empty, "last_name": "Ng"})
    assert told is not None
    assert told.name == "Ng"


def _tracked(value: Any, key: str = "_wc_shipment_tracking_items") -> Any:
    body = payload("14-order.updated-completed")
    return order_record({**body, "meta_data": [{"id": 9, "key": key, "value": value}]})


PLACED = datetime(2026, 11, 22, 2, 46, 9, tzinfo=UTC)


def test_parcels_of_the_tracking_plugins() -> None:
    shipped = datetime(2026, 11, 22, tzinfo=UTC)
    items = [
        {
            "tracking_provider": "dhl-de",
            "custom_tracking_provider": "",
            "custom_tracking_link": "",
            "tracking_number": "00340434",
            "date_shipped": str(int(shipped.timestamp())),
            "tracking_id": "f3a1",
        },
        {
            "tracking_provider": "",
            "custom_tracking_provider": "ACS Courier",
            "custom_tracking_link": "https://acs.example/7",
            "tracking_number": 7,
            "date_shipped": "",
        },
    ]
    assert _tracked(items).fulfillments == (
        FulfillmentRecord(
            "42-7",
            PLACED,
            PLACED,
            "success",
            None,
            (TrackingRecord("ACS Courier", "7", "https://acs.example/7"),),
        ),
        FulfillmentRecord(
            "42-f3a1",
            shipped,
            shipped,
            "success",
            None,
            (TrackingRecord("dhl-de", "00340434", None),),
        ),
    )


def test_a_list_with_a_gap_comes_as_an_object() -> None:
    items = {"1": {"tracking_number": "A"}, "3": {"tracking_number": "B"}}
    assert [each.external_id for each in _tracked(items).fulfillments] == ["42-A", "42-B"]


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "a:0:{}",
        [],
        {},
        5,
        True,
        [None, 5, "x"],
        [{}],
        [{"tracking_id": "a"}],
        [{"tracking_number": ""}],
        [{"tracking_id": "a", "custom_tracking_link": "javascript:alert(1)"}],
    ],
)
def test_what_is_no_parcel(value: Any) -> None:
    assert _tracked(value).fulfillments == ()


@pytest.mark.parametrize("day", ["-5", "0", "99999999999", "2026-11-22", "٣", None, [], 1.5])
def test_a_parcel_without_a_day_has_the_orders(day: Any) -> None:
    (parcel,) = _tracked([{"tracking_number": "A", "date_shipped": day}]).fulfillments
    assert parcel.created_at == PLACED


@pytest.mark.parametrize(
    ("value", "locale"),
    [
        ("el", "el"),
        ("pt_BR", "pt-BR"),
        ("zh-hans", "zh-hans"),
        ("", None),
        (5, None),
        ("<b>", None),
    ],
)
def test_the_language_of_an_order(value: Any, locale: str | None) -> None:
    assert _tracked(value, "wpml_language").locale == locale
    assert _tracked(value, "trp_language").locale == locale
