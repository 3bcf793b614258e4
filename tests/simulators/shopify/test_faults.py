"""Faults on demand."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
import requests

from simulators.shopify.testing import Running
from tests.simulators.shopify.harness import Client

SHOP = "{ shop { name } }"


def fault(client: Client, **what: object) -> None:
    client.running.control("faults", **what)


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_statuses_for_the_next_requests_only(client: Client, status: int) -> None:
    fault(client, kind="status", status=status, times=2, door="graphql")
    first = client.post(SHOP)
    assert first.status_code == status
    assert ("Retry-After" in first.headers) == (status == 429)
    assert client.post(SHOP).status_code == status
    assert client.data(SHOP)["shop"]["name"] == "Aegean Eyewear"
    assert client.running.control("faults", "GET") == []


def test_html_garbage_and_nothing(client: Client) -> None:
    fault(client, kind="html")
    assert client.post(SHOP).headers["Content-Type"].startswith("text/html")
    fault(client, kind="garbage")
    with pytest.raises(requests.JSONDecodeError):
        client.post(SHOP).json()
    fault(client, kind="empty")
    assert client.post(SHOP).content == b""
    assert client.data(SHOP)


def test_the_connection_is_reset(client: Client) -> None:
    fault(client, kind="reset")
    with pytest.raises(requests.ConnectionError):
        client.post(SHOP)
    assert client.data(SHOP)


def test_slow(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("simulators.shopify.faults.time", SimpleNamespace(sleep=wait))
    fault(client, kind="slow", seconds=30)
    assert client.data(SHOP)
    assert waited == [30]
    assert client.data(SHOP)
    assert waited == [30]


def test_throttled(client: Client) -> None:
    fault(client, kind="throttled")
    assert client.run(SHOP)["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert client.data(SHOP)


def test_a_lost_refresh_has_rotated_all_the_same(client: Client) -> None:
    """The answer is lost after the rotation; the old token gives the same pair again."""
    form = {"grant_type": "refresh_token", "refresh_token": client.tokens["refresh_token"]}
    fault(client, kind="lost_answer", door="oauth", contains="refresh_token")
    with pytest.raises(requests.ConnectionError):
        client.oauth(form)
    installation = client.shop.installations["the-client-id"]
    old = installation.refresh_tokens[client.tokens["refresh_token"]]
    assert old.replaced_by is not None
    answer = client.oauth(form)
    assert answer.status_code == 200
    assert answer.json()["refresh_token"] == old.replaced_by


def test_half_an_answer(client: Client) -> None:
    fault(client, kind="half_answer")
    with pytest.raises(requests.JSONDecodeError):
        client.post(SHOP).json()


def test_a_fault_meets_only_its_door_and_its_shop(stand_in: Running) -> None:
    here, there = Client(stand_in), Client(stand_in, "kyoto-paper")
    fault(here, kind="status", status=500, door="graphql", shop=here.shop.domain)
    assert there.post(SHOP).status_code == 200
    assert here.oauth({}).status_code == 400
    assert here.post(SHOP).status_code == 500
    fault(here, kind="status", status=500, contains="customers(")
    assert here.post(SHOP).status_code == 200
    assert here.post("{ customers(first: 1) { nodes { id } } }").status_code == 500
    here.close()
    there.close()


def test_unknown_faults_are_refused(stand_in: Running) -> None:
    with pytest.raises(requests.HTTPError, match="unknown fault"):
        stand_in.control("faults", kind="meteor")
