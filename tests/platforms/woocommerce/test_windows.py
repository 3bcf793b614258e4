"""Windows that are fetched ahead of the one that is taken."""

import threading
from collections.abc import Callable

from platforms.woocommerce.windows import AHEAD, AT_ONCE, UNKNOWN, Lookahead, Window

SIZE = 100
WAIT_SECONDS = 30


class Fetching:
    """A list of windows that notes what it is asked for, and how many are asked for at once."""

    def __init__(self, expected: int) -> None:
        self.asked: list[int] = []
        self.most_at_once = 0
        self._expected = expected
        self._running = 0
        self._changed = threading.Condition()

    def __call__(self, offset: int, size: int, abandoned: Callable[[], bool]) -> Window[str]:
        with self._changed:
            self.asked.append(offset)
            self._running += 1
            self.most_at_once = max(self.most_at_once, self._running)
        with self._changed:
            self._running -= 1
            self._changed.notify_all()
        return Window(offset, (offset + 1,), ("a record",), None)

    def all_came(self) -> bool:
        """Whether as many were fetched as are expected, after waiting for them."""
        with self._changed:
            return self._changed.wait_for(
                lambda: len(self.asked) >= self._expected and not self._running, WAIT_SECONDS
            )


def test_a_page_and_more_is_fetched_while_nobody_takes_any() -> None:
    fetching = Fetching(AHEAD)
    with Lookahead(fetching) as ahead:
        assert ahead.take(0, SIZE, 1_000_000).offset == 0
        assert fetching.all_came()
    assert sorted(fetching.asked) == [place * (SIZE - 1) for place in range(AHEAD)]
    assert fetching.most_at_once <= AT_ONCE


def test_nothing_behind_the_end_is_fetched() -> None:
    fetching = Fetching(3)
    with Lookahead(fetching) as ahead:
        ahead.take(0, SIZE, 2 * (SIZE - 1) + 1)
        assert fetching.all_came()
    assert sorted(fetching.asked) == [0, SIZE - 1, 2 * (SIZE - 1)]


def test_few_are_fetched_where_nobody_knows_the_end() -> None:
    fetching = Fetching(AT_ONCE)
    with Lookahead(fetching) as ahead:
        ahead.take(0, SIZE, UNKNOWN)
        assert fetching.all_came()
    assert sorted(fetching.asked) == [place * (SIZE - 1) for place in range(AT_ONCE)]


def test_a_window_is_fetched_once() -> None:
    fetching = Fetching(3)
    with Lookahead(fetching) as ahead:
        offsets = [ahead.take(place * (SIZE - 1), SIZE, 297).offset for place in range(3)]
    assert offsets == [0, SIZE - 1, 2 * (SIZE - 1)]
    assert sorted(fetching.asked) == [0, SIZE - 1, 2 * (SIZE - 1)]
