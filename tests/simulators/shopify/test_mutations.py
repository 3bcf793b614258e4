"""Mutations: refunds with idempotency, cancelling, changing, tagging, uninstalling."""

from __future__ import annotations

from typing import Any

from simulators.shopify.arithmetic import totals
from simulators.shopify.model.order import Order
from tests.simulators.shopify.harness import Client

REFUND = """mutation($input: RefundInput!, $key: String!) {
  refundCreate(input: $input) @idempotent(key: $key) {
    refund { id totalRefundedSet { shopMoney { amount } } }
    order { displayFinancialStatus } userErrors { field message } } }"""


def named(client: Client, name: str) -> Order:
    return next(order for order in client.shop.orders.values() if order.name == name)


def order_id(order: Order) -> str:
    return f"gid://shopify/Order/{order.id}"


def refund_input(order: Order, amount: str) -> dict[str, Any]:
    parent = f"gid://shopify/OrderTransaction/{order.transactions[0].id}"
    payment = {
        "amount": amount,
        "gateway": order.gateway,
        "kind": "REFUND",
        "orderId": order_id(order),
        "parentId": parent,
    }
    return {"orderId": order_id(order), "note": "sorry", "transactions": [payment]}


def test_a_refund_needs_an_idempotency_key_and_happens_once(client: Client) -> None:
    order = named(client, "#1042")
    given = refund_input(order, "10.00")
    bare = "mutation($input: RefundInput!) { refundCreate(input: $input) { refund { id } } }"
    refused = client.run(bare, {"input": given})
    assert "@idempotent" in refused["errors"][0]["message"]
    assert order.refunds == []
    first = client.data(REFUND, {"input": given, "key": "k1"})["refundCreate"]
    again = client.data(REFUND, {"input": given, "key": "k1"})["refundCreate"]
    assert first == again
    assert first["refund"]["totalRefundedSet"]["shopMoney"]["amount"] == "10.0"
    assert first["order"]["displayFinancialStatus"] == "PARTIALLY_REFUNDED"
    assert len(order.refunds) == 1
    other = client.run(REFUND, {"input": refund_input(order, "11.00"), "key": "k1"})
    code = other["errors"][0]["extensions"]["code"]
    assert code == "IDEMPOTENCY_KEY_PARAMETER_MISMATCH"
    client.data(REFUND, {"input": given, "key": "k2"})
    assert totals(order).refunded.shop == 2000


def test_more_than_was_paid_is_a_user_error(client: Client) -> None:
    order = named(client, "#1042")
    answer = client.data(REFUND, {"input": refund_input(order, "900.00"), "key": "k"})
    assert answer["refundCreate"]["userErrors"][0]["message"]
    assert order.refunds == []


def test_lines_are_refunded_to_their_worth(client: Client) -> None:
    order = named(client, "#1042")
    line = order.lines[0]
    given = refund_input(order, "42.50")
    given["refundLineItems"] = [
        {
            "lineItemId": f"gid://shopify/LineItem/{line.id}",
            "quantity": 1,
            "restockType": "NO_RESTOCK",
        }
    ]
    client.data(REFUND, {"input": given, "key": "k"})
    assert line.current_quantity == 1
    assert order.refunds[0].lines[0].restock_type == "no_restock"
    assert order.refunds[0].adjustments == []
    assert totals(order).current_total.shop == 8990 - 4250
    assert totals(order).outstanding.shop == 0


def test_a_foreign_currency_refund_is_told_in_presentment_money(client: Client) -> None:
    order = next(o for o in client.shop.orders.values() if o.presentment_currency == "JPY")
    left = totals(order).net_payment
    given = refund_input(order, str(left.presentment))
    given["currency"] = "JPY"
    client.data(REFUND, {"input": given, "key": "k"})
    assert totals(order).refunded == totals(order).received
    assert not totals(order).net_payment


def test_cancelling_is_a_job(client: Client) -> None:
    order = next(
        o
        for o in client.shop.orders.values()
        if not o.cancelled_at and not o.fulfillments and totals(o).received
    )
    query = """mutation($id: ID!) { orderCancel(orderId: $id, reason: CUSTOMER, restock: true,
      refundMethod: {originalPaymentMethodsRefund: true}, staffNote: "asked for it") {
      job { id done } orderCancelUserErrors { code message } } }"""
    answer = client.data(query, {"id": order_id(order)})["orderCancel"]
    assert answer["orderCancelUserErrors"] == []
    job = client.data("query($id: ID!) { job(id: $id) { done } }", {"id": answer["job"]["id"]})
    assert job["job"]["done"] is True
    assert order.cancel_reason == "customer"
    assert totals(order).current_total.shop == 0
    assert not totals(order).net_payment
    again = client.data(query, {"id": order_id(order)})["orderCancel"]
    assert again["orderCancelUserErrors"][0]["code"] == "INVALID"


def test_notes_tags_and_addresses(client: Client) -> None:
    order = named(client, "#1042")
    query = """mutation($input: OrderInput!) { orderUpdate(input: $input) {
      order { note tags shippingAddress { city lastName } } userErrors { message } } }"""
    body = client.data(query, {"input": {
        "id": order_id(order), "note": "late", "tags": ["a"],
        "shippingAddress": {"city": "Πάτρα"},
    }})["orderUpdate"]["order"]  # fmt: skip
    assert body == {
        "note": "late",
        "tags": ["a"],
        "shippingAddress": {"city": "Πάτρα", "lastName": "Παπαδοπούλου"},
    }
    tags = 'mutation($id: ID!) { tagsAdd(id: $id, tags: ["b"]) { node { id } } }'
    client.data(tags, {"id": order_id(order)})
    assert order.tags == ["a", "b"]


def test_customers_are_changed_and_need_their_scope(client: Client) -> None:
    customer = next(iter(client.shop.customers.values()))
    query = """mutation($input: CustomerInput!) { customerUpdate(input: $input) {
      customer { firstName note } userErrors { field message } } }"""
    given = {"id": f"gid://shopify/Customer/{customer.id}", "firstName": "Ζωή"}
    body = client.data(query, {"input": given})["customerUpdate"]
    assert body["customer"]["firstName"] == "Ζωή"
    taken = {**given, "email": "anna.xenou@example.com"}
    errors = client.data(query, {"input": taken})["customerUpdate"]["userErrors"]
    assert errors == [{"field": ["email"], "message": "Email has already been taken"}]
    client.running.control("app/scopes", scopes="read_customers,read_orders")
    denied = client.run(query, {"input": given})
    assert denied["errors"][0]["extensions"]["code"] == "ACCESS_DENIED"


def test_an_app_uninstalls_itself(client: Client) -> None:
    client.data("mutation { appUninstall { userErrors { message } } }")
    assert client.post("{ shop { name } }").status_code == 401
