"""What a store tells beside what the copy holds of it: what no webhook told, and how late."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from integration.reconciliation.held_marks import (
    CUSTOMER_FACTS,
    ORDER_FACTS,
    HeldMark,
    Kind,
    held_marks,
)
from integration.services import Services
from integration.sync.erased_people import erased_records
from platforms.records import CustomerRecord, Differing, Mark, OrderRecord

# So long a webhook may be under way before it counts as lost.
WEBHOOKS_TAKE = timedelta(seconds=120)


@dataclass(slots=True)
class Figures:
    """A comparison's counts, in the ledger's words; `oldest_missed_at` is by the store's clock."""

    compared: int = 0
    missing: int = 0
    stale: int = 0
    gone: int = 0
    repaired: int = 0
    early: int = 0
    held_back: int = 0
    latest_seconds: int = 0
    oldest_missed_at: datetime | None = None

    @property
    def missed(self) -> int:
        """What the store holds and no webhook told."""
        return self.missing + self.stale

    def columns(self) -> dict[str, int]:
        """The counts as columns of the ledger."""
        names = "compared missing stale gone repaired early held_back latest_seconds".split()
        return {name: getattr(self, name) for name in names}


class Comparison:
    """Compares one store with its copy and counts. Calls the database, never the store.

    What is younger than `told_until` may still be told by a webhook and counts as early.
    """

    def __init__(
        self, services: Services, workspace_id: int, store_id: int, told_until: datetime
    ) -> None:
        self.figures = Figures()
        self._services = services
        self._workspace_id = workspace_id
        self._store_id = store_id
        self._early_from = told_until - WEBHOOKS_TAKE

    def differing(self, kind: Kind) -> Differing:
        """The function by which a reader asks what to read whole."""

        def differing(marks: Sequence[Mark]) -> frozenset[str]:
            held = self.held(kind, marks)
            return frozenset(
                mark.external_id for mark in marks if is_behind(held.get(mark.external_id), mark)
            )

        return differing

    def held(self, kind: Kind, marks: Sequence[Mark]) -> dict[str, HeldMark]:
        """What the copy holds of these."""
        if not marks:
            return {}
        with self._services.db.workspace(self._workspace_id) as session:
            return held_marks(session, self._store_id, kind, {mark.external_id for mark in marks})

    def count(self, records: Sequence[CustomerRecord | OrderRecord]) -> int:
        """Count what records tell that isn't held; how many of them no webhook told.

        Before they are applied.
        """
        self.figures.compared += len(records)
        before = self.figures.missed
        records = self._not_erased(records)
        orders = (one for one in records if isinstance(one, OrderRecord) and not one.is_draft)
        customers = (one for one in records if isinstance(one, CustomerRecord))
        self._count("order", [order_mark(one) for one in orders])
        self._count("customer", [customer_mark(one) for one in customers])
        return self.figures.missed - before

    def _not_erased(
        self, records: Sequence[CustomerRecord | OrderRecord]
    ) -> Sequence[CustomerRecord | OrderRecord]:
        """Without what erased persons had when they were erased: nobody misses that."""
        with self._services.db.workspace(self._workspace_id) as session:
            erased = erased_records(session, self._store_id, records)
        return [one for one in records if one not in erased] if erased else records

    def _count(self, kind: Kind, marks: Sequence[Mark]) -> None:
        held = self.held(kind, marks)
        for mark in marks:
            known = held.get(mark.external_id)
            if is_behind(known, mark):
                self.count_one(known, mark)

    def count_one(self, known: HeldMark | None, mark: Mark) -> bool:
        """Count one that the copy doesn't hold as told; whether no webhook can tell it any more."""
        figures = self.figures
        if mark.updated_at >= self._early_from:
            figures.early += 1
            return False
        if known is None or known.updated_at is None:
            figures.missing += 1
        else:
            figures.stale += 1
        late = self._services.now() - mark.updated_at
        figures.latest_seconds = max(figures.latest_seconds, int(late.total_seconds()))
        oldest = figures.oldest_missed_at or mark.updated_at
        figures.oldest_missed_at = min(oldest, mark.updated_at)
        return True


def is_behind(held: HeldMark | None, mark: Mark) -> bool:
    """Whether the store tells another state than the held one, and not an older one."""
    if held is None:
        # What was deleted before it was ever held is nobody's loss.
        return not mark.is_deleted
    if held.is_erased:
        return False
    if held.updated_at is None or held.updated_at < mark.updated_at:
        return True
    return held.updated_at == mark.updated_at and not held.agrees(mark)


def order_mark(record: OrderRecord) -> Mark:
    """An order's record as a mark."""
    facts = _facts(record, ORDER_FACTS)
    return Mark(record.external_id, record.updated_at, facts, record.deleted_at is not None)


def customer_mark(record: CustomerRecord) -> Mark:
    """An account's record as a mark."""
    return Mark(record.external_id, record.updated_at, _facts(record, CUSTOMER_FACTS))


def _facts(
    record: CustomerRecord | OrderRecord, names: tuple[str, ...]
) -> tuple[tuple[str, Any], ...]:
    told = ((name, getattr(record, name)) for name in names if name not in record.withheld)
    return tuple((name, value) for name, value in told if (name, value) != ("refunded_minor", None))
