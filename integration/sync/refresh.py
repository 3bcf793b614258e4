"""Bring a copy up to date: what changed since the last reading, and what nothing could decide.

Every reading compares what the store tells with what is held, and stands in the ledger.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, and_, or_, select

from integration.events import Event
from integration.models import Store, StoreSync
from integration.models.vocabulary import BackfillState, StoreStatus
from integration.reconciliation.comparing import Comparison
from integration.reconciliation.deliveries import judge_deliveries
from integration.reconciliation.ledger import AskedBy, Run, begin_run, end_run
from integration.reconciliation.waiting import told_until
from integration.services import Services
from integration.sync.claim import Claim, ClaimLost, take_claim
from integration.sync.failures import fail
from integration.sync.kept_claim import kept
from integration.sync.parts import enqueue_parts
from integration.sync.reading import OnProgress, Reading, StoreNotActive, in_batches
from integration.sync.reread import read_wanted
from integration.sync.since import OVERLAP, ClockShown, from_when, synced_until
from integration.sync.sourced import Source
from integration.sync.unreadable import report_unreadable
from integration.sync.variants import refresh_variants
from platforms.errors import PlatformError
from platforms.records import CustomerRecord, OrderRecord, Page

log = structlog.get_logger(__name__)


def refresh(
    services: Services,
    *,
    workspace_id: int,
    store_id: int,
    source: Source = "reconcile",
    asked_by: AskedBy = "schedule",
    attempt: int = 0,
    on_progress: OnProgress | None = None,
) -> None:
    """Read what changed in a store since the last reading, and prove the copy until now.

    Nothing before the first read is done. Failures are written down and tried again as those of a
    backfill. Another process that reads the store is left alone.
    """
    claim = take_claim(services, workspace_id=workspace_id, store_id=store_id)
    if claim is None:
        return
    try:
        since = _since(services, claim)
        if since is not None:
            with kept(services, claim):
                reading = Reading(services, claim, source)
                _Refresh(reading, since, asked_by, on_progress).run()
    except ClaimLost:
        log.info("sync.claim_lost", store_id=store_id)
    except StoreNotActive:
        _give_back(services, claim)
    except PlatformError as error:
        fail(services, claim, error, job="sync.refresh", attempt=attempt)


def refresh_all(services: Services) -> None:
    """Have every connected store refreshed, and a first read that nobody is at go on."""
    is_free = or_(StoreSync.claim.is_(None), StoreSync.claimed_until < services.now())
    _enqueue(services, is_free)


def take_over(services: Services) -> None:
    """Have readings go on whose holder was killed: its claim ran out without being given back."""
    _enqueue(services, and_(StoreSync.claim.is_not(None), StoreSync.claimed_until < services.now()))


def _enqueue(services: Services, condition: ColumnElement[bool]) -> None:
    with services.db.across_workspaces() as session:
        rows = session.execute(
            select(Store.workspace_id, Store.id, StoreSync.backfill_state)
            .join(StoreSync, StoreSync.store_id == Store.id)
            .where(
                Store.status == StoreStatus.ACTIVE,
                StoreSync.backfill_state != BackfillState.FAILED,
                condition,
            )
        ).all()
    for workspace_id, store_id, state in rows:
        job = "refresh" if state == BackfillState.DONE else "backfill"
        services.jobs.enqueue(
            f"sync.{job}", key=f"{job}:{store_id}", workspace_id=workspace_id, store_id=store_id
        )


@dataclass(frozen=True, slots=True)
class _Since:
    """From when to read, by the store's own clock."""

    orders: datetime
    customers: datetime


class _Refresh:
    def __init__(
        self, reading: Reading, since: _Since, asked_by: AskedBy, on_progress: OnProgress | None
    ) -> None:
        self._reading = reading
        self._services = reading.services
        self._claim = reading.claim
        self._since = since
        self._asked_by: AskedBy = asked_by
        self._on_progress = on_progress
        self._started_at = self._services.now()
        self._done = 0
        self._clock = ClockShown()
        self._comparison = Comparison(
            self._services,
            self._claim.workspace_id,
            self._claim.store_id,
            told_until(self._services, self._claim.workspace_id, self._claim.store_id),
        )

    def run(self) -> None:
        """Read, compare and repair; the ledger has its row whatever comes of it."""
        run = self._begin()
        try:
            self._read()
        except (PlatformError, StoreNotActive) as error:
            self._fail(run, str(error))
            raise
        self._finish(run)

    def _begin(self) -> Run:
        window = (self._since.orders - OVERLAP, self._started_at)
        with self._services.db.workspace(self._claim.workspace_id, write=True) as session:
            self._claim.hold(session, self._started_at)
            return begin_run(
                session,
                self._claim.store_id,
                kind="changes",
                asked_by=self._asked_by,
                now=self._started_at,
                window=window,
            )

    def _read(self) -> None:
        reader, differing = self._reading.reader, self._comparison.differing
        customers_since, orders_since = self._since.customers, self._since.orders
        # Accounts first: what a reader learns by them lets it ask for orders in fewer calls.
        self._take(reader.changed_customers(customers_since - OVERLAP, differing("customer")))
        self._take(reader.changed_orders(orders_since - OVERLAP, differing("order")))
        read_wanted(self._reading, self._publish_profiles)
        refresh_variants(self._reading)

    def _finish(self, run: Run) -> None:
        now, claim = self._services.now(), self._claim
        behind, since = self._clock.behind, self._since
        values = {
            "customers_synced_until": synced_until(self._started_at, behind, since.customers),
            "orders_synced_until": synced_until(self._started_at, behind, since.orders),
            "complete_until": self._started_at,
            "as_of": now,
            "source": self._reading.source,
            "error": None,
            "error_at": None,
        }
        figures = self._comparison.figures
        with self._services.db.workspace(claim.workspace_id, write=True) as session:
            claim.release(session, values)
            end_run(session, run, figures, calls=self._reading.calls(), now=now)
            judge_deliveries(session, claim.store_id, figures, now)
        self._services.events.publish(Event(claim.workspace_id, "store", claim.store_id))
        if self._reading.parts_apart:
            enqueue_parts(self._services, workspace_id=claim.workspace_id, store_id=claim.store_id)

    def _fail(self, run: Run, reason: str) -> None:
        with self._services.db.workspace(self._claim.workspace_id, write=True) as session:
            end_run(
                session,
                run,
                self._comparison.figures,
                calls=self._reading.calls(),
                now=self._services.now(),
                error=reason,
            )

    def _take(self, pages: Iterator[Page[CustomerRecord]] | Iterator[Page[OrderRecord]]) -> None:
        for page in pages:
            self._comparison.figures.compared += page.compared
            self._done += page.compared
            report_unreadable(self._reading, page.unreadable)
            for records, _ in in_batches(page.records):
                self._take_batch(records)

    def _take_batch(self, records: Sequence[CustomerRecord | OrderRecord]) -> None:
        read_at = self._services.now()
        for record in records:
            self._clock.note(record.updated_at, read_at)
        missed = self._comparison.count(records)
        applied = self._reading.apply(self._reading.sourced(records))
        self._comparison.figures.repaired += missed
        self._done += len(records)
        if applied is not None:
            self._publish_profiles(applied.profile_ids)
        if self._on_progress is not None:
            self._on_progress(self._done, None)

    def _publish_profiles(self, ids: frozenset[int]) -> None:
        workspace_id = self._claim.workspace_id
        self._services.events.publish(*(Event(workspace_id, "profile", one) for one in sorted(ids)))


def _since(services: Services, claim: Claim) -> _Since | None:
    """From when to read; None, the claim given back, before the first read."""
    with services.db.workspace(claim.workspace_id, write=True) as session:
        sync = session.execute(
            select(StoreSync).where(StoreSync.store_id == claim.store_id)
        ).scalar_one()
        started_at = sync.backfill_started_at
        if sync.backfill_state != BackfillState.DONE or started_at is None:
            claim.release(session)
            return None
        now, first = services.now(), synced_until(started_at, None)
        return _Since(
            orders=from_when(sync.orders_synced_until or first, now),
            customers=from_when(sync.customers_synced_until or first, now),
        )


def _give_back(services: Services, claim: Claim) -> None:
    with services.db.workspace(claim.workspace_id, write=True) as session:
        claim.release(session)
