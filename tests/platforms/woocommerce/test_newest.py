"""Changes read by the times of their changes, while they go on."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.errors import StoreAnsweredNonsense
from platforms.woocommerce.answers import Reply
from platforms.woocommerce.newest import NewestFirst, NotProved

BEGAN = datetime(2026, 11, 22, 12, tzinfo=UTC)


class Orders:
    """A transport to a list of orders by the seconds of their changes.

    `move` runs before the answer of that number; the store's clock stands at `second`.
    """

    def __init__(self, count: int) -> None:
        self.changed = {number: number // 3 for number in range(1, count + 1)}
        self.second = count
        self.moves: dict[int, Callable[[], None]] = {}
        self.offsets: list[int] = []
        self.hidden: set[int] = set()
        self.ignores_ids = False
        self.total: Callable[[int, int], int | None] = lambda _given, length: length

    def change(self, *numbers: int) -> None:
        """Orders are changed, or placed."""
        self.changed |= dict.fromkeys(numbers, self.second)

    def delete(self, *numbers: int) -> None:
        for number in numbers:
            self.changed.pop(number, None)

    def get(self, endpoint: str, params: Mapping[str, Any]) -> Reply:
        assert (params["orderby"], params["order"], params["modified_after"]) == (
            "modified",
            "desc",
            "x",
        )
        self.moves.get(len(self.offsets), lambda: None)()
        offset = params["offset"]
        self.offsets.append(offset)
        tie = -1 if self.ignores_ids else 1
        found = sorted(self.changed, key=lambda one: (self.changed[one], tie * one), reverse=True)
        shown = found[offset : offset + params["per_page"]]
        bodies = [_body(one, self.changed[one]) for one in shown if one not in self.hidden]
        return Reply(bodies, self.total(len(bodies), len(found)))


def _body(number: int, second: int) -> dict[str, Any]:
    at = (BEGAN + timedelta(seconds=second)).replace(tzinfo=None)
    return {"id": number, "date_modified_gmt": at.isoformat()}


def _read(orders: Orders) -> list[int]:
    newest = NewestFirst(orders, "orders", {"modified_after": "x"}, lambda body: int(body["id"]))  # type: ignore[arg-type]
    return [number for page in newest.pages() for number in page.records]


@pytest.mark.parametrize(
    ("count", "calls"), [(0, 1), (1, 1), (99, 1), (101, 2), (200, 2), (1000, 10), (1001, 11)]
)
def test_a_list_that_stands_still_takes_the_pages_that_it_fills(count: int, calls: int) -> None:
    orders = Orders(count)
    assert _read(orders) == list(range(count, 0, -1))
    assert orders.offsets == list(range(0, 100 * calls, 100))


def test_a_total_that_may_be_of_the_page_alone_is_not_believed() -> None:
    orders = Orders(100)
    assert len(_read(orders)) == 100
    assert orders.offsets == [0, 100]


@pytest.mark.parametrize("total", [0, 1, 99, 150, 229])
def test_a_list_that_is_longer_than_it_says_is_not_proved(total: int) -> None:
    orders = Orders(230)
    orders.total = lambda given, length: total
    with pytest.raises(NotProved, match="longer than"):
        _read(orders)


def test_a_length_that_is_each_pages_own_is_not_proved() -> None:
    orders = Orders(237)
    orders.total = lambda given, length: given
    with pytest.raises(NotProved, match="longer than"):
        _read(orders)
    assert orders.offsets == [0, 100]


def test_lengths_that_contradict_each_other_come_to_an_end() -> None:
    orders = Orders(100)
    orders.total = lambda given, length: 150 if given else 0
    with pytest.raises(NotProved, match="doesn't end"):
        _read(orders)
    assert orders.offsets == [0, 100] * 75


def test_pages_are_told_a_thousand_at_once() -> None:
    newest = NewestFirst(Orders(2300), "x", {"modified_after": "x"}, lambda body: body["id"])  # type: ignore[arg-type]
    pages = list(newest.pages())
    assert [len(page.records) for page in pages] == [1000, 1000, 300]
    assert [page.cursor for page in pages] == ["", "", ""]


def test_what_leaves_the_list_takes_no_other_along() -> None:
    orders = Orders(450)
    # Three that were read, and one beside it that joins and would hide one of them.
    orders.moves[2] = lambda: orders.delete(449, 400, 300)
    orders.moves[4] = lambda: orders.change(1000)
    assert set(_read(orders)) >= set(range(1, 451))
    assert orders.offsets[:4] == [0, 100, 200, 197]


def test_a_list_of_which_most_leaves_is_begun_anew() -> None:
    orders = Orders(450)
    orders.moves[1] = lambda: orders.delete(*range(101, 451))
    assert set(_read(orders)) >= set(range(1, 101))
    assert orders.offsets[:3] == [0, 100, 0]
    assert len(orders.offsets) < 6


def test_what_changes_again_before_it_is_read_is_read_all_the_same() -> None:
    orders = Orders(300)
    orders.moves[1] = lambda: orders.change(5, 6, 150)
    assert set(_read(orders)) == set(range(1, 301))
    assert orders.offsets == [0, 100, 200, 0]


def test_what_changed_again_after_it_was_read_costs_nothing() -> None:
    orders = Orders(300)
    orders.moves[1] = lambda: orders.change(299, 298)
    assert len(_read(orders)) == 300
    assert orders.offsets == [0, 100, 200]


class Traffic:
    """Changes, places and deletes orders before each answer but the first."""

    def __init__(self, orders: Orders, seed: int, *, deletes: bool) -> None:
        self._orders = orders
        self._chance = Random(seed)
        self._deletes = deletes
        self.deleted: set[int] = set()
        orders.moves = dict.fromkeys(range(1, 1000), self._move)

    def _move(self) -> None:
        orders, chance = self._orders, self._chance
        orders.second += chance.choice((0, 1))
        for _ in range(chance.choice((0, 0, 1, 3, 15))):
            number = chance.randint(1, 450)
            if self._deletes and chance.random() < 0.5:
                orders.delete(number)
                self.deleted.add(number)
            else:
                orders.change(number)


@given(st.integers(0, 2**32), st.integers(0, 400))
def test_whatever_stood_in_the_list_all_the_time_is_read(seed: int, count: int) -> None:
    orders = Orders(count)
    stood = set(orders.changed)
    traffic = Traffic(orders, seed, deletes=True)
    try:
        read = set(_read(orders))
    except NotProved:
        return
    assert read >= stood - traffic.deleted


@given(st.integers(0, 2**32), st.integers(0, 400))
def test_changes_alone_never_keep_a_list_from_being_proved(seed: int, count: int) -> None:
    orders = Orders(count)
    stood = set(orders.changed)
    Traffic(orders, seed, deletes=False)
    assert set(_read(orders)) >= stood


def test_a_list_without_its_length_is_not_proved() -> None:
    orders = Orders(150)
    orders.total = lambda given, length: None
    with pytest.raises(NotProved, match="length"):
        _read(orders)


def test_a_list_that_the_store_does_not_sort_by_ids_within_a_second_is_not_proved() -> None:
    orders = Orders(150)
    orders.ignores_ids = True
    with pytest.raises(NotProved, match="sort"):
        _read(orders)


def test_a_list_that_leaves_something_out_is_not_proved() -> None:
    orders = Orders(150)
    orders.hidden = {120}
    with pytest.raises(NotProved, match="leaves something out"):
        _read(orders)


def test_a_list_that_is_too_long_to_be_read_in_turn_is_left_at_its_first_page() -> None:
    orders = Orders(5001)
    with pytest.raises(NotProved, match="too long"):
        _read(orders)
    assert orders.offsets == [0]


def test_a_list_that_shrinks_whenever_it_is_asked_for_is_not_proved() -> None:
    orders = Orders(4000)

    def shrink() -> None:
        orders.delete(*sorted(orders.changed)[-70:])

    orders.moves = dict.fromkeys(range(20, 200), shrink)
    with pytest.raises(NotProved, match="moves faster"):
        _read(orders)


@pytest.mark.parametrize("value", [{}, [5], [{"id": 0}], "x", None])
def test_an_answer_that_is_no_list(value: Any) -> None:
    class Broken:
        def get(self, endpoint: str, params: Mapping[str, Any]) -> Reply:
            return Reply(value, 1)

    with pytest.raises(StoreAnsweredNonsense):
        list(NewestFirst(Broken(), "x", {}, dict).pages())  # type: ignore[arg-type]


def test_an_order_without_the_time_of_its_change_is_not_proved() -> None:
    class Timeless:
        def get(self, endpoint: str, params: Mapping[str, Any]) -> Reply:
            return Reply([{"id": 1, "date_modified_gmt": None}], 1)

    with pytest.raises(NotProved, match="without the time"):
        list(NewestFirst(Timeless(), "x", {}, dict).pages())  # type: ignore[arg-type]
