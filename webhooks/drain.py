"""The drain: works off what came in, store by store in turns, until nothing is due."""

import time

import structlog
from sqlalchemy import select

from integration.models import Store
from integration.services import Services
from webhooks.batch import work_off
from webhooks.intake import take_in
from webhooks.leases import Lease, lease, release_expired, stores_with_work
from webhooks.storeless import work_off_storeless

log = structlog.get_logger(__name__)

# The job ends in time for its successor to take over; RQ would cut it off at its time-out.
_AT_MOST_SECONDS = 120.0


def drain(services: Services) -> None:
    """Work off every delivery that is due. Several may run at once.

    Each pass takes one batch of every store that has work, so that a store with a long backlog
    doesn't keep the others waiting.
    """
    until = time.monotonic() + _AT_MOST_SECONDS
    while time.monotonic() < until:
        take_in(services)
        served = [_serve(services, found) for found in _waiting(services)]
        if not any(served):
            return
    services.jobs.enqueue("webhooks.drain", key="drain")


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


def _serve(services: Services, store_id: int | None) -> bool:
    held = lease(services, store_id, services.now())
    if held is None:
        return False
    try:
        _work_off(services, held)
    except Exception as error:
        # Its lease runs out and the sweep hands it out again; the other stores go on.
        log.exception("drain.batch_failed", store_id=store_id, error=type(error).__name__)
    return True


def _work_off(services: Services, held: Lease) -> None:
    store = _store(services, held.store_id)
    if store is None:
        work_off_storeless(services, held)
    else:
        work_off(services, held, store)


def _store(services: Services, store_id: int | None) -> Store | None:
    if store_id is None:
        return None
    with services.db.across_workspaces() as session:
        return session.execute(select(Store).where(Store.id == store_id)).scalar_one_or_none()
