"""What is gone, where the store says neither when nor by whose clock."""

from dataclasses import replace
from itertools import permutations

import pytest
from sqlalchemy import update

from integration.models import Customer, Order, Reread, Tombstone
from integration.sync.sourced import Sourced, Wanted
from platforms.changes import (
    Change,
    CustomerChanged,
    CustomerDeleted,
    CustomerTouched,
    OrderChanged,
    OrderDeleted,
    OrderTouched,
)
from tests.factories.mirror import Mirror
from tests.factories.records import at, customer, order, told

ORDER = Wanted("order", "100")
ACCOUNT = Wanted("customer", "7")


def fresh(change: Change, read_at: float) -> Sourced:
    """What was read by itself, our clock showing that second."""
    return Sourced(change, "sync", fresh=True, read_at=at(read_at))


def gone(read_at: float) -> Sourced:
    """A 404 of the order."""
    return fresh(OrderDeleted("100", at(read_at)), read_at)


def test_a_deletion_without_a_time_is_read_again_and_counts_from_that_reading(
    mirror: Mirror,
) -> None:
    mirror.take(told(order("100", 5)))
    applied = mirror.take(told(OrderTouched("100", None)))
    assert applied.wanted == {ORDER}
    assert mirror.order().deleted_at is None
    assert [row.external_id for row in mirror.all(Reread)] == ["100"]
    mirror.take(gone(30))
    assert (mirror.order().deleted_at, mirror.order().counts) == (at(30), False)
    assert mirror.all(Reread) == []
    assert mirror.totals() == []


def test_the_clock_of_a_store_may_be_ahead_of_ours(mirror: Mirror) -> None:
    mirror.take(told(order("100", 500)))
    mirror.take(gone(30))
    assert mirror.order().deleted_at == at(500)
    assert mirror.order().counts is False
    # An older state that comes late changes nothing, a newer one is looked at.
    assert mirror.take(told(order("100", 400))).wanted == set()
    assert mirror.take(told(order("100", 600))).wanted == {ORDER}
    mirror.take(gone(40))
    assert (mirror.order().deleted_at, mirror.order().counts) == (at(600), False)


def test_what_comes_back_is_read_once_and_then_believed(mirror: Mirror) -> None:
    mirror.take(told(order("100", 5)), gone(30))
    back = order("100", 60)
    assert mirror.take(told(back)).wanted == {ORDER}
    mirror.take(fresh(OrderChanged(back), 70))
    assert (mirror.order().deleted_at, mirror.order().counts) == (None, True)
    assert mirror.all(Tombstone) == []
    assert mirror.take(told(order("100", 80, total_minor=7))).wanted == set()
    assert mirror.order().total_minor == 7


def test_what_a_store_shows_by_itself_is_not_deleted_whatever_its_time(mirror: Mirror) -> None:
    mirror.take(told(order("100", 5)), gone(30))
    mirror.take(fresh(OrderChanged(order("100", 5)), 40))
    assert mirror.order().deleted_at is None
    # A reading that began before the deletion proves nothing.
    mirror.take(gone(60))
    mirror.take(fresh(OrderChanged(order("100", 5)), 59))
    assert mirror.order().deleted_at == at(60)


def _story(external_id: str, is_there: bool) -> list[Sourced]:
    """Trashed, restored, changed; and at the end it is there or gone for good."""
    restored = order(external_id, 20)
    changed = replace(restored, total_minor=9)
    deliveries = [told(OrderTouched(external_id, None)), told(restored), told(changed)]
    return deliveries if is_there else [*deliveries, told(OrderTouched(external_id, None))]


@pytest.mark.parametrize("at_once", [1, 2, 4])
@pytest.mark.parametrize("our_clock", [100, 0, -500])
@pytest.mark.parametrize("is_there", [True, False], ids=["restored", "gone"])
def test_late_news_of_deleting_restoring_and_changing_ends_as_the_store_is(
    mirror: Mirror, is_there: bool, our_clock: int, at_once: int
) -> None:
    """Every order of the deliveries, each of another order; so many of them in one batch."""
    truth = replace(order("0", 20), total_minor=9)
    turns = {
        str(1000 + number): [_story(str(1000 + number), is_there)[place] for place in turn]
        for number, turn in enumerate(permutations(range(3 if is_there else 4)))
    }

    def read(wanted: Wanted) -> Sourced:
        key = wanted.external_id
        state: Change = OrderDeleted(key, at(20 + our_clock))
        if is_there:
            state = OrderChanged(replace(truth, external_id=key))
        return fresh(state, 20 + our_clock)

    mirror.take(*(told(order(key, 0)) for key in turns))
    for start in range(0, 4, at_once):
        applied = mirror.take(
            *(one for turn in turns.values() for one in turn[start : start + at_once])
        )
        assert {wanted.external_id for wanted in applied.wanted} <= turns.keys()
        assert mirror.take(*map(read, applied.wanted)).wanted == set()
    ends = [mirror.order(key) for key in turns]
    assert {held.deleted_at is None for held in ends} == {is_there}
    assert {held.counts for held in ends} == {is_there}
    if is_there:
        assert {held.total_minor for held in ends} == {9}
    assert mirror.all(Reread) == []


def test_an_account_that_was_touched_is_read_again_and_may_be_gone(mirror: Mirror) -> None:
    mirror.take(told(customer("7", 5)))
    assert mirror.take(told(CustomerTouched("7", None))).wanted == {ACCOUNT}
    mirror.take(fresh(CustomerDeleted("7", at(30)), 30))
    [held] = mirror.all(Customer)
    assert (held.deleted_at, held.email) == (at(30), "c7@example.com")
    assert mirror.take(told(customer("7", 60))).wanted == {ACCOUNT}
    mirror.take(fresh(CustomerChanged(customer("7", 60)), 70))
    assert [row.deleted_at for row in mirror.all(Customer)] == [None]


def test_a_touch_that_is_older_than_what_is_held_asks_nobody(mirror: Mirror) -> None:
    mirror.take(told(customer("7", 5)), told(order("100", 5)))
    assert mirror.take(told(CustomerTouched("7", at(4)))).wanted == set()
    assert mirror.take(told(CustomerTouched("7", at(5)))).wanted == {ACCOUNT}
    assert mirror.take(told(OrderTouched("100", at(4)))).wanted == set()


def test_the_orders_of_a_deleted_account_stay_with_its_person(mirror: Mirror) -> None:
    mirror.take(told(customer("7", 5)), told(order("100", 5, customer_external_id="7")))
    mirror.take(fresh(CustomerDeleted("7", at(30)), 30))
    assert mirror.totals() == [("EUR", 1, 1250, 0, 0)]
    # The store made its orders a guest's, by the same address.
    guest = order("100", 5, email="c7@example.com")
    assert mirror.take(told(guest)).wanted == {ORDER}
    before = mirror.order().profile_id
    mirror.take(fresh(OrderChanged(guest), 40))
    assert mirror.order().customer_external_id is None
    assert mirror.order().profile_id == before
    assert mirror.totals() == [("EUR", 1, 1250, 0, 0)]


def test_a_reading_that_finds_what_is_held_writes_nothing(mirror: Mirror) -> None:
    mirror.take(told(order("100", 5, tags=("gift",), note="ring twice"), triggered=6))
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        session.execute(update(Order).values(buyer_name="unwritten"))
    same = order("100", 5, tags=("gift",), note="ring twice")
    applied = mirror.take(fresh(OrderChanged(same), 30))
    assert (applied.written, applied.profile_ids) == (0, frozenset())
    assert mirror.order().buyer_name == "unwritten"
    # Only that its trigger can decide no more: what is told of its second is another state.
    assert mirror.order().source_triggered_at is None
    other = order("100", 5, tags=("gift", "b2b"), note="ring twice")
    assert mirror.take(told(other, triggered=7)).wanted == {ORDER}
