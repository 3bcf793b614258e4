"""Webhooks that fail, wait, get lost, or come from somebody without rights."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from typing import Any

import pytest
import requests

from simulators.sending import Sender
from simulators.woocommerce.testing import Running
from simulators.woocommerce.webhooks.delivery import delivery_id
from tests.simulators.webhook_sink import Sink
from tests.simulators.woocommerce.harness import Client

SECRET = "a secret of the tests"


def _place(stand_in: Running, **asked: Any) -> str:
    made: str = stand_in.control("orders/place", site="/shop", **asked)["id"]
    return made


def test_the_seventh_failure_in_a_row_disables(
    client: Client, sink: Sink, stand_in: Running
) -> None:
    number = client.watch("order.created", sink.url)
    hook = client.site.webhooks[number]
    sink.statuses += [500] * 6
    for _ in range(6):
        _place(stand_in)
        stand_in.settle()
    assert (hook.status, hook.failures) == ("active", 6)
    _place(stand_in)
    stand_in.settle()
    assert (hook.status, hook.failures) == ("active", 0)
    sink.statuses += [429] * 7
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
    sink.statuses.append(status)
    _place(stand_in)
    stand_in.settle()
    assert hook.failures == failures
    assert len(sink.arrivals) == 2


def test_nothing_is_sent_again(client: Client, sink: Sink, stand_in: Running) -> None:
    client.watch("order.created", sink.url)
    sink.statuses.append(503)
    _place(stand_in)
    stand_in.settle()
    time.sleep(0.1)
    assert sink.topics == ["order.created"]


def test_an_answer_has_a_minute_unless_a_switch_says_otherwise(
    client: Client, sink: Sink, stand_in: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    hook = client.site.webhooks[client.watch("order.created", sink.url)]
    waited: list[tuple[float, float]] = []
    post = Sender.post

    def noting(sender: Sender, url: str, body: bytes, headers: Any, patience: Any) -> Any:
        waited.append(patience)
        return post(sender, url, body, headers, patience)

    monkeypatch.setattr(Sender, "post", noting)
    _place(stand_in)
    stand_in.settle()
    stand_in.control("switches", site="/shop", answers_within_seconds=0.2)
    sink.pauses.append(1.0)
    _place(stand_in)
    stand_in.settle()
    assert waited == [(10.0, 60.0), (0.2, 0.2)]
    assert (hook.failures, stand_in.outbox.log[-1].error) == (1, "ReadTimeout")


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
    requests.get(client.base + "/", timeout=30)
    sink.wait(2)
    assert sink.topics == ["order.created"]


def test_cron_is_late(client: Client, sink: Sink, stand_in: Running) -> None:
    client.watch("order.created", sink.url)
    stand_in.control("switches", site="/shop", cron_delay_seconds=60)
    _place(stand_in)
    time.sleep(0.05)
    assert sink.topics == []
    assert len(stand_in.outbox.pending(client.site)) == 1
    stand_in.control("cron", site="/shop")
    assert sink.topics == ["order.created"]
    stand_in.control("switches", site="/shop", cron_delay_seconds=0.05)
    _place(stand_in)
    stand_in.settle()
    assert sink.topics == ["order.created"] * 2


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
