"""Working off several stores' few deliveries at once: one reading of the inbox, one commit.

What a commit costs is paid once for all of them. Each store's part is undone by itself where it
can't be applied, and that store is worked off alone; whatever happens to the commit, nothing was
applied and each is.
"""

import time
from collections.abc import Mapping, Sequence

import structlog

from integration.db import SharedCommit, SharedCommitLost
from integration.events import Event
from integration.services import Services
from webhooks.batch import Batch, bound, hear
from webhooks.effects import Effects
from webhooks.foreign import named_before
from webhooks.leases import ids_of
from webhooks.reading import where_it_failed
from webhooks.recording import conclude
from webhooks.work_rows import fences

log = structlog.get_logger(__name__)


def apply_together(services: Services, batches: Sequence[Batch]) -> list[Batch]:
    """Apply what these deliveries tell by themselves. Returns the batches of which nothing was.

    Those have to be worked off alone; what is left of the others needs reading, as after
    `Batch.apply_told`.
    """
    try:
        hear(services, batches)
        before = named_before(services, [(batch.store, batch.told) for batch in batches])
        some = [batch for batch, is_named in zip(batches, before, strict=True) if not is_named]
        done = _commit(services, some)
    except Exception as error:  # noqa: BLE001 - whose fault it is they find out alone
        log.warning("drain.not_together", stores=len(batches), error=where_it_failed(error))
        return list(batches)
    news: list[Event] = []
    for batch, effects in done.items():
        try:
            news += batch.conclude(effects)
        except Exception as error:  # noqa: BLE001 - what it did is committed, and so is the others'
            where = where_it_failed(error)
            log.error("drain.batch_failed", store_id=batch.owner.store_id, error=where)
    if news:
        services.events.publish(*news)
    return [batch for batch in batches if batch not in done]


def _commit(services: Services, batches: Sequence[Batch]) -> Mapping[Batch, Effects]:
    """One transaction: all fences, each store's effects, all marks. What became of which."""
    done: dict[Batch, Effects] = {}
    with services.db.several_workspaces() as shared:
        ids = ids_of(item.work for batch in batches for item in batch.told)
        held = fences(shared.connection, sorted(ids))
        # On PostgreSQL all take their locks in one order.
        for batch in sorted(batches, key=lambda one: one.owner.store_id or 0):
            effects = _part(shared, batch, held)
            if effects is not None:
                done[batch] = effects
        ended = [(batch.owner, effects) for batch, effects in done.items()]
        conclude(shared.connection, ended, services.now())
    return done


def _part(shared: SharedCommit, batch: Batch, held: Mapping[int, int]) -> Effects | None:
    items = batch.told
    if not items:
        return Effects()
    ours = {item.work for item in items if held.get(item.work.delivery_id) == item.work.fence}
    began = time.monotonic()
    try:
        with (
            structlog.contextvars.bound_contextvars(**bound(batch.lease, batch.store)),
            shared.workspace(batch.store.workspace_id) as session,
        ):
            return batch.apply_in(session, items, ours, waits=False)
    except SharedCommitLost:
        raise
    except Exception as error:  # noqa: BLE001 - it must not hold up its neighbours
        log.info("drain.goes_alone", store_id=batch.owner.store_id, error=where_it_failed(error))
        return None
    finally:
        batch.seconds = time.monotonic() - began
