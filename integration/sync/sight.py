"""Orders that a store holds and doesn't show us: what our scopes let us see ends somewhere."""

from datetime import datetime, timedelta

from sqlalchemy import select

from integration.models import Installation, Order, Store
from integration.services import Services
from platforms.port import Reader

# It ends by the order's creation, which we hold only nearly.
MARGIN = timedelta(days=2)


def may_be_out_of_sight(
    services: Services, store: Store, reader: Reader, external_id: str, now: datetime
) -> bool:
    """Whether an order that the store doesn't show may stand there: it is too old for our scopes.

    So may one that isn't held: webhooks tell of orders of any age. Asks the database only.
    """
    with services.db.workspace(store.workspace_id) as session:
        scopes = session.execute(
            select(Installation.scopes).where(
                Installation.store_id == store.id, Installation.ended_at.is_(None)
            )
        ).scalar_one_or_none()
        complete_from = reader.complete_from(scopes or [], now)
        if complete_from is None:
            return False
        placed_at = session.execute(
            select(Order.placed_at).where(
                Order.store_id == store.id, Order.external_id == external_id
            )
        ).scalar_one_or_none()
    return placed_at is None or placed_at < complete_from + MARGIN
