"""What a store told that isn't worked off: in the inbox, in the work, and put aside."""

from datetime import datetime

from sqlalchemy import func, select

from integration.db import WorkspaceSession
from integration.models import Delivery, DeliveryWork, InboxMark
from integration.models.vocabulary import WorkState
from integration.reconciliation.health_records import HealthDeliveries
from integration.services import Services

# So many new ones are looked through: where more wait, somebody's worker has stopped for good.
_LOOKED_THROUGH = 20_000


def told_until(services: Services, workspace_id: int, store_id: int) -> datetime:
    """Until when everything that a store delivered is worked off.

    What waits isn't lost: whatever it tells of may change until then.
    """
    with services.db.workspace(workspace_id) as session:
        oldest = waiting_deliveries(services, session, store_id).oldest_received_at
    now = services.now()
    return now if oldest is None else min(now, oldest)


def waiting_deliveries(
    services: Services, session: WorkspaceSession, store_id: int
) -> HealthDeliveries:
    """How many deliveries of a store of the session's workspace wait, and were parked."""
    of_store = (
        DeliveryWork.workspace_id == session.workspace_id,
        DeliveryWork.store_id == store_id,
    )
    taken = session.execute(
        select(func.count(), func.min(DeliveryWork.received_at)).where(
            *of_store, DeliveryWork.state.in_([WorkState.WAITING, WorkState.LEASED])
        )
    ).one()
    parked = session.execute(
        select(func.count()).where(*of_store, DeliveryWork.state == WorkState.PARKED)
    ).scalar_one()
    mark = session.execute(select(func.max(InboxMark.taken_id))).scalar_one() or 0
    untaken, oldest = _untaken(services, session.workspace_id, store_id, mark)
    times = [each for each in (taken[1], oldest) if each is not None]
    return HealthDeliveries(taken[0] + untaken, min(times, default=None), parked)


def _untaken(
    services: Services, workspace_id: int, store_id: int, mark: int
) -> tuple[int, datetime | None]:
    newest = (
        select(Delivery.workspace_id, Delivery.store_id, Delivery.received_at)
        .where(Delivery.id > mark)
        .order_by(Delivery.id)
        .limit(_LOOKED_THROUGH)
        .subquery()
    )
    with services.inbox.workspace(workspace_id) as session:
        count, oldest = session.execute(
            select(func.count(), func.min(newest.c.received_at)).where(
                newest.c.workspace_id == workspace_id, newest.c.store_id == store_id
            )
        ).one()
    return count, oldest
