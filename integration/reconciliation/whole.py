"""Compare every id with a store: what no window of time shows is found here, deletions first."""

from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select

from integration.events import Event
from integration.models import Reconciliation, StoreSync
from integration.models.vocabulary import BackfillState
from integration.reconciliation.alarms import clear_alarms, raise_alarm
from integration.reconciliation.comparing import Comparison
from integration.reconciliation.gone import HeldObjects, Unlisted
from integration.reconciliation.held_marks import Kind
from integration.reconciliation.ledger import AskedBy, Run, begin_run, end_run
from integration.reconciliation.mending import AT_ONCE, Mending
from integration.reconciliation.seen import Seen
from integration.reconciliation.waiting import told_until
from integration.services import Services
from integration.sync.claim import Claim, ClaimLost, take_claim
from integration.sync.failures import fail
from integration.sync.kept_claim import kept
from integration.sync.reading import OnProgress, Reading, StoreNotActive
from integration.sync.unreadable import clear_unlisted
from platforms.errors import PlatformError

log = structlog.get_logger(__name__)

KINDS: tuple[Kind, Kind] = ("customer", "order")
# A schedule leaves a store alone for so long after it began one.
_AGAIN_AFTER = timedelta(minutes=50)


def compare_whole(
    services: Services,
    *,
    workspace_id: int,
    store_id: int,
    asked_by: AskedBy = "schedule",
    accept_deletions: bool = False,
    attempt: int = 0,
    on_progress: OnProgress | None = None,
) -> bool:
    """Compare all ids of a store with its copy, repair what differs, delete what is gone.

    So many deletions at once that somebody has to look first are done only with
    `accept_deletions`. Nothing before the first read is done. A failure is written down, and tried
    again where that may help. False, and nothing was done, while another job reads the store.
    """
    claim = take_claim(services, workspace_id=workspace_id, store_id=store_id)
    if claim is None:
        return False
    try:
        if not _is_ready(services, claim, asked_by, attempt):
            return True
        with kept(services, claim):
            reading = Reading(services, claim, "reconcile")
            _Whole(reading, asked_by, accept_deletions, on_progress).run()
    except ClaimLost:
        log.info("reconcile.claim_lost", store_id=store_id)
    except StoreNotActive:
        _give_back(services, claim)
    except PlatformError as error:
        fail(
            services,
            claim,
            error,
            job="reconciliation.whole",
            attempt=attempt,
            asked_by=asked_by,
            accept_deletions=accept_deletions,
        )
    return True


class _Whole:
    def __init__(
        self,
        reading: Reading,
        asked_by: AskedBy,
        accept_deletions: bool,
        on_progress: OnProgress | None,
    ) -> None:
        self._reading = reading
        self._services = reading.services
        self._claim = reading.claim
        self._asked_by: AskedBy = asked_by
        self._accepts = accept_deletions
        self._on_progress = on_progress
        self._started_at = self._services.now()
        ids = (self._claim.workspace_id, self._claim.store_id)
        self._comparison = Comparison(self._services, *ids, told_until(self._services, *ids))
        self._figures = self._comparison.figures
        self._held = HeldObjects(self._services, *ids)
        self._mending = Mending(reading, self._comparison, self._started_at)

    def run(self) -> None:
        """Compare; the ledger has its row whatever comes of it."""
        run = self._begin()
        try:
            for kind in KINDS:
                self._delete(self._compare(kind))
        except (PlatformError, StoreNotActive) as error:
            self._end(run, str(error))
            raise
        self._end(run, None)
        claim = self._claim
        self._services.events.publish(Event(claim.workspace_id, "store", claim.store_id))

    def _begin(self) -> Run:
        with self._services.db.workspace(self._claim.workspace_id, write=True) as session:
            self._claim.hold(session, self._started_at)
            return begin_run(
                session,
                self._claim.store_id,
                kind="whole",
                asked_by=self._asked_by,
                now=self._started_at,
            )

    def _end(self, run: Run, error: str | None) -> None:
        now, store_id = self._services.now(), self._claim.store_id
        with self._services.db.workspace(self._claim.workspace_id, write=True) as session:
            if error is None:
                self._claim.release(session, {"compared_whole_at": self._started_at})
                if self._figures.held_back == 0:
                    clear_alarms(session, store_id, "mass_deletion", now=now)
            end_run(session, run, self._figures, calls=self._reading.calls(), now=now, error=error)

    def _compare(self, kind: Kind) -> Unlisted:
        """Take all marks of a kind; what the store doesn't list of it, once that is proved."""
        reader, seen = self._reading.reader, Seen()
        for page in reader.customer_marks() if kind == "customer" else reader.order_marks():
            seen.add(mark.external_id for mark in page.records)
            # A mark that can't be read is of an object that stands in the store all the same.
            unmarked = [one.external_id for one in page.unreadable]
            seen.add(unmarked)
            self._figures.compared += len(page.records)
            self._mending.take(kind, page.records)
            self._mending.take_unmarked(kind, unmarked)
            if self._on_progress is not None:
                self._on_progress(self._figures.compared, None)
        self._mending.flush(kind)
        clear_unlisted(self._reading, kind, seen.__contains__)
        complete_from = reader.complete_from(self._reading.scopes, self._started_at)
        return self._held.unlisted(kind, seen, complete_from)

    def _delete(self, unlisted: Unlisted) -> None:
        if not unlisted.is_believable and not self._accepts:
            self._hold_back(unlisted)
            return
        for external_ids in self._held.external_ids(unlisted, at_once=AT_ONCE):
            self._mending.delete(unlisted.kind, external_ids)

    def _hold_back(self, unlisted: Unlisted) -> None:
        count, claim = len(unlisted.row_ids), self._claim
        self._figures.held_back += count
        what = "orders" if unlisted.kind == "order" else "customers"
        message = (
            f"the store no longer lists {count} of {unlisted.held} {what}; nothing is deleted "
            "until `tillside stores reconcile STORE --accept-deletions` says so"
        )
        with self._services.db.workspace(claim.workspace_id, write=True) as session:
            claim.hold(session, self._services.now())
            raise_alarm(
                session,
                claim.store_id,
                "mass_deletion",
                message,
                now=self._services.now(),
                details={"kind": unlisted.kind, "gone": count, "held": unlisted.held},
            )


def _is_ready(services: Services, claim: Claim, asked_by: AskedBy, attempt: int) -> bool:
    """Whether the first read is done and a schedule hasn't just tried; else the claim is back."""
    with services.db.workspace(claim.workspace_id, write=True) as session:
        state = session.execute(
            select(StoreSync.backfill_state).where(StoreSync.store_id == claim.store_id)
        ).scalar_one()
        newest: datetime | None = session.execute(
            select(func.max(Reconciliation.started_at)).where(
                Reconciliation.workspace_id == claim.workspace_id,
                Reconciliation.store_id == claim.store_id,
                Reconciliation.kind == "whole",
                Reconciliation.started_at > services.now() - _AGAIN_AFTER,
            )
        ).scalar_one()
        waits = newest is not None and asked_by == "schedule" and attempt == 0
        if state == BackfillState.DONE and not waits:
            return True
        claim.release(session)
    return False


def _give_back(services: Services, claim: Claim) -> None:
    with services.db.workspace(claim.workspace_id, write=True) as session:
        claim.release(session)
