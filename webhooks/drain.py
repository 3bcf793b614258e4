"""The drain: works off what came in, store by store in turns, until nothing is due."""

import contextvars
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import structlog
from sqlalchemy import select

from integration.bulk import among
from integration.models import Store
from integration.services import Services
from webhooks import counters
from webhooks.batch import Batch
from webhooks.expired import release_expired
from webhooks.intake import take_in
from webhooks.leases import Lease, lease_some
from webhooks.pace import Pace
from webhooks.reading import where_it_failed
from webhooks.rereading import KeptLease
from webhooks.storeless import work_off_storeless
from webhooks.together import apply_together
from webhooks.turns import Turns, stores_with_work

log = structlog.get_logger(__name__)

# The job ends in time for its successor to take over; RQ would cut it off at its time-out.
_AT_MOST_SECONDS = 120.0
_READERS = 4
_LOOKS_UP_SECONDS = 0.2
# What a process learned of its stores outlives the job.
_PACE = Pace()


def drain(services: Services) -> None:
    """Work off every delivery that is due. Several may run at once.

    One batch at a time, the stores in turns, so that a store with a long backlog doesn't keep the
    others waiting; those with a few deliveries share a commit. What has to be read from a store is
    read beside it: a store that answers slowly delays its own deliveries only.
    """
    if not Drain(services).work_off(_AT_MOST_SECONDS):
        services.jobs.enqueue("webhooks.drain", key="drain")


def sweep(services: Services) -> int:
    """Hand out expired leases, take in what no wake-up told of, and wake the drain if need be.

    Returns how many leases had expired.
    """
    expired = release_expired(services, services.now())
    if expired:
        counters.leases_expired.inc(expired)
        log.warning("drain.leases_expired", deliveries=expired)
    take_in(services)
    if stores_with_work(services, services.now()):
        services.jobs.enqueue("webhooks.drain", key="drain")
    return expired


class Drain:
    """One process' working off. `call_help` is called when further stores wait."""

    def __init__(
        self, services: Services, call_help: Callable[[Services], None] | None = None
    ) -> None:
        self._services = services
        self._call_help = call_help
        self._turns = Turns()
        self._readers = ThreadPoolExecutor(_READERS, thread_name_prefix="reread")
        self._reading: set[Future[None]] = set()

    def work_off(self, at_most_seconds: float) -> bool:
        """Until nothing is due any more; False where time ran out before."""
        until = time.monotonic() + at_most_seconds
        try:
            while time.monotonic() < until:
                if not self.step():
                    return True
            return False
        finally:
            self.close()

    def close(self) -> None:
        """Take nothing more; what is still being read goes on under its lease."""
        self._readers.shutdown(wait=False)

    def step(self) -> bool:
        """Work off a batch of the store whose turn it is, with other stores' small ones.

        False when nothing is to be done.
        """
        services = self._services
        take_in(services)
        waiting = stores_with_work(services, services.now())
        if waiting:
            if len(waiting) > 1 and self._call_help is not None:
                self._call_help(services)
            self._serve(self._turns.in_turn(waiting))
        elif self._reading:
            _, self._reading = wait(
                self._reading, timeout=_LOOKS_UP_SECONDS, return_when=FIRST_COMPLETED
            )
        else:
            return False
        return True

    def _serve(self, waiting: Sequence[int | None]) -> None:
        services, began = self._services, time.monotonic()
        leases = lease_some(services, waiting, services.now(), _PACE.size)
        if not leases:
            return
        self._turns.served(held.store_id for held in leases)
        try:
            self._work(leases)
            if len(leases) == 1:
                _took(leases[0], time.monotonic() - began)
        except Exception as error:  # noqa: BLE001 - see _failed
            _failed(leases[0].store_id, error)

    def _work(self, leases: Sequence[Lease]) -> None:
        stores = _stores(self._services, leases)
        known = [(held, stores[held.store_id]) for held in leases if held.store_id in stores]
        alone = known
        if len(known) > 1:
            alone = self._work_together(known)
        for held, store in alone:
            self._work_alone(held, store)
        for held in leases:
            if held.store_id not in stores:
                with structlog.contextvars.bound_contextvars(**_bound(held, None)):
                    work_off_storeless(self._services, held)

    def _work_together(self, known: Sequence[tuple[Lease, Store]]) -> list[tuple[Lease, Store]]:
        """Work off several stores' batches by one commit; those that have to go alone."""
        batches = [Batch(self._services, held, store) for held, store in known]
        kept = KeptLease(self._services, [work for held, _ in known for work in held.works])
        try:
            alone = apply_together(self._services, batches)
        finally:
            kept.close()
        for batch in batches:
            if batch not in alone:
                _took(batch.lease, batch.seconds)
                if batch.unread:
                    self._read_beside(batch, batch.store.id)
        return [(batch.lease, batch.store) for batch in alone]

    def _work_alone(self, held: Lease, store: Store) -> None:
        with structlog.contextvars.bound_contextvars(**_bound(held, store)):
            batch = Batch(self._services, held, store)
            kept = KeptLease(self._services, held.works)
            try:
                is_left = batch.apply_told()
            finally:
                kept.close()
            if is_left:
                self._read_beside(batch, store.id)

    def _read_beside(self, batch: Batch, store_id: int) -> None:
        kept = KeptLease(self._services, batch.unread)
        # What this thread's lines carry, the reading one's shall too.
        context = contextvars.copy_context()
        reading = self._readers.submit(context.run, _read, batch, kept, store_id)
        self._reading.add(reading)


def _bound(held: Lease, store: Store | None) -> dict[str, int | None]:
    """What every line of a batch carries: whose it is, and the span of its deliveries."""
    return {
        "workspace_id": store.workspace_id if store is not None else None,
        "store_id": held.store_id,
        "first_delivery_id": held.works[0].delivery_id,
        "last_delivery_id": held.works[-1].delivery_id,
    }


def _read(batch: Batch, kept: KeptLease, store_id: int) -> None:
    try:
        batch.apply_read()
    except Exception as error:  # noqa: BLE001 - see _failed
        _failed(store_id, error)
    finally:
        kept.close()


def _took(held: Lease, seconds: float) -> None:
    _PACE.took(held.store_id, len(held.works), seconds)


def _failed(store_id: int | None, error: Exception) -> None:
    # The lease runs out and the sweep hands it out again; the other stores go on.
    log.error("drain.batch_failed", store_id=store_id, error=where_it_failed(error))


def _stores(services: Services, leases: Sequence[Lease]) -> Mapping[int | None, Store]:
    ids = [held.store_id for held in leases if held.store_id is not None]
    if not ids:
        return {}
    with services.db.across_workspaces() as session:
        these = among(session.connection(), Store.id, ids)
        return {store.id: store for store in session.execute(select(Store).where(these)).scalars()}
