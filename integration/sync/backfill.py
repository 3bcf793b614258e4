"""The first read of a store: accounts, then orders, then what was ordered.

Each batch commits together with the place from which the next process goes on. A process whose
claim was taken over writes nothing more.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import structlog
from sqlalchemy import select

from integration.events import Event
from integration.models import StoreSync
from integration.models.vocabulary import BackfillState
from integration.services import Services
from integration.sync.claim import Claim, ClaimLost, take_claim
from integration.sync.collecting import collecting_between_batches
from integration.sync.failures import fail
from integration.sync.kept_claim import kept
from integration.sync.parts import enqueue_parts
from integration.sync.reading import OnProgress, Reading, StoreNotActive, in_batches
from integration.sync.since import synced_until
from integration.sync.unreadable import report_unreadable
from integration.sync.variants import refresh_variants
from platforms.errors import PlatformError
from platforms.records import CustomerRecord, OrderRecord, Page

log = structlog.get_logger(__name__)

_STEPS = ("customers", "orders", "variants")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a backfill stands: in which step, after which cursor of the platform's.

    `before` is how many records the steps before this one had, `done` how many this one has.
    """

    step: str = _STEPS[0]
    cursor: str | None = None
    before: int = 0
    done: int = 0

    @classmethod
    def read(cls, step: str | None, text: str | None) -> "Place":
        """The place that a sync's row tells."""
        if step not in _STEPS:
            return cls()
        value = orjson.loads(text or "{}")
        return cls(step, value.get("cursor"), value.get("before", 0), value.get("done", 0))

    def after(self, records: int, cursor: str | None) -> "Place":
        """The place after a batch."""
        return Place(self.step, cursor, self.before, self.done + records)

    def next_step(self) -> "Place":
        """The beginning of the step that follows."""
        return Place(_STEPS[_STEPS.index(self.step) + 1], None, self.before + self.done)

    def values(self, total: int | None) -> dict[str, Any]:
        """The place as columns of a sync's row. `total` is the step's, where the platform says."""
        written = {"cursor": self.cursor, "before": self.before, "done": self.done}
        done = self.before + self.done
        return {
            "backfill_step": self.step,
            "backfill_cursor": orjson.dumps(written).decode(),
            "backfill_done": done,
            "backfill_total": None if total is None else max(done, self.before + total),
        }


def backfill(
    services: Services,
    *,
    workspace_id: int,
    store_id: int,
    anew: bool = False,
    attempt: int = 0,
    on_progress: OnProgress | None = None,
) -> None:
    """Read a store whole, or go on where an earlier process stopped; nothing when that was done.

    `anew` reads it whole again. A failure is written down in plain words; one that may pass is
    tried again later, by a job of its own. Another process that reads the store is left alone.
    """
    claim = take_claim(services, workspace_id=workspace_id, store_id=store_id)
    if claim is None:
        return
    try:
        place, started_at = _begin(services, claim, anew=anew)
        if place is None:
            return
        reading = Reading(services, claim, "sync")
        with kept(services, claim), collecting_between_batches() as collect:
            _read(reading, place, on_progress, collect)
        _finish(reading, started_at)
    except ClaimLost:
        log.info("sync.claim_lost", store_id=store_id)
    except StoreNotActive:
        _release(services, claim, {"backfill_state": BackfillState.WAITING})
    except PlatformError as error:
        fail(services, claim, error, job="sync.backfill", attempt=attempt)


def _begin(services: Services, claim: Claim, *, anew: bool) -> tuple[Place | None, datetime]:
    """Where to begin, None when nothing is left to do."""
    now = services.now()
    with services.db.workspace(claim.workspace_id, write=True) as session:
        sync = session.execute(
            select(StoreSync).where(StoreSync.store_id == claim.store_id)
        ).scalar_one()
        if sync.backfill_state == BackfillState.DONE and not anew:
            claim.release(session)
            return None, now
        goes_on = sync.backfill_step is not None and not anew
        place = Place.read(sync.backfill_step, sync.backfill_cursor) if goes_on else Place()
        started_at = (sync.backfill_started_at if goes_on else None) or now
        begun = {"backfill_state": BackfillState.RUNNING, "backfill_started_at": started_at}
        claim.hold(session, now, begun if goes_on else begun | place.values(None))
    _tell(services, claim)
    return place, started_at


def _read(
    reading: Reading, place: Place, on_progress: OnProgress | None, collect: Callable[[], None]
) -> None:
    while place.step != "variants":
        for page in _pages(reading, place):
            report_unreadable(reading, page.unreadable)
            for records, is_last in in_batches(page.records):
                cursor = page.cursor if is_last else place.cursor
                place = place.after(len(records), cursor)
                values = place.values(page.total)
                reading.apply(reading.sourced(records), values)
                collect()
                if records:
                    _tell(reading.services, reading.claim)
                if on_progress is not None:
                    on_progress(values["backfill_done"], values["backfill_total"])
        place = place.next_step()
        reading.apply((), place.values(0))
    refresh_variants(reading)


def _pages(
    reading: Reading, place: Place
) -> Iterator[Page[CustomerRecord]] | Iterator[Page[OrderRecord]]:
    if place.step == "customers":
        return reading.reader.customers(place.cursor)
    return reading.reader.orders(place.cursor)


def _finish(reading: Reading, started_at: datetime) -> None:
    """The copy is proved until the backfill began; a refresh brings what changed meanwhile."""
    services, claim = reading.services, reading.claim
    now = services.now()
    _release(
        services,
        claim,
        {
            "backfill_state": BackfillState.DONE,
            "backfill_step": None,
            "backfill_cursor": None,
            "backfill_finished_at": now,
            "complete_from": reading.reader.complete_from(reading.scopes, started_at),
            "complete_until": started_at,
            "customers_synced_until": synced_until(started_at, None),
            "orders_synced_until": synced_until(started_at, None),
            "as_of": now,
            "source": "sync",
            "error": None,
            "error_at": None,
        },
    )
    log.info("sync.backfilled", store_id=claim.store_id)
    services.jobs.enqueue(
        "sync.refresh",
        key=f"refresh:{claim.store_id}",
        workspace_id=claim.workspace_id,
        store_id=claim.store_id,
    )
    if reading.parts_apart:
        enqueue_parts(services, workspace_id=claim.workspace_id, store_id=claim.store_id)
    services.events.publish(Event(claim.workspace_id, "store", claim.store_id))


def _release(services: Services, claim: Claim, values: dict[str, Any]) -> None:
    with services.db.workspace(claim.workspace_id, write=True) as session:
        claim.release(session, values)


def _tell(services: Services, claim: Claim) -> None:
    services.events.publish(Event(claim.workspace_id, "backfill", claim.store_id))
