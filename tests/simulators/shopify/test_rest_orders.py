"""REST's orders: what connectors of others read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from simulators.shopify.actions import orders as order_actions
from simulators.shopify.rest import calls_of
from simulators.shopify.testing import Running
from simulators.shopify.written_dates import utc
from tests.simulators.shopify.harness import Client


def get(client: Client, path: str, token: str | None = None, **query: str) -> requests.Response:
    return client.http.get(
        f"{client.base}/admin/api/2026-10/{path}",
        params=query,
        headers={"X-Shopify-Access-Token": token or client.token},
        timeout=20,
    )


def pages(client: Client, **query: str) -> Iterator[list[int]]:
    """The ids of each page, by the Link headers."""
    while True:
        answer = get(client, "orders.json", **query)
        assert answer.status_code == 200, answer.text
        yield [order["id"] for order in answer.json()["orders"]]
        if "next" not in answer.links:
            return
        following = urlsplit(answer.links["next"]["url"])
        assert following.netloc == client.shop.domain
        assert following.path == "/admin/api/2026-10/orders.json"
        query = dict(parse_qsl(following.query))


@pytest.mark.parametrize("direction", ["asc", "desc"])
def test_pages_hold_every_order_once_and_in_order(reading: Running, direction: str) -> None:
    client = Client(reading)
    found = list(pages(client, limit="7", status="any", order=f"updated_at {direction}"))
    wanted = sorted(client.shop.orders.values(), key=lambda order: (order.updated_at, order.id))
    ids = [order.id for order in wanted]
    assert [one for page in found for one in page] == (ids if direction == "asc" else ids[::-1])
    assert {len(page) for page in found[:-1]} == {7}
    client.close()


def test_only_what_changed_since_is_told(reading: Running) -> None:
    client = Client(reading)
    moments = sorted(order.updated_at for order in client.shop.orders.values())
    edge = moments[len(moments) // 2]
    found = {one for page in pages(client, status="any", updated_at_min=utc(edge)) for one in page}
    later = {order.id for order in client.shop.orders.values() if order.updated_at >= edge}
    assert found == later
    count = get(client, "orders/count.json", status="any", updated_at_min=utc(edge))
    assert count.json() == {"count": len(later)}
    client.close()


def test_it_answers_with_the_load_and_refuses_beyond_it(stand_in: Running) -> None:
    client = Client(stand_in)
    answer = get(client, "orders.json")
    assert answer.headers["X-Shopify-Shop-Api-Call-Limit"] == "1/40"
    assert answer.headers["X-Shopify-API-Version"] == "2026-10"
    bucket = calls_of(stand_in.state, client.shop)
    bucket.rate = 0.0
    bucket.drain()
    refused = get(client, "orders.json")
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "2.0"
    client.close()


def test_it_refuses_strangers_missing_scopes_and_nonsense(reading: Running) -> None:
    client = Client(reading, "gulf-oud", scopes="read_customers")
    assert get(client, "orders.json", token="shpat_nothing").status_code == 401
    assert get(client, "orders.json").status_code == 403
    client.close()
    client = Client(reading)
    for query in (
        {"limit": "251"},
        {"page_info": "bm90aGluZw"},
        {"page_info": "bm90aGluZw", "status": "any"},
        {"since_id": "many"},
        {"updated_at_min": "yesterday"},
        {"order": "name asc"},
    ):
        assert get(client, "orders.json", **query).status_code == 400, query
    assert "orders" not in get(client, "orders.json", limit="0").json()
    client.close()


def test_without_read_all_orders_only_sixty_days_are_told(reading: Running) -> None:
    client = Client(reading, "portland-supply", scopes="read_orders")
    edge = client.running.state.clock.now() - timedelta(days=60)
    young = {order.id for order in client.shop.orders.values() if order.created_at >= edge}
    assert 0 < len(young) < len(client.shop.orders)
    assert {one for page in pages(client, status="any") for one in page} == young
    client.close()


def test_bodies_follow_the_shop_and_deletions_are_events(stand_in: Running) -> None:
    client = Client(stand_in)
    order = next(iter(client.shop.orders.values()))
    query = {"ids": str(order.id), "status": "any"}
    assert get(client, "orders.json", **query).json()["orders"][0]["note"] == order.note
    order_actions.update(stand_in.state, client.shop, order, note="Ring twice")
    assert get(client, "orders.json", **query).json()["orders"][0]["note"] == "Ring twice"
    order_actions.delete(stand_in.state, client.shop, order)
    assert get(client, "orders.json", **query).json() == {"orders": []}
    asked = {"filter": "Order", "verb": "destroy"}
    events = get(client, "events.json", **asked).json()["events"]
    assert order.id in [event["subject_id"] for event in events]
    client.close()
