"""Faults of the stand-in: outlived where they pass, told where they last."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

import pytest

from platforms.errors import (
    PlatformError,
    ReadFailed,
    StoreAnsweredNonsense,
    StoreUnreachable,
    Throttled,
    TruncatedResult,
)
from platforms.records import OrderRecord, Page
from simulators.shopify.graphql.bucket import Bucket
from tests.platforms.differing import everything
from tests.platforms.shopify.stand_in.world import World, collect, records, told_by


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        ({"kind": "status", "status": 500}, StoreAnsweredNonsense),
        ({"kind": "status", "status": 429, "seconds": 0.01}, Throttled),
        ({"kind": "throttled"}, Throttled),
        ({"kind": "reset"}, StoreUnreachable),
        ({"kind": "lost_answer"}, StoreUnreachable),
        ({"kind": "half_answer"}, PlatformError),
        ({"kind": "html"}, StoreAnsweredNonsense),
        ({"kind": "garbage"}, StoreAnsweredNonsense),
        ({"kind": "empty"}, StoreAnsweredNonsense),
    ],
)
def test_a_passing_fault_is_outlived_and_a_lasting_one_told(
    world: World, fault: dict[str, Any], error: type[PlatformError]
) -> None:
    reader = world.reader()
    world.stand_in.control("faults", **fault, door="graphql", times=2)
    assert reader.store().domain == world.domain
    world.stand_in.control("faults", **fault, door="graphql", times=50)
    with pytest.raises(error) as raised:
        reader.store()
    assert raised.value.retryable


def test_an_empty_bucket_is_waited_for(world: World) -> None:
    shop = world.shop
    shop.restore_rate, shop.bucket_size = 2000.0, 1000.0
    reader = world.reader()
    since = datetime(2000, 1, 1, tzinfo=UTC)
    world.stand_in.control("drain-bucket", refusals=2)
    assert len(records(reader.changed_orders(since, everything))) == len(told_by(world))
    buckets: dict[str, Bucket] = world.stand_in.state.resources["buckets"]
    assert buckets[world.domain].refused >= 2


def test_linear_costs_shrink_the_pages(world: World) -> None:
    """Every object counted in full: the first page is too dear, and the pages adapt."""
    world.shop.restore_rate = 50_000.0
    world.stand_in.control("switches", linear_costs=True)
    since = datetime(2000, 1, 1, tzinfo=UTC)
    assert len(records(world.reader().changed_orders(since, everything))) == len(told_by(world))


@pytest.mark.parametrize(
    ("switch", "error"), [("bulk_fail", TruncatedResult), ("bulk_truncate", TruncatedResult)]
)
def test_a_bulk_read_that_fails_is_never_done(
    world: World, switch: str, error: type[PlatformError]
) -> None:
    world.stand_in.control("switches", **{switch: True})
    pages: list[Page[OrderRecord]] = []
    with pytest.raises((error, ReadFailed)):
        collect(world.reader().orders(), pages)
    assert all(page.cursor for page in pages)
    world.stand_in.control("switches", **{switch: False})
    whole = records(world.reader().orders(cursor=pages[-1].cursor))
    assert len(whole) == len(told_by(world))


def test_a_full_house_of_bulk_operations_is_awaited(world: World) -> None:
    world.stand_in.control("switches", bulk_delay_seconds=0.5, bulk_limit=1)
    reader = world.reader()
    first, second = reader.customers(), reader.orders()
    next(first)
    assert len(records(second)) == len(told_by(world))
    assert len(records(first)) == len(world.stand_in.oracle()["customers"])
    statuses = {b["status"] for b in world.stand_in.control("shop", "GET")["bulk_operations"]}
    assert statuses == {"COMPLETED"}


def test_a_begin_whose_answer_is_lost_is_adopted(world: World) -> None:
    world.stand_in.control("calls", "DELETE")
    world.stand_in.control("switches", bulk_delay_seconds=3600, bulk_limit=1)
    reader = world.reader()
    world.stand_in.control(
        "faults", kind="lost_answer", door="graphql", contains="bulkOperationRunQuery"
    )
    with ThreadPoolExecutor(1) as pool:
        read = pool.submit(lambda: records(reader.orders()))
        # It asked which operation runs already, and how that one gets on.
        _await(lambda: _asked(world, "bulk_operation") >= 2)
        world.stand_in.control("switches", bulk_delay_seconds=0)
        assert len(read.result()) == len(told_by(world))
    assert len(world.shop.bulk_operations) == 1


def _asked(world: World, operation: str) -> int:
    calls = world.stand_in.control("calls", "GET")
    return sum(call["operation"] == operation for call in calls)


def _await(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < ends
        time.sleep(0.01)
