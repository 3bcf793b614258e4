"""Leases that ran out: their holder died, or took too long."""

from datetime import datetime

from sqlalchemy.orm import Session

from integration.models.vocabulary import WorkState
from integration.services import Services
from webhooks import counters
from webhooks.hours import count_hour
from webhooks.leases import HeldWork
from webhooks.outcomes import Failure, Owner, Verdict, record_failure
from webhooks.work_rows import Expired, any_expired, expired, release

_CODE, _MESSAGE = "lease_expired", "its worker died or took too long"
# Fewer deaths may be anybody's fault who stood beside it.
_SUSPECT_AFTER = 2


def release_expired(services: Services, now: datetime) -> int:
    """Hand out again what a killed worker held. Returns how many.

    It counts as an attempt. A delivery that kills its worker ends up alone, is tried at growing
    distances, and is parked in the end.
    """
    with services.db.across_workspaces() as session:
        if not any_expired(session, now):
            return 0
    with services.db.across_workspaces(write=True) as session:
        found = expired(session, now)
        release(session, [each.delivery_id for each in found], _CODE, _MESSAGE)
        for each in found:
            if each.attempts >= _SUSPECT_AFTER:
                _suspect(session, each, now)
        session.flush()
    return len(found)


def _suspect(session: Session, each: Expired, now: datetime) -> None:
    work = HeldWork(each.delivery_id, each.fence, each.attempts)
    owner = Owner(each.workspace_id, each.store_id)
    failure = Failure(work, Verdict.RETRY, _CODE, _MESSAGE)
    state = record_failure(session, owner, failure, now)
    count_hour(session, owner, now, parked=int(state == WorkState.PARKED))
    counters.finished.labels(f"failed_{state.value}").inc()
