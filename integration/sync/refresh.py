"""Bring a copy up to date: what changed since the last reading, and what nothing could decide."""

from collections.abc import Iterator
from datetime import datetime

import structlog
from sqlalchemy import ColumnElement, and_, func, or_, select

from integration.events import Event
from integration.models import Order, Store, StoreSync
from integration.models.vocabulary import BackfillState, StoreStatus
from integration.services import Services
from integration.sync.claim import Claim, ClaimLost, take_claim
from integration.sync.failures import fail
from integration.sync.kept_claim import kept
from integration.sync.parts import enqueue_parts
from integration.sync.reading import OnProgress, Reading, StoreNotActive, in_batches
from integration.sync.reread import read_again
from integration.sync.since import OVERLAP, synced_until
from integration.sync.sourced import Source
from integration.sync.unreadable import report_unreadable
from integration.sync.variants import refresh_variants
from platforms.errors import PlatformError
from platforms.records import CustomerRecord, OrderRecord, Page, Unreadable

log = structlog.get_logger(__name__)

_MOST_ROUNDS = 3


def refresh(
    services: Services,
    *,
    workspace_id: int,
    store_id: int,
    source: Source = "sync",
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
                _Refresh(Reading(services, claim, source), on_progress).run(*since)
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


class _Refresh:
    def __init__(self, reading: Reading, on_progress: OnProgress | None) -> None:
        self._reading = reading
        self._services = reading.services
        self._on_progress = on_progress
        self._done = 0

    def run(self, orders_since: datetime, customers_since: datetime) -> None:
        started_at = self._services.now()
        until = self._synced_until(started_at)
        reader = self._reading.reader
        self._take(reader.customers(customers_since - OVERLAP))
        self._take(reader.orders(orders_since - OVERLAP))
        self._reread()
        refresh_variants(self._reading)
        with self._services.db.workspace(self._reading.claim.workspace_id, write=True) as session:
            self._reading.claim.release(
                session,
                {
                    "customers_synced_until": until,
                    "orders_synced_until": until,
                    "complete_until": started_at,
                    "as_of": self._services.now(),
                    "source": self._reading.source,
                    "error": None,
                    "error_at": None,
                },
            )
        self._publish("store", [self._reading.claim.store_id])
        if self._reading.parts_apart:
            claim = self._reading.claim
            enqueue_parts(self._services, workspace_id=claim.workspace_id, store_id=claim.store_id)

    def _synced_until(self, started_at: datetime) -> datetime:
        """From where the next reading goes on: the store's clock shows what it told us last."""
        with self._services.db.workspace(self._reading.claim.workspace_id) as session:
            newest = session.execute(
                select(func.max(Order.source_updated_at)).where(
                    Order.store_id == self._reading.claim.store_id,
                    # An erased order has the time of its erasure, by our clock.
                    Order.profile_id.is_not(None),
                )
            ).scalar_one()
        return synced_until(started_at, newest)

    def _take(self, pages: Iterator[Page[CustomerRecord]] | Iterator[Page[OrderRecord]]) -> None:
        for page in pages:
            report_unreadable(self._reading, page.unreadable)
            for records, _ in in_batches(page.records):
                applied = self._reading.apply(self._reading.sourced(records))
                self._done += len(records)
                if applied is not None:
                    self._publish("profile", applied.profile_ids)
                if self._on_progress is not None:
                    self._on_progress(self._done, None)

    def _reread(self) -> None:
        """Read again what is wanted; a store that keeps changing under us is left for next time."""
        reading = self._reading
        left_out: list[Unreadable] = []
        for _ in range(_MOST_ROUNDS):
            # What can't be read stays wanted: the next refresh asks again, this one no more.
            refused = {(each.kind, each.external_id) for each in left_out}
            wanted = [w for w in reading.wanted() if (w.kind, w.external_id) not in refused]
            if not wanted:
                break
            for batch, _ in in_batches(wanted):
                fresh = read_again(
                    self._services,
                    reading.store,
                    batch,
                    source=reading.source,
                    unreadable=left_out,
                )
                applied = reading.apply(fresh)
                if applied is not None:
                    self._publish("profile", applied.profile_ids)
        report_unreadable(reading, left_out)

    def _publish(self, kind: str, ids: frozenset[int] | list[int]) -> None:
        workspace_id = self._reading.claim.workspace_id
        self._services.events.publish(
            *(Event(workspace_id, kind, subject_id) for subject_id in sorted(ids))
        )


def _since(services: Services, claim: Claim) -> tuple[datetime, datetime] | None:
    """From when to read orders and accounts; None, the claim given back, before the first read."""
    with services.db.workspace(claim.workspace_id, write=True) as session:
        sync = session.execute(
            select(StoreSync).where(StoreSync.store_id == claim.store_id)
        ).scalar_one()
        started_at = sync.backfill_started_at
        if sync.backfill_state != BackfillState.DONE or started_at is None:
            claim.release(session)
            return None
        return (
            sync.orders_synced_until or synced_until(started_at, None),
            sync.customers_synced_until or synced_until(started_at, None),
        )


def _give_back(services: Services, claim: Claim) -> None:
    with services.db.workspace(claim.workspace_id, write=True) as session:
        claim.release(session)
