"""What is done on an order's screen, and what the store tells of it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from flask.testing import FlaskClient

from simulators.woocommerce.model.order import Order
from simulators.woocommerce.model.site import Site
from tests.simulators.woocommerce.admin.conftest import act

Fired = list[tuple[str, int]]


def test_a_status_is_changed(client: FlaskClient, heroines: list[Order], fired: Fired) -> None:
    order = heroines[-1]
    assert "Order updated." in act(client, "order-status", order=order.id, status="completed")
    assert order.status == "completed"
    assert ("order.updated", order.id) in fired


def test_an_unknown_status_changes_nothing(
    client: FlaskClient, heroines: list[Order], fired: Fired
) -> None:
    assert "Not done" in act(client, "order-status", order=heroines[-1].id, status="lost")
    assert heroines[-1].status == "processing"
    assert fired == []


def test_pieces_are_refunded_at_their_worth(
    client: FlaskClient, heroines: list[Order], fired: Fired
) -> None:
    order = heroines[-1]
    line = order.lines[0]
    fields = {f"quantity-{line.id}": 1, "reason": "Ράγισε", "restock": 1}
    assert "Refunded." in act(client, "order-refund", order=order.id, **fields)
    assert [(one.amount, one.reason) for one in order.refunds] == [(Decimal("34.90"), "Ράγισε")]
    assert order.refunds[0].lines == [(line, 1, Decimal("34.90"))]
    assert fired == [("order.updated", order.id)]


def test_an_amount_with_a_comma_counts_for_the_whole(
    client: FlaskClient, heroines: list[Order]
) -> None:
    order = heroines[-1]
    act(client, "order-refund", order=order.id, amount="12,5")
    assert order.refunded == Decimal("12.50")
    assert order.refunds[0].lines == []


@pytest.mark.parametrize("amount", ["0", "-1", "37.41", "nan", "1e9", "ten", ""])
def test_a_wrong_amount_refunds_nothing(
    client: FlaskClient, heroines: list[Order], fired: Fired, amount: str
) -> None:
    said = act(client, "order-refund", order=heroines[-1].id, amount=amount)
    assert "Not done" in said
    assert heroines[-1].refunds == []
    assert fired == []


def test_more_pieces_than_there_are_come_not_back(
    client: FlaskClient, heroines: list[Order]
) -> None:
    line = heroines[-1].lines[0]
    fields = {f"quantity-{line.id}": 2, "amount": "1"}
    assert "There are 1 pieces" in act(client, "order-refund", order=heroines[-1].id, **fields)
    assert heroines[-1].refunds == []


def test_notes_are_private_or_for_the_customer(client: FlaskClient, heroines: list[Order]) -> None:
    order = heroines[0]
    before = len(order.notes)
    act(client, "order-note", order=order.id, note="Ring twice", kind="private")
    act(client, "order-note", order=order.id, note="It is on its way", kind="customer")
    made = [(one.text, one.for_customer, one.author) for one in order.notes[before:]]
    assert made == [
        ("Ring twice", False, "Alex Agent"), ("It is on its way", True, "Alex Agent"),
    ]  # fmt: skip
    assert "The note is empty" in act(client, "order-note", order=order.id, note="  ")
    assert len(order.notes) == before + 2


def test_into_the_trash_and_out_and_gone(
    client: FlaskClient, site: Site, heroines: list[Order], fired: Fired
) -> None:
    order = heroines[-1]
    assert "moved to the Trash" in act(client, "order-trash", order=order.id)
    assert order.status == "trash"
    assert "Restore" in client.get(
        f"/wp-admin/admin.php?page=wc-orders&action=edit&id={order.id}"
    ).text  # fmt: skip
    act(client, "order-restore", order=order.id)
    assert order.status == "processing"
    assert "Only what is in the Trash" in act(client, "order-delete", order=order.id)
    act(client, "order-trash", order=order.id)
    act(client, "order-delete", order=order.id)
    assert order.id not in site.orders
    assert [topic for topic, _ in fired] == [
        "order.deleted", "order.restored", "order.updated", "order.deleted",
    ]  # fmt: skip


def test_addresses_are_edited(client: FlaskClient, heroines: list[Order], fired: Fired) -> None:
    order = heroines[-1]
    act(client, "order-address", order=order.id, kind="billing", city="Πάτρα", nonsense="x")
    assert order.billing["city"] == "Πάτρα"
    assert order.billing["first_name"] == "Δήμητρα"
    assert "nonsense" not in order.billing
    assert fired == [("order.updated", order.id)]
    assert "Not done" in act(client, "order-address", order=order.id, kind="lines", city="x")


def test_what_is_owed_is_marked_as_paid(client: FlaskClient, site: Site, fired: Fired) -> None:
    owed = next(one for one in site.orders.values() if one.status == "on-hold")
    act(client, "order-pay", order=owed.id)
    assert (owed.status, owed.paid_at is not None) == ("processing", True)
    assert ("order.updated", owed.id) in fired


@pytest.mark.parametrize("order", ["", "0", "99999", "x"])
def test_an_order_that_is_not_there(client: FlaskClient, fired: Fired, order: str) -> None:
    assert "Not done" in act(client, "order-trash", order=order)
    assert fired == []


def test_an_unknown_act_is_404(client: FlaskClient) -> None:
    assert client.post("/wp-admin/admin-post.php", data={"action": "x"}).status_code == 404


def test_a_guest_and_a_customer_buy_in_the_storefront(
    client: FlaskClient, site: Site, heroines: list[Order], fired: Fired
) -> None:
    product = next(one for one in site.products.values() if one.sku == "CLO-01")
    guest = {
        "product": product.id, "quantity": 2, "payment": "cod", "first_name": "Νίκος",
        "last_name": "Αλεξίου", "email": "nikos@example.com", "phone": "+306900000001",
    }  # fmt: skip
    said = client.get(client.post("/storefront/", data=guest).location).text
    order = max(site.orders.values(), key=lambda one: one.id)
    assert f"Your order #{order.id} has been received" in said
    assert (order.status, order.paid_at, order.customer_id) == ("processing", None, 0)
    assert order.billing["email"] == "nikos@example.com"
    assert (order.lines[0].quantity, order.total) == (2, Decimal("13.90"))
    hers = {"product": product.id, "payment": "stripe", "customer": heroines[-1].customer_id}
    client.post("/storefront/", data=hers)
    newest = max(site.orders.values(), key=lambda one: one.id)
    assert (newest.status, newest.customer_id) == ("processing", heroines[-1].customer_id)
    assert newest.paid_at is not None
    created = [subject for topic, subject in fired if topic == "order.created"]
    assert created == [order.id, newest.id]


@pytest.mark.parametrize("wrong", [{"product": "0"}, {"payment": "gold"}, {"quantity": "-1"}])
def test_a_wrong_basket_is_no_order(
    client: FlaskClient, site: Site, fired: Fired, wrong: dict[str, str]
) -> None:
    product = next(one for one in site.products.values() if one.sku == "CLO-01")
    form = {"product": str(product.id), "quantity": "1", "payment": "stripe", **wrong}
    assert "Not done" in client.get(client.post("/storefront/", data=form).location).text
    assert fired == []
