"""Faults on demand, slow sites, and the log of what was asked."""

from __future__ import annotations

import time
from typing import Any

import pytest
import requests

from simulators.woocommerce.testing import Running
from tests.simulators.woocommerce.harness import Client


def _fault(stand_in: Running, kind: str, **more: Any) -> None:
    stand_in.control("faults", kind=kind, **more)


@pytest.mark.parametrize(
    ("kind", "status", "mime", "says"),
    [
        ("firewall", 403, "text/html", "Access denied"),
        ("challenge", 503, "text/html", "Just a moment"),
        ("throttled", 429, "text/html", "Too Many Requests"),
        ("error", 500, "application/json", "internal_server_error"),
        ("login_page", 200, "text/html", "loginform"),
        ("empty", 200, "application/json", ""),
    ],
)
def test_a_fault_answers_once(
    stand_in: Running, client: Client, kind: str, status: int, mime: str, says: str
) -> None:
    _fault(stand_in, kind, seconds=7)
    answer = client.ask("GET", "orders")
    assert (answer.status_code, answer.headers["Content-Type"].partition(";")[0]) == (status, mime)
    assert says in answer.text
    assert answer.headers.get("Retry-After") == ("7" if kind == "throttled" else None)
    assert client.ask("GET", "orders").status_code == 200


def test_a_front_page_may_lead_elsewhere_or_in_a_circle(stand_in: Running) -> None:
    url = stand_in.url("/shop") + "/"
    for location, leads in (
        ("https://elsewhere.example/", "https://elsewhere.example/"),
        ("", url),
    ):
        _fault(stand_in, "redirect", contains="", location=location)
        answer = requests.get(url, timeout=30, allow_redirects=False)
        assert (answer.status_code, answer.headers["Location"]) == (302, leads)
    assert requests.get(url, timeout=30).status_code == 200


def test_garbage_is_no_json(stand_in: Running, client: Client) -> None:
    _fault(stand_in, "garbage")
    with pytest.raises(ValueError, match=r".+"):
        client.ask("GET", "orders").json()


def test_a_connection_is_cut(stand_in: Running, client: Client) -> None:
    _fault(stand_in, "reset")
    with pytest.raises(requests.ConnectionError):
        client.ask("GET", "orders")
    assert client.ask("GET", "orders").status_code == 200


def test_faults_choose_their_requests(stand_in: Running, client: Client) -> None:
    _fault(stand_in, "firewall", contains="page=2", site="/shop", times=-1)
    assert client.ask("GET", "orders?page=1").status_code == 200
    assert [client.ask("GET", "orders?page=2").status_code for _ in range(2)] == [403, 403]
    other = Client(stand_in)
    assert other.ask("GET", "orders?page=2").status_code == 200
    other.close()
    stand_in.control("faults", clear=True)
    assert client.ask("GET", "orders?page=2").status_code == 200
    with pytest.raises(requests.HTTPError, match="unknown fault"):
        _fault(stand_in, "sulking")


def test_answers_may_be_slow(stand_in: Running, client: Client) -> None:
    stand_in.control("site", site="/shop", latency_seconds=0.1)
    started = time.monotonic()
    assert client.ask("GET", "orders/statuses").status_code == 200
    assert time.monotonic() - started >= 0.1
    _fault(stand_in, "slow", seconds=0.2)
    started = time.monotonic()
    assert client.ask("GET", "orders/statuses").status_code == 200
    assert time.monotonic() - started >= 0.3


def test_what_was_asked_is_known(stand_in: Running, client: Client) -> None:
    stand_in.control("calls", site="/shop", clear=True)
    client.ask("GET", "orders?per_page=1")
    client.ask("GET", "orders/999")
    said = stand_in.control("calls", site="/shop")
    assert [(one["method"], one["path"], one["query"], one["status"]) for one in said] == [
        ("GET", "/wp-json/wc/v3/orders", "per_page=1", 200),
        ("GET", "/wp-json/wc/v3/orders/999", "", 404),
    ]
    assert stand_in.control("calls", site="") == []
