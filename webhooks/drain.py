"""The drain: works off what came in, store by store in turns, until nothing is due."""

import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import structlog
from sqlalchemy import select

from integration.models import Store
from integration.services import Services
from webhooks.batch import Batch
from webhooks.intake import take_in
from webhooks.leases import lease, release_expired, stores_with_work
from webhooks.reading import where_it_failed
from webhooks.rereading import KeptLease
from webhooks.storeless import work_off_storeless

log = structlog.get_logger(__name__)

# The job ends in time for its successor to take over; RQ would cut it off at its time-out.
_AT_MOST_SECONDS = 120.0
_READERS = 4
_LOOKS_UP_SECONDS = 0.2


def drain(services: Services) -> None:
    """Work off every delivery that is due. Several may run at once.

    Each pass takes one batch of every store that has work, so that a store with a long backlog
    doesn't keep the others waiting. What has to be read from a store is read beside the passes: a
    store that answers slowly delays its own deliveries only.
    """
    readers = ThreadPoolExecutor(_READERS, thread_name_prefix="reread")
    try:
        is_done = _drain(services, readers)
    finally:
        # At the end of our time what is still being read goes on under its lease.
        readers.shutdown(wait=False)
    if not is_done:
        services.jobs.enqueue("webhooks.drain", key="drain")


def _drain(services: Services, readers: ThreadPoolExecutor) -> bool:
    until = time.monotonic() + _AT_MOST_SECONDS
    reading: set[Future[None]] = set()
    while time.monotonic() < until:
        take_in(services)
        served = [_serve(services, found, readers, reading) for found in _waiting(services)]
        if not any(served):
            if not reading:
                return True
            _, reading = wait(reading, timeout=_LOOKS_UP_SECONDS, return_when=FIRST_COMPLETED)
    return False


def sweep(services: Services) -> int:
    """Hand out expired leases, take in what no wake-up told of, and wake the drain if need be.

    Returns how many leases had expired.
    """
    expired = release_expired(services, services.now())
    if expired:
        log.warning("drain.leases_expired", deliveries=expired)
    take_in(services)
    if _waiting(services):
        services.jobs.enqueue("webhooks.drain", key="drain")
    return expired


def _waiting(services: Services) -> list[int | None]:
    return stores_with_work(services, services.now())


def _serve(
    services: Services,
    store_id: int | None,
    readers: ThreadPoolExecutor,
    reading: set[Future[None]],
) -> bool:
    held = lease(services, store_id, services.now())
    if held is None:
        return False
    try:
        store = _store(services, held.store_id)
        if store is None:
            work_off_storeless(services, held)
            return True
        batch = Batch(services, held, store)
        if batch.apply_told():
            kept = KeptLease(services, batch.unread)
            reading.add(readers.submit(_read, batch, kept, store.id))
    except Exception as error:  # noqa: BLE001 - see _failed
        _failed(store_id, error)
    return True


def _read(batch: Batch, kept: KeptLease, store_id: int) -> None:
    try:
        batch.apply_read()
    except Exception as error:  # noqa: BLE001 - see _failed
        _failed(store_id, error)
    finally:
        kept.close()


def _failed(store_id: int | None, error: Exception) -> None:
    # The lease runs out and the sweep hands it out again; the other stores go on.
    log.error("drain.batch_failed", store_id=store_id, error=where_it_failed(error))


def _store(services: Services, store_id: int | None) -> Store | None:
    if store_id is None:
        return None
    with services.db.across_workspaces() as session:
        return session.execute(select(Store).where(Store.id == store_id)).scalar_one_or_none()
