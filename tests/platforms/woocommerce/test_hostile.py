"""Whatever a body holds, it is a record or a named error."""

import json
from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from platforms.errors import DeliveryUnreadable, PlatformError, StoreAnsweredNonsense
from platforms.port import Answer
from platforms.records import CustomerRecord, OrderRecord
from platforms.woocommerce.answers import read_answer
from platforms.woocommerce.catalog import variant_record
from platforms.woocommerce.rest import (
    customer_record,
    is_draft,
    is_mirrored_customer,
    order_record,
)
from tests.platforms.woocommerce.example import payload
from tests.platforms.woocommerce.test_rest import rest

LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12)
    | st.sampled_from(["1e999999", "9" * 5000, "-0001-11-30T00:00:00", "0001-01-01T00:00:00+14:00"])
    | st.sampled_from(["NaN", "inf", "2026-11-22T02:46:10Z", "\x00", "\ud7ff", "0", "-1.00"])
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)


def _paths(value: Any, above: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a body."""
    found: list[tuple[Any, ...]] = []
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            found += [(*above, key), *_paths(value[key], (*above, key))]
    return found


TRACKED = [{"tracking_number": "7", "date_shipped": "1700000000", "tracking_id": "a"}]
ORDER = payload("15-order.updated-partial-refund") | {
    "meta_data": [
        {"id": 1, "key": "_wc_shipment_tracking_items", "value": TRACKED},
        {"id": 2, "key": "wpml_language", "value": "el"},
    ]
}
ACCOUNT = payload("05-customer.created")
PRODUCT = rest("products-page")[0]


def _changed(body: dict[str, Any], path: tuple[Any, ...], value: Any, *, drop: bool) -> Any:
    copy: Any = deepcopy(body)
    place = copy
    for key in path[:-1]:
        place = place[key]
    if drop:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return copy


@given(st.sampled_from(_paths(ORDER)), VALUES, st.booleans())
def test_any_change_of_an_order_is_read_or_named(
    path: tuple[Any, ...], value: Any, drop: bool
) -> None:
    body = _changed(ORDER, path, value, drop=drop)
    is_draft(body)
    try:
        record = order_record(body)
    except DeliveryUnreadable:
        return
    _sound(record)


@given(st.sampled_from(_paths(ACCOUNT)), VALUES, st.booleans())
def test_any_change_of_an_account_is_read_or_named(
    path: tuple[Any, ...], value: Any, drop: bool
) -> None:
    body = _changed(ACCOUNT, path, value, drop=drop)
    is_mirrored_customer(body)
    try:
        record = customer_record(body)
    except DeliveryUnreadable:
        return
    _sound_account(record)


@given(VALUES)
def test_any_value_is_read_or_named(value: Any) -> None:
    for read in (order_record, customer_record):
        try:
            read(value)
        except DeliveryUnreadable:
            continue
        raise AssertionError("nothing of that is an order or an account")


@given(st.sampled_from(_paths(PRODUCT)), VALUES)
def test_any_change_of_a_product_is_read_or_named(path: tuple[Any, ...], value: Any) -> None:
    body = _changed(PRODUCT, path, value, drop=False)
    try:
        record = variant_record(body, None)
    except StoreAnsweredNonsense:
        return
    assert record.stock is None or isinstance(record.stock, int)


@given(
    st.integers(200, 599),
    st.binary(max_size=60) | VALUES.map(lambda value: json.dumps(value).encode()),
    st.dictionaries(
        st.sampled_from(["retry-after", "content-type", "x-wp-total"]), st.text(max_size=30)
    ),
)
def test_any_answer_is_a_value_or_named(status: int, body: bytes, headers: dict[str, str]) -> None:
    try:
        reply = read_answer(Answer(status, headers, body))
    except PlatformError:
        return
    assert 200 <= status < 300
    assert reply.total is None or reply.total >= 0


def _sound(record: OrderRecord) -> None:
    """What a database and its readers rely on."""
    numbers = [record.total_minor, record.current_total_minor, record.refunded_minor or 0]
    for line in record.lines:
        numbers += [line.quantity, line.unit_price_minor, line.total_minor]
        assert line.external_id.isdigit()
    assert all(-(2**63) < number < 2**63 for number in numbers)
    assert record.external_id.isdigit()
    assert record.placed_at.tzinfo is not None
    texts = (record.email, record.phone, record.note, record.sales_channel, record.locale)
    assert all(each is None or (isinstance(each, str) and each) for each in texts)


def _sound_account(record: CustomerRecord) -> None:
    assert record.external_id.isdigit()
    assert record.updated_at.tzinfo is not None
    texts = (record.email, record.phone, record.first_name, record.last_name)
    assert all(each is None or (isinstance(each, str) and each) for each in texts)
