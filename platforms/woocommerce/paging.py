"""A list read whole, whatever moves while it is read.

WooCommerce lists by offset, so what is deleted meanwhile moves all that follows. Windows of the
list, in the order of ids, overlap by one record: a window that begins at or before the last id
that was read leaves nothing out between, since it is one run of the sorted list. One that begins
after it may, and is read again from further back. What stood in the list all the time is therefore
read, once; what joins it at its end is read until a window is short.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from itertools import pairwise
from typing import Any, Generic, TypeVar

from platforms.errors import StoreAnsweredNonsense
from platforms.records import Page, Unreadable, page_of
from platforms.woocommerce.answers import PageTooHeavy
from platforms.woocommerce.listed import bodies_with_ids, read_listed
from platforms.woocommerce.places import Place
from platforms.woocommerce.transport import StoreTransport
from platforms.woocommerce.unreadable import Kind
from platforms.woocommerce.windows import UNKNOWN, Lookahead, Window

__all__ = ["PAGE_RECORDS", "WINDOW", "Listing", "Place"]

R = TypeVar("R")

# WooCommerce gives at most 100 a page. Ours hold no more than the application writes at once.
WINDOW = 100
PAGE_RECORDS = 1000

_SMALLEST_WINDOW = 12
# Windows without anything new, beyond those that going back needs, before we call it a fault.
_IDLE = 20
# Empty windows in a row after which a store that says there is more is no longer believed.
_EMPTY = 10


class Listing(Generic[R]):
    """One list of a store, in the order of ids.

    `to_record` gives None for what is left out of the records. Where it raises DeliveryUnreadable
    the page tells that object as unreadable, of this kind, and the read goes on.
    """

    def __init__(
        self,
        transport: StoreTransport,
        endpoint: str,
        params: Mapping[str, Any],
        to_record: Callable[[Mapping[str, Any]], R | None],
        window: int = WINDOW,
        kind: Kind = "order",
    ) -> None:
        self._kind = kind
        self._transport = transport
        self._window = window
        self._endpoint = endpoint
        self._params = {**params, "orderby": "id", "order": "asc"}
        self._to_record = to_record

    def pages(self, place: Place) -> Iterator[Page[R]]:
        """Pages from a place on; the last one's cursor is None.

        Raises PlatformError, StoreAnsweredNonsense for a list that can't be read whole.
        """
        found: list[R | Unreadable] = []
        total: int | None = None
        with closing(_Walk(self._fetch, place, self._window).steps()) as steps:
            for fresh, after, total, is_last in steps:
                found += fresh
                if len(found) > PAGE_RECORDS - self._window and not is_last:
                    yield page_of(found, after.cursor(), total)
                    found = []
        yield page_of(found, None, total)

    def _fetch(self, offset: int, size: int, abandoned: Callable[[], bool]) -> Window[R]:
        params = {**self._params, "per_page": size, "offset": offset}
        reply = self._transport.get(self._endpoint, params, abandoned=abandoned)
        found = bodies_with_ids(reply.value)
        ids = tuple([number for number, _ in found])
        if any(one >= other for one, other in pairwise(ids)):
            raise StoreAnsweredNonsense("the store doesn't sort its list by the ids")
        read = [read_listed(body, self._to_record, self._kind) for _, body in found]
        return Window(offset, ids, tuple(read), reply.total)


class _Walk(Generic[R]):
    """Goes over the windows of a list, back where one leaves a gap."""

    def __init__(
        self, fetch: Callable[[int, int, Callable[[], bool]], Window[R]], place: Place, size: int
    ) -> None:
        self._fetch = fetch
        self._place = place
        self._size = size
        self._total: int | None = None
        self._is_first = True
        self._back = 1
        self._idle = 0
        self._idle_at_most = self._patience()

    def steps(self) -> Generator[tuple[list[R | Unreadable], Place, int | None, bool], None, None]:
        """What is new in each window, the place after it, the list's length, whether it ends."""
        with Lookahead(self._fetch) as ahead:
            while True:
                window = self._taken(ahead)
                if window is None:
                    continue
                if self._leaves_a_gap(window):
                    self._go_back()
                    ahead.forget()
                    continue
                is_last = self._is_last(window)
                found, stepped = self._accept(window)
                if not stepped:
                    ahead.forget()
                yield found, self._place, self._total, is_last
                if is_last:
                    return

    def _taken(self, ahead: Lookahead[R]) -> Window[R] | None:
        """The next window; None where the store fails over so large a one, and gets smaller."""
        try:
            window = ahead.take(self._place.offset, self._size, self._end())
        except PageTooHeavy:
            if self._size // 2 < _SMALLEST_WINDOW:
                raise
            self._size //= 2
            ahead.forget()
            return None
        if window.ids or window.offset == 0:
            self._total = window.total
        self._is_first = False
        return window

    def _end(self) -> int | None:
        """Up to where windows are fetched ahead; None before the length of the list is known."""
        if self._is_first:
            return None
        # The last record alone tells nothing new: a window that begins with it is fetched last.
        return UNKNOWN if self._total is None else self._total - 1

    def _leaves_a_gap(self, window: Window[R]) -> bool:
        if window.offset == 0 or not self._place.is_anchored:
            return False
        return not window.ids or window.ids[0] > self._place.after

    def _go_back(self) -> None:
        self._rest()
        step = (self._size - 1) * self._back
        self._back *= 2
        self._place = replace(self._place, offset=max(0, self._place.offset - step))

    def _is_last(self, window: Window[R]) -> bool:
        """A short window ends the list, unless the store says that more follows.

        It leaves out what it can't load itself, so that windows in the middle may be short.
        """
        if len(window.ids) >= self._size:
            return False
        if not window.ids and self._idle > _EMPTY:
            return True
        return self._total is None or window.offset + self._size >= self._total

    def _accept(self, window: Window[R]) -> tuple[list[R | Unreadable], bool]:
        """What is new in a window, and whether the next one stands where it was foreseen."""
        after, ids = self._place.after, window.ids
        fresh = [
            record
            for number, record in zip(ids, window.records, strict=True)
            if number > after and record is not None
        ]
        if ids and ids[-1] > after:
            self._idle, self._idle_at_most = 0, self._patience()
        else:
            self._rest()
        self._back = 1
        # Where records are left out only the number of those that came says how far this reaches.
        stride = len(ids) - 1 if len(ids) > 1 else self._size - 1
        self._place = replace(
            self._place,
            offset=window.offset + stride,
            after=max((after, *ids[-1:])),
            is_anchored=len(ids) > 1,
        )
        return fresh, stride == self._size - 1

    def _patience(self) -> int:
        """Going back to the beginning and coming again takes this many windows."""
        return _IDLE + 3 * (self._place.offset // (self._size - 1))

    def _rest(self) -> None:
        """Count a window that brought nothing. Raises when they don't end."""
        self._idle += 1
        if self._idle > self._idle_at_most:
            raise StoreAnsweredNonsense("the store's list moves faster than it can be read")
