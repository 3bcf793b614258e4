"""A whole read by bulk operation: whole, resumed, or told by name."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from platforms.errors import (
    PlatformError,
    ReadFailed,
    RequestRefused,
    ResultExpired,
    StoreAnsweredNonsense,
    Throttled,
    TruncatedResult,
)
from platforms.records import OrderRecord, Page
from platforms.shopify.backfill import PAGE_RECORDS, Place
from platforms.shopify.documents import document
from tests.platforms.loopback import Said, loopback_store, said
from tests.platforms.shopify.bulk_answers import GID, begun, busy, completed, operation
from tests.platforms.shopify.fake_shop import FakeShop
from tests.platforms.shopify.nodes import (
    child,
    connection,
    customer_node,
    jsonl,
    line_node,
    order_node,
)


@pytest.fixture
def shop() -> Iterator[FakeShop]:
    with loopback_store() as store:
        yield FakeShop(store)


def _orders(count: int, first: int = 1) -> list[dict[str, Any]]:
    """Orders with a line each, all lines after all orders."""
    orders = [order_node(number) for number in range(first, first + count)]
    lines = [child(order, line_node(500_000 + n)) for n, order in enumerate(orders)]
    return [*orders, *lines]


def _ids(pages: list[Page[OrderRecord]]) -> list[str]:
    return [record.external_id for page in pages for record in page.records]


def _collect(pages: Iterator[Page[OrderRecord]], seen: list[Page[OrderRecord]]) -> None:
    for page in pages:
        seen.append(page)


def test_a_whole_read(shop: FakeShop) -> None:
    shop.answers["bulk_run"] = begun()
    shop.answers["bulk_operation"] = [
        operation("RUNNING"),
        completed(shop, jsonl(_orders(3)), 6, 3),
    ]
    pages = list(shop.reader.orders())
    assert _ids(pages) == ["1", "2", "3"]
    assert [len(record.lines) for page in pages for record in page.records] == [1, 1, 1]
    assert [page.cursor for page in pages[:-1]] == [Place(GID, 0).cursor()] * 3
    assert (pages[-1].cursor, pages[-1].total) == (None, 3)
    assert shop.variables("bulk_run") == [{"query": document("bulk_orders")}]
    assert "groupObjects: false" in document("bulk_run")
    assert shop.clock.slept == [0.05, pytest.approx(0.075)]


def test_pages_can_be_resumed_where_they_stood(shop: FakeShop) -> None:
    count = PAGE_RECORDS + 3
    done = completed(shop, jsonl(_orders(count)), count * 2, count)
    shop.answers.update(bulk_run=begun(), bulk_operation=done)
    pages = list(shop.reader.orders())
    assert [len(page.records) for page in pages if page.records] == [PAGE_RECORDS, 3]
    cursor = next(page.cursor for page in pages if page.records)
    assert json.loads(cursor or "") == {"operation": GID, "done": PAGE_RECORDS}
    again = list(shop.reader.orders(cursor=cursor))
    assert _ids(again) == [str(number) for number in range(PAGE_RECORDS + 1, count + 1)]
    assert shop.names().count("bulk_run") == 1


def test_a_full_last_page_ends_the_read(shop: FakeShop) -> None:
    done = completed(shop, jsonl(_orders(PAGE_RECORDS)), PAGE_RECORDS * 2, PAGE_RECORDS)
    shop.answers.update(bulk_run=begun(), bulk_operation=done)
    last = list(shop.reader.orders())[-1]
    assert (len(last.records), last.cursor) == (PAGE_RECORDS, None)


def test_a_read_resumed_while_it_runs_begins_no_second_one(shop: FakeShop) -> None:
    done = completed(shop, jsonl(_orders(1)), 2, 1)
    shop.answers["bulk_operation"] = [operation("RUNNING"), done]
    assert _ids(list(shop.reader.orders(cursor=Place(GID, 0).cursor()))) == ["1"]
    assert "bulk_run" not in shop.names()


@pytest.mark.parametrize(
    "gone",
    [
        {"node": None},
        operation("EXPIRED"),
        operation("CANCELED"),
        operation("FAILED", errorCode="TIMEOUT"),
        operation("COMPLETED", objectCount="5"),
    ],
)
def test_a_cursor_whose_operation_is_gone_begins_anew(shop: FakeShop, gone: Any) -> None:
    done = completed(shop, jsonl(_orders(2)), 4, 2)
    shop.answers.update(bulk_run=begun(), bulk_operation=[gone, done])
    assert _ids(list(shop.reader.orders(cursor=Place(GID, 1).cursor()))) == ["1", "2"]


@pytest.mark.parametrize("status", [400, 403, 404, 410])
def test_a_cursor_whose_address_expired_begins_anew(shop: FakeShop, status: int) -> None:
    expired = completed(shop, Said(status), 4, 2)
    done = completed(shop, jsonl(_orders(2)), 4, 2)
    shop.answers.update(bulk_run=begun(), bulk_operation=[expired, done])
    assert _ids(list(shop.reader.orders(cursor=Place(GID, 1).cursor()))) == ["1", "2"]


def test_a_cursor_whose_result_is_short_begins_anew(shop: FakeShop) -> None:
    short = completed(shop, jsonl(_orders(1)), 4, 2)
    done = completed(shop, jsonl(_orders(2)), 4, 2)
    shop.answers.update(bulk_run=begun(), bulk_operation=[short, done])
    assert _ids(list(shop.reader.orders(cursor=Place(GID, 0).cursor()))) == ["1", "2"]


@pytest.mark.parametrize(
    "cursor", ["", "x", "[]", "null", '{"operation": 5, "done": 0}', '{"after": "x"}']
)
def test_an_odd_cursor_begins_anew(shop: FakeShop, cursor: str) -> None:
    done = completed(shop, jsonl(_orders(1)), 2, 1)
    shop.answers.update(bulk_run=begun(), bulk_operation=done)
    assert _ids(list(shop.reader.orders(cursor=cursor))) == ["1"]


def test_nothing_to_read(shop: FakeShop) -> None:
    shop.answers.update(bulk_run=begun(), bulk_operation=operation("COMPLETED"))
    pages = list(shop.reader.orders())
    assert _ids(pages) == []
    assert (pages[-1].cursor, pages[-1].total) == (None, 0)


@pytest.mark.parametrize(
    ("told", "error"),
    [
        (operation("FAILED", errorCode="INTERNAL_SERVER_ERROR"), ReadFailed),
        (operation("FAILED", errorCode="TIMEOUT", partialDataUrl="http://x/p"), TruncatedResult),
        (operation("FAILED", errorCode="ACCESS_DENIED"), RequestRefused),
        (operation("CANCELED"), ReadFailed),
        (operation("EXPIRED"), ResultExpired),
        (operation("COMPLETED", objectCount="3"), TruncatedResult),
        ({"node": None}, ReadFailed),
        ({"node": {"id": GID}}, StoreAnsweredNonsense),
    ],
)
def test_an_operation_that_yields_nothing_has_a_name(
    shop: FakeShop, told: Any, error: type[PlatformError]
) -> None:
    shop.answers.update(bulk_run=begun(), bulk_operation=told)
    with pytest.raises(error):
        list(shop.reader.orders())
    assert [asked for asked in shop.store.asked if asked.method == "GET"] == []


@pytest.mark.parametrize(
    ("body", "objects"),
    [
        (jsonl(_orders(2)), 5),
        (jsonl(_orders(2))[:-20], 4),
        (b"", 4),
        (jsonl([*_orders(2)[:-1], child(order_node(99), line_node(1))]), 4),
    ],
)
def test_a_short_result_never_ends_well(shop: FakeShop, body: bytes, objects: int) -> None:
    done = completed(shop, body, objects, 2)
    shop.answers.update(bulk_run=begun(), bulk_operation=done)
    seen: list[Page[OrderRecord]] = []
    with pytest.raises(TruncatedResult):
        _collect(shop.reader.orders(), seen)
    assert all(page.cursor is not None for page in seen)


@pytest.mark.parametrize(("status", "error"), [(403, ResultExpired), (500, StoreAnsweredNonsense)])
def test_a_result_that_can_not_be_fetched_has_a_name(
    shop: FakeShop, status: int, error: type[PlatformError]
) -> None:
    shop.answers.update(bulk_run=begun(), bulk_operation=completed(shop, Said(status), 4, 2))
    with pytest.raises(error):
        list(shop.reader.orders())


@pytest.mark.parametrize("code", ["OPERATION_IN_PROGRESS", "LIMIT_REACHED"])
def test_a_busy_shop_is_awaited_and_nothing_is_cancelled(shop: FakeShop, code: str) -> None:
    done = completed(shop, jsonl(_orders(1)), 2, 1)
    shop.answers["bulk_run"] = [busy(code, "busy"), busy(code, "busy"), begun()]
    shop.answers["bulk_operation"] = done
    pages = list(shop.reader.orders())
    assert _ids(pages) == ["1"]
    assert all(page.cursor for page in pages[:-1])
    assert set(shop.names()) == {"orders", "bulk_run", "bulk_operation"}


def test_another_read_that_runs_is_not_adopted(shop: FakeShop) -> None:
    other = "gid://shopify/BulkOperation/5"
    shop.answers["bulk_run"] = [busy("OPERATION_IN_PROGRESS", f"running: {other}."), begun()]
    shop.answers["bulk_operation"] = [
        operation("RUNNING", id=other, query="{ products { edges { node { id } } } }"),
        completed(shop, jsonl(_orders(1)), 2, 1),
    ]
    assert _ids(list(shop.reader.orders())) == ["1"]
    assert shop.variables("bulk_operation") == [{"id": other}, {"id": GID}]


def test_a_shop_that_stays_busy_is_told(shop: FakeShop) -> None:
    shop.answers["bulk_run"] = busy("LIMIT_REACHED", "busy")
    with pytest.raises(Throttled):
        list(shop.reader.orders())
    assert 300 < sum(shop.clock.slept) < 1200


def test_a_refused_operation_is_told(shop: FakeShop) -> None:
    shop.answers["bulk_run"] = busy("INVALID", "Invalid bulk query")
    with pytest.raises(RequestRefused, match="Invalid bulk query"):
        list(shop.reader.orders())


def test_protected_data_without_approval_is_withheld(shop: FakeShop) -> None:
    """A bulk result has nulls without errors, so one ordinary page tells what they mean."""
    node = order_node(email=None, shippingAddress=None)
    denied = [
        {
            "message": "no",
            "extensions": {"code": "ACCESS_DENIED"},
            "path": ["orders", "nodes", 0, *path],
        }
        for path in (["email"], ["shippingAddress"], ["customer", "defaultEmailAddress"])
    ]
    page = {"orders": connection([{**node, "lineItems": connection([])}], "more")}
    shop.answers["orders"] = said({"data": page, "errors": denied})
    shop.answers.update(bulk_run=begun(), bulk_operation=completed(shop, jsonl([node]), 1, 1))
    (record,) = [record for page in shop.reader.orders() for record in page.records]
    assert record.withheld == {"email", "shipping_address"}
    assert record.customer is not None
    assert record.customer.withheld == {"email"}
    assert shop.names().count("orders") == 1


def test_customers(shop: FakeShop) -> None:
    nodes = [customer_node(1), customer_node(2)]
    shop.answers.update(bulk_run=begun(), bulk_operation=completed(shop, jsonl(nodes), 2, 2))
    pages = list(shop.reader.customers())
    assert [record.external_id for page in pages for record in page.records] == ["1", "2"]
    assert shop.variables("bulk_run") == [{"query": document("bulk_customers")}]
