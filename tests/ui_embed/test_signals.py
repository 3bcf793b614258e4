"""What is said to be wrong: only what the store told, worst first, nothing where all is well."""

from dataclasses import replace
from typing import Any

import pytest

from integration.crm.records import Context, ContextOrder, ContextRefund
from tests.ui_embed import samples
from tests.ui_embed.samples import days, line, order, parcel
from tests.ui_embed.world import NOW
from ui_embed.signals import MOST_SHOWN, signals_of


def _kinds(*orders: ContextOrder) -> list[str]:
    return [signal.kind for signal in signals_of(samples.dimitra(orders=orders), NOW)]


def test_nothing_is_wrong_with_what_arrived() -> None:
    assert _kinds(order(1, 30), order(2, 60)) == []


@pytest.mark.parametrize(
    ("changes", "kinds"),
    [
        ({"fulfillments": (parcel("in_transit", 8),)}, ["parcel_slow"]),
        ({"fulfillments": (parcel("in_transit", 6.9),)}, []),
        ({"fulfillments": (parcel(None, 90),)}, []),
        ({"fulfillments": (parcel("in_transit", 119),), "placed_at": days(121)}, []),
        ({"fulfillments": (parcel("in_transit", 8, status="cancelled"),)}, []),
        ({"fulfillments": (parcel("failure", 1),)}, ["delivery_failed"]),
        ({"fulfillments": (parcel("attempted_delivery", 1),)}, ["delivery_attempted"]),
        ({"fulfillment_status": "unfulfilled", "fulfillments": ()}, ["unsent"]),
        ({"fulfillment_status": "unfulfilled", "placed_at": days(2)}, []),
        ({"fulfillment_status": "unfulfilled", "counts": False}, []),
        (
            {"fulfillment_status": "unfulfilled", "placed_at": days(1), "lines": (line(stock=-1),)},
            ["oversold"],
        ),
        (
            {"fulfillment_status": "unfulfilled", "placed_at": days(1), "lines": (line(stock=0),)},
            [],
        ),
        ({"financial_status": "pending", "fulfillment_status": "unfulfilled"}, ["unpaid"]),
        ({"cancelled_at": days(1), "counts": False}, ["cancelled_unrefunded"]),
        ({"cancelled_at": days(1), "refunded_minor": 8990}, []),
        ({"cancelled_at": days(1), "financial_status": "voided"}, []),
        (
            {"refunded_minor": 500, "refunds": (ContextRefund("1", 500, "EUR", None, days(13)),)},
            ["refunded"],
        ),
        (
            {"refunded_minor": 500, "refunds": (ContextRefund("1", 500, "EUR", None, days(15)),)},
            [],
        ),
        ({"email": "somebody@else.example"}, ["other_address"]),
        ({"email": " Dimitra@Example.GR "}, []),
        ({"email": None}, []),
        ({"email": "somebody@else.example", "deleted_at": days(1)}, []),
        ({"email": "somebody@else.example", "is_test": True}, []),
    ],
)
def test_each_rule(changes: dict[str, Any], kinds: list[str]) -> None:
    assert _kinds(order(1042, 11, **changes)) == kinds


def test_the_worst_comes_first_and_few_are_shown() -> None:
    slow = [order(n, 12, fulfillments=(parcel("in_transit", 9),)) for n in range(9)]
    failed = order(99, 12, fulfillments=(parcel("failure", 2),))
    assert _kinds(*slow, failed) == ["delivery_failed"] + ["parcel_slow"] * (MOST_SHOWN - 1)


def test_without_a_known_address_none_can_differ() -> None:
    context: Context = samples.guest()
    orders = (replace(context.orders[0], email="somebody@else.example"),)
    kinds = [signal.kind for signal in signals_of(replace(context, orders=orders), NOW)]
    assert "other_address" not in kinds
