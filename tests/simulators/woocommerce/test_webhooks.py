"""Webhooks with the real ones' quirks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from typing import Any

from simulators.woocommerce.testing import Running
from tests.simulators.webhook_sink import Sink
from tests.simulators.woocommerce.harness import Client, delivered, delivered_headers, rest_payload

SECRET = "a secret of the tests"


def _place(stand_in: Running, **asked: Any) -> str:
    made: str = stand_in.control("orders/place", site="/shop", **asked)["id"]
    return made


def test_creation_pings_and_is_the_real_ones_answer(client: Client, sink: Sink) -> None:
    real = rest_payload("webhook-create")
    asked = {**real["request"]["body"], "delivery_url": sink.url}
    answer = client.ask("POST", "webhooks", json=asked)
    body = answer.json()
    assert answer.status_code == 201
    assert list(body) == list(real["body"])
    for name in ("name", "status", "topic", "resource", "event", "hooks", "date_modified"):
        assert body[name] == real["body"][name]
    assert answer.headers["Location"] == f"{client.base}/wp-json/wc/v3/webhooks/{body['id']}"
    (ping,) = sink.arrivals
    assert ping.body == delivered("01-ping-order.created").replace(b"1", str(body["id"]).encode())
    assert set(ping.headers) == {
        name.lower() for name in delivered_headers("01-ping-order.created")
    }
    assert ping.headers["content-type"] == "application/x-www-form-urlencoded"


def test_a_ping_that_fails_is_only_noted(client: Client, sink: Sink) -> None:
    sink.statuses.append(500)
    hook = client.site.webhooks[client.watch("order.created", sink.url)]
    assert (hook.ping_status, hook.status, hook.failures) == (500, "active", 0)


def test_a_delivery_is_signed_and_headed_as_the_real_one(
    client: Client, sink: Sink, stand_in: Running
) -> None:
    hook = client.watch("order.created", sink.url)
    order = _place(stand_in, email="ann@example.com", first_name="Ånn")
    stand_in.settle()
    arrival = sink.last("order.created")
    real = delivered_headers("12-order.created-pending")
    assert set(arrival.headers) == {name.lower() for name in real}
    for name in ("User-Agent", "Accept", "Accept-Encoding", "Content-Type", "Connection",
                 "X-WC-Webhook-Resource", "X-WC-Webhook-Event"):  # fmt: skip
        assert arrival.headers[name.lower()] == real[name]
    assert arrival.headers["x-wc-webhook-id"] == str(hook)
    assert arrival.headers["x-wc-webhook-source"] == client.base + "/"
    assert len(arrival.headers["x-wc-webhook-delivery-id"]) == 32
    right = hmac.new(SECRET.encode(), arrival.body, hashlib.sha256).digest()
    assert arrival.headers["x-wc-webhook-signature"] == base64.b64encode(right).decode()
    assert rb'"first_name":"\u00c5nn"' in arrival.body
    assert list(arrival.json()) == list(json.loads(delivered("12-order.created-pending")))
    assert arrival.json() == client.get(f"orders/{order}")


def test_the_state_is_that_of_delivery_and_pending_ones_are_merged(
    client: Client, sink: Sink, stand_in: Running
) -> None:
    for topic in ("order.created", "order.updated"):
        client.watch(topic, sink.url)
    stand_in.control("switches", site="/shop", cron="off")
    order = _place(stand_in)
    stand_in.control("orders/edit", site="/shop", order=order, customer_note="first")
    stand_in.control("orders/complete", site="/shop", order=order)
    stand_in.control("orders/refund", site="/shop", order=order, amount="2.50")
    assert sink.topics == []
    assert stand_in.control("cron", site="/shop") == {"delivered": 2}
    assert sink.topics == ["order.created", "order.updated"]
    for arrival in sink.arrivals[2:]:
        assert arrival.json()["status"] == "completed"
        assert [one["total"] for one in arrival.json()["refunds"]] == ["-2.50"]
    assert stand_in.control("cron", site="/shop") == {"delivered": 0}


def test_a_draft_comes_as_updated_and_before_created(
    client: Client, sink: Sink, stand_in: Running
) -> None:
    for topic in ("order.created", "order.updated"):
        client.watch(topic, sink.url)
    draft = _place(stand_in, status="checkout-draft")
    stand_in.settle()
    (arrival,) = sink.arrivals[2:]
    assert arrival.topic == "order.updated"
    assert arrival.json()["status"] == "checkout-draft"
    assert arrival.json()["billing"]["email"] == ""
    stand_in.control("switches", site="/shop", cron="off")
    stand_in.control("orders/edit", site="/shop", order=draft, customer_note="soon")
    stand_in.control(
        "orders/check-out", site="/shop", order=draft, email="b@example.com", payment_method="cod"
    )
    stand_in.control("cron")
    assert sink.topics[1:] == ["order.updated", "order.created"]
    body = sink.last("order.created").json()
    assert (body["status"], body["date_paid"]) == ("processing", None)


def test_paying_at_once_tells_created_and_updated(
    client: Client, sink: Sink, stand_in: Running
) -> None:
    for topic in ("order.created", "order.updated"):
        client.watch(topic, sink.url)
    _place(stand_in, paid=False)
    stand_in.settle()
    assert sink.topics == ["order.created"]
    _place(stand_in)
    stand_in.settle()
    assert sink.topics[1:] == ["order.created", "order.updated"]


def test_topics_of_an_orders_life(client: Client, sink: Sink, stand_in: Running) -> None:
    topics = ("order.created", "order.updated", "order.deleted", "order.restored",
              "action.woocommerce_order_note_added")  # fmt: skip
    for topic in topics:
        client.watch(topic, sink.url)
    order = _place(stand_in, paid=False)

    def heard(path: str, **asked: Any) -> list[str]:
        stand_in.settle()
        before = len(sink.topics)
        stand_in.control(f"orders/{path}", site="/shop", order=order, **asked)
        stand_in.settle()
        return sink.topics[before:]

    assert heard("note", text="Called") == ["action.woocommerce_order_note_added"]
    note = sink.last("action.woocommerce_order_note_added").json()
    assert set(note) == {"action", "arg"}
    assert note["action"] == "woocommerce_order_note_added"
    assert heard("trash") == ["order.deleted"]
    assert sink.last("order.deleted").body == f'{{"id":{order}}}'.encode()
    assert heard("restore") == ["order.restored", "order.updated"]
    assert heard("trash") == ["order.deleted"]
    assert "order.updated" not in heard("status", status="processing")
    assert heard("delete") == []


def test_customers_of_every_role_are_told_of(client: Client, sink: Sink, stand_in: Running) -> None:
    for topic in ("customer.created", "customer.updated", "customer.deleted"):
        client.watch(topic, sink.url)
    made = stand_in.control("customers/create", site="/shop", email="ed@example.com", role="editor")
    stand_in.control("customers/update", site="/shop", customer=made["id"], first_name="Ed")
    stand_in.settle()
    assert sink.last("customer.created").json()["role"] == "editor"
    stand_in.control("customers/delete", site="/shop", customer=made["id"])
    stand_in.settle()
    assert sink.last("customer.deleted").body == f'{{"id":{made["id"]}}}'.encode()
