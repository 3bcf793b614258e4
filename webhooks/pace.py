"""How many deliveries of a store are taken at once: as many as are worked off in a moment.

So a store with a flood keeps a quiet one waiting for that moment and no longer, however heavy its
deliveries are, while light ones share their commits by the thousand.
"""

from collections import OrderedDict

BATCH_SECONDS = 0.5
MOST = 1000
_FIRST = 200
_LEAST = 5
_GROWS_AT_MOST = 4
_REMEMBERED_STORES = 10_000


class Pace:
    """The size of each store's next batch, from how long its last ones took."""

    def __init__(self) -> None:
        self._sizes: OrderedDict[int | None, int] = OrderedDict()

    def size(self, store_id: int | None) -> int:
        """How many deliveries to take."""
        return self._sizes.get(store_id, _FIRST)

    def took(self, store_id: int | None, deliveries: int, seconds: float) -> None:
        """Learn from a batch. One that wasn't full only says when it took too long."""
        if deliveries < self.size(store_id) and seconds <= BATCH_SECONDS:
            return
        fits = int(deliveries * BATCH_SECONDS / max(seconds, 0.001))
        self._sizes[store_id] = max(min(fits, deliveries * _GROWS_AT_MOST, MOST), _LEAST)
        self._sizes.move_to_end(store_id)
        while len(self._sizes) > _REMEMBERED_STORES:
            self._sizes.popitem(last=False)
