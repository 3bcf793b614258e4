"""Working off one leased batch of a store: read, apply, and mark, so that all commits together."""

from collections.abc import Sequence

import structlog
from sqlalchemy import select

from integration.db import WorkspaceSession
from integration.models import Store
from integration.models.vocabulary import StoreStatus
from integration.services import Services
from integration.sync.apply import apply
from integration.sync.sourced import Wanted
from platforms.changes import AppUninstalled
from webhooks import counters
from webhooks.effects import Effects, take_effect, uninstall
from webhooks.foreign import refuse_foreign
from webhooks.leases import Lease, LeaseLost, hold
from webhooks.outcomes import (
    Failure,
    Owner,
    Verdict,
    mark_applied,
    mark_refused,
    record_failure,
)
from webhooks.planning import plan, wanted_by
from webhooks.reading import Item, read_batch, where_it_failed
from webhooks.rereading import Rereading

log = structlog.get_logger(__name__)

_LIVE = (StoreStatus.ACTIVE, StoreStatus.REAUTHORIZE)
_NOT_ACTIVE = ("store_not_active", "the store isn't connected; the delivery changed nothing")
_ROUNDS_AT_MOST = 5


class _NeedsReading(Exception):
    """Applying can't decide by what was told: these objects have to be read first."""

    def __init__(self, wanted: frozenset[Wanted]) -> None:
        super().__init__(f"{len(wanted)} objects have to be read again")
        self.wanted = wanted


def work_off(services: Services, lease: Lease, store: Store) -> None:
    """Apply a store's leased deliveries; what can't be applied is put off, parked or refused."""
    _Batch(services, lease, store).run()


class _Batch:
    def __init__(self, services: Services, lease: Lease, store: Store) -> None:
        self._services = services
        self._lease = lease
        self._store = store
        self._owner = Owner(store.workspace_id, store.id)
        self._reading = Rereading(services, store, lease.works)
        self._effects = Effects()
        self._failures: list[Failure] = []

    def run(self) -> None:
        read = read_batch(self._services, self._lease.works, self._store)
        self._failures += read.failures
        items, foreign = refuse_foreign(self._services, self._store, read.items)
        self._failures += foreign
        if self._store.status in _LIVE:
            wanted = frozenset(found for item in items for found in wanted_by(item))
            items = self._after_reading(items, wanted)
        self._commit(items, rounds_left=_ROUNDS_AT_MOST)
        record(self._services, self._owner, self._failures)
        self._effects.follow_up(self._services, self._owner)
        counters.drain_rounds.inc()

    def _after_reading(self, items: Sequence[Item], wanted: frozenset[Wanted]) -> list[Item]:
        kept, failures = self._reading.read(items, wanted)
        self._failures += failures
        return kept

    def _commit(self, items: Sequence[Item], rounds_left: int) -> None:
        if not items:
            return
        try:
            self._effects.add(self._commit_once(items))
        except LeaseLost:
            log.warning("drain.lease_lost", store_id=self._store.id, deliveries=len(items))
        except _NeedsReading as needs:
            if rounds_left:
                self._commit(self._after_reading(items, needs.wanted), rounds_left - 1)
            else:
                self._fail(items, Verdict.RETRY_STORE, "source_moves", str(needs))
        except Exception as error:  # noqa: BLE001 - one delivery must not hold up its neighbours
            self._bisect(items, rounds_left, error)

    def _bisect(self, items: Sequence[Item], rounds_left: int, error: Exception) -> None:
        if len(items) == 1:
            where = where_it_failed(error)
            log.warning("drain.not_applied", delivery_id=items[0].work.delivery_id, error=where)
            self._fail(items, Verdict.RETRY, "unexpected", where)
            return
        middle = len(items) // 2
        self._commit(items[:middle], rounds_left)
        self._commit(items[middle:], rounds_left)

    def _fail(self, items: Sequence[Item], verdict: Verdict, code: str, message: str) -> None:
        self._failures += [Failure(item.work, verdict, code, message) for item in items]

    def _commit_once(self, items: Sequence[Item]) -> Effects:
        """One transaction: our fences, the effects, the marks."""
        effects = Effects()
        with self._services.db.workspace(self._store.workspace_id, write=True) as session:
            ours = set(hold(session, [item.work for item in items]))
            session.lock_workspace()
            store = session.execute(
                select(Store).where(Store.id == self._store.id).with_for_update()
            ).scalar_one()
            for segment in _segments([item for item in items if item.work in ours]):
                self._apply(session, store, segment, effects)
        return effects

    def _apply(
        self, session: WorkspaceSession, store: Store, segment: Sequence[Item], effects: Effects
    ) -> None:
        now = self._services.now()
        live = list(segment) if store.status in _LIVE else []
        heard = live or [item for item in segment if item.is_compliance]
        late = [item.work for item in segment if not (live or item.is_compliance)]
        mark_refused(session, late, now, *_NOT_ACTIVE)
        effects.refused += len(late)
        changes = plan(live, self._reading.fresh)
        if changes:
            applied = apply(session, store, changes, now=now)
            missing = applied.wanted - self._reading.fresh.keys()
            if missing:
                raise _NeedsReading(missing)
            effects.profile_ids |= applied.profile_ids
        done = [
            item.work
            for item in heard
            if take_effect(self._services, session, store, item, effects)
        ]
        mark_applied(session, done, now)
        effects.applied += len(done)
        if live:
            uninstall(session, store, live[-1], effects)


def record(services: Services, owner: Owner, failures: Sequence[Failure]) -> None:
    """Write the failed attempts, where the deliveries are still ours."""
    if not failures:
        return
    now = services.now()
    try:
        with services.db.across_workspaces(write=True) as session:
            ours = set(hold(session, [failure.work for failure in failures]))
            for failure in failures:
                if failure.work in ours:
                    state = record_failure(session, owner, failure, now)
                    counters.finished.labels(f"failed_{state.value}").inc()
            session.flush()
    except LeaseLost:
        log.warning("drain.lease_lost", store_id=owner.store_id, deliveries=len(failures))


def _segments(items: Sequence[Item]) -> list[list[Item]]:
    """The deliveries in their order, cut after each uninstall, which ends what may change."""
    segments: list[list[Item]] = [[]]
    for item in items:
        segments[-1].append(item)
        if _uninstalls(item):
            segments.append([])
    return [segment for segment in segments if segment]


def _uninstalls(item: Item) -> bool:
    return any(isinstance(change, AppUninstalled) for change in item.changes)
