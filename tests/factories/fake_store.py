"""A store in memory behind the platform's port, and services around it: no network, no host."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, cast

from integration.crypto import keyring, new_key_text
from integration.db import Database
from integration.doors import House
from integration.events import RecordedEvents
from integration.models.declarative import InboxModel
from integration.reconciliation import jobs as reconciliation_jobs
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from integration.settings import load
from integration.sync.jobs import register
from platforms.port import OutboundHttp, StoreAccess, StorePlatform, Traits
from platforms.records import (
    CustomerRecord,
    Differing,
    Mark,
    OrderRecord,
    Page,
    VariantRecord,
)
from tests.factories.stores import NOW


@dataclass
class FakeStore:
    """What a store holds. Its reader hands out pages of `page_size` records.

    `on_page` is called before each page and may raise, or change what is held; so is `on_order`
    before an order is read by itself. `tells_marks` has changed orders compared by marks first.
    Without `sees_all` orders are shown from the first of the month only.
    """

    customers: dict[str, CustomerRecord] = field(default_factory=dict)
    orders: dict[str, OrderRecord] = field(default_factory=dict)
    variants: dict[str, VariantRecord] = field(default_factory=dict)
    page_size: int = 2
    tells_marks: bool = False
    sees_all: bool = False
    asked: list[tuple[str, Any]] = field(default_factory=list)
    on_page: Callable[[str, int], None] = lambda _kind, _number: None
    on_order: Callable[[str], None] = lambda _external_id: None

    def listed(self, record: Any) -> Any:
        """A record as a page tells it."""
        return record

    def put(self, *records: CustomerRecord | OrderRecord) -> None:
        """Hold these, in place of older ones."""
        for record in records:
            held: Any = self.orders if isinstance(record, OrderRecord) else self.customers
            held[record.external_id] = record


def order_mark(order: OrderRecord) -> Mark:
    """The mark that a fake store tells of an order."""
    facts = (("financial_status", order.financial_status), ("refunded_minor", order.refunded_minor))
    return Mark(order.external_id, order.updated_at, facts)


class FakeReader:
    """The port's reader of a fake store."""

    def __init__(self, store: FakeStore) -> None:
        self._store = store

    def customers(self, cursor: str | None = None) -> Iterator[Page[CustomerRecord]]:
        return self._pages("customers", self._store.customers, None, cursor)

    def orders(self, cursor: str | None = None) -> Iterator[Page[OrderRecord]]:
        return self._pages("orders", self._store.orders, None, cursor)

    def changed_customers(
        self, since: datetime, differing: Differing
    ) -> Iterator[Page[CustomerRecord]]:
        return self._pages("customers", self._store.customers, since, None)

    def changed_orders(self, since: datetime, differing: Differing) -> Iterator[Page[OrderRecord]]:
        for page in self._pages("orders", self._store.orders, since, None):
            if not self._store.tells_marks:
                yield page
                continue
            wanted = differing([order_mark(each) for each in page.records])
            records = tuple(each for each in page.records if each.external_id in wanted)
            yield replace(page, records=records, compared=len(page.records) - len(records))

    def customer_marks(self, cursor: str | None = None) -> Iterator[Page[Mark]]:
        for page in self._pages("customer_marks", self._store.customers, None, cursor):
            marks = tuple(Mark(each.external_id, each.updated_at) for each in page.records)
            yield Page(marks, page.cursor, page.total)

    def order_marks(self, cursor: str | None = None) -> Iterator[Page[Mark]]:
        for page in self._pages("order_marks", self._store.orders, None, cursor):
            yield Page(tuple(map(order_mark, page.records)), page.cursor, page.total)

    def customers_by_id(self, external_ids: Sequence[str]) -> Iterator[Page[CustomerRecord]]:
        self._store.asked.append(("customers_by_id", tuple(external_ids)))
        held = self._store.customers
        yield Page(tuple(held[each] for each in external_ids if each in held), None)

    def orders_by_id(self, external_ids: Sequence[str]) -> Iterator[Page[OrderRecord]]:
        self._store.asked.append(("orders_by_id", tuple(external_ids)))
        held = self._store.orders
        yield Page(tuple(held[each] for each in external_ids if each in held), None)

    def customer(self, external_id: str) -> CustomerRecord | None:
        self._store.asked.append(("customer", external_id))
        return self._store.customers.get(external_id)

    def order(self, external_id: str) -> OrderRecord | None:
        self._store.asked.append(("order", external_id))
        self._store.on_order(external_id)
        return self._store.orders.get(external_id)

    def variants(self, external_ids: Sequence[str]) -> list[VariantRecord]:
        self._store.asked.append(("variants", tuple(external_ids)))
        return [self._store.variants[key] for key in external_ids if key in self._store.variants]

    def complete_from(self, scopes: Sequence[str], now: datetime) -> datetime | None:
        sees_all = self._store.sees_all or "read_all_orders" in scopes
        return None if sees_all else now.replace(day=1)

    def _pages(
        self, kind: str, held: dict[str, Any], since: datetime | None, cursor: str | None
    ) -> Iterator[Page[Any]]:
        self._store.asked.append((kind, since))
        records = [held[key] for key in sorted(held, key=lambda key: (len(key), key))]
        records = [one for one in records if since is None or one.updated_at >= since]
        place = int(cursor or 0)
        while True:
            self._store.on_page(kind, place)
            page = records[place : place + self._store.page_size]
            some = tuple(self._store.listed(record) for record in page)
            place += len(some)
            is_last = place >= len(records)
            yield Page(some, None if is_last else str(place), len(records))
            if is_last:
                return


class FakeHost:
    """Where staff see an order, and an account."""

    def order_url(self, domain: str, external_id: str, admin_url: str | None = None) -> str:
        return f"https://{domain}/admin/orders/{external_id}"

    def customer_url(self, domain: str, external_id: str, admin_url: str | None = None) -> str:
        return f"https://{domain}/admin/customers/{external_id}"


class FakePlatform:
    """A platform of one store: its reader and its host, which is all that a copy needs."""

    slug = "shopify"
    host = FakeHost()

    def __init__(self, store: FakeStore, *, parts_apart: bool = False) -> None:
        self._store = store
        self.traits = Traits(
            tokens_expire=False,
            retries_webhooks=not parts_apart,
            delivery_id_unique=not parts_apart,
            has_compliance_webhooks=not parts_apart,
            parts_apart=parts_apart,
        )

    def reader(self, access: StoreAccess) -> FakeReader:
        return FakeReader(self._store)


def fake_services(
    db: Database,
    store: FakeStore,
    folder: Path,
    now: Callable[[], datetime] = lambda: NOW,
    *,
    parts_apart: bool = False,
) -> Services:
    """Services whose one platform is that store; jobs and events are written down."""
    house = House()
    register(house)
    reconciliation_jobs.register(house)
    InboxModel.metadata.create_all(db.engine)
    return Services(
        settings=load({"DATA_DIR": str(folder)}),
        db=db,
        inbox=db,
        keyring=keyring(new_key_text("t1")),
        http=cast(OutboundHttp, None),
        platforms={"shopify": cast(StorePlatform, FakePlatform(store, parts_apart=parts_apart))},
        jobs=RecordedJobs(house.jobs),
        events=RecordedEvents(),
        now=now,
    )
