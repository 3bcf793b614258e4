"""What changed since a moment: the orders listed once, for their accounts and for themselves."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from platforms.records import CustomerRecord, Differing, Mark, OrderRecord, Page
from platforms.woocommerce.customers import CustomerQueries, account_id
from platforms.woocommerce.orders import OrderQueries
from platforms.woocommerce.values import moment_if_any

# Orders that wait in memory for whoever asks for them; those beyond are listed again.
KEPT_AT_MOST = 5000

# A checkout writes into its account. Its order may have been begun as a draft, kept for a day.
_DRAFTS_LAST = timedelta(days=1)
_ASKED_AT_ONCE = 1000
_EVER = datetime.min.replace(tzinfo=UTC)


class Changes:
    """Reads the changes of one store: accounts first, then orders, since the same moment."""

    def __init__(self, orders: OrderQueries, customers: CustomerQueries) -> None:
        self._orders = orders
        self._customers = customers
        self._kept: _Kept | None = None

    def customers(self, since: datetime, differing: Differing) -> Iterator[Page[CustomerRecord]]:
        """Accounts registered since then, and those that the changed orders name: where such an
        order was placed or paid since then, and where the copy doesn't hold the account.
        """
        read: set[str] = set()
        for page in self._customers.registered(since):
            read |= {each.external_id for each in page.records}
            yield page
        named = _Named(since - _DRAFTS_LAST)
        self._kept = _Kept(since)
        for orders in self._orders.changed(since, None, named.note):
            self._kept.take(orders)
        yield from self._customers.by_id(named.to_read(read, differing))

    def orders(self, since: datetime) -> Iterator[Page[OrderRecord]]:
        """Orders changed since then, the trashed ones with them.

        As they were listed for their accounts right before, where that was done: once.
        """
        kept, self._kept = self._kept, None
        if kept is None or kept.since > since:
            yield from self._orders.changed(since, None)
            return
        yield from kept.pages
        if kept.rest is not None:
            yield from self._orders.changed(kept.since, kept.rest)


class _Kept:
    """Pages of orders as far as they fit; `rest` is the cursor of those that didn't."""

    def __init__(self, since: datetime) -> None:
        self.since = since
        self.pages: list[Page[OrderRecord]] = []
        # Any cursor that tells no place begins at the beginning.
        self.rest: str | None = ""
        self._size = 0
        self._is_full = False

    def take(self, page: Page[OrderRecord]) -> None:
        """Keep this page, unless it or one before it is too much."""
        self._size += len(page.records)
        self._is_full = self._is_full or self._size > KEPT_AT_MOST
        if not self._is_full:
            self.pages.append(page)
            self.rest = page.cursor


class _Named:
    """The accounts that orders name, and whether one of their orders may have changed them."""

    def __init__(self, since: datetime) -> None:
        self._since = since
        self._named: dict[int, bool] = {}

    def note(self, body: Mapping[str, Any]) -> None:
        """Take in an order's body, whether or not it can be read as an order."""
        number = account_id(body)
        if number is not None:
            days = (body.get("date_created_gmt"), body.get("date_paid_gmt"))
            # An order that tells no day at all says nothing against it.
            told = [day for each in days if (day := moment_if_any(each))] or [self._since]
            self._named[number] = self._named.get(number, False) or max(told) >= self._since

    def to_read(self, read: set[str], differing: Differing) -> list[int]:
        """Those to be read, without those that were."""
        left = {number: new for number, new in self._named.items() if str(number) not in read}
        wanted = {number for number, new in left.items() if new}
        others = sorted(left.keys() - wanted)
        for start in range(0, len(others), _ASKED_AT_ONCE):
            some = others[start : start + _ASKED_AT_ONCE]
            wanted |= set(map(int, differing([Mark(str(number), _EVER) for number in some])))
        return sorted(wanted)
