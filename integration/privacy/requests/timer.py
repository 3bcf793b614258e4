"""The timer of a store that left: its copy is erased after 48 hours, unless it comes back.

Shopify asks for that itself (`shop/redact`), WooCommerce never does, and a merchant who disconnects
here asks nobody: so the timer runs for all of them alike. Whichever comes first erases; the other
finds nothing.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from integration.models import Installation, PrivacyRequest, Store
from integration.models.vocabulary import StoreStatus
from integration.privacy.requests.intake import DUE_WITHIN
from integration.services import Services

BEGINS_AFTER = timedelta(hours=48)
CAME_BACK = "the store was connected again"


def start_timer(session: Session, store: Store, at: datetime) -> None:
    """Have a store's copy erased 48 hours after `at`, in the transaction that disconnects it."""
    waiting = select(PrivacyRequest.id).where(*_timers(store))
    if session.execute(waiting.limit(1)).first() is not None:
        return
    session.add(
        PrivacyRequest(
            delivery_id=None,
            workspace_id=store.workspace_id,
            store_id=store.id,
            store_hint=store.domain,
            kind="shop_redact",
            source="timer",
            state="waiting",
            received_at=at,
            not_before=at + BEGINS_AFTER,
            due_at=at + DUE_WITHIN,
            finished_at=None,
            outcome=None,
            # It names nobody.
            sealed_subject=b"",
        )
    )


def start_missing_timers(services: Services) -> int:
    """Have those erased too that left before there was a timer, 48 hours from now; how many."""
    ended_at = select(func.max(Installation.ended_at)).where(Installation.store_id == Store.id)
    since = select(PrivacyRequest.id).where(
        PrivacyRequest.store_id == Store.id,
        PrivacyRequest.kind == "shop_redact",
        PrivacyRequest.state != "refused",
        PrivacyRequest.received_at >= func.coalesce(ended_at.scalar_subquery(), Store.created_at),
    )
    left = select(Store).where(Store.status == StoreStatus.DISCONNECTED, ~since.exists())
    with services.db.across_workspaces() as session:
        stores = session.execute(left.where(Store.data_key != b"")).scalars().all()
    for store in stores:
        with services.db.across_workspaces(write=True) as session:
            held = session.get(Store, store.id, with_for_update=True)
            if held is not None and held.status == StoreStatus.DISCONNECTED:
                start_timer(session, held, services.now())
    return len(stores)


def stop_timer(session: Session, store: Store, now: datetime) -> None:
    """Let a store's copy stand, in the transaction that connects it again."""
    session.execute(
        update(PrivacyRequest)
        .where(*_timers(store))
        .values(state="refused", outcome=CAME_BACK, finished_at=now)
        .execution_options(synchronize_session=False)
    )


def _timers(store: Store) -> tuple[ColumnElement[bool], ...]:
    return (
        PrivacyRequest.workspace_id == store.workspace_id,
        PrivacyRequest.store_id == store.id,
        PrivacyRequest.source == "timer",
        PrivacyRequest.state == "waiting",
    )
