"""Bodies that lack something, and bodies that are nothing."""

from typing import Any

import pytest

from platforms.errors import DeliveryUnreadable
from platforms.woocommerce.rest import customer_record, order_record
from tests.platforms.woocommerce.example import payload
from tests.platforms.woocommerce.test_rest import at, rest


def test_what_a_body_leaves_out_is_withheld() -> None:
    body = payload("13-order.updated-processing")
    kept = ("id", "status", "currency", "total", "date_created_gmt")
    record = order_record({key: body[key] for key in kept})
    assert record.name == "#42"
    assert record.updated_at == record.placed_at == at(2, 46, 9)
    assert record.refunded_minor is None
    assert record.withheld == {
        "notes",
        "customer",
        "customer_external_id",
        "email",
        "phone",
        "billing_address",
        "shipping_address",
        "note",
        "sales_channel",
        "lines",
        "refunds",
        "fulfillments",
        "locale",
    }
    account = payload("05-customer.created")
    told = customer_record({key: account[key] for key in ("id", "date_modified_gmt")})
    assert told.withheld == {
        "email",
        "first_name",
        "last_name",
        "created_at",
        "phone",
        "address",
    }


@pytest.mark.parametrize(
    "changed",
    [
        {"id": None},
        {"id": 0},
        {"id": "abc"},
        {"date_created_gmt": None, "date_modified_gmt": None},
        {"date_modified_gmt": "soon"},
        {"status": None},
        {"currency": ""},
        {"currency": 978},
        {"currency": "E" * 11},
        {"total": "much"},
        {"total": "9" * 40},
        {"total": "5,00"},
        {"total": "NAN"},
        {"line_items": [{"id": 1, "quantity": 1, "total": "5,00"}]},
        {"line_items": [{"quantity": 1}]},
        {"refunds": 5},
        {"refunds": [None]},
        {"refunds": [{"id": 3, "total": "-1,00"}]},
        {"line_items": 5},
        {"line_items": [None]},
        {"refunds": [{"total": "-1.00"}]},
        {"billing": [1]},
    ],
)
def test_a_body_that_is_no_order_is_unreadable(changed: dict[str, Any]) -> None:
    body = {**payload("13-order.updated-processing"), **changed}
    with pytest.raises(DeliveryUnreadable, match="an order that can't be read"):
        order_record(body)


@pytest.mark.parametrize(
    "changed",
    [
        {"meta_data": value}
        for value in (None, "", False, 5, "x", [5], [None], [{"id": 1}], {}, {"1": None})
    ]
    + [{"line_items": value} for value in (None, "", False, [], {})]
    + [{"customer_id": value} for value in (None, "", False, -3, "x", 1.5, [])]
    + [{"shipping": value} for value in (None, "", False, [], [1], 5)]
    + [{"date_created_gmt": value} for value in (None, False, 5, "0000-00-00T00:00:00")],
)
def test_what_is_neither_money_nor_identity_is_read_leniently(changed: dict[str, Any]) -> None:
    whole = payload("13-order.updated-processing")
    record, expected = order_record({**whole, **changed}), order_record(whole)
    assert (record.external_id, record.total_minor) == ("42", expected.total_minor)
    if "customer_id" in changed:
        assert record.customer_external_id is None
    if "date_created_gmt" in changed:
        assert record.placed_at == record.updated_at == expected.updated_at


@pytest.mark.parametrize("quantity", ["", None, False, True, "x", [], 1e30])
def test_a_quantity_that_is_none_is_nothing(quantity: Any) -> None:
    body = payload("13-order.updated-processing")
    body["line_items"] = [{**body["line_items"][0], "quantity": quantity}]
    (line,) = order_record(body).lines
    assert (line.quantity, line.current_quantity) == (0, 0)
    assert (
        line.total_minor
        == order_record(payload("13-order.updated-processing")).lines[0].total_minor
    )


def test_a_list_with_a_gap_is_read_as_the_object_that_php_writes() -> None:
    body = payload("15-order.updated-partial-refund")
    told = order_record(body)
    for key in ("line_items", "refunds", "meta_data"):
        body[key] = {str(3 * place): entry for place, entry in enumerate(body[key])}
    assert order_record(body) == told


@pytest.mark.parametrize("body", [None, [], "text", 5, True])
def test_what_is_no_object_is_unreadable(body: Any) -> None:
    with pytest.raises(DeliveryUnreadable, match="no object"):
        order_record(body)
    with pytest.raises(DeliveryUnreadable, match="no object"):
        customer_record(body)


def test_an_error_body_is_told_by_its_code() -> None:
    error = rest("error-no-auth")
    with pytest.raises(DeliveryUnreadable, match=r"an error .* woocommerce_rest_cannot_view"):
        order_record(error)
    with pytest.raises(DeliveryUnreadable, match=r"an error .* woocommerce_rest_cannot_view"):
        customer_record(error)


@pytest.mark.parametrize("changed", [{"id": 0}, {"date_created_gmt": 5, "date_modified_gmt": 5}])
def test_a_body_that_is_no_account_is_unreadable(changed: dict[str, Any]) -> None:
    with pytest.raises(DeliveryUnreadable, match="an account that can't be read"):
        customer_record({**payload("05-customer.created"), **changed})


@pytest.mark.parametrize(
    ("written", "currency", "total", "minor"),
    [
        ("eur", "EUR", "12.50", 1250),
        (" jpy ", "JPY", "1250", 1250),
        ("btc", "BTC", "0.00012345", 12345),
    ],
)
def test_a_currency_is_told_in_upper_case(
    written: str, currency: str, total: str, minor: int
) -> None:
    body = payload("13-order.updated-processing")
    record = order_record({**body, "currency": written, "total": total})
    assert (record.currency, record.total_minor) == (currency, minor)


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("1001", "#1001"),
        ("SHOP-1001/é", "#SHOP-1001/é"),
        (1001, "#1001"),
        ("10\x0001\n", "#1001"),
        ("\u202e1001\u2066", "#1001"),
        ("\u200f10 01\ud800", "#10 01"),
        ("\x00\u202e", "#42"),
        ("", "#42"),
        (None, "#42"),
        ([], "#42"),
    ],
)
def test_an_orders_name_holds_nothing_that_turns_or_ends_text(number: Any, name: str) -> None:
    assert order_record({**payload("13-order.updated-processing"), "number": number}).name == name
