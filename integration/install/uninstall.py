"""The end of an installation: by the merchant, by us, or by a store that refuses our token."""

from datetime import datetime

from sqlalchemy import case, select, update
from sqlalchemy.orm import Session

from integration.install.access import store_access
from integration.install.endpoints import webhook_endpoint
from integration.install.granting import end_open_installations
from integration.models import Installation, Store, StoreSync
from integration.models.vocabulary import BackfillState, StoreStatus
from integration.services import Services
from platforms.errors import PlatformError


def end_installation(session: Session, store: Store, at: datetime) -> bool:
    """Turn a store `disconnected` in the caller's transaction: credentials destroyed at once.

    `at` is the platform's time of the uninstall. One that is older than the present installation
    (a late delivery after a reinstall) ends nothing and returns False; it is noted all the same,
    so that the erasure which the platform asks for after it can be believed.
    """
    installed_at = session.execute(
        select(Installation.installed_at).where(
            Installation.store_id == store.id, Installation.ended_at.is_(None)
        )
    ).scalar_one_or_none()
    if installed_at is not None and at < installed_at:
        _note_earlier_end(session, store, at)
        return False
    end_open_installations(session, store.id, at)
    store.status = StoreStatus.DISCONNECTED
    store.status_reason = "uninstalled"
    store.uninstalled_at = at
    session.execute(
        update(StoreSync)
        .where(StoreSync.store_id == store.id)
        .values(
            claim=None,
            claimed_until=None,
            backfill_state=case(
                (StoreSync.backfill_state == BackfillState.RUNNING, BackfillState.WAITING.value),
                else_=StoreSync.backfill_state,
            ),
        )
        .execution_options(synchronize_session=False)
    )
    session.flush()
    return True


def _note_earlier_end(session: Session, store: Store, at: datetime) -> None:
    """Keep that an earlier installation ended then, where no end since is known."""
    known = select(Installation.id).where(
        Installation.store_id == store.id, Installation.ended_at >= at
    )
    if at < store.created_at or session.execute(known.limit(1)).first() is not None:
        return
    session.add(
        Installation(
            workspace_id=store.workspace_id,
            store_id=store.id,
            scopes=[],
            installed_at=store.created_at,
            ended_at=at,
        )
    )
    session.flush()


def disconnect(services: Services, workspace_id: int, store_id: int) -> list[str]:
    """Disconnect a store from our side; returns what the store didn't let us tidy up.

    Our subscriptions and the authorization are removed there as far as it answers; here the
    credentials are destroyed in any case.
    """
    with services.db.workspace(workspace_id) as session:
        store = session.execute(select(Store).where(Store.id == store_id)).scalar_one()
    platform = services.platforms[store.platform]
    access = store_access(services, workspace_id=workspace_id, store_id=store_id)
    endpoint = webhook_endpoint(services, store)
    left: list[str] = []
    try:
        platform.gate.unsubscribe(access, endpoint)
        platform.installer.revoke(access)
    except PlatformError as error:
        left.append(str(error))
    with services.db.workspace(workspace_id, write=True) as session:
        held = session.execute(select(Store).where(Store.id == store_id)).scalar_one()
        end_installation(session, held, services.now())
        held.status_reason = "disconnected"
    return left
