"""Orders read whole, by change and by id."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from platforms.errors import RecordUnreadable, StoreAnsweredNonsense
from platforms.records import NoteRecord, OrderRecord, Page, RefundRecord, Unreadable
from platforms.woocommerce.answers import RouteMissing
from platforms.woocommerce.rest import order_record
from tests.platforms.differing import everything
from tests.platforms.loopback import Said, loopback_store, said
from tests.platforms.woocommerce.example import payload
from tests.platforms.woocommerce.fake_store import FakeStore, order_body
from tests.platforms.woocommerce.test_rest import ORDER_11, rest

ORDERS = "wc/v3/orders"
SINCE = datetime(2026, 11, 22, 2, 46, 10, 700_000, tzinfo=UTC)


@pytest.fixture
def shop() -> Iterator[FakeStore]:
    with loopback_store() as store:
        yield FakeStore(store)


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platforms.woocommerce.paging.PAGE_RECORDS", 500)


def _ids(pages: Iterator[Page[OrderRecord]] | list[Page[OrderRecord]]) -> list[int]:
    return [int(record.external_id) for page in pages for record in page.records]


def _put(shop: FakeStore, numbers: range, **changed: Any) -> None:
    for number in numbers:
        shop.orders[number] = order_body(number, **changed)


def test_all_orders_but_drafts_and_the_trash(shop: FakeStore) -> None:
    _put(shop, range(1, 8))
    shop.orders[3]["status"] = "checkout-draft"
    shop.orders[4]["status"] = "auto-draft"
    shop.orders[5]["status"] = "trash"
    shop.orders[6]["status"] = "awaiting-lenses"
    (page,) = shop.reader.orders()
    assert _ids([page]) == [1, 2, 6, 7]
    assert (page.cursor, page.total) == (None, 6)
    assert page.records[0] == order_record(order_body(1))
    assert shop.queries(ORDERS) == [
        {
            "_fields": (
                "id,number,status,currency,total,prices_include_tax,customer_id,created_via,"
                "customer_note,date_created_gmt,date_modified_gmt,date_paid_gmt,billing,shipping,"
                "line_items,refunds,meta_data"
            ),
            "include_meta": "_wc_shipment_tracking_items,wpml_language,trp_language",
            "orderby": "id",
            "order": "asc",
            "per_page": "100",
            "offset": "0",
        }
    ]


def test_a_store_without_orders(shop: FakeStore) -> None:
    (page,) = shop.reader.orders()
    assert page == Page((), None, 0)


@pytest.mark.usefixtures("small_pages")
def test_windows_side_by_side_come_in_their_order(shop: FakeStore) -> None:
    _put(shop, range(1, 701))
    pages = list(shop.reader.orders())
    assert _ids(pages) == list(range(1, 701))
    assert [len(page.records) for page in pages] == [496, 204]
    assert [page.total for page in pages] == [700, 700]
    offsets = [int(query["offset"]) for query in shop.queries(ORDERS)]
    assert sorted(offsets) == list(range(0, 700, 99))


@pytest.mark.usefixtures("small_pages")
def test_a_read_goes_on_after_a_page(shop: FakeStore) -> None:
    _put(shop, range(1, 701))
    first = next(iter(shop.reader.orders()))
    for number in range(1, 300):
        del shop.orders[number]
    rest_of_it = list(shop.reader.orders(cursor=first.cursor))
    assert _ids([first, *rest_of_it]) == list(range(1, 701))


def test_orders_deleted_meanwhile_take_no_other_along(shop: FakeStore) -> None:
    _put(shop, range(1, 601))
    seen = 0

    def delete(path: str, query: dict[str, str]) -> None:
        nonlocal seen
        seen += 1
        if seen in (2, 4, 6):
            for number in list(shop.orders)[: 25 * seen]:
                del shop.orders[number]

    shop.before = delete
    read = _ids(shop.reader.orders())
    assert read == sorted(set(read))
    assert set(read) >= shop.orders.keys()


def test_what_changed_since_and_what_went_to_the_trash(shop: FakeStore) -> None:
    _put(shop, range(1, 6), date_modified_gmt="2026-11-22T02:46:07")
    shop.orders[2]["date_modified_gmt"] = "2026-11-22T02:46:09"
    shop.orders[4]["date_modified_gmt"] = "2026-11-22T03:00:00"
    shop.orders[5] |= {"status": "trash", "date_modified_gmt": "2026-11-22T02:46:10"}
    pages = list(shop.reader.changed_orders(SINCE, everything))
    assert _ids(pages) == [4, 2, 5]
    assert pages[-1].records[0].deleted_at == datetime(2026, 11, 22, 2, 46, 10, tzinfo=UTC)
    listed, trashed = shop.queries(ORDERS)
    assert listed["modified_after"] == trashed["modified_after"] == "2026-11-22T02:46:08"
    assert listed["dates_are_gmt"] == trashed["dates_are_gmt"] == "true"
    assert "status" not in listed
    assert trashed["status"] == "trash"


def test_orders_modified_again_while_changes_are_read_are_not_lost(shop: FakeStore) -> None:
    _put(shop, range(1, 601))
    moved = iter(range(1, 601, 7))

    def modify(path: str, query: dict[str, str]) -> None:
        for _ in range(20):
            number = next(moved, None)
            if number is not None:
                shop.orders[number]["date_modified_gmt"] = "2026-11-22T09:00:00"

    shop.before = modify
    assert sorted(_ids(shop.reader.changed_orders(SINCE, everything))) == list(range(1, 601))


def test_an_order_trashed_while_changes_are_read_is_told_as_one_or_the_other(
    shop: FakeStore,
) -> None:
    _put(shop, range(1, 601))

    def trash(path: str, query: dict[str, str]) -> None:
        for number in (5, 150, 160, 170, 580):
            if len(shop.asked) == 2:
                shop.orders[number]["status"] = "trash"

    shop.before = trash
    pages = list(shop.reader.changed_orders(SINCE, everything))
    assert sorted(set(_ids(pages))) == list(range(1, 601))
    trashed = [r.external_id for page in pages for r in page.records if r.deleted_at is not None]
    assert trashed == ["5", "150", "160", "170", "580"]


def test_one_order_with_its_notes_and_its_refunds_times(shop: FakeStore) -> None:
    shop.orders[11] = payload("10-order.created-registered-refunded-before-delivery")
    shop.others[f"{ORDERS}/11/notes"] = rest("order-notes")
    shop.others[f"{ORDERS}/11/refunds"] = rest("order-refunds")
    at = datetime(2026, 11, 22, 2, 36, 0, tzinfo=UTC)
    before = at.replace(minute=35, second=59)
    assert shop.reader.order("11") == replace(
        ORDER_11,
        refunds=(RefundRecord("13", at, 500, "damaged"),),
        notes=(
            NoteRecord("2", "Payment complete.", "WooCommerce", before),
            NoteRecord("3", "Stock levels reduced: Lab Mug (10→8)", "WooCommerce", before),
            NoteRecord("4", "Called the customer", "WooCommerce", at),
        ),
        withheld=frozenset(),
    )
    assert {path for path, _ in shop.asked} == {
        f"{ORDERS}/11",
        f"{ORDERS}/11/notes",
        f"{ORDERS}/11/refunds",
    }


def test_an_order_without_refunds_asks_for_none(shop: FakeStore) -> None:
    shop.orders[7] = order_body(7)
    shop.others[f"{ORDERS}/7/notes"] = []
    record = shop.reader.order("7")
    assert record == replace(order_record(order_body(7)), withheld=frozenset())
    assert len(shop.asked) == 2


def test_notes_that_are_gone_stay_untold(shop: FakeStore) -> None:
    shop.orders[7] = order_body(7)
    assert shop.reader.order("7") == order_record(order_body(7))


def test_an_order_that_is_no_more(shop: FakeStore) -> None:
    assert shop.reader.order("999") is None


def test_an_order_in_the_trash_is_told_as_deleted(shop: FakeStore) -> None:
    shop.orders[7] = order_body(7, status="trash")
    record = shop.reader.order("7")
    assert record is not None
    assert record.deleted_at == record.updated_at


@pytest.mark.parametrize(
    "external_id", ["", "0", "-1", "7/notes", "../customers/7", "7?x", "٧", "x"]
)
def test_what_is_no_id_is_asked_nowhere(shop: FakeStore, external_id: str) -> None:
    assert shop.reader.order(external_id) is None
    assert shop.reader.customer(external_id) is None
    assert shop.asked == []


def test_a_store_without_its_plugin_has_not_lost_the_order(shop: FakeStore) -> None:
    no_route = said({"code": "rest_no_route", "message": "No route"}, 404)
    shop.before = lambda path, query: no_route
    with pytest.raises(RouteMissing, match="plugin active") as raised:
        shop.reader.order("7")
    assert raised.value.retryable


@pytest.mark.parametrize(
    "answer",
    [said([]), said({"code": "woocommerce_rest_cannot_view"}), said({"id": 7}), Said(200, b"null")],
)
def test_an_answer_that_is_no_order(shop: FakeStore, answer: Said) -> None:
    shop.others = {f"{ORDERS}/7": answer, f"{ORDERS}/7/notes": []}
    with pytest.raises(StoreAnsweredNonsense, match="the store answers"):
        shop.reader.order("7")


@pytest.mark.parametrize("below", ["notes", "refunds"])
@pytest.mark.parametrize("value", [{}, [5], [{"id": None, "note": "x"}]])
def test_parts_that_cannot_be_read(shop: FakeStore, below: str, value: Any) -> None:
    shop.orders[42] = payload("15-order.updated-partial-refund")
    shop.others = {f"{ORDERS}/42/notes": [], f"{ORDERS}/42/refunds": []}
    shop.others[f"{ORDERS}/42/{below}"] = value
    with pytest.raises(StoreAnsweredNonsense):
        shop.reader.order("42")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"currency": None}, "ValueError"),
        ({"currency": ""}, "ValueError"),
        ({"total": "NAN"}, "ValueError"),
        ({"total": "5,00"}, "ValueError"),
        ({"date_created_gmt": None, "date_modified_gmt": None}, "TypeError"),
    ],
)
@pytest.mark.parametrize("changes", [False, True])
def test_a_listed_order_that_cannot_be_read_is_left_out_and_told(
    shop: FakeStore, changed: dict[str, Any], error: str, changes: bool
) -> None:
    at = "2026-11-22T05:00:00"
    _put(shop, range(1, 4), date_modified_gmt=at)
    shop.others[ORDERS] = [shop.orders[1], shop.orders[2] | changed, shop.orders[3]]
    reader = shop.reader
    page = next(iter(reader.changed_orders(SINCE, everything) if changes else reader.orders()))
    assert _ids([page]) == [1, 3]
    reason = f"an order that can't be read: {error}"
    assert page.unreadable == (Unreadable("order", "2", reason),)


def test_an_order_alone_that_cannot_be_read_is_not_asked_again(shop: FakeStore) -> None:
    shop.orders[2] = order_body(2, currency=None)
    with pytest.raises(RecordUnreadable, match="the store answers an order") as raised:
        shop.reader.order("2")
    assert not raised.value.retryable


def test_orders_as_php_and_plugins_write_them_are_read(shop: FakeStore) -> None:
    _put(shop, range(1, 3))
    line = shop.orders[1]["line_items"][0]
    meta = {"1": {"key": "wpml_language", "value": "de"}, "3": None, "4": {"id": 4}}
    shop.orders[2] |= {
        "meta_data": meta,
        "line_items": {"7": line | {"quantity": "", "product_id": "x", "meta_data": {"2": None}}},
        "refunds": {"1": {"id": 5, "reason": "", "total": "-1.00"}},
        "customer_id": -1,
    }
    (page,) = shop.reader.orders()
    record = page.records[1]
    assert (page.unreadable, record.external_id) == ((), "2")
    assert (record.locale, record.refunded_minor, record.customer_external_id) == ("de", 100, None)
    assert [(each.quantity, each.product_external_id) for each in record.lines] == [(0, None)]
    assert record.withheld == {"notes"}
