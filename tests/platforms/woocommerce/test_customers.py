"""Accounts read whole, by what may have changed them, and by id."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from platforms.errors import RecordUnreadable, StoreAnsweredNonsense
from platforms.records import CustomerRecord, Page, Unreadable
from platforms.woocommerce.answers import RouteMissing
from platforms.woocommerce.rest import customer_record
from tests.platforms.differing import everything
from tests.platforms.loopback import loopback_store, said
from tests.platforms.woocommerce.fake_store import FakeStore, customer_body, order_body

CUSTOMERS = "wc/v3/customers"
ORDERS = "wc/v3/orders"
FIELDS = (
    "id,email,first_name,last_name,role,is_paying_customer,billing,"
    "date_created_gmt,date_modified_gmt"
)
SINCE = datetime(2026, 11, 22, 2, 0, tzinfo=UTC)


@pytest.fixture
def shop() -> Iterator[FakeStore]:
    with loopback_store() as store:
        yield FakeStore(store)


def _put(shop: FakeStore, numbers: range, registered: str, **changed: Any) -> None:
    for number in numbers:
        shop.customers[number] = customer_body(number, date_created_gmt=registered, **changed)


def _ids(pages: Iterator[Page[CustomerRecord]] | list[Page[CustomerRecord]]) -> list[int]:
    return [int(record.external_id) for page in pages for record in page.records]


def test_buyers_of_every_role_are_read(shop: FakeStore) -> None:
    _put(shop, range(1, 6), "2026-01-01T00:00:00")
    shop.customers[2]["role"] = "subscriber"
    shop.customers[3] |= {"role": "administrator", "is_paying_customer": False}
    shop.customers[4] |= {"role": "shop_manager", "is_paying_customer": True}
    shop.customers[5] |= {"role": "author", "is_paying_customer": False}
    (page,) = shop.reader.customers()
    assert _ids([page]) == [1, 2, 4]
    assert (page.cursor, page.total) == (None, 5)
    assert page.records[0] == customer_record(shop.customers[1])
    assert shop.queries(CUSTOMERS) == [
        {
            "_fields": FIELDS,
            "role": "all",
            "orderby": "id",
            "order": "asc",
            "per_page": "100",
            "offset": "0",
        }
    ]


def test_all_accounts_over_many_windows_resumed(
    shop: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platforms.woocommerce.paging.PAGE_RECORDS", 500)
    _put(shop, range(1, 601), "2026-01-01T00:00:00")
    first = next(iter(shop.reader.customers()))
    later = list(shop.reader.customers(cursor=first.cursor))
    assert _ids([first, *later]) == list(range(1, 601))


def test_new_accounts_and_those_that_ordered(shop: FakeStore) -> None:
    _put(shop, range(1, 20), "2026-01-01T00:00:00")
    _put(shop, range(20, 23), "2026-11-22T03:00:00")
    # The newest that are listed, and nobody's who ordered.
    _put(shop, range(500, 650), "2026-06-01T00:00:00")
    shop.customers[21] |= {"role": "editor", "is_paying_customer": False}
    shop.orders = {
        1: order_body(1, customer_id=5, date_modified_gmt="2026-11-22T05:00:00"),
        2: order_body(2, customer_id=0, date_modified_gmt="2026-11-22T05:00:00"),
        3: order_body(3, customer_id=5, date_modified_gmt="2026-11-22T05:00:00"),
        4: order_body(4, customer_id=9, date_modified_gmt="2026-01-02T00:00:00"),
        5: order_body(5, customer_id=404, date_modified_gmt="2026-11-22T05:00:00"),
        6: order_body(6, customer_id=3, date_modified_gmt="2026-11-22T05:00:00"),
    }
    pages = list(shop.reader.changed_customers(SINCE, everything))
    assert set(_ids(pages)) >= {20, 22, 3, 5}
    assert 21 not in _ids(pages)
    assert _ids(pages[-1:]) == [3, 5]
    newest, ordered = shop.queries(CUSTOMERS)
    assert (newest["orderby"], newest["order"], newest["role"]) == (
        "registered_date",
        "desc",
        "all",
    )
    assert (ordered["include"], ordered["role"]) == ("3,5,404", "all")
    assert shop.queries(ORDERS)[0]["modified_after"] == "2026-11-22T01:59:58"
    assert "modified_after" not in newest | ordered


def test_new_accounts_are_read_until_older_ones_come(shop: FakeStore) -> None:
    _put(shop, range(1, 500), "2026-01-01T00:00:00")
    for number in range(500, 750):
        at = SINCE + timedelta(seconds=number)
        _put(shop, range(number, number + 1), at.strftime("%Y-%m-%dT%H:%M:%S"))
    pages = list(shop.reader.changed_customers(SINCE, everything))
    assert set(_ids(pages)) >= set(range(500, 750))
    assert len(shop.queries(CUSTOMERS)) <= 5


def test_many_that_registered_in_one_second_are_all_read(shop: FakeStore) -> None:
    _put(shop, range(1, 50), "2026-01-01T00:00:00")
    _put(shop, range(50, 400), "2026-11-22T03:00:00")
    assert set(_ids(shop.reader.changed_customers(SINCE, everything))) >= set(range(50, 400))


def test_new_accounts_deleted_meanwhile_take_no_other_along(shop: FakeStore) -> None:
    for number in range(1, 400):
        at = SINCE + timedelta(seconds=number)
        _put(shop, range(number, number + 1), at.strftime("%Y-%m-%dT%H:%M:%S"))

    def delete(path: str, query: dict[str, str]) -> None:
        if len(shop.asked) == 2:
            for number in range(330, 400):
                del shop.customers[number]

    shop.before = delete
    assert set(_ids(shop.reader.changed_customers(SINCE, everything))) >= set(range(1, 330))


def test_accounts_of_many_orders_are_asked_a_hundred_a_call(shop: FakeStore) -> None:
    _put(shop, range(1, 251), "2026-01-01T00:00:00")
    _put(shop, range(500, 650), "2026-06-01T00:00:00")
    shop.orders = {number: order_body(number, customer_id=number) for number in range(1, 251)}
    pages = list(shop.reader.changed_customers(SINCE, everything))
    assert set(_ids(pages)) >= set(range(1, 251))
    asked = [q["include"].split(",") for q in shop.queries(CUSTOMERS) if "include" in q]
    assert [len(each) for each in asked] == [100, 100, 50]


def test_one_account(shop: FakeStore) -> None:
    _put(shop, range(7, 9), "2026-01-01T00:00:00")
    shop.customers[8] |= {"role": "administrator", "is_paying_customer": False}
    assert shop.reader.customer("7") == customer_record(shop.customers[7])
    assert shop.queries(f"{CUSTOMERS}/7") == [{"_fields": FIELDS}]
    assert shop.reader.customer("8") is None
    assert shop.reader.customer("9") is None


def test_a_store_without_its_plugin_has_not_lost_the_account(shop: FakeStore) -> None:
    no_route = said({"code": "rest_no_route", "message": "No route"}, 404)
    shop.before = lambda path, query: no_route
    with pytest.raises(RouteMissing, match="plugin active") as raised:
        shop.reader.customer("7")
    assert raised.value.retryable


@pytest.mark.parametrize("value", [{"code": "x"}, [5], [{"id": 0}], [{"date_created_gmt": 5}], "x"])
def test_a_list_that_cannot_be_read(shop: FakeStore, value: Any) -> None:
    shop.others[CUSTOMERS] = value
    with pytest.raises(StoreAnsweredNonsense):
        list(shop.reader.changed_customers(SINCE, everything))


@pytest.mark.parametrize("value", [5, None, [], {"id": 7, "role": "customer"}])
def test_an_answer_that_is_no_account(shop: FakeStore, value: Any) -> None:
    shop.others[f"{CUSTOMERS}/7"] = value
    with pytest.raises(StoreAnsweredNonsense, match="the store answers"):
        shop.reader.customer("7")


@pytest.mark.parametrize("customer_id", [None, -1, True, "x", [], 0])
def test_an_order_that_does_not_tell_its_account_is_a_guests(
    shop: FakeStore, customer_id: Any
) -> None:
    shop.orders = {1: order_body(1, customer_id=customer_id)}
    assert _ids(shop.reader.changed_customers(SINCE, everything)) == []
    assert not [query for query in shop.queries(CUSTOMERS) if "include" in query]


_BAD_DAYS = {"date_created_gmt": None, "date_modified_gmt": None}
_LEFT_OUT = Unreadable("customer", "2", "an account that can't be read: TypeError")


def test_an_account_that_cannot_be_read_is_left_out_and_told(shop: FakeStore) -> None:
    _put(shop, range(1, 4), "2026-11-22T03:00:00")
    shop.customers[2] |= _BAD_DAYS
    (page,) = shop.reader.customers()
    assert (_ids([page]), page.unreadable) == ([1, 3], (_LEFT_OUT,))


def test_a_new_account_without_its_day_ends_no_incremental_read(shop: FakeStore) -> None:
    _put(shop, range(1, 4), "2026-11-22T03:00:00")
    shop.others[CUSTOMERS] = [shop.customers[3], shop.customers[2] | _BAD_DAYS, shop.customers[1]]
    shop.orders = {1: order_body(1, customer_id=2)}
    pages = list(shop.reader.changed_customers(SINCE, everything))
    assert _ids(pages[:1]) == [3, 1]
    assert [page.unreadable for page in pages] == [(_LEFT_OUT,), (_LEFT_OUT,)]


def test_accounts_that_all_lack_their_day_are_told(shop: FakeStore) -> None:
    shop.others[CUSTOMERS] = [customer_body(2) | _BAD_DAYS]
    pages = list(shop.reader.changed_customers(SINCE, everything))
    assert _ids(pages) == []
    assert pages[0].unreadable == (_LEFT_OUT,)


def test_an_account_alone_that_cannot_be_read_is_not_asked_again(shop: FakeStore) -> None:
    shop.others[f"{CUSTOMERS}/2"] = customer_body(2) | _BAD_DAYS
    with pytest.raises(RecordUnreadable, match="the store answers an account") as raised:
        shop.reader.customer("2")
    assert not raised.value.retryable


def test_a_list_of_new_accounts_that_runs_in_a_circle_ends(
    shop: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platforms.woocommerce.customers._MOST_WINDOWS", 5)
    shop.others[CUSTOMERS] = [customer_body(number) for number in range(1, 101)]
    with pytest.raises(StoreAnsweredNonsense, match="doesn't end"):
        list(shop.reader.changed_customers(SINCE, everything))


def test_what_no_list_shows_is_asked_for_by_itself_before_it_counts_as_gone(
    shop: FakeStore,
) -> None:
    _put(shop, range(1, 5), "2026-01-01T00:00:00")
    shop.customers[4] |= {"role": "administrator", "is_paying_customer": False}

    def hide(path: str, query: dict[str, str]) -> Any:
        return said([shop.customers[1]]) if path == CUSTOMERS and "include" in query else None

    shop.before = hide
    pages = list(shop.reader.customers_by_id(["1", "2", "3", "4", "5"]))
    assert _ids(pages) == [1, 2, 3]
    assert shop.queries(f"{CUSTOMERS}/1") == []
    assert [len(shop.queries(f"{CUSTOMERS}/{number}")) for number in (2, 3, 4, 5)] == [1, 1, 1, 1]
