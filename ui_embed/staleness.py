"""What is old is checked with the store in the background; the page shows what it has meanwhile."""

from datetime import timedelta

from integration.crm.records import Freshness
from integration.models.vocabulary import BackfillState, StoreStatus
from integration.services import Services
from ui_embed.auth import Caller

# Longer than the schedule's own round, so that an open page asks only where that fell behind.
STALE_AFTER = timedelta(minutes=20)


def check_if_stale(services: Services, caller: Caller, freshness: Freshness) -> bool:
    """Whether the copy is being checked with the store because of this look at it."""
    store = caller.store
    # After a failure the job tries again by itself, ever later; a look must not hurry it.
    if store.status != StoreStatus.ACTIVE or store.is_being_read or store.error:
        return False
    if freshness.backfill.state != BackfillState.DONE or not _is_old(services, freshness):
        return False
    services.jobs.enqueue(
        "sync.refresh",
        key=f"refresh:{caller.store_id}",
        workspace_id=caller.workspace_id,
        store_id=caller.store_id,
    )
    return True


def _is_old(services: Services, freshness: Freshness) -> bool:
    # News by webhook prove themselves only: what was missed shows when the stores are compared.
    proved = freshness.complete_until
    return proved is None or services.now() - proved > STALE_AFTER
