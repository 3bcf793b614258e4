"""When what was read again is older than what a delivery told."""

from datetime import timedelta

import pytest

from integration.sync.sourced import Sourced
from platforms.changes import OrderChanged, OrderTouched
from tests.factories.records import at, order
from webhooks.planning import is_stale


@pytest.mark.parametrize(
    ("told_later_by", "stale"),
    [
        (timedelta(), False),
        (timedelta(milliseconds=-1), False),
        (timedelta(milliseconds=999), False),
        (timedelta(seconds=1), True),
        (timedelta(minutes=1), True),
    ],
)
def test_a_fraction_of_a_second_is_no_lag(told_later_by: timedelta, stale: bool) -> None:
    record = order("100")
    assert record.updated_at.microsecond == 0
    read = Sourced(OrderChanged(record), "webhook", fresh=True)
    assert is_stale(OrderTouched("100", record.updated_at + told_later_by), [read]) is stale


def test_what_tells_no_time_is_never_ahead() -> None:
    read = Sourced(OrderChanged(order("100")), "webhook", fresh=True)
    assert not is_stale(OrderTouched("100", None), [read])
    assert not is_stale(OrderTouched("100", at(10**6)), [])
