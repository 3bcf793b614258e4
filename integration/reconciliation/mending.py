"""Put right what a whole comparison found: read by id, as many at once as the store gives."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from integration.events import Event
from integration.reconciliation.comparing import Comparison, is_behind
from integration.reconciliation.held_marks import HeldMark, Kind
from integration.sync.reading import Reading
from integration.sync.since import CLOCKS_DIFFER_AT_MOST, OVERLAP
from integration.sync.sourced import Sourced
from integration.sync.unreadable import report_unreadable
from platforms.changes import Change, CustomerChanged, CustomerDeleted, OrderChanged, OrderDeleted
from platforms.records import CustomerRecord, Mark, OrderRecord, Page

# So many are read at once; a platform cuts them into what it gives in one call.
AT_ONCE = 500


class Mending:
    """Collects what differs, reads it by id and applies what comes."""

    def __init__(self, reading: Reading, comparison: Comparison, started_at: datetime) -> None:
        self._reading = reading
        self._comparison = comparison
        self._started_at = started_at
        self._waiting: list[str] = []
        self._counted: set[str] = set()
        self._unmarked: set[str] = set()
        self._ahead: dict[str, datetime] = {}

    def take(self, kind: Kind, marks: Sequence[Mark]) -> None:
        """Find what differs among these, and read it once there is enough of it."""
        held = self._comparison.held(kind, marks)
        for mark in marks:
            known = held.get(mark.external_id)
            if is_behind(known, mark):
                self._want(mark, counts=self._comparison.count_one(known, mark))
            elif known is not None and (ahead := self._ahead_of(known, mark)) is not None:
                self._ahead[mark.external_id] = ahead
                self._want(mark, counts=False)
        if len(self._waiting) >= AT_ONCE:
            self.flush(kind)

    def take_unmarked(self, kind: Kind, external_ids: Sequence[str]) -> None:
        """Have these read whose marks can't be; what they tell is compared when it comes."""
        self._unmarked.update(external_ids)
        self._waiting += external_ids
        if len(self._waiting) >= AT_ONCE:
            self.flush(kind)

    def flush(self, kind: Kind) -> None:
        """Read and apply what is collected."""
        wanted, self._waiting = self._waiting, []
        for start in range(0, len(wanted), AT_ONCE):
            self._read(kind, wanted[start : start + AT_ONCE])
        self._counted.clear()
        self._unmarked.clear()
        self._ahead.clear()

    def delete(self, kind: Kind, external_ids: Sequence[str]) -> None:
        """Ask for these once more; the copy of those that don't come is deleted."""
        read_at = self._reading.services.now()
        alive = self._read(kind, external_ids)
        gone = [each for each in external_ids if each not in alive]
        changes: list[Sourced] = []
        for each in gone:
            deleted: Change = (
                OrderDeleted(each, read_at) if kind == "order" else CustomerDeleted(each, read_at)
            )
            # The time before the call: a state newer than that is newer than the deletion.
            changes.append(Sourced(deleted, "reconcile", fresh=True, read_at=read_at))
        self._apply(changes)
        figures = self._comparison.figures
        figures.gone += len(gone)
        figures.repaired += len(gone)

    def _want(self, mark: Mark, *, counts: bool) -> None:
        self._waiting.append(mark.external_id)
        if counts:
            self._counted.add(mark.external_id)

    def _ahead_of(self, held: HeldMark, mark: Mark) -> datetime | None:
        """The held time that the store can't have told and means still, None for any other.

        What changed since the comparison began is merely newer than its mark, and a time within
        what clocks differ by may be of such a change: the next comparison sees it in the past.
        """
        at, now = held.updated_at, self._reading.services.now()
        if held.is_erased or at is None or at <= mark.updated_at:
            return None
        is_past, is_absurd = at < self._started_at - OVERLAP, at > now + CLOCKS_DIFFER_AT_MOST
        return at if is_past or is_absurd else None

    def _read(self, kind: Kind, external_ids: Sequence[str]) -> set[str]:
        """Read these, apply what comes; which of them the store has."""
        alive: set[str] = set()
        read_at = self._reading.services.now()
        for page in self._pages(kind, external_ids):
            report_unreadable(self._reading, page.unreadable)
            self._compare_unmarked(page.records)
            changes = [self._sourced(record, read_at) for record in page.records]
            self._apply(changes)
            told = {record.external_id for record in page.records}
            alive |= told | {one.external_id for one in page.unreadable}
            self._comparison.figures.repaired += len(told & self._counted)
        return alive

    def _compare_unmarked(self, records: Sequence[CustomerRecord | OrderRecord]) -> None:
        told = [record for record in records if record.external_id in self._unmarked]
        if told:
            self._comparison.figures.repaired += self._comparison.count(told)

    def _pages(
        self, kind: Kind, external_ids: Sequence[str]
    ) -> Iterator[Page[OrderRecord]] | Iterator[Page[CustomerRecord]]:
        reader = self._reading.reader
        if not external_ids:
            return iter(())
        if kind == "order":
            return reader.orders_by_id(external_ids)
        return reader.customers_by_id(external_ids)

    def _sourced(self, record: CustomerRecord | OrderRecord, read_at: datetime) -> Sourced:
        ahead = self._ahead.get(record.external_id)
        if ahead is not None and record.updated_at < ahead:
            self._comparison.figures.stale += 1
            self._comparison.figures.repaired += 1
        else:
            ahead = None
        change: Change = (
            OrderChanged(record) if isinstance(record, OrderRecord) else CustomerChanged(record)
        )
        return Sourced(change, "reconcile", fresh=True, read_at=read_at, instead_of=ahead)

    def _apply(self, changes: Sequence[Sourced]) -> None:
        applied = self._reading.apply(changes)
        if applied is None:
            return
        workspace_id = self._reading.claim.workspace_id
        self._reading.services.events.publish(
            *(Event(workspace_id, "profile", one) for one in sorted(applied.profile_ids))
        )
