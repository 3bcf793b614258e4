"""The drain: works off what came in, store by store in turns, until nothing is due."""

import contextvars
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import structlog

from integration.models import Store
from integration.services import Services
from webhooks import counters
from webhooks.batch import Batch, bound
from webhooks.claiming import Claimed, Claims
from webhooks.expired import release_expired
from webhooks.intake import take_in
from webhooks.leases import Lease
from webhooks.pace import Pace
from webhooks.reading import where_it_failed
from webhooks.rereading import KeptLease
from webhooks.storeless import work_off_storeless
from webhooks.together import apply_together
from webhooks.turns import stores_with_work

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
        self._claims = Claims(services, _PACE)
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
        claimed = self._claims.next()
        if claimed.waiting:
            if claimed.waiting > 1 and self._call_help is not None:
                self._call_help(self._services)
            self._serve(claimed)
        elif self._reading:
            _, self._reading = wait(
                self._reading, timeout=_LOOKS_UP_SECONDS, return_when=FIRST_COMPLETED
            )
        else:
            return False
        return True

    def _serve(self, claimed: Claimed) -> None:
        kept = KeptLease(self._services, [work for held in claimed.leases for work in held.works])
        try:
            few = len(claimed.leases) > 1
            alone = self._work_together(claimed) if few else claimed.leases
            self._work_each(alone, claimed.stores)
        except Exception as error:  # noqa: BLE001 - see _failed
            _failed(None, error)
        finally:
            kept.close()

    def _work_each(self, alone: Sequence[Lease], stores: Mapping[int | None, Store]) -> None:
        for held in alone:
            store, began = stores.get(held.store_id), time.monotonic()
            try:
                with structlog.contextvars.bound_contextvars(**bound(held, store)):
                    self._work_alone(held, store)
                _took(held, time.monotonic() - began)
            except Exception as error:  # noqa: BLE001 - see _failed
                _failed(held.store_id, error)

    def _work_together(self, claimed: Claimed) -> list[Lease]:
        """Work off several stores' batches by one commit; those that have to go alone."""
        known = [held for held in claimed.leases if held.store_id in claimed.stores]
        batches = [Batch(self._services, held, claimed.stores[held.store_id]) for held in known]
        alone = apply_together(self._services, batches)
        for batch in batches:
            if batch not in alone:
                _took(batch.lease, batch.seconds)
                if batch.unread:
                    with structlog.contextvars.bound_contextvars(**bound(batch.lease, batch.store)):
                        self._read_beside(batch, batch.store.id)
        unknown = [held for held in claimed.leases if held.store_id not in claimed.stores]
        return [*(batch.lease for batch in alone), *unknown]

    def _work_alone(self, held: Lease, store: Store | None) -> None:
        if store is None:
            work_off_storeless(self._services, held)
            return
        batch = Batch(self._services, held, store)
        if batch.apply_told():
            self._read_beside(batch, store.id)

    def _read_beside(self, batch: Batch, store_id: int) -> None:
        kept = KeptLease(self._services, batch.unread)
        # What this thread's lines carry, the reading one's shall too.
        context = contextvars.copy_context()
        reading = self._readers.submit(context.run, _read, batch, kept, store_id)
        self._reading.add(reading)


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
