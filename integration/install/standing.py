"""How a store stands with us, when its own answers change that."""

from sqlalchemy import update

from integration.events import Event
from integration.models import Store
from integration.models.vocabulary import StoreStatus
from integration.services import Services


def mark_reauthorize(services: Services, workspace_id: int, store_id: int, reason: str) -> None:
    """Turn an active store `reauthorize`: its jobs pause, its data stays, its page says why."""
    with services.db.workspace(workspace_id, write=True) as session:
        changed = session.execute(
            update(Store)
            .where(Store.id == store_id, Store.status == StoreStatus.ACTIVE)
            .values(status=StoreStatus.REAUTHORIZE, status_reason=reason)
            .execution_options(synchronize_session=False)
        )
    if changed.rowcount:  # type: ignore[attr-defined]
        services.events.publish(Event(workspace_id, "store", store_id))
