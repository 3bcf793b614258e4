"""Costs, the bucket, throttling, the single-query limit."""

from __future__ import annotations

import time
from types import SimpleNamespace
from typing import Any

import pytest
from graphql import OperationDefinitionNode, parse

from simulators.shopify.graphql.bucket import Bucket
from simulators.shopify.graphql.cost import Costs
from simulators.shopify.graphql.schema import load
from simulators.shopify.testing import Running
from tests.simulators.shopify.harness import Client


def requested(query: str, variables: dict[str, Any] | None = None, linear: bool = False) -> int:
    document = parse(query)
    operation = document.definitions[0]
    assert isinstance(operation, OperationDefinitionNode)
    return Costs(load("2026-10").schema, document, variables or {}, linear).requested(operation)


@pytest.mark.parametrize(
    ("query", "cost", "linear"),
    [
        ("{ shop { name } }", 1, 1),
        ("{ shop { name plan { publicDisplayName } } }", 2, 2),
        ("{ orders(first: 1) { nodes { id } } }", 3, 3),
        ("{ orders(first: 10) { edges { cursor node { id } } pageInfo { hasNextPage } } }", 6, 12),
        ("{ orders(first: 250) { nodes { id } } }", 10, 252),
        (
            "{ orders(first: 10) { nodes { id lineItems(first: 3) { nodes { id } } } } }",
            2 + 4 * (1 + 2 + 2),
            2 + 10 * (1 + 2 + 3),
        ),
        ("mutation { appUninstall { app { id } userErrors { field } } }", 13, 13),
    ],
)
def test_what_queries_cost(query: str, cost: int, linear: int) -> None:
    assert (requested(query), requested(query, linear=True)) == (cost, linear)


def test_sizes_come_from_variables_and_fragments_count() -> None:
    query = """query($n: Int) { orders(first: $n) { nodes { ...F } } }
      fragment F on Order { totalPriceSet { shopMoney { amount } } }"""
    assert requested(query, {"n": 8}) == 2 + 3 * 3


def test_the_answer_tells_requested_and_actual_cost(reader: Client) -> None:
    cost = reader.run('{ orders(first: 250, query: "name:1042") { nodes { id } } }')["extensions"]
    assert cost["cost"]["requestedQueryCost"] == 10
    assert cost["cost"]["actualQueryCost"] == 3
    status = cost["cost"]["throttleStatus"]
    assert (status["maximumAvailable"], status["restoreRate"]) == (2000.0, 100.0)


def test_a_query_above_a_thousand_points_is_not_run(reader: Client) -> None:
    query = """{ orders(first: 250) { nodes { lineItems(first: 250) { nodes {
      originalTotalSet { shopMoney { amount } presentmentMoney { amount } }
      discountedTotalSet { shopMoney { amount } presentmentMoney { amount } }
      taxLines { priceSet { shopMoney { amount } } }
      originalUnitPriceSet { shopMoney { amount } presentmentMoney { amount } }
      discountedUnitPriceSet { shopMoney { amount } presentmentMoney { amount } }
      variant { product { id } } } } } } }"""
    answer = reader.run(query)
    assert "data" not in answer
    assert answer["errors"][0]["extensions"]["code"] == "MAX_COST_EXCEEDED"


def test_an_empty_bucket_throttles_and_refills(stand_in: Running) -> None:
    client = Client(stand_in)
    assert client.run("{ shop { name } }")["data"]
    stand_in.control("drain-bucket", shop=client.shop.domain, refusals=2)
    answer = client.run("{ shop { name } }")
    assert answer["errors"][0]["extensions"]["code"] == "THROTTLED"
    assert answer["extensions"]["cost"]["actualQueryCost"] is None
    assert answer["extensions"]["cost"]["throttleStatus"]["currentlyAvailable"] == 0
    other = Client(stand_in, "kyoto-paper")
    assert "errors" not in other.run("{ shop { name } }")
    other.close()
    assert "errors" in client.run("{ shop { name } }")
    ends = time.monotonic() + 30
    while "errors" in client.run("{ shop { name } }"):
        assert time.monotonic() < ends
    client.close()


def test_a_drained_bucket_fills_as_time_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [1000.0]
    clock = SimpleNamespace(monotonic=lambda: now[0])
    monkeypatch.setattr("simulators.shopify.graphql.bucket.time", clock)
    bucket = Bucket(100, 50)
    bucket.drain(refusals=1)
    now[0] += 60
    assert bucket.status()["currentlyAvailable"] == 0
    assert not bucket.take(1)
    now[0] += 1
    assert not bucket.take(51)
    assert bucket.take(50)
    now[0] += 60
    assert (bucket.status()["currentlyAvailable"], bucket.refused) == (100, 2)


def test_the_bucket_never_holds_more_than_its_size() -> None:
    bucket = Bucket(100, 0)
    assert not bucket.take(101)
    assert bucket.take(100)
    assert not bucket.take(50)
    bucket.give_back(1000)
    assert bucket.status()["currentlyAvailable"] == 100
