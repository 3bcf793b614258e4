"""What a store holds: whole reads by overlapping windows, changes, single objects."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from platforms.port import StoreAccess
from platforms.records import (
    CustomerRecord,
    Differing,
    Mark,
    OrderRecord,
    Page,
    StoreRecord,
    VariantRecord,
)
from platforms.woocommerce.catalog import CatalogQueries
from platforms.woocommerce.changes import Changes
from platforms.woocommerce.customers import CustomerQueries
from platforms.woocommerce.orders import OrderQueries
from platforms.woocommerce.transport import StoreTransport

_NUMBER = re.compile(r"[1-9][0-9]{0,19}", re.ASCII)


class WooCommerceReader:
    """The port's Reader of one store."""

    def __init__(self, transport: StoreTransport, access: StoreAccess) -> None:
        self._orders = OrderQueries(transport)
        self._customers = CustomerQueries(transport)
        self._changes = Changes(self._orders, self._customers)
        self._catalog = CatalogQueries(transport, access.domain)

    def store(self) -> StoreRecord:
        """The store itself."""
        return self._catalog.store()

    def customers(self, cursor: str | None = None) -> Iterator[Page[CustomerRecord]]:
        """Every buyer's account."""
        return self._customers.all(cursor)

    def orders(self, cursor: str | None = None) -> Iterator[Page[OrderRecord]]:
        """Every order that stands."""
        return self._orders.all(cursor)

    def changed_customers(
        self, since: datetime, differing: Differing
    ) -> Iterator[Page[CustomerRecord]]:
        """Buyers' accounts that are new, or ordered since then, or that only an order tells of."""
        return self._changes.customers(since, differing)

    def changed_orders(self, since: datetime, differing: Differing) -> Iterator[Page[OrderRecord]]:
        """Orders changed since then, all whole: a page holds as many of them as of their marks.

        Those that `changed_customers` listed right before are not asked for again.
        """
        return self._changes.orders(since)

    def customer_marks(self, cursor: str | None = None) -> Iterator[Page[Mark]]:
        """Every buyer's account's mark, by pages that overlap."""
        return self._customers.marks(cursor)

    def order_marks(self, cursor: str | None = None) -> Iterator[Page[Mark]]:
        """Every order's mark, those in the trash after the others."""
        return self._orders.marks(cursor)

    def customers_by_id(self, external_ids: Sequence[str]) -> Iterator[Page[CustomerRecord]]:
        """These accounts as they are now, without those that are gone or no buyers'."""
        return self._customers.proved(_numbers(external_ids))

    def orders_by_id(self, external_ids: Sequence[str]) -> Iterator[Page[OrderRecord]]:
        """These orders as they are now, trashed ones too, without those that are gone."""
        return self._orders.by_id(_numbers(external_ids))

    def customer(self, external_id: str) -> CustomerRecord | None:
        """One account as it is now, None when the store has no buyer by that id."""
        return self._customers.one(external_id) if _NUMBER.fullmatch(external_id) else None

    def order(self, external_id: str) -> OrderRecord | None:
        """One order as it is now with its notes, None when the store has none by that id."""
        return self._orders.one(external_id) if _NUMBER.fullmatch(external_id) else None

    def variants(self, external_ids: Sequence[str]) -> list[VariantRecord]:
        """Variants that still exist, with their stock."""
        return list(self._catalog.variants(external_ids))

    def complete_from(self, scopes: Sequence[str], now: datetime) -> datetime | None:
        """All of it: a store hides nothing of its past."""
        return None


def _numbers(external_ids: Sequence[str]) -> list[int]:
    return sorted({int(each) for each in external_ids if _NUMBER.fullmatch(each)})
