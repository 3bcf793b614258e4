"""Bulk operations: rules, ungrouped files on another host, limits, failures."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
import requests

from simulators.shopify.testing import Running
from tests.simulators.shopify.harness import Client
from tests.simulators.webhook_sink import Sink

RUN = """mutation($query: String!, $group: Boolean!) {
  bulkOperationRunQuery(query: $query, groupObjects: $group) {
    bulkOperation { id status url } userErrors { field message code } } }"""
POLL = """query($id: ID!) { bulkOperation(id: $id) { id status errorCode objectCount
  rootObjectCount fileSize url partialDataUrl completedAt } }"""
ORDERS = """{ orders { edges { node { id name updatedAt totalPriceSet { shopMoney { amount } }
  customer { id defaultEmailAddress { emailAddress } }
  refunds { id totalRefundedSet { shopMoney { amount } } }
  lineItems { edges { node { id title quantity variant { id } } } }
  shippingLines { edges { node { id title } } } } } } }"""


def start(client: Client, query: str, group: bool = False) -> dict[str, Any]:
    body = client.data(RUN, {"query": query, "group": group})
    made: dict[str, Any] = body["bulkOperationRunQuery"]
    return made


def finished(client: Client, query: str, group: bool = False) -> dict[str, Any]:
    made = start(client, query, group)
    assert made["userErrors"] == []
    assert made["bulkOperation"]["status"] in ("CREATED", "RUNNING")
    for _ in range(500):
        found: dict[str, Any] = client.data(POLL, {"id": made["bulkOperation"]["id"]})
        if found["bulkOperation"]["status"] not in ("CREATED", "RUNNING"):
            operation: dict[str, Any] = found["bulkOperation"]
            return operation
        time.sleep(0.01)
    raise AssertionError("the operation never ended")


def lines(url: str) -> list[dict[str, Any]]:
    answer = requests.get(url, timeout=30)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"].startswith("application/jsonl")
    return [json.loads(line) for line in answer.content.decode().splitlines()]


def test_the_file_holds_everything_and_children_stray_from_their_parents(reader: Client) -> None:
    operation = finished(reader, ORDERS)
    assert operation["status"] == "COMPLETED"
    made = lines(operation["url"])
    roots = [one for one in made if "__parentId" not in one]
    children = [one for one in made if "__parentId" in one]
    assert int(operation["objectCount"]) == len(made)
    assert int(operation["rootObjectCount"]) == len(roots) == len(reader.shop.orders)
    assert {one["__parentId"] for one in children} <= {one["id"] for one in roots}
    places = {one["id"]: index for index, one in enumerate(made) if "__parentId" not in one}
    assert any(places[one["__parentId"]] > index for index, one in enumerate(made)
               if "__parentId" in one)  # fmt: skip
    for root in roots:
        order = reader.shop.orders[int(root["id"].rsplit("/", 1)[1])]
        own = [c for c in children if c["__parentId"] == root["id"]]
        assert len([c for c in own if "/LineItem/" in c["id"]]) == len(order.lines)
        assert len(root["refunds"]) == len(order.refunds)


def test_grouped_children_follow_their_parents(reader: Client) -> None:
    parent = None
    for one in lines(finished(reader, ORDERS, group=True)["url"]):
        if "__parentId" in one:
            assert one["__parentId"] == parent
        else:
            parent = one["id"]


def test_bulk_and_pages_give_the_same_values(reader: Client) -> None:
    operation = finished(reader, ORDERS)
    roots = {one["id"]: one for one in lines(operation["url"]) if "__parentId" not in one}
    nodes = reader.data("""{ orders(first: 100) { nodes { id name updatedAt
      totalPriceSet { shopMoney { amount } } customer { id defaultEmailAddress { emailAddress } }
      refunds { id totalRefundedSet { shopMoney { amount } } } } } }""")["orders"]["nodes"]
    assert {node["id"]: node for node in nodes} == roots


def test_two_levels_and_fragments(reader: Client) -> None:
    query = """query { products { nodes { ...P variants { nodes { id sku
      inventoryItem { id } } } } } } fragment P on Product { id title __typename }"""
    made = lines(finished(reader, query)["url"])
    assert {one["__typename"] for one in made if "title" in one} == {"Product"}
    assert len([one for one in made if "sku" in one]) == len(reader.shop.variants)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("{ shop { name } }", "at least one connection"),
        ("{ orders { edges { node { id refunds { transactions { edges { node { id } } } } } } } }",
         "connection field within a list"),
        ("""{ customers { edges { node { id orders { edges { node { id lineItems { edges { node {
          id } } } } } } } } } }""", "nesting depth"),
        ("""{ orders { edges { node { id a: lineItems { nodes { id } } b: lineItems { nodes { id } }
          c: lineItems { nodes { id } } d: lineItems { nodes { id } } e: lineItems { nodes { id } }
          } } } }""", "more than 5"),
        ("{ orders { edges { node { name lineItems { nodes { id } } } } } }", "'id' field"),
        ("{ orders { edges { node { colour } } } }", "colour"),
        ("{ orders {", "Invalid bulk query"),
        ("mutation { appUninstall { app { id } } }", "exactly one query"),
    ],
)  # fmt: skip
def test_rules(reader: Client, query: str, sentence: str) -> None:
    made = start(reader, query)
    assert made["bulkOperation"] is None
    assert made["userErrors"][0]["code"] == "INVALID"
    assert sentence in made["userErrors"][0]["message"]


def test_nothing_found_has_no_url(reader: Client) -> None:
    query = '{ orders(query: "name:none") { edges { node { id } } } }'
    operation = finished(reader, query)
    assert (operation["status"], operation["url"], operation["fileSize"]) == (
        "COMPLETED", None, None,
    )  # fmt: skip
    assert operation["objectCount"] == "0"


def test_the_file_host_is_another_and_takes_no_credentials(stand_in: Running) -> None:
    client = Client(stand_in)
    url = finished(client, "{ customers { edges { node { id } } } }")["url"]
    assert url.startswith(f"http://localhost:{stand_in.server.port}/_bulk/")
    assert stand_in.state.alarms == []
    answer = requests.get(url, headers={"X-Shopify-Access-Token": client.token}, timeout=30)
    assert answer.status_code == 403
    assert [alarm.kind for alarm in stand_in.state.alarms] == ["credential sent to the file host"]
    assert client.token not in answer.text
    client.close()


def test_five_run_at_once_and_one_before_2026(stand_in: Running) -> None:
    client = Client(stand_in)
    client.shop.switches.bulk_delay_seconds = 3600.0
    query = "{ customers { edges { node { id } } } }"
    made = [start(client, query) for _ in range(5)]
    assert all(one["userErrors"] == [] for one in made)
    assert start(client, query)["userErrors"][0]["code"] == "LIMIT_REACHED"
    older = client.run(RUN, {"query": query, "group": False}, version="2025-10")
    errors = older["data"]["bulkOperationRunQuery"]["userErrors"]
    assert errors[0]["code"] == "OPERATION_IN_PROGRESS"
    cancel = "mutation($id: ID!) { bulkOperationCancel(id: $id) { bulkOperation { status } } }"
    body = client.data(cancel, {"id": made[0]["bulkOperation"]["id"]})
    assert body["bulkOperationCancel"]["bulkOperation"]["status"] == "CANCELING"
    running = '{ bulkOperations(first: 9, query: "status:CREATED") { nodes { id } } }'
    assert len(client.data(running)["bulkOperations"]["nodes"]) == 4
    client.close()


def test_a_failure_leaves_partial_data(stand_in: Running) -> None:
    client = Client(stand_in)
    client.shop.switches.bulk_fail = True
    operation = finished(client, ORDERS)
    assert (operation["status"], operation["errorCode"], operation["url"]) == (
        "FAILED", "INTERNAL_SERVER_ERROR", None,
    )  # fmt: skip
    client.close()


def test_a_missing_scope_fails_it(stand_in: Running) -> None:
    client = Client(stand_in, scopes="read_orders,read_all_orders")
    operation = finished(client, "{ orders { edges { node { id customer { id } } } } }")
    assert (operation["status"], operation["errorCode"]) == ("FAILED", "ACCESS_DENIED")
    client.close()


def test_truncated_and_expired_files(stand_in: Running) -> None:
    client = Client(stand_in)
    client.shop.switches.bulk_truncate = True
    operation = finished(client, ORDERS)
    body = requests.get(operation["url"], timeout=30).content
    assert len(body) < int(operation["fileSize"])
    with pytest.raises(json.JSONDecodeError):
        json.loads(body.splitlines()[-1])
    client.shop.switches.bulk_expired_url = True
    assert requests.get(operation["url"], timeout=30).status_code == 400
    client.shop.switches.bulk_expired_url = False
    stand_in.state.clock.advance(8 * 86_400)
    assert requests.get(operation["url"], timeout=30).status_code == 400
    client.close()


def test_its_end_is_told_by_webhook(stand_in: Running, sink: Sink) -> None:
    client = Client(stand_in)
    client.data(
        "mutation($u: String!) { webhookSubscriptionCreate(topic: BULK_OPERATIONS_FINISH,"
        " webhookSubscription: {uri: $u}) { userErrors { message } } }",
        {"u": sink.url},
    )
    operation = finished(client, ORDERS)
    sink.wait(1)
    told = sink.arrivals[0].json()
    assert sink.topics == ["bulk_operations/finish"]
    assert told["admin_graphql_api_id"] == operation["id"]
    assert (told["status"], told["type"], told["error_code"]) == ("completed", "query", None)
    client.close()
