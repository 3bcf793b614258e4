"""A store's cost bucket as one process believes it to be, corrected by every answer.

The bucket's size and its speed come from the store's answers: plans differ and Shopify changes
them, so none is written here.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count

from platforms.outbound import BucketTold


@dataclass(frozen=True, slots=True)
class _UnderWay:
    what: str
    size: int
    cost: float
    settled_before: float


def highest_price(known: Mapping[int, float], size: int) -> float | None:
    """What a request of that size may cost at most, by what those of other sizes cost."""
    return min((cost * max(1.0, size / other) for other, cost in known.items()), default=None)


class BucketPacer:
    """The port's Pacer inside one process; `share` is how much of the bucket it may use."""

    def __init__(
        self,
        clock: Callable[[], float],
        sleep: Callable[[float], None],
        share: float = 1.0,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._share = share
        self._lock = threading.Lock()
        self._names = count(1)
        self._costs: dict[str, dict[int, float]] = defaultdict(dict)
        self._under_way: dict[str, _UnderWay] = {}
        self._settled = 0.0
        self._free = 0.0
        self._maximum = 0.0
        self._restore_per_second = 0.0
        self._seen_at = 0.0

    def reserve(self, what: str, size: int = 1, at_most: float | None = None) -> str:
        """Wait until the bucket is believed to hold the price of it, and take it."""
        with self._lock:
            name = str(next(self._names))
            cost = highest_price(self._costs[what], size) or at_most or 0.0
            self._under_way[name] = _UnderWay(what, size, cost, self._settled)
            seconds = self._take(cost)
        if seconds > 0:
            self._sleep(seconds)
        return name

    def settle(self, reservation: str, told: BucketTold | None) -> None:
        """Believe what the store just said, less what may have been taken since it said so."""
        with self._lock:
            mine = self._under_way.pop(reservation, None)
            if mine is None:
                return
            since = self._settled - mine.settled_before
            if told is None:
                self._settled += mine.cost
                return
            self._costs[mine.what][mine.size] = told.requested
            spent = told.actual or 0.0
            self._settled += spent
            self._correct(told, mine.cost - spent, since)

    def _correct(self, told: BucketTold, refund: float, since: float) -> None:
        self._restore()
        self._maximum = told.maximum * self._share
        self._restore_per_second = told.restore_per_second * self._share
        others = sum(one.cost for one in self._under_way.values())
        most = told.available * self._share
        self._free = max(most - others - since, min(most, self._free + refund))

    def _take(self, cost: float) -> float:
        """Seconds until what is taken will have been there; waiters queue by going below zero."""
        if self._restore_per_second <= 0:
            return 0.0
        self._restore()
        # A cost above the bucket's size would never be met.
        self._free -= min(cost, self._maximum)
        return max(0.0, -self._free / self._restore_per_second)

    def _restore(self) -> None:
        now = self._clock()
        restored = (now - self._seen_at) * self._restore_per_second
        self._free = min(self._maximum, self._free + restored)
        self._seen_at = now


class Buckets:
    """A bucket for each store that this process has called."""

    def __init__(
        self, clock: Callable[[], float], sleep: Callable[[float], None], share: float = 1.0
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._share = share
        self._lock = threading.Lock()
        self._by_store: dict[str, BucketPacer] = {}

    def of(self, store: str) -> BucketPacer:
        """That store's own."""
        with self._lock:
            found = self._by_store.get(store)
            if found is None:
                found = self._by_store[store] = BucketPacer(self._clock, self._sleep, self._share)
            return found
