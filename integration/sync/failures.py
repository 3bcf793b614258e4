"""What a failed reading leaves behind: its reason in plain words, and when it is tried again."""

import structlog

from integration.events import Event
from integration.jobs import JobArgument
from integration.models.vocabulary import BackfillState
from integration.services import Services
from integration.sync.claim import Claim, ClaimLost
from platforms.errors import PlatformError

log = structlog.get_logger(__name__)

_FIRST_WAIT_SECONDS = 15.0
_LONGEST_WAIT_SECONDS = 900.0


def fail(
    services: Services,
    claim: Claim,
    error: PlatformError,
    *,
    job: str,
    attempt: int,
    **again: JobArgument,
) -> None:
    """Write the reason down, give the claim back and have the job run again if that may help.

    A store that has to be authorized again is read on once the merchant did that. A refusal fails
    a backfill for good; a refresh is asked for again every 15 minutes anyway. `again` is what the
    job is given besides when it runs again.
    """
    log.warning("sync.failed", store_id=claim.store_id, job=job, code=error.code)
    values: dict[str, object] = {"error": str(error), "error_at": services.now()}
    if job == "sync.backfill" and not error.retryable:
        waits = error.reauthorize
        values["backfill_state"] = BackfillState.WAITING if waits else BackfillState.FAILED
    try:
        with services.db.workspace(claim.workspace_id, write=True) as session:
            claim.release(session, values)
    except ClaimLost:
        return
    services.events.publish(Event(claim.workspace_id, "store", claim.store_id))
    if error.retryable:
        services.jobs.enqueue(
            job,
            key=f"{job.removeprefix('sync.')}:{claim.store_id}",
            in_seconds=_wait(error, attempt),
            workspace_id=claim.workspace_id,
            store_id=claim.store_id,
            attempt=attempt + 1,
            **again,
        )


def _wait(error: PlatformError, attempt: int) -> float:
    if error.retry_after_seconds is not None:
        return error.retry_after_seconds
    return float(min(_LONGEST_WAIT_SECONDS, _FIRST_WAIT_SECONDS * 2 ** min(attempt, 10)))
