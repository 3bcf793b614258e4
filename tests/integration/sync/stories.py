"""A store that lives for a while: what it holds at the end, and all that it told meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from random import Random
from typing import Any

from integration.sync.sourced import Sourced, Wanted
from platforms.changes import (
    Change,
    CustomerChanged,
    CustomerDeleted,
    CustomersMerged,
    FulfillmentChanged,
    OrderChanged,
    OrderDeleted,
    OrderTouched,
    ShipmentMoved,
)
from platforms.records import CustomerRecord, OrderRecord, RefundRecord, TrackingRecord
from tests.factories.records import at, customer, line, order, parcel

EMAILS = (
    "ada@example.com",
    "Ben@Example.com",
    "cleo@example.com",
    "\u03b4\u03ac\u03bd\u03b7@example.com",
    None,
)
PHONES = ("+493012345678", "+49 30 2222222", None, None)


@dataclass
class Story:
    """The store's own truth. `told` are its deliveries in the order in which it made them.

    An object that a deletion or a merge takes away never changed twice within one second before:
    nobody could tell any more which of the two states came last.
    """

    random: Random
    second: int = 0
    customers: dict[str, CustomerRecord] = field(default_factory=dict)
    orders: dict[str, OrderRecord] = field(default_factory=dict)
    gone_customers: dict[str, CustomerRecord] = field(default_factory=dict)
    gone_orders: dict[str, OrderRecord] = field(default_factory=dict)
    merged: dict[str, str] = field(default_factory=dict)
    tied: set[str] = field(default_factory=set)
    told: list[Sourced] = field(default_factory=list)
    parts_apart = False
    # Our clock when we read, in seconds after the store's.
    our_clock: float = 100

    def live(self, actions: int) -> None:
        """Let that many things happen."""
        for _ in range(actions):
            if self.random.random() < 0.5:
                self.second += self.random.choice((1, 1, 60))
            self.random.choice(self.actions())()

    def actions(self) -> tuple[Callable[[], None], ...]:
        """What can happen in such a store."""
        return (
            self._new_customer,
            self._change_customer,
            self._delete_customer,
            self._merge,
            self._new_order,
            self._new_order,
            self._change_order,
            self._change_order,
            self._refund,
            self._ship,
            self._move,
            self._delete_order,
        )

    def read_again(self, wanted: Wanted) -> Sourced:
        """A fresh read of an object."""
        return Sourced(self.read(wanted), "sync", fresh=True, read_at=self._now())

    def read(self, wanted: Wanted) -> Change:
        """What a fresh read of an object gives."""
        moment = self._now()
        if wanted.kind == "order":
            held = self.orders.get(wanted.external_id)
            return OrderDeleted(wanted.external_id, moment) if held is None else OrderChanged(held)
        account = self.customers.get(wanted.external_id)
        if account is None:
            return CustomerDeleted(wanted.external_id, moment)
        return CustomerChanged(account)

    def _now(self) -> datetime:
        return at(self.second + self.our_clock)

    def _tell(self, change: Change) -> None:
        triggered = None
        if self.random.random() < 0.9:
            triggered = at(self.second + len(self.told) / 10_000)
        self.told.append(Sourced(change, "webhook", triggered))

    def _some(self, held: dict[str, Any]) -> Any:
        """One of these, often the newest: so that much happens to few."""
        if not held:
            return None
        return held[max(held) if self.random.random() < 0.5 else self.random.choice(sorted(held))]

    def _new_customer(self) -> None:
        external_id = str(len(self.customers) + len(self.gone_customers) + 1)
        if external_id not in self.merged:
            self._put_customer(
                customer(
                    external_id,
                    self.second,
                    email=self.random.choice(EMAILS),
                    phone=self.random.choice(PHONES),
                    tags=tuple(self.random.sample(("vip", "b2b", "late"), 1)),
                )
            )

    def _change_customer(self) -> None:
        held = self._some(self.customers)
        if held is not None:
            self._put_customer(
                replace(
                    held,
                    updated_at=at(self.second),
                    email=self.random.choice((held.email, *EMAILS)),
                    first_name=self.random.choice(("Ada", "Zoë", None)),
                    tags=self.random.choice((held.tags, ("vip",), ("b2b", "late"))),
                )
            )

    def _put_customer(self, record: CustomerRecord) -> None:
        before = self.customers.get(record.external_id)
        if before is not None and before.updated_at == record.updated_at:
            self.tied.add(record.external_id)
        self.customers[record.external_id] = record
        if self.random.random() < 0.3:
            record = replace(record, tags=(), withheld=frozenset({"tags"}))
        self._tell(CustomerChanged(record))

    def _delete_customer(self) -> None:
        held = self._some(self.customers)
        named = {order.customer_external_id for order in self.orders.values()}
        if held and held.external_id not in self.tied | named and self.random.random() < 0.5:
            self.second += 1
            self.gone_customers[held.external_id] = self.customers.pop(held.external_id)
            self._tell(CustomerDeleted(held.external_id, at(self.second)))

    def _merge(self) -> None:
        gone, kept = self._some(self.customers), self._some(self.customers)
        if gone is None or gone is kept or gone.external_id in self.tied:
            return
        self.second += 1
        self.gone_customers[gone.external_id] = self.customers.pop(gone.external_id)
        self.merged[gone.external_id] = kept.external_id
        self._tell(CustomersMerged(kept.external_id, gone.external_id, at(self.second)))

    def _new_order(self) -> None:
        external_id = str(100 + len(self.orders) + len(self.gone_orders))
        account = self._some(self.customers) if self.random.random() < 0.6 else None
        self._put_order(
            order(
                external_id,
                self.second,
                placed_at=at(self.second),
                customer_external_id=account.external_id if account else None,
                email=self.random.choice((account.email if account else None, *EMAILS)),
                phone=self.random.choice(PHONES),
                currency=self.random.choice(("EUR", "JPY", "KWD")),
                total_minor=self.random.randint(1, 99_999),
                financial_status=self.random.choice(("paid", "pending")),
            )
        )

    def _change_order(self) -> None:
        held = self._some(self.orders)
        if held is not None:
            changes: dict[str, Any] = self.random.choice(
                (
                    {"financial_status": "paid"},
                    {"cancelled_at": at(self.second), "platform_status": "cancelled"},
                    {"tags": ("gift",)},
                    {"email": self.random.choice(EMAILS)},
                    {"is_test": True},
                    {"lines": (line("1"), line("2", position=1, title="Plate")), "total_minor": 7},
                )
            )
            self._put_order(replace(held, updated_at=at(self.second), **changes))

    def _put_order(self, record: OrderRecord, *, quietly: bool = False) -> None:
        before = self.orders.get(record.external_id)
        if before is not None and before.updated_at == record.updated_at:
            self.tied.add(record.external_id)
        self.orders[record.external_id] = record
        account = self.customers.get(record.customer_external_id or "")
        if account is not None and self.random.random() < 0.5:
            record = replace(record, customer=account)
        if not quietly:
            self._tell(OrderChanged(record))

    def _refund(self) -> None:
        held = self._some(self.orders)
        if held is None or held.refunded_minor is None:
            return
        amount = self.random.randint(1, 50)
        refund = RefundRecord(f"r{len(held.refunds)}", at(self.second), amount)
        after = replace(
            held,
            updated_at=at(self.second),
            refunds=(*held.refunds, refund),
            refunded_minor=held.refunded_minor + amount,
            financial_status="partially_refunded",
        )
        self._put_order(after, quietly=True)
        self._tell(OrderTouched(held.external_id, at(self.second)))
        if self.random.random() < 0.5:
            blind = replace(refund, amount_minor=None)
            after = replace(after, refunds=(*held.refunds, blind), refunded_minor=None)
        self._tell(OrderChanged(after))

    def _ship(self) -> None:
        held = self._some(self.orders)
        if held is None:
            return
        sent = parcel(
            f"{held.external_id}-{len(held.fulfillments)}",
            self.second,
            tracking=(TrackingRecord("DHL", str(self.second), None),),
        )
        shipped = replace(
            held,
            updated_at=at(self.second),
            fulfillments=(*held.fulfillments, sent),
            fulfillment_status="fulfilled",
        )
        self._put_order(shipped)
        self._tell(FulfillmentChanged(held.external_id, sent))

    def _move(self) -> None:
        held = self._some(self.orders)
        if held is None or not held.fulfillments:
            return
        self.second += 1
        first, *others = held.fulfillments
        status = self.random.choice(("in_transit", "delivered", "delayed"))
        moved = replace(first, shipment_status=status, updated_at=at(self.second))
        parcels = (moved, *others)
        if self.random.random() < 0.5:
            # A carrier's word alone doesn't touch the order.
            self.orders[held.external_id] = replace(held, fulfillments=parcels)
        else:
            self._put_order(replace(held, updated_at=at(self.second), fulfillments=parcels))
        self._tell(ShipmentMoved(held.external_id, moved.external_id, status, at(self.second)))
        self._tell(FulfillmentChanged(held.external_id, moved))

    def _delete_order(self) -> None:
        held = self._some(self.orders)
        if held is None or held.external_id in self.tied or self.random.random() < 0.5:
            return
        self.second += 1
        self.gone_orders[held.external_id] = self.orders.pop(held.external_id)
        moment = at(self.second) if self.random.random() < 0.7 else None
        self._tell(OrderDeleted(held.external_id, moment))
