"""What the buttons of an order's page do to the store, and what they refuse."""

import pytest
from flask.testing import FlaskClient

from simulators.shopify.actions import Refused
from simulators.shopify.actions import orders as order_actions
from simulators.shopify.actions.draft import Basket, Wanted
from simulators.shopify.admin.parse import amount, quantities, whole
from simulators.shopify.arithmetic import financial_status, fulfillment_status, totals
from simulators.shopify.model.order import Order
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State


@pytest.fixture
def order(state: State, shop: Shop) -> Order:
    """Two pieces of 42.50 EUR, paid, not sent."""
    variant = next(v for v in shop.variants.values() if v.sku == "AVI-01")
    return order_actions.place(state, shop, Basket([Wanted(variant.id, 2)], email="a@b.example"))


def act(client: FlaskClient, shop: Shop, order: Order, action: str, **form: str) -> str:
    """Press the button; the address of the page that follows."""
    path = f"/{shop.domain}/admin/orders/{order.id}/{action}"
    answer = client.post(path, data={key.replace("_", "-", 1): v for key, v in form.items()})
    assert answer.status_code == 303
    return answer.location


def test_a_piece_is_refunded_to_the_cent(
    client: FlaskClient, shop: Shop, order: Order, fired: list[str]
) -> None:
    line = order.lines[0].id
    act(client, shop, order, "refund", **{f"line_{line}": "1"}, note="Cracked")
    assert totals(order).refunded.shop == 4250
    assert financial_status(order) == "partially_refunded"
    assert order.refunds[0].note == "Cracked"
    assert fired[:2] == ["refunds/create", "orders/updated"]


def test_an_amount_may_be_typed_with_a_comma(client: FlaskClient, shop: Shop, order: Order) -> None:
    act(client, shop, order, "refund", amount="12,34")
    assert totals(order).refunded.shop == 1234


@pytest.mark.parametrize("form", [{"amount": "85.01"}, {"amount": "-1"}, {"amount": "much"}, {}])
def test_a_refund_that_cannot_be_changes_nothing(
    client: FlaskClient, shop: Shop, order: Order, fired: list[str], form: dict[str, str]
) -> None:
    assert "Not+done" in act(client, shop, order, "refund", **form)
    assert (order.refunds, fired) == ([], [])


def test_a_parcel_goes_out_with_its_tracking(
    client: FlaskClient, shop: Shop, order: Order, fired: list[str]
) -> None:
    line = order.lines[0].id
    form = {f"line_{line}": "1", "company": "ACS Courier", "number": "47110001"}
    act(client, shop, order, "fulfil", **form)
    assert fulfillment_status(order) == "partial"
    (tracking,) = order.fulfillments[0].tracking
    assert tracking.url is not None
    assert tracking.url.endswith("trackingNo=47110001")
    act(
        client, shop, order, "carrier", event="delivered", fulfillment=str(order.fulfillments[0].id)
    )
    assert order.fulfillments[0].shipment_status == "delivered"
    assert fired.count("fulfillments/create") == 1
    assert "orders/partially_fulfilled" in fired
    assert "orders/fulfilled" not in fired


def test_an_edit_adds_and_takes_off(client: FlaskClient, shop: Shop, order: Order) -> None:
    variant = next(v for v in shop.variants.values() if v.sku == "AVI-02")
    first = order.lines[0]
    form = {"variant": str(variant.id), "quantity": "3", f"line_{first.id}": "1"}
    act(client, shop, order, "edit", **form)
    assert first.current_quantity == 1
    assert (order.lines[1].sku, order.lines[1].quantity) == ("AVI-02", 3)
    assert "Not+done" in act(client, shop, order, "edit")


def test_cancelling_gives_the_money_back(
    client: FlaskClient, shop: Shop, order: Order, fired: list[str]
) -> None:
    act(client, shop, order, "cancel", reason="fraud", refund="1", restock="1")
    assert order.cancel_reason == "fraud"
    assert totals(order).refunded.shop == totals(order).received.shop == 8500
    assert "orders/cancelled" in fired
    assert "Not+done" in act(client, shop, order, "cancel")


def test_notes_and_tags_are_kept(client: FlaskClient, shop: Shop, order: Order) -> None:
    act(client, shop, order, "note", note="Ring twice", tags="gift, fragile")
    assert (order.note, order.tags) == ("Ring twice", ["gift", "fragile"])


def test_a_deleted_order_leads_back_to_the_list(
    client: FlaskClient, shop: Shop, order: Order, fired: list[str]
) -> None:
    location = act(client, shop, order, "delete")
    assert location.startswith(f"/{shop.domain}/admin/orders?said=")
    assert order.id not in shop.orders
    assert "orders/delete" in fired


def test_cash_on_delivery_is_marked_as_paid(client: FlaskClient, state: State, shop: Shop) -> None:
    variant = next(iter(shop.variants))
    owed = order_actions.place(state, shop, Basket([Wanted(variant)], payment="pending"))
    act(client, shop, owed, "pay")
    assert financial_status(owed) == "paid"
    assert "Not+done" in act(client, shop, owed, "pay")


def test_an_unknown_button_is_not_found(client: FlaskClient, shop: Shop, order: Order) -> None:
    path = f"/{shop.domain}/admin/orders/{order.id}/explode"
    assert client.post(path).status_code == 404


def test_forms_are_read_by_the_currencys_digits() -> None:
    assert amount({"a": "12.345"}, "a", "KWD") == 12345
    assert amount({"a": "1200"}, "a", "JPY") == 1200
    assert amount({"a": " "}, "a", "EUR") is None
    assert quantities({"line-7": "2", "line-8": "0", "line-x": "1", "note": "3"}, "line-") == [
        (7, 2)
    ]
    assert whole({}, "n", 4) == 4
    with pytest.raises(Refused):
        whole({"n": "1.5"}, "n")
