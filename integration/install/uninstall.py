"""The end of an installation: by the merchant, by us, or by the store's own server."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import case, delete, select, update
from sqlalchemy.orm import Session

from integration.audit.actions import Action
from integration.audit.recording import CONSOLE, STORE, record
from integration.events import Event
from integration.install.access import store_access
from integration.install.endpoints import webhook_endpoint
from integration.models import (
    CompanionKey,
    Credential,
    Installation,
    Store,
    StoreSync,
    WebhookKey,
)
from integration.models import Session as SignedIn
from integration.models.vocabulary import BackfillState, SessionKind, StoreStatus
from integration.privacy.requests.timer import start_timer
from integration.services import Services
from platforms.errors import PlatformError


def end_installation(
    session: Session,
    store: Store,
    at: datetime,
    *,
    by: str = STORE,
    heard_at: datetime | None = None,
) -> bool:
    """Turn a store `disconnected` in the caller's transaction: credentials destroyed at once.

    `at` is the platform's time of the uninstall. One that is older than the present installation
    (a late delivery after a reinstall) ends nothing and returns False; it is noted all the same,
    so that the erasure which the platform asks for after it can be believed. `by` is whoever ended
    it, as the audit names them. Its copy is erased 48 hours after it was heard of, unless it comes
    back before.
    """
    installed_at = session.execute(
        select(Installation.installed_at).where(
            Installation.store_id == store.id, Installation.ended_at.is_(None)
        )
    ).scalar_one_or_none()
    if installed_at is not None and at < installed_at:
        _note_earlier_end(session, store, at)
        return False
    if store.status != StoreStatus.DISCONNECTED:
        start_timer(session, store, max(at, heard_at or at))
    _destroy_keys(session, store.id, at)
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
    record(
        session, Action.STORE_DISCONNECTED, by=by, now=at, target=f"store:{store.id}",
        workspace_id=store.workspace_id,
    )  # fmt: skip
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


def _destroy_keys(session: Session, store_id: int, at: datetime) -> None:
    """Close the store's installation and destroy all that it could be spoken for with.

    Panels in its admin end with it. A browser that is signed in stays so: it is the workspace's.
    """
    silent = {"synchronize_session": False}
    open_ids = select(Installation.id).where(
        Installation.store_id == store_id, Installation.ended_at.is_(None)
    )
    for model in (Credential, WebhookKey, CompanionKey):
        session.execute(
            delete(model).where(model.installation_id.in_(open_ids)).execution_options(**silent)
        )
    session.execute(
        delete(SignedIn)
        .where(SignedIn.store_id == store_id, SignedIn.kind == SessionKind.PANEL)
        .execution_options(**silent)
    )
    session.execute(
        update(Installation)
        .where(Installation.store_id == store_id, Installation.ended_at.is_(None))
        .values(ended_at=at)
        .execution_options(**silent)
    )


def disconnect(
    services: Services, workspace_id: int, store_id: int, *, by: str = CONSOLE
) -> list[str]:
    """Disconnect a store from our side; returns what the store didn't let us tidy up.

    Our subscriptions and the authorization are removed there as far as it answers; here the
    credentials are destroyed in any case.
    """
    left: list[str] = []
    for tidy in _tidying(services, workspace_id, store_id):
        try:
            tidy()
        except PlatformError as error:
            left.append(str(error))
    _end(services, workspace_id, store_id, "disconnected", by)
    return list(dict.fromkeys(left))


def disconnect_by_store(services: Services, workspace_id: int, store_id: int) -> None:
    """End a store's installation since its own server asks for it.

    The store is never called: it waits for our answer, and may have one worker. Our subscriptions
    there get 410 from now on.
    """
    _end(services, workspace_id, store_id, "uninstalled", STORE)


def _tidying(services: Services, workspace_id: int, store_id: int) -> list[Callable[[], object]]:
    with services.db.workspace(workspace_id) as session:
        store = session.execute(select(Store).where(Store.id == store_id)).scalar_one()
    if store.status == StoreStatus.DISCONNECTED:
        return []
    platform = services.platforms[store.platform]
    access = store_access(services, workspace_id=workspace_id, store_id=store_id, urgency="live")
    return [
        lambda: platform.gate.unsubscribe(access, webhook_endpoint(services, store)),
        # Last: it may take the very key that the others are done with.
        lambda: platform.installer.revoke(access),
    ]


def _end(services: Services, workspace_id: int, store_id: int, reason: str, by: str) -> None:
    with services.db.workspace(workspace_id, write=True) as session:
        held = session.execute(select(Store).where(Store.id == store_id)).scalar_one()
        if held.status == StoreStatus.DISCONNECTED:
            return
        end_installation(session, held, services.now(), by=by)
        held.status_reason = reason
    services.events.publish(Event(workspace_id, "store", store_id))
