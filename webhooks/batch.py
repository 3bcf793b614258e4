"""Working off one leased batch of a store: read, apply, and mark, so that all commits together."""

from collections.abc import Callable, Collection, Sequence
from typing import TypeAlias

import structlog
from sqlalchemy.exc import OperationalError

from integration.db import WorkspaceSession
from integration.events import Event
from integration.models import Store
from integration.models.vocabulary import StoreStatus
from integration.services import Services
from integration.sync.apply import apply
from integration.sync.later import read_later
from integration.sync.parts import has_parts_apart
from integration.sync.sourced import Wanted
from platforms.changes import AppUninstalled
from webhooks import counters
from webhooks.effects import Effects, take_effect, uninstall
from webhooks.foreign import refuse_foreign
from webhooks.leases import HeldWork, Lease, LeaseLost, hold
from webhooks.outcomes import Failure, Owner, Verdict, mark_refused
from webhooks.planning import objects_of, plan, tells_of_erased, wanted_by
from webhooks.reading import Item, Read, read_batch, read_batches, where_it_failed
from webhooks.recording import conclude, record
from webhooks.rereading import Rereading
from webhooks.store_rows import locked_store

log = structlog.get_logger(__name__)

_LIVE = (StoreStatus.ACTIVE, StoreStatus.REAUTHORIZE)
_NOT_ACTIVE = ("store_not_active", "the store isn't connected; the delivery changed nothing")
_ROUNDS_AT_MOST = 5

# What to do when applying wants objects to be read: the deliveries that can go on without.
OnWanted: TypeAlias = Callable[[Sequence[Item], frozenset[Wanted]], list[Item]]


class _NeedsReading(Exception):
    """Applying can't decide by what was told: these objects have to be read first."""

    def __init__(self, wanted: frozenset[Wanted]) -> None:
        super().__init__(f"{len(wanted)} objects have to be read again")
        self.wanted = wanted


class WorkspaceBusy(Exception):
    """Somebody else writes this workspace's mirror just now."""


class Batch:
    """A store's leased deliveries. Call `apply_told`; where it says so, `apply_read` after it.

    What can't be applied is put off, parked or refused; nothing of it is raised.
    """

    def __init__(self, services: Services, lease: Lease, store: Store) -> None:
        self._services = services
        self.lease = lease
        self.store = store
        self.owner = Owner(store.workspace_id, store.id)
        self.told: list[Item] = []
        # How long its part of a commit with others took.
        self.seconds = 0.0
        self._reading = Rereading(services, store)
        self._effects = Effects()
        self._failures: list[Failure] = []
        self._unread: list[Item] = []
        self._wanted: set[Wanted] = set()

    def apply_told(self) -> bool:
        """Apply what the deliveries tell by themselves; whether some are left that need reading.

        Never calls the store, so that one which is slow keeps no other waiting.
        """
        hear(self._services, [self])
        self._commit(self.told, self._put_off)
        self._finish()
        counters.drain_rounds.inc()
        return bool(self.unread)

    def take(self, read: Read) -> None:
        """Take what the deliveries were found to mean; `told` can be applied without reading."""
        self._failures, self.told = list(read.failures), read.items
        if self.store.status == StoreStatus.ACTIVE:
            self._wanted = {found for item in read.items for found in wanted_by(item)}
            self._unread = [item for item in read.items if self._has_to_wait(item)]
            self.told = [item for item in read.items if not self._has_to_wait(item)]

    def conclude(self, effects: Effects) -> list[Event]:
        """Follow up what a commit with other batches did for this one. What panels are to hear."""
        self._effects.add(effects)
        counters.drain_rounds.inc()
        return self._follow_up()

    def apply_read(self) -> None:
        """Read from the store what the others need, and apply them."""
        items, self._unread = sorted(self._unread, key=_age), []
        self._commit(self._after_reading(items, frozenset(self._wanted)), self._read_more)
        self._finish()

    @property
    def unread(self) -> list[HeldWork]:
        """What is left for `apply_read`; its lease has to be kept until then."""
        return [item.work for item in self._unread]

    def _has_to_wait(self, item: Item) -> bool:
        """Whether it has to be read, or gives way to one that has to."""
        if item.is_superseded:
            return bool(objects_of(item) & self._wanted)
        return bool(wanted_by(item))

    def _finish(self) -> None:
        news = self._follow_up()
        if news:
            self._services.events.publish(*news)

    def _follow_up(self) -> list[Event]:
        effects, self._effects = self._effects, Effects()
        failures, self._failures = self._failures, []
        record(self._services, self.owner, failures)
        effects.follow_up(self._services, self.owner)
        return effects.news(self.owner)

    def _put_off(self, items: Sequence[Item], wanted: frozenset[Wanted]) -> list[Item]:
        """Leave the deliveries of these objects for `apply_read`; returns the others."""
        self._wanted |= wanted
        self._unread += [item for item in items if objects_of(item) & wanted]
        return [item for item in items if not objects_of(item) & wanted]

    def _read_more(self, items: Sequence[Item], wanted: frozenset[Wanted]) -> list[Item]:
        return self._after_reading(items, wanted)

    def _after_reading(self, items: Sequence[Item], wanted: frozenset[Wanted]) -> list[Item]:
        kept, failures = self._reading.read(items, wanted)
        self._failures += failures
        return kept

    def _commit(
        self, items: Sequence[Item], on_wanted: OnWanted, rounds_left: int = _ROUNDS_AT_MOST
    ) -> None:
        if not items:
            return
        try:
            self._effects.add(self._commit_once(items))
        except LeaseLost:
            log.warning("drain.lease_lost", store_id=self.store.id, deliveries=len(items))
        except _NeedsReading as needs:
            if rounds_left:
                self._commit(on_wanted(items, needs.wanted), on_wanted, rounds_left - 1)
            else:
                self._fail(items, Verdict.RETRY_STORE, "source_moves", str(needs))
        except OperationalError as error:
            # No delivery's fault: a lock that isn't given, a deadlock, a server that went away.
            # Should one be at fault after all, smaller company finds it out.
            self._fail(items, Verdict.RETRY, "database_busy", where_it_failed(error))
        except Exception as error:  # noqa: BLE001 - one delivery must not hold up its neighbours
            self._bisect(items, on_wanted, rounds_left, error)

    def _bisect(
        self, items: Sequence[Item], on_wanted: OnWanted, rounds_left: int, error: Exception
    ) -> None:
        if len(items) == 1:
            where = where_it_failed(error)
            log.warning("drain.not_applied", delivery_id=items[0].work.delivery_id, error=where)
            self._fail(items, Verdict.RETRY, "unexpected", where)
            return
        items = self._whole(items)
        middle = len(items) // 2
        self._commit(items[:middle], on_wanted, rounds_left)
        self._commit(items[middle:], on_wanted, rounds_left)

    def _whole(self, items: Sequence[Item]) -> Sequence[Item]:
        """The same, told whole: none may rest on another that perhaps can't be applied."""
        if not any(item.is_superseded for item in items):
            return items
        works = [item.work for item in items]
        read = read_batch(self._services, works, self.store, whole=True)
        self._failures += read.failures
        return read.items

    def _fail(self, items: Sequence[Item], verdict: Verdict, code: str, message: str) -> None:
        self._failures += [Failure(item.work, verdict, code, message) for item in items]

    def _commit_once(self, items: Sequence[Item]) -> Effects:
        """One transaction: our fences, the effects, the marks."""
        with self._services.db.workspace(self.store.workspace_id, write=True) as session:
            ours = hold(session, [item.work for item in items])
            effects = self.apply_in(session, items, set(ours))
            conclude(session, [(self.owner, effects)], self._services.now())
        return effects

    def apply_in(
        self,
        session: WorkspaceSession,
        items: Sequence[Item],
        ours: Collection[HeldWork],
        *,
        waits: bool = True,
    ) -> Effects:
        """The effects of those that are `ours`, inside the caller's transaction.

        Raises LeaseLost; WorkspaceBusy where it doesn't wait for others who write.
        """
        if not ours or (len(ours) < len(items) and any(item.is_superseded for item in items)):
            raise LeaseLost("what others rest on may be another's now")
        if not session.lock_workspace(waits=waits):
            raise WorkspaceBusy
        effects, items = Effects(), [item for item in items if item.work in ours]
        store = locked_store(session, self.store, items)
        for segment in _segments(items):
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
        changes = plan(self._telling(session, store, live), self._reading.fresh)
        if changes:
            parts_apart = has_parts_apart(self._services, store.platform)
            applied = apply(session, store, changes, now=now, parts_apart=parts_apart)
            missing = applied.wanted - self._reading.fresh.keys()
            if missing and store.status == StoreStatus.ACTIVE:
                raise _NeedsReading(missing)
            effects.profile_ids |= applied.profile_ids
            effects.leaves_parts |= applied.leaves_parts
            if applied.erased or applied.came_back:
                theirs = (item for item in live if tells_of_erased(item, applied))
                effects.of_erased |= {item.work.delivery_id for item in theirs}
        done = [
            item for item in heard if take_effect(self._services, session, store, item, effects)
        ]
        effects.applied += [item.work for item in done]
        effects.received += [item.received_at for item in done]
        if live:
            uninstall(session, store, live[-1], effects)

    def _telling(
        self, session: WorkspaceSession, store: Store, items: Sequence[Item]
    ) -> list[Item]:
        """The deliveries that tell all of what they are about, or have it read by now.

        What the others are about is left for the store's next refresh where the store can't be read
        before it was authorized again: however long that takes, nothing is lost.
        """
        unread = {found for item in items for found in wanted_by(item)} - self._reading.fresh.keys()
        if not unread:
            return list(items)
        if store.status == StoreStatus.ACTIVE:
            raise _NeedsReading(frozenset(unread))
        read_later(session, store, unread, now=self._services.now())
        return [item for item in items if not wanted_by(item) & unread]


def bound(held: Lease, store: Store | None) -> dict[str, int | None]:
    """What every line of a batch carries: whose it is, and the span of its deliveries."""
    return {
        "workspace_id": store.workspace_id if store is not None else None,
        "store_id": held.store_id,
        "first_delivery_id": held.works[0].delivery_id,
        "last_delivery_id": held.works[-1].delivery_id,
    }


def hear(services: Services, batches: Sequence[Batch]) -> None:
    """Have each batch know what its deliveries mean."""
    reads = read_batches(services, [(batch.lease.works, batch.store) for batch in batches])
    heard = [(batch.store, read) for batch, read in zip(batches, reads, strict=True)]
    for batch, read in zip(batches, refuse_foreign(services, heard), strict=True):
        batch.take(read)


def _age(item: Item) -> int:
    return item.work.delivery_id


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
