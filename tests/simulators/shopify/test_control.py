"""The control API and the server as a process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import requests

from simulators.shopify.testing import Running
from tests.simulators.shopify.harness import Client

ROOT = Path(__file__).parents[3]


def test_shops_are_listed_with_what_a_test_needs(stand_in: Running) -> None:
    shops = stand_in.control("shops", "GET")
    assert [shop["currency"] for shop in shops] == ["EUR", "JPY", "KWD", "USD"]
    assert shops[0]["installed"] is False
    assert shops[0]["staff"][0]["name"] == "Ιωάννα Ρήγα"


def test_a_guest_order_in_a_foreign_currency(stand_in: Running) -> None:
    made = stand_in.control(
        "orders/place", email="g@example.net", presentment_currency="JPY",
        lines=[{"sku": "AVI-01", "quantity": 2}], shipping_price=490, payment="pending",
        address={"first_name": "Zoë", "last_name": "Évans", "country_code": "GB"},
    )  # fmt: skip
    assert made["total_minor"] == 8990
    assert (made["presentment_currency"], made["financial_status"]) == ("JPY", "pending")
    assert made["customer_id"] is None
    paid = stand_in.control("orders/pay", order=made["name"])
    assert paid["financial_status"] == "paid"
    assert stand_in.control("orders/show", "GET", order=made["id"]) == paid


def test_refusals_unknowns_and_malformed_bodies(stand_in: Running) -> None:
    def status(path: str, **body: object) -> int:
        with pytest.raises(requests.HTTPError) as caught:
            stand_in.control(path, **body)
        assert caught.value.response is not None
        assert caught.value.response.json()["error"]
        return caught.value.response.status_code

    assert status("orders/refund", order="#1042", amount=999_999) == 422
    assert status("orders/refund", order="#0") == 422
    assert status("orders/refund") == 400
    assert status("orders/place", shop="nobody") == 404
    assert status("switches", flavour=1) == 400
    assert status("app", colour="red") == 400


def test_installing_by_hand_and_session_tokens(stand_in: Running) -> None:
    stand_in.control("app/install", scopes="read_orders")
    token = stand_in.control("app/session-token")["token"]
    assert token.count(".") == 2
    assert stand_in.control("shop", "GET")["scopes"] == ["read_orders"]


def test_killed_access_tokens_can_be_refreshed(client: Client) -> None:
    client.running.control("app/kill-tokens")
    assert client.post("{ shop { name } }").status_code == 401
    form = {"grant_type": "refresh_token", "refresh_token": client.tokens["refresh_token"]}
    client.token = client.oauth(form).json()["access_token"]
    assert client.post("{ shop { name } }").status_code == 200


def test_calls_are_noted(client: Client) -> None:
    assert client.running.control("calls", "GET") == []
    client.post("query named { shop { name } }")
    client.oauth({"grant_type": "refresh_token", "refresh_token": "x"})
    seen = client.running.control("calls", "GET")
    assert [(c["door"], c["operation"], c["status"]) for c in seen] == [
        ("graphql", "named", 200),
        ("oauth", "refresh_token", 400),
    ]
    client.running.control("calls", "DELETE")
    assert client.running.control("calls", "GET") == []


def test_the_two_rest_resources_that_clients_read(client: Client) -> None:
    headers = {"X-Shopify-Access-Token": client.token}
    scopes = client.http.get(f"{client.base}/admin/oauth/access_scopes.json", headers=headers)
    held = {scope["handle"] for scope in scopes.json()["access_scopes"]}
    assert held == client.running.state.app.scope_set
    shop = client.http.get(f"{client.base}/admin/api/2026-10/shop.json", headers=headers)
    assert shop.json()["shop"]["id"] == client.shop.id
    assert client.http.get(f"{client.base}/admin/api/2026-10/shop.json").status_code == 401


def test_stock_and_deleted_products(stand_in: Running) -> None:
    stock = stand_in.control("products/stock", variant="AVI-01", available=0)
    assert stock["inventory_quantity"] == 5
    product = next(iter(stand_in.shop().products))
    stand_in.control("products/delete", product=product)
    assert product not in stand_in.shop().products


def test_a_reset_begins_anew(client: Client) -> None:
    before = client.running.oracle()
    client.running.control("orders/place")
    client.running.control("reset", seed=1, orders=40)
    after = client.running.oracle()
    assert [o["total_minor"] for o in after["orders"]] != []
    assert len(after["orders"]) == len(before["orders"])
    assert client.post("{ shop { name } }").status_code == 401


def test_many_at_once(client: Client) -> None:
    """Orders are placed, read, exported and refunded by several threads without harm."""
    stand_in, failures = client.running, []

    def trader() -> None:
        try:
            for _ in range(8):
                made = stand_in.control("orders/place", payment="paid")
                stand_in.control("orders/refund", order=made["name"], amount=1)
        except requests.RequestException as failure:
            failures.append(failure)

    def looker() -> None:
        try:
            for _ in range(8):
                stand_in.oracle()
                stand_in.control("deliveries", "GET")
                client.data("{ orders(first: 50, sortKey: UPDATED_AT) { nodes { id } } }")
        except (requests.RequestException, AssertionError) as failure:
            failures.append(failure)

    threads = [threading.Thread(target=one) for one in (trader, trader, looker)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    orders = stand_in.oracle()["orders"]
    assert len({order["name"] for order in orders}) == len(orders) == 40 + 16
    assert sum(order["refunded_minor"] == 1 for order in orders) == 16


def test_the_process_says_ready_and_ends_on_sigterm(tmp_path: Path) -> None:
    config = tmp_path / "app.json"
    config.write_text(json.dumps({"client_id": "from-the-file"}))
    process = subprocess.Popen(
        [
            sys.executable,
            "-m",
            "simulators.shopify",
            "--orders",
            "40",
            "--app-config",
            f"@{config}",
        ],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ.copy(),
    )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line.startswith("ready http://127.0.0.1:")
        url = line.split()[1]
        app = requests.get(f"{url}/_control/app", timeout=30).json()
        assert app["client_id"] == "from-the-file"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0
    finally:
        process.kill()
        process.wait()
        process.stdout.close()
