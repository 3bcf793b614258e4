"""Reads by query: what changed, single objects, the shop, its variants."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from platforms.errors import PlatformError, RequestRefused, StoreAnsweredNonsense
from platforms.records import StoreRecord
from platforms.shopify.answers import CostExceeded
from tests.platforms.differing import everything
from tests.platforms.loopback import Said, loopback_store, said
from tests.platforms.shopify.example import SHOP
from tests.platforms.shopify.fake_shop import FakeShop
from tests.platforms.shopify.nodes import (
    connection,
    customer_node,
    line_node,
    order_node,
    with_lines,
)

SINCE = datetime(2026, 11, 2, 9, 30, tzinfo=UTC)


@pytest.fixture
def shop() -> Iterator[FakeShop]:
    with loopback_store() as store:
        yield FakeShop(store)


def _costing(data: Any, requested: float, maximum: float = 2000) -> Said:
    status = {"currentlyAvailable": maximum, "maximumAvailable": maximum, "restoreRate": 100}
    cost = {"requestedQueryCost": requested, "throttleStatus": status}
    return said({"data": data, "extensions": {"cost": cost}})


def _too_dear() -> Said:
    error = {"message": "too much", "extensions": {"code": "MAX_COST_EXCEEDED"}}
    return said({"errors": [error]})


def _page(numbers: range, after: str | None = None) -> dict[str, Any]:
    return {"orders": connection([with_lines(order_node(n), []) for n in numbers], after)}


def test_orders_changed_since(shop: FakeShop) -> None:
    shop.answers["orders"] = [_costing(_page(range(1, 3), "c1"), 12), _page(range(3, 4))]
    pages = list(shop.reader.changed_orders(SINCE, everything))
    assert [[r.external_id for r in page.records] for page in pages] == [["1", "2"], ["3"]]
    first, second = shop.variables("orders")
    query = "updated_at:>='2026-11-02T09:30:00Z'"
    assert first == {"query": query, "lines": 20, "first": 5, "after": None}
    assert second["after"] == "c1"


def test_lines_past_the_first_page_are_fetched(shop: FakeShop) -> None:
    order = with_lines(order_node(5), [line_node(1), line_node(2)], "l1")
    shop.answers["orders"] = {"orders": connection([order])}
    shop.answers["order_lines"] = [
        {"order": {"lineItems": connection([line_node(3)], "l2")}},
        {"order": {"lineItems": connection([line_node(4)])}},
    ]
    (page,) = shop.reader.changed_orders(SINCE, everything)
    assert [line.external_id for line in page.records[0].lines] == ["1", "2", "3", "4"]
    assert shop.variables("order_lines") == [
        {"id": "gid://shopify/Order/5", "first": 100, "after": "l1"},
        {"id": "gid://shopify/Order/5", "first": 100, "after": "l2"},
    ]


def test_an_order_that_goes_between_two_pages_of_lines_is_told(shop: FakeShop) -> None:
    order = with_lines(order_node(5), [line_node(1)], "l1")
    shop.answers.update(orders={"orders": connection([order])}, order_lines={"order": None})
    with pytest.raises(StoreAnsweredNonsense):
        list(shop.reader.changed_orders(SINCE, everything))


def _all_differ(shop: FakeShop) -> None:
    """The second page is of marks, and every one differs: the rest is read whole from `b` on."""
    shop.answers["order_marks"] = {"order_marks": connection([order_node(2)], "b")}
    shop.answers["orders_by_id"] = {"nodes": [with_lines(order_node(2), [])]}


def test_the_page_grows_towards_the_target_cost(shop: FakeShop) -> None:
    _all_differ(shop)
    shop.answers["orders"] = [
        _costing(_page(range(1, 2), "a"), 700),
        _costing(_page(range(3, 4), "c"), 800),
        _costing(_page(range(4, 5), "d"), 980),
        _costing(_page(range(5, 6)), 980),
    ]
    pages = shop.reader.changed_orders(SINCE, everything)
    assert [r.external_id for page in pages for r in page.records] == ["1", "2", "3", "4", "5"]
    assert [given["first"] for given in shop.variables("orders")] == [5, 7, 8, 8]


def test_where_large_pages_are_cheap_they_are_as_large_as_the_shop_allows(shop: FakeShop) -> None:
    shop.answers["orders"] = [_costing(_page(range(1, 2), "a"), 185), _page(range(2, 3))]
    list(shop.reader.changed_orders(SINCE, everything))
    assert [given["first"] for given in shop.variables("orders")] == [5, 250]


def test_a_page_never_costs_more_than_the_shops_bucket_holds(shop: FakeShop) -> None:
    _all_differ(shop)
    shop.answers["orders"] = [
        _costing(_page(range(1, 2), "a"), 185, maximum=100),
        _page(range(3, 4)),
    ]
    list(shop.reader.changed_orders(SINCE, everything))
    assert [given["first"] for given in shop.variables("orders")] == [5, 2]


def test_a_page_that_is_too_dear_is_halved(shop: FakeShop) -> None:
    shop.answers["orders"] = [_too_dear(), _too_dear(), _page(range(1, 2))]
    assert len(list(shop.reader.changed_orders(SINCE, everything))) == 1
    assert [given["first"] for given in shop.variables("orders")] == [5, 2, 1]


def test_one_order_that_is_too_dear_is_asked_with_fewer_lines(shop: FakeShop) -> None:
    def answer(given: dict[str, Any]) -> Any:
        return _page(range(1, 2)) if given["lines"] <= 5 else _too_dear()

    shop.answers["orders"] = answer
    assert len(list(shop.reader.changed_orders(SINCE, everything))) == 1
    assert shop.variables("orders")[-1]["lines"] == 5


def test_what_is_too_dear_in_the_smallest_part_is_told(shop: FakeShop) -> None:
    shop.answers["orders"] = lambda _: _too_dear()
    with pytest.raises(CostExceeded):
        list(shop.reader.changed_orders(SINCE, everything))


def test_withheld_fields_stand_on_the_record_that_lacks_them(shop: FakeShop) -> None:
    orders = [with_lines(order_node(1), []), with_lines(order_node(2, customer=None), [])]
    error = {"message": "no", "extensions": {"code": "ACCESS_DENIED"}}
    errors = [
        {**error, "path": ["orders", "nodes", 1, "customer"]},
        {**error, "path": ["orders", "nodes", 0, "customer", "firstName"]},
        {**error, "path": ["orders", "nodes", 0, "shippingAddress", "address1"]},
    ]
    shop.answers["orders"] = said({"data": {"orders": connection(orders)}, "errors": errors})
    (page,) = shop.reader.changed_orders(SINCE, everything)
    first, second = page.records
    assert first.withheld == {"shipping_address"}
    assert first.customer is not None
    assert first.customer.withheld == {"first_name"}
    assert second.withheld == {"customer", "customer_external_id"}


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"orders": None}, StoreAnsweredNonsense),
        ({"orders": {"nodes": []}}, StoreAnsweredNonsense),
        (
            {"orders": {"pageInfo": {"hasNextPage": False, "endCursor": None}, "nodes": [None]}},
            StoreAnsweredNonsense,
        ),
        ({"orders": connection([], "again")}, StoreAnsweredNonsense),
        ({"orders": connection([{"id": "gid://shopify/Order/1"}])}, StoreAnsweredNonsense),
    ],
)
def test_a_page_that_is_none_is_named(
    shop: FakeShop, data: Any, error: type[PlatformError]
) -> None:
    shop.answers["orders"] = data
    with pytest.raises(error):
        list(shop.reader.changed_orders(SINCE, everything))


def test_orders_that_are_withheld_whole_are_refused(shop: FakeShop) -> None:
    error = {
        "message": "needs read_orders",
        "extensions": {"code": "ACCESS_DENIED"},
        "path": ["orders"],
    }
    shop.answers["orders"] = said({"data": {"orders": None}, "errors": [error]})
    with pytest.raises(RequestRefused, match="read_orders"):
        list(shop.reader.changed_orders(SINCE, everything))


def test_customers_changed_since_overlap_a_day_and_are_filtered(shop: FakeShop) -> None:
    nodes = [
        customer_node(2, updatedAt="2026-11-02T09:30:00Z"),
        customer_node(1, updatedAt="2026-11-02T09:29:59Z"),
    ]
    shop.answers["newest_customers"] = {"newest_customers": connection(nodes)}
    (page,) = shop.reader.changed_customers(SINCE, everything)
    assert [record.external_id for record in page.records] == ["2"]
    assert shop.variables("newest_customers")[0]["query"] == "updated_at:>='2026-11-01T09:30:00Z'"


def test_one_order_and_one_customer(shop: FakeShop) -> None:
    shop.answers["order"] = {"order": with_lines(order_node(5), [line_node(1)])}
    shop.answers["customer"] = {"customer": customer_node(9)}
    order, customer = shop.reader.order("5"), shop.reader.customer("9")
    assert order is not None
    assert (order.external_id, len(order.lines)) == ("5", 1)
    assert customer is not None
    assert customer.external_id == "9"
    assert shop.variables("order") == [{"id": "gid://shopify/Order/5", "lines": 20}]
    assert shop.variables("customer") == [{"id": "gid://shopify/Customer/9"}]


def test_what_is_gone_is_none_and_what_is_withheld_is_refused(shop: FakeShop) -> None:
    shop.answers.update(order={"order": None}, customer={"customer": None})
    assert shop.reader.order("5") is None
    assert shop.reader.customer("9") is None
    error = {"message": "no", "extensions": {"code": "ACCESS_DENIED"}, "path": ["order"]}
    shop.answers["order"] = said({"data": {"order": None}, "errors": [error]})
    shop.answers["customer"] = said({"data": {"customer": None}, "errors": [error]})
    with pytest.raises(RequestRefused):
        shop.reader.order("5")
    with pytest.raises(RequestRefused):
        shop.reader.customer("9")


def _shop_data(**changed: Any) -> dict[str, Any]:
    told = {
        "id": "gid://shopify/Shop/548380009",
        "name": "John Smith Test Store",
        "myshopifyDomain": SHOP,
        "url": "https://shop.example",
        "currencyCode": "USD",
        "ianaTimezone": "America/New_York",
        "email": "j.smith@example.com",
        **changed,
    }
    return {"shop": told, "businessEntity": {"address": {"countryCode": "US"}}}


def test_the_shop(shop: FakeShop) -> None:
    shop.answers["shop"] = _shop_data()
    assert shop.reader.store() == StoreRecord(
        external_id="548380009",
        domain=SHOP,
        name="John Smith Test Store",
        url="https://shop.example",
        currency="USD",
        timezone="America/New_York",
        country_code="US",
        email="j.smith@example.com",
    )


def test_a_shop_without_country(shop: FakeShop) -> None:
    shop.answers["shop"] = {**_shop_data(), "businessEntity": None}
    assert shop.reader.store().country_code is None


@pytest.mark.parametrize("changed", [{"myshopifyDomain": "other.myshopify.com"}, {"id": None}])
def test_another_shop_is_nonsense(shop: FakeShop, changed: dict[str, Any]) -> None:
    shop.answers["shop"] = _shop_data(**changed)
    with pytest.raises(StoreAnsweredNonsense):
        shop.reader.store()


def _variant(gid: str) -> dict[str, Any]:
    return {
        "id": gid,
        "title": "Blue",
        "sku": "MUG",
        "updatedAt": "2026-11-02T08:00:00Z",
        "inventoryQuantity": 4,
        "inventoryItem": {"tracked": True},
        "product": {"id": "gid://shopify/Product/5", "title": "Mug", "featuredMedia": None},
    }


def test_variants_that_are_gone_are_left_out(shop: FakeShop) -> None:
    def answer(given: dict[str, Any]) -> Any:
        return {"nodes": [None if gid.endswith("/2") else _variant(gid) for gid in given["ids"]]}

    shop.answers["variants"] = answer
    found = shop.reader.variants(["1", "2", "3", "1"])
    assert [(each.external_id, each.stock) for each in found] == [("1", 4), ("3", 4)]
    assert shop.reader.variants([]) == []
    assert len(shop.asked) == 1


def test_variants_come_in_affordable_parts(shop: FakeShop) -> None:
    def answer(given: dict[str, Any]) -> Any:
        if len(given["ids"]) > 100:
            return _too_dear()
        return _costing({"nodes": [_variant(gid) for gid in given["ids"]]}, len(given["ids"]))

    shop.answers["variants"] = answer
    wanted = [str(number) for number in range(1, 221)]
    assert [each.external_id for each in shop.reader.variants(wanted)] == wanted
    assert [len(given["ids"]) for given in shop.variables("variants")] == [50, 100, 70]


def test_a_call_sends_json_that_reads_back(shop: FakeShop) -> None:
    shop.answers["shop"] = _shop_data()
    shop.reader.store()
    assert json.loads(shop.store.asked[0].body)["operationName"] == "shop"
