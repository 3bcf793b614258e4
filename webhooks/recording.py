"""Writing down how deliveries ended: with their effects, or why there were none."""

from collections.abc import Sequence
from datetime import datetime

import structlog

from integration.models.vocabulary import WorkState
from integration.services import Services
from webhooks import counters
from webhooks.effects import Effects
from webhooks.hours import count_hour
from webhooks.leases import LeaseLost, hold
from webhooks.outcomes import Failure, Owner, mark_applied, record_failure
from webhooks.work_rows import Writes

log = structlog.get_logger(__name__)


def conclude(writes: Writes, done: Sequence[tuple[Owner, Effects]], now: datetime) -> None:
    """Mark what was applied and count it, at the end of the transaction that applied it."""
    mark_applied(writes, [work for _, effects in done for work in effects.applied], now)
    for owner, effects in done:
        count_hour(writes, owner, now, applied=effects.received, refused=effects.refused)


def record(services: Services, owner: Owner, failures: Sequence[Failure]) -> None:
    """Write the failed attempts, where the deliveries are still ours."""
    if not failures:
        return
    now = services.now()
    try:
        with services.db.across_workspaces(write=True) as session:
            ours = set(hold(session, [failure.work for failure in failures]))
            states = [
                record_failure(session, owner, failure, now)
                for failure in failures
                if failure.work in ours
            ]
            session.flush()
            refused, parked = states.count(WorkState.REFUSED), states.count(WorkState.PARKED)
            count_hour(session, owner, now, refused=refused, parked=parked)
    except LeaseLost:
        log.warning("drain.lease_lost", store_id=owner.store_id, deliveries=len(failures))
        return
    for state in states:
        counters.finished.labels(f"failed_{state.value}").inc()
