"""A batch of changes sorted by what they are about."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from integration.sync.customer_rows import customer_offer
from integration.sync.order_rows import order_offer
from integration.sync.register import Offer
from integration.sync.sourced import Sourced, Wanted
from platforms.changes import (
    CustomerChanged,
    CustomerDeleted,
    CustomersMerged,
    CustomerTouched,
    FulfillmentChanged,
    OrderChanged,
    OrderDeleted,
    OrderTouched,
    ShipmentMoved,
)
from platforms.records import FulfillmentRecord, OrderRecord


@dataclass(slots=True)
class ParcelNews:
    """What a batch tells of an order's parcels apart from the order."""

    records: list[tuple[FulfillmentRecord, bool]] = field(default_factory=list)
    moves: list[ShipmentMoved] = field(default_factory=list)


@dataclass(slots=True)
class Batch:
    """Offers and registers by external id. `wanted` is what can't be decided without reading.

    `read` is what was read by itself, `overtaken` what of that has to be read once more, since
    something came in meanwhile that may be newer. `seen_at` tells since when the store was seen to
    hold some of it; `unseen` are the deletions that are only such a reading's: the store didn't
    say when.
    """

    customers: dict[str, list[Offer]] = field(default_factory=lambda: defaultdict(list))
    orders: dict[str, list[Offer]] = field(default_factory=lambda: defaultdict(list))
    deletions: dict[tuple[str, str], datetime] = field(default_factory=dict)
    merges: dict[str, CustomersMerged] = field(default_factory=dict)
    parcels: dict[str, ParcelNews] = field(default_factory=lambda: defaultdict(ParcelNews))
    touches: list[OrderTouched | CustomerTouched] = field(default_factory=list)
    wanted: set[Wanted] = field(default_factory=set)
    read: set[Wanted] = field(default_factory=set)
    overtaken: set[Wanted] = field(default_factory=set)
    seen_at: dict[tuple[str, str], datetime] = field(default_factory=dict)
    unseen: set[tuple[str, str]] = field(default_factory=set)

    def want(self, what: Wanted, *, overtaken: bool = False) -> None:
        """Have an object read again; one that was just read only where that was overtaken."""
        self.wanted.add(what)
        if overtaken:
            self.overtaken.add(what)

    def still_wanted(self) -> frozenset[Wanted]:
        """What is to be read again after all that the batch brings."""
        return frozenset((self.wanted - self.read) | (self.wanted & self.overtaken))

    def touched(
        self, kind: type[OrderTouched | CustomerTouched]
    ) -> list[tuple[str, datetime | None]]:
        """The touches of one kind: external ids with their times."""
        return [(touch.external_id, touch.at) for touch in self.touches if type(touch) is kind]


def sort_out(changes: Sequence[Sourced]) -> Batch:
    """The changes by what they are about; drafts are left out, they are no orders yet."""
    batch = Batch()
    for sourced in changes:
        _sort(batch, sourced)
    return batch


def _sort(batch: Batch, sourced: Sourced) -> None:
    match sourced.change:
        case OrderChanged(record):
            _sort_order(batch, sourced, record)
        case CustomerChanged(record):
            batch.customers[record.external_id].append(customer_offer(record, sourced))
            _note_reading(batch, Wanted("customer", record.external_id), sourced)
        case OrderDeleted(external_id, at):
            _sort_deletion(batch, Wanted("order", external_id), at, sourced.fresh)
        case CustomerDeleted(external_id, at):
            _sort_deletion(batch, Wanted("customer", external_id), at, sourced.fresh)
        case CustomersMerged(kept, gone) as merge:
            # One with itself says nothing, and mustn't hide another of the batch.
            if kept != gone:
                batch.merges[gone] = later_merge(batch.merges.get(gone), merge)
        case FulfillmentChanged(order_external_id, parcel):
            batch.parcels[order_external_id].records.append((parcel, sourced.fresh))
        case ShipmentMoved() as move:
            batch.parcels[move.order_external_id].moves.append(move)
        case OrderTouched() | CustomerTouched() as touch:
            batch.touches.append(touch)
        case _:
            raise TypeError(f"no change of a mirrored object: {type(sourced.change).__name__}")


def _sort_order(batch: Batch, sourced: Sourced, record: OrderRecord) -> None:
    _note_reading(batch, Wanted("order", record.external_id), sourced)
    if record.is_draft:
        return
    batch.orders[record.external_id].append(order_offer(record, sourced))
    if record.customer is not None:
        customer = customer_offer(record.customer, sourced)
        batch.customers[record.customer.external_id].append(customer)


def _note_reading(batch: Batch, what: Wanted, sourced: Sourced) -> None:
    if sourced.fresh:
        batch.read.add(what)
        if sourced.read_at is not None:
            batch.seen_at[what.kind, what.external_id] = sourced.read_at


def _sort_deletion(batch: Batch, what: Wanted, at: datetime | None, fresh: bool) -> None:
    if fresh:
        batch.read.add(what)
        batch.unseen.add((what.kind, what.external_id))
    if at is None:
        batch.wanted.add(what)
        return
    known = batch.deletions.get((what.kind, what.external_id))
    batch.deletions[what.kind, what.external_id] = at if known is None else max(known, at)


def later_merge(held: CustomersMerged | None, merge: CustomersMerged) -> CustomersMerged:
    """Of two merges of one account the later; without times always the same one."""
    if held is None:
        return merge
    return max(held, merge, key=merge_order)


def merge_order(merge: CustomersMerged) -> tuple[bool, float, str]:
    """A sort key of merges of one account."""
    moment = 0.0 if merge.at is None else merge.at.timestamp()
    return merge.at is not None, moment, merge.kept_external_id
