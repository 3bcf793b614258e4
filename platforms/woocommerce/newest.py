"""What changed, newest change first, in no page more than it fills.

Whatever changes while such a list is read comes to its front, so what isn't read yet only moves
back: it is met again, not missed. Only what leaves the list moves it forward, and that the list's
length tells: as long as it doesn't shrink, a page that begins where the one before it ended leaves
nothing out between; where it shrank by so many, the next page begins so many earlier. What changes
again before it is read slips to the front, behind the reader: the count of what was read tells, and
the front is looked at once more.

That holds for pages that are read one after the other, of a list that the store sorts as it says.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Generic, TypeVar

from platforms.records import Page, Unreadable, page_of
from platforms.woocommerce.listed import Body, bodies_with_ids, read_listed
from platforms.woocommerce.paging import PAGE_RECORDS, WINDOW
from platforms.woocommerce.transport import StoreTransport
from platforms.woocommerce.values import moment_if_any

R = TypeVar("R")

# Longer lists are read side by side: there a page more in a hundred is nothing beside the time.
IN_TURN_AT_MOST = 5000
# So often a list may shrink under its reader.
_MOVES_AT_MOST = 20
# Three times what the longest takes: lengths that contradict each other lead in a circle.
_CALLS_AT_MOST = 3 * IN_TURN_AT_MOST // WINDOW

_ORDER = {"orderby": "modified", "order": "desc"}
_Key = tuple[datetime, int]


class NotProved(Exception):
    """The list can't be read whole in this order; in that of ids it can."""


@dataclass(frozen=True, slots=True)
class _Window:
    """Some of the list as it stood at one moment, from `offset` on; `total` is its length then."""

    offset: int
    keys: list[_Key]
    bodies: list[Body]
    total: int

    @property
    def end(self) -> int:
        return self.offset + WINDOW


class NewestFirst(Generic[R]):
    """One list of orders, by the times of their changes. `to_record` as of a Listing."""

    def __init__(
        self,
        transport: StoreTransport,
        endpoint: str,
        params: Mapping[str, Any],
        to_record: Callable[[Body], R | None],
    ) -> None:
        self._transport = transport
        self._endpoint = endpoint
        self._params = {**params, **_ORDER, "per_page": WINDOW}
        self._to_record = to_record
        self._seen: set[int] = set()
        self._shortest = IN_TURN_AT_MOST
        self._calls = 0

    def pages(self) -> Iterator[Page[R]]:
        """All of it, each object once, on pages that no cursor resumes.

        Raises PlatformError; NotProved where something may be missing of what was given, or where
        the list is too long to be read page after page.
        """
        found: list[R | Unreadable | None] = []
        for window in self._windows():
            for (_, number), body in zip(window.keys, window.bodies, strict=True):
                if number not in self._seen:
                    self._seen.add(number)
                    found.append(read_listed(body, self._to_record, "order"))
            if len(found) > PAGE_RECORDS - WINDOW:
                yield page_of(found, "", window.total)
                found = []
        yield page_of(found, "")

    def _windows(self) -> Iterator[_Window]:
        """Windows that leave nothing out between them, from the newest change to the oldest."""
        first = window = self._fetch(0)
        if first.total > IN_TURN_AT_MOST:
            raise NotProved("too long")
        yield first
        # A total that is as long as the page may be the page's length and no more.
        while window.end < window.total or window.total == len(window.keys) == WINDOW:
            following = self._after(window)
            if following is None:
                break
            window = following
            yield window
        if len(self._seen) < first.total:
            yield self._front(first)
        if len(self._seen) < self._shortest:
            raise NotProved("something slipped away")

    def _front(self, first: _Window) -> _Window:
        """What changed since the first window was read."""
        front = self._fetch(0)
        if front.end < front.total and front.keys[-1] > first.keys[0]:
            raise NotProved("more changes than a page holds while the list is read")
        return front

    def _after(self, window: _Window) -> _Window | None:
        """The window after this one, as much earlier as the list shrank; None behind its end."""
        offset = window.end
        for _ in range(_MOVES_AT_MOST):
            following = self._fetch(offset)
            if not following.keys and window.end >= window.total:
                return None
            begins = max(0, window.end - max(0, window.total - following.total))
            if offset <= begins:
                self._check_joint(window, following)
                return following
            offset = begins
        raise NotProved("the list moves faster than it can be read")

    def _check_joint(self, window: _Window, following: _Window) -> None:
        """What follows is older, or was read: anything else isn't sorted as it says."""
        oldest = window.keys[-1]
        if any(key >= oldest and key[1] not in self._seen for key in following.keys):
            raise NotProved("the store's pages don't follow each other")

    def _fetch(self, offset: int) -> _Window:
        self._calls += 1
        if self._calls > _CALLS_AT_MOST:
            raise NotProved("the list doesn't end")
        reply = self._transport.get(self._endpoint, {**self._params, "offset": offset})
        listed = bodies_with_ids(reply.value)
        keys = [_key(number, body) for number, body in listed]
        if reply.total is None or any(one <= other for one, other in pairwise(keys)):
            raise NotProved("the store doesn't tell its list's length, or doesn't sort it")
        whole = max(0, min(WINDOW, reply.total - offset))
        # What the store can't load it leaves out, and what it gives at most may be its own idea.
        if len(keys) < whole:
            raise NotProved("the store leaves something out of its pages")
        if keys and offset + len(keys) > reply.total:
            raise NotProved("the store's list is longer than the length that it tells")
        if keys or not offset:
            self._shortest = min(self._shortest, reply.total)
        return _Window(offset, keys, [body for _, body in listed], reply.total)


def _key(number: int, body: Body) -> _Key:
    at = moment_if_any(body.get("date_modified_gmt"))
    if at is None:
        raise NotProved("an order without the time of its change")
    return at, number
