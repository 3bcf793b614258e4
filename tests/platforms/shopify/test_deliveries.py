"""What a genuine delivery means, and what is parked or refused."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.changes import (
    AppUninstalled,
    Change,
    CustomerChanged,
    CustomerDeleted,
    CustomersMerged,
    CustomerTouched,
    FulfillmentChanged,
    OrderChanged,
    OrderDeleted,
    OrderTouched,
    ReadFinished,
    ScopesChanged,
    ShipmentMoved,
)
from platforms.errors import DeliveryForeign, DeliveryUnreadable
from platforms.port import Envelope, StoreFacts
from platforms.shopify.deliveries import changes_of
from platforms.shopify.subscriptions import TOPICS
from tests.platforms.shopify.example import FACTS, SHOP, SHOP_NUMBER, payload

AT = datetime(2026, 11, 22, 4, 50, 18, 123456, tzinfo=UTC)
UNKNOWN = StoreFacts(SHOP, None, None)


def _changes(topic: str, body: Any, store: StoreFacts = FACTS) -> list[Change]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return changes_of(Envelope(topic, SHOP, "1", triggered_at=AT), raw, store)


@pytest.mark.parametrize(
    "topic", ["create", "updated", "paid", "cancelled", "fulfilled", "partially_fulfilled"]
)
def test_orders(topic: str) -> None:
    (change,) = _changes(f"orders/{topic}", payload("order-paid"))
    assert isinstance(change, OrderChanged)
    assert change.record.external_id == "1073459981"


@pytest.mark.parametrize("topic", ["create", "update"])
def test_customers(topic: str) -> None:
    (change,) = _changes(f"customers/{topic}", payload("customer"))
    assert isinstance(change, CustomerChanged)
    assert change.record.external_id == "207119551"


@pytest.mark.parametrize("topic", ["create", "update"])
def test_fulfilments(topic: str) -> None:
    (change,) = _changes(f"fulfillments/{topic}", payload("fulfillment-success"))
    assert isinstance(change, FulfillmentChanged)
    assert (change.order_external_id, change.record.external_id) == ("450789469", "1069019880")


def test_a_refund_touches_its_order() -> None:
    assert _changes("refunds/create", payload("refund-line-items")) == [
        OrderTouched("450789469", datetime(2025, 4, 2, 16, 38, 15, tzinfo=UTC))
    ]


_MERGED = {
    "admin_graphql_api_customer_kept_id": "gid://shopify/Customer/1",
    "admin_graphql_api_customer_deleted_id": "gid://shopify/Customer/2",
    "status": "completed",
}
_EVENT = {
    "id": 1,
    "fulfillment_id": 2,
    "order_id": 3,
    "shop_id": int(SHOP_NUMBER),
    "status": "out_for_delivery",
    "happened_at": "2026-11-22T01:00:00-05:00",
}
_BULK = {"admin_graphql_api_id": "gid://shopify/BulkOperation/9", "status": "completed"}
_SCOPES = {"id": 5, "shop_id": int(SHOP_NUMBER), "previous": [], "current": ["read_orders"]}
_TAGS = {"customerId": "gid://shopify/Customer/1", "tags": ["x"]}


@pytest.mark.parametrize(
    ("topic", "body", "change"),
    [
        ("orders/delete", {"id": 820982911946154508}, OrderDeleted("820982911946154508", AT)),
        (
            "orders/edited",
            {"order_edit": {"id": 1, "order_id": 2, "created_at": "2026-11-22T01:00:00Z"}},
            OrderTouched("2", datetime(2026, 11, 22, 1, tzinfo=UTC)),
        ),
        ("customers/delete", {"id": 7}, CustomerDeleted("7", AT)),
        ("customers/merge", _MERGED, CustomersMerged("1", "2", AT)),
        ("customer.tags_added", _TAGS, CustomerTouched("1", AT)),
        (
            "customer.tags_removed",
            {**_TAGS, "occurredAt": "2026-11-22T01:00:00Z"},
            CustomerTouched("1", datetime(2026, 11, 22, 1, tzinfo=UTC)),
        ),
        (
            "fulfillment_events/create",
            _EVENT,
            ShipmentMoved("3", "2", "out_for_delivery", datetime(2026, 11, 22, 6, tzinfo=UTC)),
        ),
        ("bulk_operations/finish", _BULK, ReadFinished("9", "completed")),
        ("app/uninstalled", payload("shop"), AppUninstalled(AT)),
        ("app/scopes_update", _SCOPES, ScopesChanged(("read_orders",))),
    ],
)
def test_one_change_each(topic: str, body: Any, change: Change) -> None:
    assert _changes(topic, body) == [change]


def test_a_merge_that_failed_changes_nothing() -> None:
    assert _changes("customers/merge", {**_MERGED, "status": "failed"}) == []


def test_every_topic_that_we_subscribe_to_is_understood() -> None:
    for topic in TOPICS:
        body = (
            payload("shop")
            if topic == "app/uninstalled"
            else _SCOPES
            if topic.startswith("app/")
            else {}
        )
        with suppress(DeliveryUnreadable):
            assert _changes(topic, body) != []


def test_a_topic_that_we_have_no_use_for_changes_nothing() -> None:
    assert _changes("products/update", {"id": 1}) == []


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "JSON"),
        (b"<html>", "JSON"),
        (b'{"id": 1', "JSON"),
        (b"\xff\xfe", "JSON"),
        (b"[" * 5000, "JSON"),
        (b"[]", "object"),
        (b"null", "object"),
        (b'"x"', "object"),
        (b'{"errors": "Not Found"}', "error message"),
        (b"{}", "has no"),
        (b'{"note": "x"}', "has no"),
    ],
)
def test_what_can_not_be_read_is_parked_with_its_reason(body: bytes, words: str) -> None:
    with pytest.raises(DeliveryUnreadable, match=words):
        _changes("orders/updated", body)


def test_an_order_without_id_is_parked() -> None:
    body = payload("order-paid")
    del body["id"]
    with pytest.raises(DeliveryUnreadable, match="id"):
        _changes("orders/updated", body)


def test_an_id_that_went_through_a_float_is_parked() -> None:
    with pytest.raises(DeliveryUnreadable, match="id"):
        _changes("orders/delete", b'{"id": 8.20982911946154508e17}')


def test_ids_of_any_length_keep_every_digit() -> None:
    long = b'{"id": 123456789012345678901234567890}'
    assert _changes("orders/delete", long) == [OrderDeleted("123456789012345678901234567890", AT)]


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example/999/orders/abc/authenticate?key=x",
        "https://jsmith.myshopify.com/999/orders/abc",
    ],
)
def test_an_order_of_another_shop_is_foreign(url: str) -> None:
    with pytest.raises(DeliveryForeign):
        _changes("orders/updated", {**payload("order-paid"), "order_status_url": url})


def test_an_order_may_stand_on_the_shops_own_domain() -> None:
    url = f"https://shop.example/{SHOP_NUMBER}/orders/abc/authenticate?key=x"
    assert _changes("orders/updated", {**payload("order-paid"), "order_status_url": url})


@pytest.mark.parametrize("url", [None, "", "not an address", "https://[", "https://shop.example/x"])
def test_an_address_that_tells_no_shop_proves_nothing(url: str | None) -> None:
    assert _changes("orders/updated", {**payload("order-paid"), "order_status_url": url})


def test_without_the_stores_number_an_orders_shop_can_not_be_told() -> None:
    url = "https://shop.example/999/orders/abc"
    assert _changes("orders/updated", {**payload("order-paid"), "order_status_url": url}, UNKNOWN)


def test_a_carriers_news_of_another_shop_is_foreign() -> None:
    with pytest.raises(DeliveryForeign):
        _changes("fulfillment_events/create", {**_EVENT, "shop_id": 999})


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("app/uninstalled", {**payload("shop"), "id": 999}),
        ("app/uninstalled", {**payload("shop"), "myshopify_domain": "other.myshopify.com"}),
        ("app/uninstalled", {"note": "no shop at all"}),
        ("app/uninstalled", payload("order-paid")),
        ("app/uninstalled", payload("customer")),
        ("app/scopes_update", {**_SCOPES, "shop_id": 999}),
        ("app/scopes_update", {"id": 999, "current": ["read_orders"]}),
        ("app/scopes_update", {"current": ["read_orders"]}),
    ],
)
def test_an_app_topic_needs_the_bodys_own_shop(topic: str, body: dict[str, Any]) -> None:
    with pytest.raises(DeliveryForeign):
        _changes(topic, body)


def test_an_uninstall_by_name_only_holds_while_the_number_is_unknown() -> None:
    assert _changes("app/uninstalled", payload("shop"), UNKNOWN) == [AppUninstalled(AT)]
    with pytest.raises(DeliveryForeign):
        _changes("app/uninstalled", {"id": 1}, UNKNOWN)


def test_an_uninstall_may_name_the_shop_by_its_main_address() -> None:
    assert _changes("app/uninstalled", {"id": 1, "domain": SHOP}, UNKNOWN) == [AppUninstalled(AT)]
    with pytest.raises(DeliveryForeign):
        _changes("app/uninstalled", {"id": 1, "domain": "other.myshopify.com"}, UNKNOWN)
    with pytest.raises(DeliveryForeign):
        _changes("app/uninstalled", {"id": 999, "domain": SHOP})


@pytest.mark.parametrize("current", [None, "read_orders", [1], {}])
def test_scopes_that_are_no_list_are_parked(current: Any) -> None:
    with pytest.raises(DeliveryUnreadable):
        _changes("app/scopes_update", {**_SCOPES, "current": current})


_junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(data=st.data(), junk=_junk, topic=st.sampled_from(TOPICS))
def test_a_damaged_body_raises_nothing_but_the_named_errors(
    data: st.DataObject, junk: Any, topic: str
) -> None:
    names = ["order-paid", "order-partially-refunded-fulfilled", "customer", "fulfillment-success"]
    body = payload(data.draw(st.sampled_from(names)))
    node: Any = body
    while True:
        keys = list(node) if isinstance(node, dict) else list(range(len(node)))
        key = data.draw(st.sampled_from(keys))
        inner = node[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            node[key] = junk
            break
        node = inner
    with suppress(DeliveryUnreadable, DeliveryForeign):
        _changes(topic, body)
