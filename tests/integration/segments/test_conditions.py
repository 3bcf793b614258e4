"""What a condition is, and what is refused as none, with its reason."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from integration.errors import Invalid
from integration.segments.conditions import (
    KINDS,
    LONGEST_TAG_ASKED,
    MOST_CONDITIONS,
    Condition,
    asks_for,
    read_conditions,
)

GOOD: dict[str, Any] = {
    "count": {"value": 3},
    "money": {"value": 10_000, "currency": "EUR"},
    "date": {"value": "2026-02-28"},
    "days": {"value": 90},
    "tag": {"value": "VIP"},
    "language": {"value": "el"},
    "store": {"value": "7"},
    "country": {"value": "GR"},
    "nothing": {},
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_read_and_told_again(kind: str) -> None:
    told = {"kind": kind, **GOOD[asks_for(kind)]}
    (condition,) = read_conditions([told])
    assert condition.as_dict() == told
    assert condition.kind == kind


@pytest.mark.parametrize(
    ("told", "value", "currency"),
    [
        ({"kind": "language", "value": "EL-gr"}, "el", None),
        ({"kind": "language", "value": "he_IL"}, "he", None),
        ({"kind": "country", "value": " gr "}, "GR", None),
        ({"kind": "spent_at_most", "value": 0, "currency": "jpy"}, 0, "JPY"),
        ({"kind": "has_tag", "value": " a\u200b  b\u202e "}, "a b", None),
        ({"kind": "last_order_before", "value": "2024-02-29"}, "2024-02-29", None),
    ],
)
def test_what_is_meant_is_kept(told: dict[str, Any], value: Any, currency: str | None) -> None:
    assert read_conditions([told]) == (Condition(told["kind"], value, currency),)


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        ("orders", "wrong"),
        ({}, "unknown"),
        ({"kind": "DROP TABLE"}, "unknown"),
        ({"kind": ["has_tag"]}, "unknown"),
        ({"kind": "orders_at_least"}, "missing"),
        ({"kind": "orders_at_least", "value": None}, "missing"),
        ({"kind": "orders_at_least", "value": "3"}, "wrong"),
        ({"kind": "orders_at_least", "value": True}, "wrong"),
        ({"kind": "orders_at_least", "value": 3.0}, "wrong"),
        ({"kind": "orders_at_least", "value": -1}, "wrong"),
        ({"kind": "orders_at_least", "value": 10**30}, "wrong"),
        ({"kind": "orders_at_least", "value": 1, "currency": "EUR"}, "unexpected"),
        ({"kind": "spent_at_least", "value": 1}, "missing"),
        ({"kind": "spent_at_least", "value": 1, "currency": "E1R"}, "wrong"),
        ({"kind": "spent_at_least", "value": 1, "currency": 7}, "wrong"),
        ({"kind": "spent_at_least", "value": 10**16, "currency": "EUR"}, "wrong"),
        ({"kind": "last_order_before", "value": "2026-02-29"}, "wrong"),
        ({"kind": "last_order_before", "value": "20260228"}, "wrong"),
        ({"kind": "last_order_before", "value": "0001-01-01"}, "wrong"),
        ({"kind": "last_order_days_over", "value": 36_501}, "wrong"),
        ({"kind": "has_tag", "value": ""}, "wrong"),
        ({"kind": "has_tag", "value": "\u202e"}, "wrong"),
        ({"kind": "has_tag", "value": "x" * (LONGEST_TAG_ASKED + 1)}, "wrong"),
        ({"kind": "language", "value": "ελ"}, "wrong"),
        ({"kind": "bought_in", "value": 7}, "wrong"),
        ({"kind": "bought_in", "value": "0"}, "wrong"),
        ({"kind": "bought_in", "value": "٧"}, "wrong"),
        ({"kind": "country", "value": "Greece"}, "wrong"),
        ({"kind": "is_guest", "value": True}, "unexpected"),
    ],
)
def test_what_is_none_is_refused_with_its_place(told: object, problem: str) -> None:
    good = {"kind": "is_guest"}
    with pytest.raises(Invalid) as refused:
        read_conditions([good, told])
    assert refused.value.code == "invalid_condition"
    assert refused.value.details == {"at": 1, "problem": problem}
    assert refused.value.message


@pytest.mark.parametrize(
    ("told", "problem"),
    [
        (None, "none"),
        ([], "none"),
        ({"kind": "is_guest"}, "none"),
        ("is_guest", "none"),
        ([{"kind": "is_guest"}] * (MOST_CONDITIONS + 1), "too_many"),
    ],
)
def test_a_list_of_them_is_bounded(told: object, problem: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_conditions(told)
    assert refused.value.details == {"at": None, "problem": problem}


_values = some.one_of(
    some.none(), some.booleans(), some.integers(), some.text(max_size=20), some.lists(some.text())
)
_anything = some.dictionaries(
    some.sampled_from(["kind", "value", "currency", "x"]),
    some.one_of(some.sampled_from(KINDS), _values),
)


@given(some.lists(some.one_of(_anything, _values), max_size=4))
def test_whatever_is_told_is_read_the_same_again_or_refused(told: list[Any]) -> None:
    try:
        conditions = read_conditions(told)
    except Invalid:
        return
    assert read_conditions([each.as_dict() for each in conditions]) == conditions
