"""Changes of orders as signed webhooks, sent evenly, and the context read by an API key."""

import base64
import hashlib
import hmac
import http.client
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import orjson

from bench.drain_world import SETTINGS
from bench.shop_deliveries import STARTS_AT, one_each, shop_domain

_THREADS = 8
_ANSWERS_WITHIN_SECONDS = 10.0


@dataclass(slots=True)
class Sent:
    """One webhook: the order has this total after it, which only grows. Times are monotonic."""

    shop: int
    external_id: str
    total: int
    body: bytes
    headers: dict[str, str]
    answered_at: float = 0.0
    answered: threading.Event = field(default_factory=threading.Event)


def order_changes(count: int, shops: int, orders: int, *, start: int, first: int = 0) -> list[Sent]:
    """So many changes of these orders in turn, newer than those of any lower start.

    `first` is the number of the first order: another one makes them other orders.
    """
    bodies = order_bodies(orders, shops, first=first)
    return [changed(bodies[n % orders], start + n, n % orders % shops) for n in range(count)]


def order_bodies(orders: int, shops: int, *, first: int = 0) -> list[dict[str, Any]]:
    """So many orders of the shops in turn."""
    return [orjson.loads(told.body) for told in one_each(orders, shops, first=first)]


def changed(body: dict[str, Any], number: int, shop: int) -> Sent:
    """That order as the change of that number leaves it; the body is changed."""
    at = STARTS_AT + timedelta(seconds=number)
    total = 100 + number
    written = f"{total / 100:.2f}"
    money = {"amount": written, "currency_code": "USD"}
    both = {"shop_money": money, "presentment_money": money}
    moment = at.strftime("%Y-%m-%dT%H:%M:%SZ")
    body.update(
        updated_at=moment,
        total_price=written,
        current_total_price=written,
        total_price_set=both,
        current_total_price_set=both,
    )
    raw = orjson.dumps(body)
    headers = {
        "content-type": "application/json",
        "x-shopify-topic": "orders/updated",
        "x-shopify-shop-domain": shop_domain(shop),
        "x-shopify-webhook-id": f"fresh-{number}",
        "x-shopify-triggered-at": moment,
        "x-shopify-api-version": "2026-10",
        "x-shopify-hmac-sha256": _signature(raw),
    }
    return Sent(shop, str(body["id"]), total, raw, headers)


def _signature(body: bytes) -> str:
    key = SETTINGS["SHOPIFY_API_SECRET"].encode()
    return base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()


def send_evenly(port: int, changes: Sequence[Sent], rate: int) -> None:
    """Send them at that many a second, each at its own moment. Raises where one isn't taken."""
    began = time.monotonic() + 0.1
    failed: list[BaseException] = []

    def run(first: int) -> None:
        line = Line(port)
        try:
            for number in range(first, len(changes), _THREADS):
                time.sleep(max(began + number / rate - time.monotonic(), 0))
                line.send(changes[number])
        except BaseException as error:  # noqa: BLE001 - told by the caller's thread
            failed.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(_THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


class Line:
    """A connection that is kept."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection(
            "127.0.0.1", port, timeout=_ANSWERS_WITHIN_SECONDS
        )

    def send(self, sent: Sent) -> None:
        """One webhook; it has to be acknowledged."""
        self._connection.request("POST", "/webhooks/shopify", sent.body, sent.headers)
        answer = self._connection.getresponse()
        answer.read()
        sent.answered_at = time.monotonic()
        sent.answered.set()
        if answer.status != 200:
            raise RuntimeError(f"a webhook was answered {answer.status}")

    def context(self, key: str, order: str) -> list[dict[str, Any]]:
        """That order in the context of the shop's workspace; none where it isn't known."""
        headers = {"authorization": f"Bearer {key}"}
        self._connection.request("GET", f"/api/v1/context?order={order}", headers=headers)
        answer = self._connection.getresponse()
        body = answer.read()
        if answer.status == 404:
            return []
        if answer.status != 200:
            raise RuntimeError(f"the context was answered {answer.status}")
        orders: list[dict[str, Any]] = orjson.loads(body)["orders"]
        return [found for found in orders if found["external_id"] == order]
