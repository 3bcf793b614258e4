"""REST answers against recorded ones: status, headers, errors, lists."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from simulators.woocommerce.testing import Running
from tests.simulators.woocommerce.harness import Client, recorded_headers, rest_payload


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("error-bad-param", "orders?per_page=500"),
        ("error-not-found", "orders/999999"),
        ("orders-past-end", "orders?page=999"),
    ],
)
def test_an_answer_is_the_real_ones(client: Client, name: str, path: str) -> None:
    real = rest_payload(name)
    answer = client.ask("GET", path)
    assert answer.status_code == real["status"]
    assert answer.json() == real["body"]
    assert recorded_headers(answer, client.base) == real["headers"]


def test_statuses_are_the_real_ones_and_the_plugins(client: Client, stand_in: Running) -> None:
    real = rest_payload("order-statuses")
    answer = client.ask("GET", "orders/statuses")
    assert answer.json() == real["body"]
    assert recorded_headers(answer, client.base) == real["headers"]
    atelier = Client(stand_in)
    assert atelier.get("orders/statuses")[-1]["slug"] == "awaiting-lenses"
    assert atelier.ask("GET", "orders?status=awaiting-lenses").status_code == 200
    atelier.close()


def test_a_stranger_gets_the_real_refusal(client: Client) -> None:
    real = rest_payload("error-no-auth")
    for auth in (None, ("ck_unknown", "cs_unknown")):
        answer = client.ask("GET", "orders", auth=auth)
        assert answer.status_code == real["status"]
        assert answer.json() == real["body"]
        assert recorded_headers(answer, client.base) == real["headers"]


def test_a_refund_that_is_too_large_is_a_500(client: Client) -> None:
    real = rest_payload("error-bad-body")
    order = client.send("POST", "orders", {"line_items": [{"product_id": 11}]}, 201)
    answer = client.ask("POST", f"orders/{order['id']}/refunds", json={"amount": "9999"})
    assert answer.status_code == real["status"]
    assert answer.json() == real["body"]
    assert recorded_headers(answer, client.base) == real["headers"]


def test_an_address_that_is_taken_is_refused(client: Client) -> None:
    real = rest_payload("customer-create-duplicate")
    client.send("POST", "customers", {"email": "jane@example.com"}, 201)
    answer = client.ask("POST", "customers", json={"email": "jane@example.com"})
    assert answer.status_code == real["status"]
    assert answer.json() == real["body"]
    assert recorded_headers(answer, client.base) == real["headers"]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("orders-page", "orders?per_page=3&orderby=modified&order=asc"),
        ("customers-page", "customers?per_page=1"),
        ("webhooks-page", "webhooks?per_page=2"),
        ("products-page", "products?per_page=2"),
    ],
)
def test_a_list_has_the_real_headers_and_keys(client: Client, name: str, path: str) -> None:
    for _ in range(3):
        client.watch("order.updated", "http://127.0.0.1:9/hook")
    real = rest_payload(name)
    answer = client.ask("GET", path)
    assert answer.status_code == 200
    assert set(recorded_headers(answer, client.base)) == set(real["headers"])
    for item in answer.json():
        assert list(item) == list(real["body"][0])
        assert same_types(item, real["body"][0])


def same_types(made: Any, real: Any) -> bool:
    """All the way down; null and an empty list say nothing of types."""
    if made in ([], None) or real in ([], None):
        return True
    if isinstance(real, dict):
        return all(same_types(made[key], real[key]) for key in real if key in made)
    if isinstance(real, list):
        return isinstance(made, list) and same_types(made[0], real[0])
    numbers = (int, float)
    return type(made) is type(real) or (type(made) in numbers and type(real) in numbers)


def test_the_next_page_is_told(client: Client) -> None:
    answer = client.ask("GET", "orders?per_page=3&orderby=modified&order=asc")
    total = int(answer.headers["X-WP-Total"])
    assert answer.headers["X-WP-TotalPages"] == str(-(-total // 3))
    whole = f"{client.base}/wp-json/wc/v3/orders?per_page=3&orderby=modified&order=asc"
    assert answer.headers["Link"] == f'<{whole}&page=2>; rel="next"'
    second = client.ask("GET", "orders?per_page=3&orderby=modified&order=asc&page=2")
    assert second.headers["Link"] == f'<{whole}&page=1>; rel="prev", <{whole}&page=3>; rel="next"'


def test_pages_hold_every_order_once(reader: Client) -> None:
    every, page = [], 1
    while rows := reader.get("orders", per_page=7, page=page, orderby="id", order="asc"):
        every += [row["id"] for row in rows]
        page += 1
    held = reader.site.orders.values()
    assert every == [one.id for one in held if one.status != "trash"]
    assert (
        reader.get("orders", per_page=5, offset=3, orderby="id", order="asc")
        == reader.get("orders", per_page=100, orderby="id", order="asc")[3:8]
    )


def test_a_list_has_drafts_and_no_trash(client: Client, stand_in: Running) -> None:
    made = stand_in.control("orders/place", site="/shop", status="checkout-draft")
    other = stand_in.control("orders/place", site="/shop", email="a@example.com")
    stand_in.control("orders/trash", site="/shop", order=other["id"])
    ids = [str(row["id"]) for row in client.get("orders", per_page=100)]
    assert made["id"] in ids
    assert other["id"] not in ids
    assert other["id"] in [str(one["id"]) for one in client.get("orders", status="trash")]
    assert client.get(f"orders/{other['id']}")["status"] == "trash"


def test_an_unknown_parameter_changes_nothing(reader: Client) -> None:
    whole = reader.get("orders", per_page=50)
    assert reader.get("orders", per_page=50, billing_email="nobody@example.com") == whole
    people = reader.get("customers", per_page=50)
    assert reader.get("customers", per_page=50, modified_after="2030-01-01T00:00:00") == people


def test_customers_are_those_of_the_role(reader: Client) -> None:
    assert {row["role"] for row in reader.get("customers", per_page=100)} == {"customer"}
    every = reader.get("customers", per_page=100, role="all", orderby="id", order="asc")
    assert [row["id"] for row in every] == sorted(reader.site.users)


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("orders?page=0", "page must be greater than or equal to 1"),
        ("orders?page=x", "page is not of type integer."),
        ("orders?order=up", "order is not one of asc and desc."),
        ("orders?modified_after=2026-11-22", "Invalid date."),
        ("customers?email=nobody", "Invalid email address."),
        ("orders?dates_are_gmt=perhaps", "dates_are_gmt is not of type boolean."),
    ],
)
def test_wrong_arguments_are_named(reader: Client, path: str, message: str) -> None:
    answer = reader.ask("GET", path)
    name = path.partition("?")[2].partition("=")[0]
    assert answer.status_code == 400
    assert answer.json()["code"] == "rest_invalid_param"
    assert answer.json()["message"] == f"Invalid parameter(s): {name}"
    assert answer.json()["data"]["params"] == {name: message}


def test_an_unknown_status_is_named_with_its_place(reader: Client) -> None:
    body = reader.ask("GET", "orders?status=processing,nonsense").json()
    assert body["data"]["params"]["status"].startswith(
        "status[1] is not one of any, trash, auto-draft, pending, processing,"
    )


def test_arguments_are_checked_before_anybody_is_asked_who_they_are(reader: Client) -> None:
    assert reader.ask("GET", "orders?per_page=500", auth=None).status_code == 400
    assert reader.ask("GET", "orders?per_page=5", auth=None).status_code == 401


def test_a_missing_argument_is_named(client: Client) -> None:
    answer = client.ask("POST", "webhooks", json={"topic": "order.created"})
    assert answer.status_code == 400
    assert answer.json() == {
        "code": "rest_missing_callback_param",
        "message": "Missing parameter(s): delivery_url",
        "data": {"status": 400, "params": ["delivery_url"]},
    }


def test_broken_json_is_refused(client: Client) -> None:
    answer = client.ask(
        "POST", "orders", data=b'{"a":', headers={"Content-Type": "application/json"}
    )
    assert answer.status_code == 400
    assert answer.json()["code"] == "rest_invalid_json"


def test_an_unknown_route_is_404(reader: Client) -> None:
    answer = reader.ask("GET", "nothing")
    assert answer.status_code == 404
    assert answer.json() == {
        "code": "rest_no_route",
        "message": "No route was found matching the URL and request method.",
        "data": {"status": 404},
    }


def _since(client: Client, moment: datetime, **more: str) -> set[int]:
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    rows = client.get("orders", per_page=100, modified_after=text, **more)
    return {row["id"] for row in rows}


def test_modified_after_is_strictly_greater(client: Client) -> None:
    at = datetime.now(UTC).replace(microsecond=0)
    made = client.send("POST", "orders", {"line_items": [{"product_id": 11}]}, 201)
    at = datetime.fromisoformat(made["date_modified_gmt"]).replace(tzinfo=UTC)
    assert made["id"] not in _since(client, at, dates_are_gmt="true")
    assert made["id"] in _since(client, at - timedelta(seconds=1), dates_are_gmt="true")


def test_z_with_gmt_dates_is_off_by_the_stores_offset(client: Client) -> None:
    """New York is behind: its own reading of `Z` lets orders of the last hours through."""
    made = client.send("POST", "orders", {"line_items": [{"product_id": 11}]}, 201)
    at = datetime.fromisoformat(made["date_modified_gmt"]).replace(tzinfo=UTC)
    later = (at + timedelta(hours=2)).strftime("%Y-%m-%dT%H:%M:%SZ")
    ids = [row["id"] for row in client.get(
        "orders", per_page=100, modified_after=later, dates_are_gmt="true"
    )]  # fmt: skip
    assert made["id"] in ids
    right = client.get("orders", per_page=100, modified_after=later)
    assert made["id"] not in [row["id"] for row in right]
