"""Webhooks with the real ones' quirks."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import pytest
import requests

from simulators.woocommerce.testing import Running
from simulators.woocommerce.webhooks.delivery import delivery_id
from tests.simulators.woocommerce.harness import (
    Client,
    Sink,
    delivered,
    delivered_headers,
    rest_payload,
)

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
    sink.answers.append((500, ""))
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


def test_the_seventh_failure_in_a_row_disables(
    client: Client, sink: Sink, stand_in: Running
) -> None:
    number = client.watch("order.created", sink.url)
    hook = client.site.webhooks[number]
    sink.answers += [(500, "")] * 6
    for _ in range(6):
        _place(stand_in)
        stand_in.settle()
    assert (hook.status, hook.failures) == ("active", 6)
    _place(stand_in)
    stand_in.settle()
    assert (hook.status, hook.failures) == ("active", 0)
    sink.answers += [(429, "")] * 7
    for _ in range(7):
        _place(stand_in)
        stand_in.settle()
    assert client.get(f"webhooks/{number}")["status"] == "disabled"
    count = len(sink.arrivals)
    _place(stand_in)
    stand_in.settle()
    assert len(sink.arrivals) == count
    assert client.send("PUT", f"webhooks/{number}", {"status": "active"})["status"] == "active"
    assert hook.failures == 0
    _place(stand_in)
    stand_in.settle()
    assert len(sink.arrivals) == count + 1


@pytest.mark.parametrize(("status", "failures"), [(204, 0), (301, 0), (302, 0), (307, 1), (410, 1)])
def test_what_counts_as_success(
    client: Client, sink: Sink, stand_in: Running, status: int, failures: int
) -> None:
    hook = client.site.webhooks[client.watch("order.created", sink.url)]
    sink.answers.append((status, "/elsewhere"))
    _place(stand_in)
    stand_in.settle()
    assert hook.failures == failures
    assert len(sink.arrivals) == 2


def test_nothing_is_sent_again(client: Client, sink: Sink, stand_in: Running) -> None:
    client.watch("order.created", sink.url)
    sink.answers.append((503, ""))
    _place(stand_in)
    stand_in.settle()
    time.sleep(0.1)
    assert sink.topics == ["order.created"]


def test_delivery_ids_repeat_within_a_second(client: Client, stand_in: Running) -> None:
    hook = client.site.webhooks[client.watch("order.created", "http://127.0.0.1:9/")]
    at = stand_in.state.clock.stamp()
    first = delivery_id(client.site, hook, at)
    assert delivery_id(client.site, hook, at.replace(microsecond=999_999)) == first
    hook.id += 1
    assert delivery_id(client.site, hook, at) != first


def test_a_site_without_visits_delivers_nothing(
    client: Client, sink: Sink, stand_in: Running
) -> None:
    client.watch("order.created", sink.url)
    stand_in.control("switches", site="/shop", cron="visits")
    _place(stand_in)
    stand_in.settle()
    time.sleep(0.05)
    assert sink.topics == []
    requests.get(client.base + "/", timeout=5)
    sink.wait(2)
    assert sink.topics == ["order.created"]


def test_cron_is_late(client: Client, sink: Sink, stand_in: Running) -> None:
    client.watch("order.created", sink.url)
    stand_in.control("switches", site="/shop", cron_delay_seconds=0.3)
    _place(stand_in)
    assert sink.topics == []
    stand_in.settle()
    assert sink.topics == ["order.created"]


def test_deliveries_are_dropped_and_doubled(client: Client, sink: Sink, stand_in: Running) -> None:
    client.watch("order.created", sink.url)
    stand_in.control("switches", site="/shop", drop=1.0)
    _place(stand_in)
    stand_in.settle()
    assert sink.topics == []
    stand_in.control("switches", site="/shop", drop=0.0, double=1.0)
    _place(stand_in)
    stand_in.settle()
    first, second = sink.arrivals[1:]
    assert (first.body, first.headers) == (second.body, second.headers)
    states = [one["state"] for one in stand_in.control("deliveries", site="/shop")]
    assert states == ["sent", "dropped", "sent", "sent"]


def test_an_owner_who_lost_rights_sends_a_signed_error(
    client: Client, sink: Sink, stand_in: Running
) -> None:
    client.watch("order.created", sink.url)
    client.site.users[1].role = "customer"
    _place(stand_in)
    stand_in.settle()
    arrival = sink.last("order.created")
    assert arrival.json()["code"] == "woocommerce_rest_cannot_view"
    right = hmac.new(SECRET.encode(), arrival.body, hashlib.sha256).digest()
    assert arrival.headers["x-wc-webhook-signature"] == base64.b64encode(right).decode()


def test_a_strict_site_delivers_to_public_hosts_only(
    client: Client, sink: Sink, stand_in: Running
) -> None:
    hook = client.site.webhooks[client.watch("order.created", sink.url)]
    client.site.strict_addresses = True
    _place(stand_in)
    stand_in.settle()
    assert sink.topics == []
    assert hook.failures == 1


def test_the_source_follows_the_sites_own_address(
    client: Client, sink: Sink, stand_in: Running
) -> None:
    client.watch("order.created", sink.url)
    stand_in.control("site", site="/shop", home="http://elsewhere.example")
    _place(stand_in)
    stand_in.settle()
    arrival = sink.last("order.created")
    assert arrival.headers["x-wc-webhook-source"] == "http://elsewhere.example/"
    assert arrival.json()["payment_url"].startswith("http://elsewhere.example/checkout/")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({"topic": "order.refunded", "delivery_url": "https://a.example/"}, "topic"),
        ({"topic": "order.created", "delivery_url": "ftp://a.example/"}, "delivery_url"),
    ],
)
def test_wrong_webhooks_are_refused(client: Client, body: dict[str, str], code: str) -> None:
    made = client.send("POST", "webhooks", body, 400)
    assert made["code"] == f"woocommerce_rest_shop_webhook_invalid_{code}"
    assert client.site.webhooks == {}


def test_webhooks_are_deleted_by_force(client: Client) -> None:
    number = client.watch("order.created", "http://127.0.0.1:9/")
    path = f"webhooks/{number}"
    assert client.send("DELETE", path, status=501)["code"] == (
        "woocommerce_rest_trash_not_supported"
    )
    client.send("PUT", path, {"delivery_url": "http://127.0.0.1:8/", "name": "mine"})
    gone = client.send("DELETE", path + "?force=true")
    assert (gone["name"], gone["delivery_url"]) == ("mine", "http://127.0.0.1:9/")
    missing = client.send("GET", path, status=404)
    assert missing["code"] == "woocommerce_rest_shop_webhook_invalid_id"
