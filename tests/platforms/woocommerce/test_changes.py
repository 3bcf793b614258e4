"""What changed: the orders listed once, and of the accounts that they name those in doubt."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from platforms.errors import RequestRefused
from platforms.records import CustomerRecord, Mark, OrderRecord, Page
from tests.platforms.loopback import loopback_store, said
from tests.platforms.woocommerce.fake_store import FakeStore, customer_body, order_body

CUSTOMERS = "wc/v3/customers"
ORDERS = "wc/v3/orders"
SINCE = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)
LONG_AGO, DAY_BEFORE, LATER = "2026-01-01T00:00:00", "2026-11-21T02:00:00", "2026-11-22T03:00:00"


class Copy:
    """Accounts that are held; `asked` are those that a reader wasn't sure of."""

    def __init__(self, *held: int) -> None:
        self.asked: list[str] = []
        self._held = {str(each) for each in held}

    def differing(self, marks: Sequence[Mark]) -> frozenset[str]:
        self.asked += [mark.external_id for mark in marks]
        return frozenset(self.asked) - self._held


@pytest.fixture
def shop() -> Iterator[FakeStore]:
    with loopback_store() as store:
        shop = FakeStore(store)
        # Enough newer accounts that the newest don't bring the older ones along.
        for number in range(1, 300):
            registered = LONG_AGO if number < 150 else "2026-11-01T00:00:00"
            shop.customers[number] = customer_body(number, date_created_gmt=registered)
        yield shop


def _order(number: int, account: int, **changed: Any) -> dict[str, Any]:
    days = {"date_created_gmt": LONG_AGO, "date_paid_gmt": LONG_AGO, "date_modified_gmt": LATER}
    return order_body(number, **{**days, "customer_id": account, **changed})


def _ids(pages: Iterator[Page[CustomerRecord]] | Iterator[Page[OrderRecord]]) -> list[int]:
    return [int(record.external_id) for page in pages for record in page.records]


def _included(shop: FakeStore) -> list[str]:
    return [query["include"] for query in shop.queries(CUSTOMERS) if "include" in query]


def test_one_listing_serves_accounts_and_orders(shop: FakeStore) -> None:
    shop.orders = {number: _order(number, number) for number in range(1, 150)}
    shop.orders[7]["status"] = "trash"
    reader, copy = shop.reader, Copy(*range(1, 150))
    list(reader.changed_customers(SINCE, copy.differing))
    assert sorted(_ids(reader.changed_orders(SINCE, copy.differing))) == list(range(1, 150))
    # The pages that the list fills, the trash, and the newest accounts.
    asked = [(query.get("status"), query["offset"]) for query in shop.queries(ORDERS)]
    assert asked == [(None, "0"), (None, "100"), ("trash", "0")]
    assert len(shop.queries(CUSTOMERS)) == 1
    assert sorted(map(int, copy.asked)) == list(range(1, 150))
    # What was told once is not told again.
    assert len(_ids(reader.changed_orders(SINCE, copy.differing))) == 149
    assert len(shop.queries(ORDERS)) == 6


@pytest.mark.parametrize(("changed", "calls"), [(0, 3), (99, 3), (1000, 12), (1001, 13)])
def test_the_calls_that_changes_take(shop: FakeStore, changed: int, calls: int) -> None:
    shop.orders = {number: _order(number, 1 + number % 149) for number in range(1, changed + 1)}
    reader, copy = shop.reader, Copy(*range(1, 150))
    list(reader.changed_customers(SINCE, copy.differing))
    read = _ids(reader.changed_orders(SINCE, copy.differing))
    assert sorted(read) == list(range(1, changed + 1))
    # The newest accounts and the trash take one each.
    assert len(shop.asked) == calls


def test_a_store_that_sorts_otherwise_is_read_by_ids(shop: FakeStore) -> None:
    shop.orders = {number: _order(number, 0) for number in range(1, 151)}
    upwards = list(shop.orders.values())[:100]
    shop.before = lambda path, query: (
        said(upwards, X_WP_Total="150") if query.get("orderby") == "modified" else None
    )
    reader, copy = shop.reader, Copy()
    list(reader.changed_customers(SINCE, copy.differing))
    assert _ids(reader.changed_orders(SINCE, copy.differing)) == list(range(1, 151))
    asked = [(query["orderby"], query["offset"]) for query in shop.queries(ORDERS)]
    assert asked == [("modified", "0"), ("id", "0"), ("id", "99"), ("id", "0")]


def test_a_store_that_refuses_that_order_is_read_by_ids(shop: FakeStore) -> None:
    shop.orders = {number: _order(number, 0) for number in range(1, 151)}
    code, sentence = "rest_invalid_param", "Invalid parameter(s): orderby"
    shop.before = lambda path, query: (
        said({"code": code, "message": sentence}, 400)
        if query.get("orderby") == "modified"
        else None
    )
    assert _ids(shop.reader.changed_orders(SINCE, Copy().differing)) == list(range(1, 151))
    asked = [(query["orderby"], query["offset"]) for query in shop.queries(ORDERS)]
    assert asked == [("modified", "0"), ("id", "0"), ("id", "99"), ("id", "0")]


def test_a_store_that_refuses_every_order_is_not_read(shop: FakeStore) -> None:
    shop.before = lambda path, query: said({"code": "rest_invalid_param", "message": "no"}, 400)
    with pytest.raises(RequestRefused, match="no"):
        _ids(shop.reader.changed_orders(SINCE, Copy().differing))
    assert [query["orderby"] for query in shop.queries(ORDERS)] == ["modified", "id"]


def test_a_store_that_fails_over_a_whole_page_is_read_by_smaller_ones(shop: FakeStore) -> None:
    shop.orders = {number: _order(number, 0) for number in range(1, 151)}
    shop.before = lambda path, query: (
        said({"code": "internal_server_error"}, 500)
        if path == ORDERS and int(query["per_page"]) > 60
        else None
    )
    read = _ids(shop.reader.changed_orders(SINCE, Copy().differing))
    assert read == list(range(1, 151))


def test_accounts_that_only_an_order_tells_of_are_read(shop: FakeStore) -> None:
    shop.orders = {
        1: _order(1, 11),
        2: _order(2, 12, date_created_gmt=LATER),
        3: _order(3, 13, date_created_gmt=DAY_BEFORE),
        4: _order(4, 14, date_paid_gmt=LATER),
        5: _order(5, 15),
        6: _order(6, 0),
        7: _order(7, 16, status="checkout-draft", date_created_gmt=LATER),
        8: _order(8, 17, date_created_gmt=None, date_paid_gmt=None),
        9: _order(9, 18, date_created_gmt="2026-11-21T01:59:59"),
        10: _order(10, 12),
        11: _order(11, 19, date_created_gmt=LATER, line_items="none"),
    }
    copy = Copy(*range(12, 20))
    assert set(_ids(shop.reader.changed_customers(SINCE, copy.differing))) >= {11, 12, 13, 14, 16}
    assert _included(shop) == ["11,12,13,14,16,17,19"]
    # Nobody is in doubt of an account whose order was placed or paid since.
    assert copy.asked == ["11", "15", "18"]


def test_accounts_that_were_read_as_new_are_not_read_again(shop: FakeStore) -> None:
    shop.customers[500] = customer_body(500, date_created_gmt=LATER)
    shop.orders = {1: _order(1, 500, date_created_gmt=LATER)}
    read = _ids(shop.reader.changed_customers(SINCE, Copy().differing))
    assert read.count(500) == 1
    assert _included(shop) == []


def test_more_orders_than_are_kept_are_listed_again_from_there(
    shop: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platforms.woocommerce.paging.PAGE_RECORDS", 200)
    monkeypatch.setattr("platforms.woocommerce.newest.IN_TURN_AT_MOST", 250)
    monkeypatch.setattr("platforms.woocommerce.changes.KEPT_AT_MOST", 250)
    shop.orders = {number: _order(number, 0) for number in range(1, 801)}
    shop.orders[640]["customer_id"] = 33
    shop.orders[700] |= {"status": "trash", "customer_id": 34}
    reader, copy = shop.reader, Copy()
    assert set(_ids(reader.changed_customers(SINCE, copy.differing))) >= {33, 34}
    before = len(shop.queries(ORDERS))
    read = _ids(reader.changed_orders(SINCE, copy.differing))
    assert sorted(read) == list(range(1, 801))
    assert 0 < len(shop.queries(ORDERS)) - before < before


@pytest.mark.parametrize("kept_at_most", [0, 5000])
def test_orders_of_an_earlier_time_are_listed_for_themselves(
    shop: FakeStore, monkeypatch: pytest.MonkeyPatch, kept_at_most: int
) -> None:
    monkeypatch.setattr("platforms.woocommerce.changes.KEPT_AT_MOST", kept_at_most)
    shop.orders = {1: _order(1, 0), 2: _order(2, 0, date_modified_gmt=DAY_BEFORE)}
    reader, copy = shop.reader, Copy()
    list(reader.changed_customers(SINCE, copy.differing))
    earlier = datetime(2026, 11, 1, tzinfo=UTC)
    assert sorted(_ids(reader.changed_orders(earlier, copy.differing))) == [1, 2]
    list(reader.changed_customers(SINCE, copy.differing))
    assert _ids(reader.changed_orders(SINCE, copy.differing)) == [1]
