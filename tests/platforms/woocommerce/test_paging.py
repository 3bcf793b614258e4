"""Whole reads of a list that moves while it is read."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.errors import StoreAnsweredNonsense
from platforms.woocommerce.answers import PageTooHeavy, Reply
from platforms.woocommerce.paging import Listing, Place


class MovingList:
    """A transport to one list of ids. `move` runs before the answer of that number."""

    def __init__(self, ids: list[int]) -> None:
        self.ids = ids
        self.moves: dict[int, Callable[[], None]] = {}
        self.offsets: list[int] = []
        self.hidden: set[int] = set()
        self.tells_total = True
        self._lock = threading.Lock()

    def get(
        self, endpoint: str, params: Mapping[str, Any], *, abandoned: Callable[[], bool] = bool
    ) -> Reply:
        with self._lock:
            move = self.moves.get(len(self.offsets))
            if move is not None:
                move()
            offset, size = params["offset"], params["per_page"]
            self.offsets.append(offset)
            found = sorted(self.ids)[offset : offset + size]
            bodies = [{"id": number} for number in found if number not in self.hidden]
            return Reply(bodies, len(self.ids) if self.tells_total and bodies else None)


def _listing(moving: MovingList, window: int = 5) -> Listing[int]:
    return Listing(moving, "list", {}, lambda body: int(body["id"]), window)  # type: ignore[arg-type]


def _read(moving: MovingList, window: int = 5, place: Place | None = None) -> list[int]:
    pages = _listing(moving, window).pages(place or Place())
    return [number for page in pages for number in page.records]


@pytest.mark.parametrize("count", [0, 1, 4, 5, 6, 8, 9, 10, 13, 14, 40])
@pytest.mark.parametrize("tells_total", [True, False])
def test_a_list_that_stands_still_is_read_once(count: int, tells_total: bool) -> None:
    moving = MovingList(list(range(1, count + 1)))
    moving.tells_total = tells_total
    assert _read(moving) == list(range(1, count + 1))


def test_windows_overlap_by_one_and_end_when_one_is_short() -> None:
    moving = MovingList(list(range(1, 12)))
    assert _read(moving) == list(range(1, 12))
    assert sorted(moving.offsets) == [0, 4, 8]


def test_a_deletion_before_the_place_is_seen_and_nothing_is_lost() -> None:
    moving = MovingList(list(range(1, 31)))
    moving.tells_total = False
    moving.moves[1] = lambda: [moving.ids.remove(number) for number in (1, 2, 3)] and None
    assert _read(moving) == list(range(1, 31))
    assert len(moving.offsets) > len({*moving.offsets})


def test_most_of_the_list_deleted_meanwhile_is_gone_back_over() -> None:
    moving = MovingList(list(range(1, 201)))
    moving.moves[20] = lambda: moving.ids.__delitem__(slice(0, 60))
    read = _read(moving)
    assert set(read) >= set(range(61, 201))
    assert read == sorted(set(read))


def test_all_deleted_meanwhile_ends_well() -> None:
    moving = MovingList(list(range(1, 31)))
    moving.moves[2] = moving.ids.clear
    assert _read(moving)[:5] == [1, 2, 3, 4, 5]


def test_what_joins_at_the_end_is_read_too() -> None:
    moving = MovingList(list(range(1, 41)))
    moving.moves[3] = lambda: moving.ids.extend((41, 42))
    assert _read(moving) == list(range(1, 43))


def test_what_joins_behind_the_reader_moves_nothing_out_of_sight() -> None:
    moving = MovingList(list(range(10, 400, 10)))
    moving.moves[3] = lambda: moving.ids.extend((1, 2, 3, 4, 5, 6, 7, 8, 9))
    read = _read(moving)
    assert [number for number in read if number % 10 == 0] == list(range(10, 400, 10))
    assert read == sorted(set(read))


def test_objects_that_the_store_leaves_out_end_nothing() -> None:
    moving = MovingList(list(range(1, 61)))
    moving.hidden = {2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 40}
    assert _read(moving) == [number for number in range(1, 61) if number not in moving.hidden]


def test_nothing_but_objects_that_are_left_out() -> None:
    moving = MovingList(list(range(1, 61)))
    moving.hidden = set(range(1, 61))
    assert _read(moving) == []
    moving.hidden -= {31}
    assert _read(MovingList([31])) == [31]


_EVENT = st.tuples(
    st.integers(0, 12), st.sampled_from(["delete", "join", "end"]), st.integers(0, 60)
)


def _move(moving: MovingList, kind: str, number: int) -> None:
    if kind == "delete":
        gone = range(2 * number, 2 * number + 12)
        moving.ids = [each for each in moving.ids if each not in gone]
    elif kind == "join" and 2 * number + 1 not in moving.ids:
        moving.ids.append(2 * number + 1)
    elif kind == "end":
        moving.ids.append(max(moving.ids, default=0) + 2)


@given(st.integers(0, 60), st.integers(2, 9), st.lists(_EVENT, max_size=12), st.booleans())
def test_what_stands_all_the_time_is_read_once_whatever_moves(
    count: int, window: int, events: list[tuple[int, str, int]], tells_total: bool
) -> None:
    moving = MovingList([2 * number for number in range(1, count + 1)])
    moving.tells_total = tells_total
    standing = set(moving.ids)
    for _, kind, number in events:
        if kind == "delete":
            standing -= set(range(2 * number, 2 * number + 12))
    for at in {at for at, _, _ in events}:
        due = [(kind, number) for when, kind, number in events if when == at]
        moving.moves[at] = lambda due=due: [_move(moving, *each) for each in due] and None
    read = _read(moving, window)
    assert read == sorted(set(read))
    assert set(read) >= standing


@given(st.integers(1, 40), st.sets(st.integers(1, 1300)), st.integers(0, 5))
def test_a_read_resumes_after_any_page(
    deleted_below: int, deleted: set[int], page_index: int
) -> None:
    moving = MovingList(list(range(1, 1300)))
    pages = _listing(moving, 50).pages(Place())
    read: list[int] = []
    cursor: str | None = None
    for index, page in enumerate(pages):
        read += page.records
        cursor = page.cursor
        if index == page_index or cursor is None:
            break
    if cursor is None:
        assert read == list(range(1, 1300))
        return
    moving.ids = [number for number in moving.ids if number not in deleted]
    rest = _read(moving, 50, Place.read(cursor))
    assert rest == [number for number in moving.ids if number > read[-1]]


@pytest.mark.parametrize(
    "cursor",
    [
        None,
        "",
        "{}",
        "[]",
        "7",
        "x",
        '{"offset":1}',
        '{"part":1,"offset":0,"after":0}',
        '{"part":"","offset":-1,"after":0}',
        '{"part":"","offset":true,"after":0}',
        '{"part":"","offset":1.5,"after":0}',
        '{"part":"","offset":0,"after":99999999999999999999}',
    ],
)
def test_a_cursor_that_tells_nothing_begins_anew(cursor: str | None) -> None:
    assert Place.read(cursor) == Place()


def test_a_cursor_tells_its_place() -> None:
    place = Place("trash", 99, 4711)
    assert place.cursor() == '{"part":"trash","offset":99,"after":4711}'
    assert Place.read(place.cursor()) == place


def test_pages_hold_what_is_written_at_once_and_tell_the_total(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("platforms.woocommerce.paging.PAGE_RECORDS", 500)
    moving = MovingList(list(range(1, 1102)))
    pages = list(_listing(moving, 100).pages(Place()))
    assert [len(page.records) for page in pages] == [496, 495, 110]
    assert [page.total for page in pages] == [1101] * 3
    assert [page.cursor for page in pages] == [
        '{"part":"","offset":495,"after":496}',
        '{"part":"","offset":990,"after":991}',
        None,
    ]


class Heavy(MovingList):
    """Fails over more than `bears` objects at once."""

    bears = 30

    def get(
        self, endpoint: str, params: Mapping[str, Any], *, abandoned: Callable[[], bool] = bool
    ) -> Reply:
        if params["per_page"] > self.bears:
            raise PageTooHeavy("the store failed (500)")
        return super().get(endpoint, params, abandoned=abandoned)


def test_a_store_that_fails_over_large_windows_is_asked_for_less() -> None:
    assert _read(Heavy(list(range(1, 301))), 100) == list(range(1, 301))


def test_a_store_that_fails_over_the_smallest_window_is_told() -> None:
    heavy = Heavy(list(range(1, 301)))
    heavy.bears = 5
    with pytest.raises(PageTooHeavy):
        _read(heavy, 100)


class Wrong(MovingList):
    """Answers each call with the same value."""

    value: Any = None

    def get(
        self, endpoint: str, params: Mapping[str, Any], *, abandoned: Callable[[], bool] = bool
    ) -> Reply:
        self.offsets.append(params["offset"])
        return Reply(self.value, 1000)


@pytest.mark.parametrize(
    "value",
    [
        {"code": "x"},
        None,
        "text",
        [1],
        [None],
        [{}],
        [{"id": "7"}],
        [{"id": 0}],
        [{"id": True}],
        [{"id": 2}, {"id": 1}],
        [{"id": 1}, {"id": 1}],
    ],
)
def test_what_is_no_list_in_the_order_of_ids_is_nonsense(value: Any) -> None:
    wrong = Wrong([])
    wrong.value = value
    with pytest.raises(StoreAnsweredNonsense):
        _read(wrong)


def test_a_store_that_gives_the_same_window_for_ever_is_left() -> None:
    wrong = Wrong([])
    wrong.value = [{"id": number} for number in range(1, 6)]
    with pytest.raises(StoreAnsweredNonsense):
        _read(wrong)
    assert len(wrong.offsets) < 200


def test_a_read_that_is_left_ends_its_threads() -> None:
    moving = MovingList(list(range(1, 5000)))
    pages = _listing(moving, 100).pages(Place())
    next(pages)
    pages.close()  # type: ignore[attr-defined]
    assert not [each for each in threading.enumerate() if each.name.startswith("woocommerce-page")]
