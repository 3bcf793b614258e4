"""What a genuine delivery means, and what is parked or refused."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.changes import (
    Change,
    CustomerChanged,
    CustomerTouched,
    OrderChanged,
    OrderTouched,
)
from platforms.errors import DeliveryForeign, DeliveryUnreadable
from platforms.port import Envelope, StoreFacts
from platforms.woocommerce.deliveries import changes_of
from platforms.woocommerce.subscriptions import TOPICS
from tests.platforms.woocommerce.example import LAB_FACTS, payload

ORDER = payload("13-order.updated-processing")
CUSTOMER = payload("05-customer.created")
PRODUCT = payload("02-product.created")


def _changes(topic: str, body: Any, store: StoreFacts = LAB_FACTS) -> list[Change]:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return changes_of(Envelope(topic, "", "1:a"), raw, store)


@pytest.mark.parametrize(
    ("name", "external_id", "refunded_minor"),
    [
        ("10-order.created-registered-refunded-before-delivery", "11", 500),
        ("11-order.created-guest", "12", 0),
        ("12-order.created-pending", "42", 0),
        ("13-order.updated-processing", "42", 0),
        ("14-order.updated-completed", "42", 0),
        ("15-order.updated-partial-refund", "42", 1250),
        ("20-order.created-block-checkout", "46", 0),
    ],
)
def test_orders_as_they_stood(name: str, external_id: str, refunded_minor: int) -> None:
    (change,) = _changes(name.split("-")[1], payload(name))
    assert isinstance(change, OrderChanged)
    assert change.record.external_id == external_id
    assert change.record.refunded_minor == refunded_minor
    assert [refund.created_at for refund in change.record.refunds] == [None] * (refunded_minor > 0)
    assert "notes" in change.record.withheld


@pytest.mark.parametrize("event", ["created", "updated", "restored"])
def test_every_event_of_an_order_tells_it_whole(event: str) -> None:
    (change,) = _changes(f"order.{event}", ORDER)
    assert isinstance(change, OrderChanged)


@pytest.mark.parametrize("event", ["deleted", "updated", "anything"])
def test_an_id_alone_has_the_order_read_again(event: str) -> None:
    assert _changes(f"order.{event}", payload("17-order.deleted")) == [OrderTouched("42", None)]


def test_a_whole_order_under_deleted_is_taken_as_it_stands() -> None:
    """Only the header says deleted, and nobody signed it."""
    (change,) = _changes("order.deleted", ORDER)
    assert isinstance(change, OrderChanged)
    assert change.record.deleted_at is None


@pytest.mark.parametrize("event", ["created", "updated"])
def test_accounts(event: str) -> None:
    (change,) = _changes(f"customer.{event}", CUSTOMER)
    assert isinstance(change, CustomerChanged)
    assert (change.record.external_id, change.record.email) == ("2", "jane@example.com")


def test_an_account_that_is_gone_is_read_again() -> None:
    gone = payload("08-customer.deleted")
    assert _changes("customer.deleted", gone) == [CustomerTouched("3", None)]


@pytest.mark.parametrize(
    ("role", "is_paying", "mirrored"),
    [
        ("customer", False, True),
        ("subscriber", False, True),
        ("administrator", False, False),
        ("editor", False, False),
        ("shop_manager", True, True),
    ],
)
def test_whose_accounts_are_mirrored(role: str, is_paying: bool, mirrored: bool) -> None:
    body = {**CUSTOMER, "role": role, "is_paying_customer": is_paying}
    assert bool(_changes("customer.created", body)) is mirrored


@pytest.mark.parametrize("status", ["checkout-draft", "auto-draft"])
def test_what_is_no_order_yet_means_nothing(status: str) -> None:
    assert _changes("order.updated", {**ORDER, "status": status}) == []


def test_a_trashed_order_is_deleted_when_it_was_changed() -> None:
    (change,) = _changes("order.updated", {**ORDER, "status": "trash"})
    assert isinstance(change, OrderChanged)
    assert change.record.deleted_at == change.record.updated_at


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("product.created", PRODUCT),
        ("coupon.updated", {"id": 5, "code": "SAVE", "amount": "5.00"}),
        ("product.deleted", {"id": 10}),
        (
            "action.woocommerce_order_note_added",
            payload("22-action.woocommerce_order_note_added"),
        ),
        ("subscription.updated", ORDER),
        ("", {"id": 5}),
        ("", PRODUCT),
    ],
)
def test_what_we_have_no_use_for(topic: str, body: Any) -> None:
    assert _changes(topic, body) == []


def test_a_topic_that_was_lost_takes_nothing_from_a_whole_body() -> None:
    (order,) = _changes("", ORDER)
    (customer,) = _changes("", CUSTOMER)
    assert isinstance(order, OrderChanged)
    assert isinstance(customer, CustomerChanged)


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("customer.updated", ORDER),
        ("order.updated", CUSTOMER),
        ("order.created", PRODUCT),
        ("customer.created", PRODUCT),
        ("order.updated", {}),
        ("order.updated", {"id": 1, "name": "x"}),
    ],
)
def test_a_body_under_anothers_topic_is_unreadable(topic: str, body: Any) -> None:
    with pytest.raises(DeliveryUnreadable):
        _changes(topic, body)


@pytest.mark.parametrize(
    "body",
    [
        {
            "code": "woocommerce_rest_cannot_view",
            "message": "Sorry, you cannot view this resource.",
            "data": {"status": 401},
        },
        {"code": "rest_no_route", "message": "No route.", "data": {"status": 404}},
        {"code": "<b>jane@example.com</b>", "message": "x"},
    ],
)
@pytest.mark.parametrize("topic", ["order.updated", "customer.created", "product.created"])
def test_a_signed_error_is_unreadable(topic: str, body: Any) -> None:
    with pytest.raises(DeliveryUnreadable) as caught:
        _changes(topic, body)
    assert "instead of the object" in str(caught.value)
    assert "jane" not in str(caught.value)


@pytest.mark.parametrize(
    "raw", [b"", b"webhook_id=1", b"[]", b"1", b"null", b"\xff", b"{", b'{"id":' + b"9" * 5000]
)
def test_what_is_no_object_is_unreadable(raw: bytes) -> None:
    with pytest.raises(DeliveryUnreadable):
        _changes("order.updated", raw)


@pytest.mark.parametrize("bad_id", [0, -1, None, "", "x", True, 1.5, [], {}, 10**30])
def test_an_id_that_is_none_is_unreadable(bad_id: Any) -> None:
    for topic in ("order.deleted", "customer.deleted"):
        with pytest.raises(DeliveryUnreadable):
            _changes(topic, {"id": bad_id})


def _linked(href: Any) -> dict[str, Any]:
    return {**ORDER, "_links": {"self": [{"href": href}]}}


@pytest.mark.parametrize(
    ("domain", "href"),
    [
        ("shop.example", "https://shop.example/wp-json/wc/v3/orders/42"),
        ("shop.example", "http://www.shop.example:8080/wp-json/wc/v3/orders/42"),
        ("www.shop.example/store", "https://SHOP.example./store/de/wp-json/wc/v3/orders/42"),
        ("shop.example", "https://shop.example/de/wp-json/wc/v3/orders/42"),
        ("shop.example", "https://shop.example/pt-BR/wp-json/wc/v3/orders/42"),
        ("shop.example", "https://shop.example/index.php/wp-json/wc/v3/orders/42"),
        ("shop.example", "https://shop.example/?rest_route=/wc/v3/orders/42"),
        ("shop.example", "https://shop.example/index.php?rest_route=/wc/v3/orders/42"),
        ("shop.example", "https://shop.example//wp-json/wc/v3/orders/42"),
        ("shop.example", "https://shop.example/api/wc/v3/orders/42"),
        ("shop.example/Store", "https://shop.example/store/wp-json/wc/v3/orders/42"),
        ("shop.example/store", "https://shop.example/store/?rest_route=/wc/v3/orders/42"),
        ("shop.example/a/b", "https://shop.example/a/b/index.php/wp-json/wc/v3/orders/42"),
        ("shop.example:8443/s", "https://shop.example/s/wp-json/wc/v3/orders/42"),
        ("xn--mller-kva.example", "https://müller.example/wp-json/wc/v3/orders/42"),
        ("shop.example", ""),
        ("shop.example", None),
        ("shop.example", "http://[::1"),
        ("shop.example", 5),
    ],
)
def test_settings_that_differ_without_harm(domain: str, href: Any) -> None:
    store = StoreFacts(domain, None, None)
    (change,) = _changes("order.updated", _linked(href), store)
    assert isinstance(change, OrderChanged)


@pytest.mark.parametrize(
    "href",
    [
        "https://staging.shop.example/wp-json/wc/v3/orders/42",
        "https://shop.example.evil.example/wp-json/wc/v3/orders/42",
        "https://127.0.0.1/wp-json/wc/v3/orders/42",
    ],
)
@pytest.mark.parametrize("topic", ["order.updated", "product.updated"])
def test_a_clone_of_the_site_is_foreign(topic: str, href: str) -> None:
    """A copy for tests has the store's secret too, and would write its orders into the books."""
    with pytest.raises(DeliveryForeign):
        _changes(topic, _linked(href), StoreFacts("shop.example", None, None))


@pytest.mark.parametrize(
    ("domain", "root"),
    [
        ("shop.example", "https://shop.example/staging/wp-json/"),
        ("shop.example", "https://www.shop.example/staging/wp-json/"),
        ("shop.example", "https://shop.example/staging/index.php/wp-json/"),
        ("shop.example", "https://shop.example/staging/?rest_route=/"),
        ("shop.example", "https://shop.example/staging/index.php?rest_route=/"),
        ("shop.example", "https://shop.example/de/staging/wp-json/"),
        ("shop.example", "https://shop.example/de/at/wp-json/"),
        ("shop.example", "https://shop.example/dev/wp-json/"),
        ("shop.example/store", "https://shop.example/wp-json/"),
        ("shop.example/store", "https://shop.example/de/wp-json/"),
        ("shop.example/store", "https://shop.example/store2/wp-json/"),
        ("shop.example/store", "https://shop.example/store/staging/wp-json/"),
        ("shop.example/store", "https://shop.example/staging/store/wp-json/"),
        ("shop.example/store", "https://shop.example/?rest_route=/"),
    ],
)
@pytest.mark.parametrize("topic", ["order.updated", "customer.updated"])
def test_a_clone_in_a_folder_of_the_same_host_is_foreign(
    domain: str, root: str, topic: str
) -> None:
    with pytest.raises(DeliveryForeign):
        _changes(topic, _linked(f"{root}wc/v3/orders/42"), StoreFacts(domain, None, None))


_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(
    topic=st.sampled_from(("", *TOPICS)),
    changed=st.dictionaries(st.sampled_from(sorted({*ORDER, *CUSTOMER})), _values, max_size=4),
    gone=st.sets(st.sampled_from(sorted({*ORDER, *CUSTOMER})), max_size=4),
)
def test_damaged_bodies_raise_nothing_but_the_named_errors(
    topic: str, changed: dict[str, Any], gone: set[str]
) -> None:
    for whole in (ORDER, CUSTOMER):
        body = {key: value for key, value in {**whole, **changed}.items() if key not in gone}
        with suppress(DeliveryUnreadable, DeliveryForeign):
            _changes(topic, body)
