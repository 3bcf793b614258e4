"""The fulfilments of one order: each has a time of its own, since deliveries tell of it alone."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from platforms.changes import ShipmentMoved
from platforms.records import FulfillmentRecord, TrackingRecord


@dataclass(frozen=True, slots=True)
class Parcel:
    """A fulfilment as it is held; `moved_at` is when the carrier's word was given."""

    record: FulfillmentRecord
    moved_at: datetime | None


class Parcels:
    """An order's fulfilments while a batch is taken in.

    `is_torn` says that two tellings of the same time differ: the order has to be read again.
    """

    def __init__(self, held: dict[str, Parcel], told_until: datetime | None) -> None:
        self.held = held
        self.now = dict(held)
        self.is_torn = False
        self.refused = 0
        self._told_until = told_until

    def replace(
        self, records: Iterable[FulfillmentRecord], told_at: datetime, *, fresh: bool
    ) -> None:
        """Take the set that an order state tells; held parcels that are newer than it stay."""
        told = {record.external_id: record for record in records}
        for external_id in self.now.keys() - told.keys():
            updated_at = self.now[external_id].record.updated_at
            if updated_at < told_at or (fresh and updated_at == told_at):
                del self.now[external_id]
            elif updated_at == told_at:
                self.is_torn = True
        for record in told.values():
            self._take(record, fresh=fresh)
        self._told_until = told_at

    def add(self, record: FulfillmentRecord, *, fresh: bool) -> None:
        """Take a parcel that was told by itself, unless a newer order state knows none such."""
        if record.external_id not in self.now and self._told_until is not None:
            if record.updated_at < self._told_until:
                self.refused += 1
                return
            self.is_torn |= record.updated_at == self._told_until
        self._take(record, fresh=fresh)

    def move(self, move: ShipmentMoved) -> None:
        """Take the carrier's word. An unknown parcel has to be read with its order."""
        held = self.now.get(move.fulfillment_external_id)
        if held is None:
            self.is_torn = True
            return
        self._say(held, move.shipment_status, move.at, wins_ties=False)

    def _take(self, record: FulfillmentRecord, *, fresh: bool) -> None:
        held = self.now.get(record.external_id)
        if held is None:
            moved_at = record.updated_at if record.shipment_status else None
            self.now[record.external_id] = Parcel(record, moved_at)
            return
        known = held.record
        if record.updated_at < known.updated_at:
            self.refused += 1
        elif record.updated_at > known.updated_at or fresh:
            keeps_word = replace(record, shipment_status=known.shipment_status)
            held = Parcel(keeps_word, held.moved_at)
            self.now[record.external_id] = held
        elif _content(known) != _content(record):
            self.is_torn = True
        if record.shipment_status is not None:
            self._say(held, record.shipment_status, record.updated_at, wins_ties=fresh)

    def _say(self, held: Parcel, status: str, at: datetime, *, wins_ties: bool) -> None:
        if held.moved_at is not None and at <= held.moved_at:
            differs = status != held.record.shipment_status
            if at < held.moved_at or not differs:
                return
            if not wins_ties:
                self.is_torn = True
                return
        record = replace(held.record, shipment_status=status)
        self.now[record.external_id] = Parcel(record, at)


def same_parcels(
    held: Iterable[FulfillmentRecord], told: Iterable[FulfillmentRecord], at: datetime
) -> bool:
    """Whether two sets of the same order state say the same.

    Parcels newer than the state are their own news, and so is the carrier's word.
    """
    return _comparable(held, at) == _comparable(told, at)


def _comparable(
    records: Iterable[FulfillmentRecord], at: datetime
) -> dict[str, tuple[datetime, str, tuple[TrackingRecord, ...]]]:
    return {
        record.external_id: (record.updated_at, *_content(record))
        for record in records
        if record.updated_at <= at
    }


def _content(record: FulfillmentRecord) -> tuple[str, tuple[TrackingRecord, ...]]:
    return record.status, record.tracking
