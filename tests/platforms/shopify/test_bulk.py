"""Bulk operations that stand still, are old, or hold what nobody can read."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from platforms.errors import StoreAnsweredNonsense
from platforms.records import OrderRecord, Page, Unreadable
from platforms.shopify.backfill import OperationStuck, Place
from platforms.shopify.documents import document
from tests.platforms.loopback import Said, loopback_store
from tests.platforms.shopify.bulk_answers import GID, begun, busy, completed, operation
from tests.platforms.shopify.example import NOW
from tests.platforms.shopify.fake_shop import FakeShop
from tests.platforms.shopify.nodes import jsonl, order_node

AT = "2026-11-22T08:00:00Z"


def _ids(pages: list[Page[OrderRecord]]) -> list[str]:
    return [record.external_id for page in pages for record in page.records]


@pytest.fixture
def shop() -> Iterator[FakeShop]:
    with loopback_store() as store:
        yield FakeShop(store)


IN_PROGRESS = busy("OPERATION_IN_PROGRESS", f"A bulk query is already in progress: {GID}.")


def _ours(**changed: Any) -> dict[str, Any]:
    return operation("RUNNING", query=document("bulk_orders"), **changed)


@pytest.mark.parametrize("seconds_before", [-5, 0, 60])
def test_a_read_that_an_interrupted_call_of_ours_began_is_adopted(
    shop: FakeShop, seconds_before: int
) -> None:
    began = NOW - timedelta(seconds=seconds_before)
    shop.answers["bulk_run"] = IN_PROGRESS
    shop.answers["bulk_operation"] = [
        _ours(createdAt=began.isoformat()),
        completed(shop, jsonl([order_node(1)]), 1, 1),
    ]
    assert _ids(list(shop.reader.orders())) == ["1"]
    assert shop.names().count("bulk_run") == 1


@pytest.mark.parametrize("began", ["2026-11-22T11:58:59Z", None])
def test_a_read_of_ours_that_began_before_this_one_is_cancelled(
    shop: FakeShop, began: str | None
) -> None:
    shop.answers["bulk_run"] = [IN_PROGRESS, IN_PROGRESS, begun("gid://shopify/BulkOperation/78")]
    shop.answers["bulk_operation"] = [
        _ours(createdAt=began),
        _ours(createdAt=began) | operation("CANCELING", query=document("bulk_orders")),
        completed(shop, jsonl([order_node(1)]), 1, 1),
    ]
    shop.answers["bulk_cancel"] = {"bulkOperationCancel": {"userErrors": []}}
    assert _ids(list(shop.reader.orders())) == ["1"]
    assert shop.variables("bulk_cancel") == [{"id": GID}]
    assert shop.variables("bulk_operation")[-1] == {"id": "gid://shopify/BulkOperation/78"}


def test_an_operation_that_stands_still_is_cancelled_and_told(shop: FakeShop) -> None:
    counts = iter([*range(100), *[99] * 10_000])
    shop.answers["bulk_run"] = begun()
    shop.answers["bulk_operation"] = lambda _: operation("RUNNING", objectCount=str(next(counts)))
    shop.answers["bulk_cancel"] = {"bulkOperationCancel": {"userErrors": []}}
    with pytest.raises(OperationStuck, match="stood still for 30 minutes") as raised:
        list(shop.reader.orders())
    assert (raised.value.retryable, raised.value.retry_after_seconds) == (True, 900.0)
    assert shop.variables("bulk_cancel") == [{"id": GID}]
    # As long as it counts further objects it is waited for.
    assert 1800 + 800 < sum(shop.clock.slept) < 1800 + 1100


def test_an_operation_that_stands_still_and_cannot_be_cancelled_is_let_go(shop: FakeShop) -> None:
    shop.answers["bulk_operation"] = lambda _: operation("CREATED")
    shop.answers["bulk_cancel"] = Said(500)
    with pytest.raises(OperationStuck, match="stood still for 240 minutes"):
        list(shop.reader.orders(cursor=Place(GID, 0).cursor()))
    assert "bulk_run" not in shop.names()


def test_an_operation_that_waits_for_its_turn_is_waited_for_longer(shop: FakeShop) -> None:
    waits = iter([*["CREATED"] * 250, *["RUNNING"] * 3])
    done = completed(shop, jsonl([order_node(1)]), 1, 1)
    shop.answers["bulk_run"] = begun()
    shop.answers["bulk_operation"] = lambda _: next((operation(status) for status in waits), done)
    assert _ids(list(shop.reader.orders())) == ["1"]
    assert sum(shop.clock.slept) > 1800
    assert "bulk_cancel" not in shop.names()


def test_one_that_cannot_be_read_keeps_no_other_from_being_read(shop: FakeShop) -> None:
    nodes = [order_node(1), order_node(2) | {"updatedAt": None}, order_node(3)]
    shop.answers.update(bulk_run=begun(), bulk_operation=completed(shop, jsonl(nodes), 3, 3))
    page = list(shop.reader.orders())[-1]
    assert _ids([page]) == ["1", "3"]
    (left_out,) = page.unreadable
    assert (left_out.kind, left_out.external_id) == ("order", "2")
    assert left_out.reason.startswith("an order that can't be read: ")


def test_a_mark_that_cannot_be_read_is_told_by_its_id(shop: FakeShop) -> None:
    marks = [{"id": f"gid://shopify/Customer/{n}", "updatedAt": AT, "tags": []} for n in (1, 2, 3)]
    marks[1]["updatedAt"] = "yesterday"
    shop.answers.update(bulk_run=begun(), bulk_operation=completed(shop, jsonl(marks), 3, 3))
    page = list(shop.reader.customer_marks())[-1]
    assert [mark.external_id for mark in page.records] == ["1", "3"]
    reason = "an account that can't be read: ValueError"
    assert page.unreadable == (Unreadable("customer", "2", reason),)


def test_what_does_not_even_tell_its_id_fails_the_read(shop: FakeShop) -> None:
    marks = [{"id": "gid://shopify/Customer/0", "updatedAt": "x", "tags": []}]
    shop.answers.update(bulk_run=begun(), bulk_operation=completed(shop, jsonl(marks), 1, 1))
    with pytest.raises(StoreAnsweredNonsense):
        list(shop.reader.customer_marks())
