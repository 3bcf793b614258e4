"""What a shop holds: whole reads by bulk operation, changes and single objects by query."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from typing import TypeVar

from platforms.port import OutboundHttp, StoreAccess
from platforms.records import (
    CustomerRecord,
    Differing,
    Mark,
    OrderRecord,
    Page,
    StoreRecord,
    VariantRecord,
)
from platforms.shopify import scopes
from platforms.shopify.backfill import Backfill
from platforms.shopify.catalog import CatalogQueries
from platforms.shopify.customers import CustomerQueries
from platforms.shopify.graph import Node, customer_record, order_record
from platforms.shopify.marks import customer_mark, order_mark
from platforms.shopify.orders import OrderQueries
from platforms.shopify.prices import Prices
from platforms.shopify.transport import GraphTransport
from platforms.shopify.unreadable import Kind

R = TypeVar("R")


class ShopifyReader:
    """The port's Reader of one shop."""

    def __init__(
        self,
        http: OutboundHttp,
        transport: GraphTransport,
        access: StoreAccess,
        now: Callable[[], datetime],
    ) -> None:
        self._http = http
        self._transport = transport
        self._now = now
        prices = Prices()
        self._orders = OrderQueries(transport, prices)
        self._customers = CustomerQueries(transport, prices)
        self._catalog = CatalogQueries(transport, access.domain)

    def store(self) -> StoreRecord:
        """The shop itself."""
        return self._catalog.store()

    def customers(self, cursor: str | None = None) -> Iterator[Page[CustomerRecord]]:
        """All customers, by bulk operation."""
        withheld = self._customers.withheld()

        def to_record(root: Node, _: list[Node]) -> CustomerRecord:
            return customer_record(root, withheld)

        yield from self._bulk("bulk_customers", "customer", to_record).pages(cursor)

    def orders(self, cursor: str | None = None) -> Iterator[Page[OrderRecord]]:
        """All orders, by bulk operation."""
        withheld = self._orders.withheld()

        def to_record(root: Node, lines: list[Node]) -> OrderRecord:
            return order_record(root, lines, withheld.order, withheld.customer)

        yield from self._bulk("bulk_orders", "order", to_record).pages(cursor)

    def changed_customers(
        self, since: datetime, differing: Differing
    ) -> Iterator[Page[CustomerRecord]]:
        """Customers changed since then, all of them: their marks would take as many calls."""
        return self._customers.newest(since)

    def changed_orders(self, since: datetime, differing: Differing) -> Iterator[Page[OrderRecord]]:
        """Orders changed since then, by marks first where that saves calls."""
        return self._orders.differing(since, differing)

    def customer_marks(self, cursor: str | None = None) -> Iterator[Page[Mark]]:
        """Every customer's mark, by bulk operation."""
        return self._marks("bulk_customer_marks", "customer", customer_mark, cursor)

    def order_marks(self, cursor: str | None = None) -> Iterator[Page[Mark]]:
        """Every order's mark, by bulk operation."""
        return self._marks("bulk_order_marks", "order", order_mark, cursor)

    def customers_by_id(self, external_ids: Sequence[str]) -> Iterator[Page[CustomerRecord]]:
        """These customers as they are now, without those that are gone."""
        return self._customers.by_id(external_ids)

    def orders_by_id(self, external_ids: Sequence[str]) -> Iterator[Page[OrderRecord]]:
        """These orders as they are now, without those that are gone."""
        return self._orders.by_id(external_ids)

    def customer(self, external_id: str) -> CustomerRecord | None:
        """One customer as it is now, None when the shop has none by that id."""
        return self._customers.one(external_id)

    def order(self, external_id: str) -> OrderRecord | None:
        """One order as it is now, None when the shop has none by that id."""
        return self._orders.one(external_id)

    def variants(self, external_ids: Sequence[str]) -> list[VariantRecord]:
        """Variants that still exist, with their stock."""
        return list(self._catalog.variants(external_ids))

    def complete_from(self, scopes_held: Sequence[str], now: datetime) -> datetime | None:
        """60 days back without `read_all_orders`, else None for all."""
        return scopes.complete_from(scopes_held, now)

    def _marks(
        self, name: str, kind: Kind, to_mark: Callable[[Node], Mark], cursor: str | None
    ) -> Iterator[Page[Mark]]:
        return self._bulk(name, kind, lambda root, _: to_mark(root)).pages(cursor)

    def _bulk(
        self, name: str, kind: Kind, to_record: Callable[[Node, list[Node]], R]
    ) -> Backfill[R]:
        return Backfill(self._http, self._transport, name, kind, to_record, self._now)
