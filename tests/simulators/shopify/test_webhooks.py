"""Webhooks out: topics of each action, headers, signature, retries, misbehaviour."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from types import SimpleNamespace
from typing import Any

import pytest

from simulators.shopify.testing import Running
from tests.simulators.shopify.harness import SECRET, Client
from tests.simulators.webhook_sink import Sink

TOPICS = (
    "ORDERS_CREATE ORDERS_UPDATED ORDERS_PAID ORDERS_CANCELLED ORDERS_FULFILLED "
    "ORDERS_PARTIALLY_FULFILLED ORDERS_EDITED ORDERS_DELETE CUSTOMERS_CREATE CUSTOMERS_UPDATE "
    "CUSTOMERS_DELETE CUSTOMERS_MERGE REFUNDS_CREATE FULFILLMENTS_CREATE FULFILLMENTS_UPDATE "
    "FULFILLMENT_EVENTS_CREATE APP_UNINSTALLED APP_SCOPES_UPDATE"
).split()
SUBSCRIBE = """mutation($topic: WebhookSubscriptionTopic!, $uri: String!) {
  webhookSubscriptionCreate(topic: $topic, webhookSubscription: {uri: $uri}) {
    webhookSubscription { id topic uri } userErrors { field message } } }"""


def subscribe(client: Client, sink: Sink, *topics: str) -> None:
    for topic in topics or TOPICS:
        body = client.data(SUBSCRIBE, {"topic": topic, "uri": sink.url})
        assert body["webhookSubscriptionCreate"]["userErrors"] == []


def act(client: Client, sink: Sink, path: str, **body: Any) -> list[str]:
    """Do something and give the topics that came of it."""
    before = len(sink.arrivals)
    client.running.control(path, shop=client.shop.domain, **body)
    client.running.settle()
    return sink.topics[before:]


def test_each_action_fires_its_topics(client: Client, sink: Sink) -> None:
    subscribe(client, sink)
    fired = act(client, sink, "orders/place", customer="anna.xenou@example.com",
                lines=[{"sku": "AVI-01", "quantity": 2}, {"sku": "CSE-01"}])  # fmt: skip
    assert fired == ["orders/create", "orders/paid", "orders/updated", "customers/update"]
    name = sink.arrivals[0].json()["name"]
    lines = [line["id"] for line in sink.arrivals[0].json()["line_items"]]
    assert act(client, sink, "orders/edit", order=name, add=[{"sku": "KIT-01"}]) == [
        "orders/edited", "orders/updated", "customers/update",
    ]  # fmt: skip
    first = [{"line": lines[0], "quantity": 2}]
    assert act(client, sink, "orders/fulfil", order=name, lines=first, company="InPost",
               number="1") == [
        "fulfillments/create", "orders/partially_fulfilled", "orders/updated",
    ]  # fmt: skip
    assert act(client, sink, "orders/fulfil", order=name) == [
        "fulfillments/create", "orders/fulfilled", "orders/updated",
    ]  # fmt: skip
    assert act(client, sink, "orders/event", order=name, status="in_transit") == [
        "fulfillment_events/create", "fulfillments/update", "orders/updated",
    ]  # fmt: skip
    assert act(client, sink, "orders/refund", order=name, lines=[{"line": lines[0]}]) == [
        "refunds/create", "orders/updated", "customers/update",
    ]  # fmt: skip
    assert act(client, sink, "orders/delete", order=name) == ["orders/delete", "customers/update"]


def test_cancelling_and_people(client: Client, sink: Sink) -> None:
    subscribe(client, sink)
    act(client, sink, "orders/place", email="guest@example.net")
    name = sink.arrivals[0].json()["name"]
    assert sink.arrivals[0].json()["customer"] is None
    assert act(client, sink, "orders/cancel", order=name) == [
        "orders/cancelled", "refunds/create", "orders/updated",
    ]  # fmt: skip
    assert act(client, sink, "customers/create", email="new@example.com") == ["customers/create"]
    assert act(client, sink, "customers/update", customer="new@example.com", note="x") == [
        "customers/update"
    ]
    merged = act(client, sink, "customers/merge", keep="no.orders@example.com",
                 merge="new@example.com")  # fmt: skip
    assert merged == ["customers/merge", "customers/update", "customers/delete"]
    assert act(client, sink, "app/scopes", scopes="read_orders") == ["app/scopes_update"]
    assert act(client, sink, "app/uninstall") == ["app/uninstalled"]
    assert act(client, sink, "orders/place") == []


def test_headers_and_signature(client: Client, sink: Sink) -> None:
    subscribe(client, sink, "ORDERS_CREATE", "ORDERS_UPDATED")
    act(client, sink, "orders/place", note="5 < 6 & «ναι» שלום")
    first, second = sink.arrivals
    headers = first.headers
    assert headers["x-shopify-topic"] == "orders/create"
    assert headers["x-shopify-shop-domain"] == "aegean-eyewear.myshopify.com"
    assert headers["x-shopify-api-version"] == "2026-10"
    assert headers["x-shopify-triggered-at"].endswith("Z")
    expected = base64.b64encode(hmac.new(SECRET.encode(), first.body, hashlib.sha256).digest())
    assert headers["x-shopify-hmac-sha256"] == expected.decode()
    assert headers["x-shopify-webhook-id"] != second.headers["x-shopify-webhook-id"]
    assert headers["x-shopify-event-id"] == second.headers["x-shopify-event-id"]
    assert b"5 \\u003c 6 \\u0026 " in first.body
    assert "שלום".encode() in first.body


def test_the_oldest_secret_signs_until_it_is_revoked(client: Client, sink: Sink) -> None:
    subscribe(client, sink, "ORDERS_CREATE")
    client.running.control("app", secrets=["the-new-secret-of-the-rotation", SECRET])
    act(client, sink, "orders/place")
    client.running.control("app", secrets=["the-new-secret-of-the-rotation"])
    act(client, sink, "orders/place")
    for arrival, secret in zip(sink.arrivals, (SECRET, "the-new-secret-of-the-rotation"),
                               strict=True):  # fmt: skip
        digest = hmac.new(secret.encode(), arrival.body, hashlib.sha256).digest()
        assert arrival.headers["x-shopify-hmac-sha256"] == base64.b64encode(digest).decode()


def test_compliance_topics_go_to_the_apps_own_address(client: Client, sink: Sink) -> None:
    client.running.control("app", compliance_uri=sink.url)
    email = "dimitra.papadopoulou@example.com"
    act(client, sink, "customers/data-request", customer=email)
    act(client, sink, "customers/redact", customer=email)
    act(client, sink, "app/uninstall", redact=True)
    assert sink.topics == ["customers/data_request", "customers/redact", "shop/redact"]
    asked, redacted, shop = (arrival.json() for arrival in sink.arrivals)
    assert asked["shop_id"] == redacted["shop_id"] == client.shop.id
    assert asked["customer"]["email"] == email
    assert len(asked["orders_requested"]) == len(redacted["orders_to_redact"]) == 7
    assert shop == {"shop_id": client.shop.id, "shop_domain": client.shop.domain}


def test_a_failure_is_retried_with_the_same_id_and_then_unsubscribed(
    client: Client, sink: Sink
) -> None:
    subscribe(client, sink, "ORDERS_CREATE")
    sink.statuses = [503]
    act(client, sink, "orders/place")
    sink.wait(2)
    assert len({a.headers["x-shopify-webhook-id"] for a in sink.arrivals}) == 1
    assert sink.arrivals[0].body == sink.arrivals[1].body
    assert len(client.shop.subscriptions) == 1
    sink.statuses = [500, 302, 404]
    act(client, sink, "orders/place")
    sink.wait(5)
    client.running.outbox.idle()
    for _ in range(200):
        if not client.shop.subscriptions:
            break
        client.running.outbox.idle()
    log = client.running.control("deliveries", "GET")
    assert [one["state"] for one in log] == ["sent", "failed"]
    assert [one["status"] for one in log[1]["attempts"]] == [500, 302, 404]
    assert client.shop.subscriptions == {}


def test_app_specific_subscriptions_outlive_failures(stand_in: Running, sink: Sink) -> None:
    stand_in.control("app", webhook_uri=sink.url, webhook_topics=["orders/create"])
    client = Client(stand_in)
    sink.statuses = [500, 500, 500]
    act(client, sink, "orders/place")
    sink.wait(3)
    act(client, sink, "orders/place")
    assert sink.topics == ["orders/create"] * 4
    listed = client.data("{ webhookSubscriptions(first: 5) { nodes { id } } }")
    assert listed["webhookSubscriptions"]["nodes"] == []
    client.close()


def test_duplicates_keep_id_and_body(client: Client, sink: Sink) -> None:
    subscribe(client, sink, "ORDERS_CREATE")
    client.running.control("switches", duplicate=1.0)
    act(client, sink, "orders/place")
    sink.wait(2)
    assert sink.arrivals[0].body == sink.arrivals[1].body
    assert len({a.headers["x-shopify-webhook-id"] for a in sink.arrivals}) == 1


def test_drops_and_pauses(client: Client, sink: Sink) -> None:
    subscribe(client, sink, "ORDERS_CREATE")
    client.running.control("switches", drop=1.0)
    assert act(client, sink, "orders/place") == []
    client.running.control("switches", drop=0.0, paused=True)
    assert act(client, sink, "orders/place") == []
    client.running.control("switches", paused=False)
    sink.wait(1)
    client.running.settle()
    log = client.running.control("deliveries", "GET")
    assert [one["state"] for one in log] == ["dropped", "sent"]


def test_reordering_is_repeatable_by_seed(
    client: Client, sink: Sink, monkeypatch: pytest.MonkeyPatch
) -> None:
    subscribe(client, sink, "ORDERS_CREATE")
    client.running.control("switches", reorder=0.7, seed=5)
    # They are placed at one moment, however long it takes.
    began = time.monotonic()
    moment = SimpleNamespace(monotonic=lambda: began)
    with monkeypatch.context() as patch:
        patch.setattr("simulators.shopify.webhooks.outbox.time", moment)
        placed = [client.running.control("orders/place")["name"] for _ in range(8)]
    client.running.outbox.kick()
    client.running.settle()
    sink.wait(8)
    names = [arrival.json()["name"] for arrival in sink.arrivals]
    assert [placed.index(name) for name in names] == [0, 6, 7, 3, 1, 2, 4, 5]


def test_subscribing_is_checked(client: Client, sink: Sink) -> None:
    def attempt(topic: str, uri: str) -> list[dict[str, Any]]:
        body = client.data(SUBSCRIBE, {"topic": topic, "uri": uri})
        errors: list[dict[str, Any]] = body["webhookSubscriptionCreate"]["userErrors"]
        return errors

    assert attempt("ORDERS_CREATE", sink.url) == []
    assert "already been taken" in attempt("ORDERS_CREATE", sink.url)[0]["message"]
    assert "not supported" in attempt("ORDERS_PAID", "http://app.example/hooks")[0]["message"]
    client.running.control("app/scopes", scopes="read_products")
    assert "permission" in attempt("ORDERS_PAID", sink.url)[0]["message"]


def test_subscriptions_can_be_changed_listed_and_deleted(client: Client, sink: Sink) -> None:
    subscribe(client, sink, "ORDERS_CREATE", "ORDERS_PAID")
    listing = "{ webhookSubscriptions(first: 9, topics: [ORDERS_PAID]) { nodes { id topic uri } } }"
    found = client.data(listing)["webhookSubscriptions"]["nodes"]
    assert [one["topic"] for one in found] == ["ORDERS_PAID"]
    changed = client.data(
        """mutation($id: ID!, $uri: String!) { webhookSubscriptionUpdate(id: $id,
             webhookSubscription: {uri: $uri, includeFields: ["id", "name"]}) {
             webhookSubscription { uri includeFields } userErrors { message } } }""",
        {"id": found[0]["id"], "uri": sink.url + "/other"},
    )
    assert changed["webhookSubscriptionUpdate"]["webhookSubscription"]["includeFields"] == [
        "id",
        "name",
    ]
    act(client, sink, "orders/place")
    paid = next(arrival for arrival in sink.arrivals if arrival.topic == "orders/paid")
    assert paid.path == "/webhooks/other"
    assert set(paid.json()) == {"id", "name"}
    delete = """mutation($id: ID!) { webhookSubscriptionDelete(id: $id) {
      deletedWebhookSubscriptionId userErrors { message } } }"""
    gone = client.data(delete, {"id": found[0]["id"]})["webhookSubscriptionDelete"]
    assert gone["deletedWebhookSubscriptionId"] == found[0]["id"]
    assert client.data(delete, {"id": found[0]["id"]})["webhookSubscriptionDelete"]["userErrors"]


@pytest.mark.parametrize("topic", ["orders/create", "orders/updated"])
def test_bodies_are_of_the_moment(client: Client, sink: Sink, topic: str) -> None:
    """A body tells the state at its action, however late it is sent."""
    subscribe(client, sink, topic.replace("/", "_").upper())
    client.running.control("switches", paused=True)
    placed = client.running.control("orders/place", note="first")
    client.running.control("orders/update", order=placed["name"], note="second")
    client.running.control("switches", paused=False)
    client.running.settle()
    assert sink.arrivals[0].json()["note"] == "first"
