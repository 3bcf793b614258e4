"""Keeping a grant: the store's row, its installation, its sealed credential."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from integration.crypto import DataKey, Keyring
from integration.install.keys import about_token, new_data_key, store_key
from integration.models import (
    CompanionKey,
    Credential,
    Installation,
    Store,
    StoreSync,
    WebhookKey,
    Workspace,
)
from integration.models.vocabulary import BackfillState, StoreStatus
from integration.services import Services
from platforms.port import Grant

REFRESH_AHEAD = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class StoreRef:
    """A store of a workspace, by our ids."""

    workspace_id: int
    store_id: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping a grant did. `is_new` when the store wasn't connected before it."""

    ref: StoreRef
    is_new: bool


def keep_grant(
    services: Services, slug: str, grant: Grant, *, join_workspace_id: int | None = None
) -> Kept:
    """Keep a grant and start what follows from it: subscriptions and the first read.

    A reinstall returns to the store's old workspace, unless that was erased. A store that is known
    already never moves to another workspace, whatever code it brings.
    """
    now = services.now()
    with services.db.across_workspaces(write=True) as session:
        store = _store(session, services.keyring, slug, grant.domain, join_workspace_id, now)
        was_active = store.status == StoreStatus.ACTIVE
        _open_installation(session, store, grant, store_key(services.keyring, store), now)
        store.status = StoreStatus.ACTIVE
        store.status_reason = None
        store.connected_at = store.connected_at if was_active else now
        _prepare_sync(session, store, anew=not was_active)
        session.flush()
        kept = Kept(StoreRef(store.workspace_id, store.id), is_new=not was_active)
    _follow_up(services, kept)
    return kept


def _follow_up(services: Services, kept: Kept) -> None:
    ids = {"workspace_id": kept.ref.workspace_id, "store_id": kept.ref.store_id}
    services.jobs.enqueue("install.subscribe", key=f"subscribe:{kept.ref.store_id}", **ids)
    if kept.is_new:
        services.jobs.enqueue("sync.backfill", key=f"backfill:{kept.ref.store_id}", **ids)


def _store(
    session: Session,
    keyring: Keyring,
    slug: str,
    domain: str,
    join_workspace_id: int | None,
    now: datetime,
) -> Store:
    store = session.execute(
        select(Store).where(Store.platform == slug, Store.domain == domain).with_for_update()
    ).scalar_one_or_none()
    if store is not None:
        if not store.data_key:
            store.data_key = new_data_key(keyring, slug, domain)
        return store
    store = Store(
        workspace_id=join_workspace_id or _new_workspace(session, domain, now),
        platform=slug,
        domain=domain,
        name=domain,
        status=StoreStatus.PENDING,
        data_key=new_data_key(keyring, slug, domain),
        created_at=now,
    )
    session.add(store)
    session.flush()
    return store


def _new_workspace(session: Session, name: str, now: datetime) -> int:
    workspace = Workspace(name=name, created_at=now)
    session.add(workspace)
    session.flush()
    return workspace.id


def _open_installation(
    session: Session, store: Store, grant: Grant, key: DataKey, now: datetime
) -> None:
    installation = session.execute(
        select(Installation).where(
            Installation.store_id == store.id, Installation.ended_at.is_(None)
        )
    ).scalar_one_or_none()
    if installation is None:
        installation = Installation(
            workspace_id=store.workspace_id, store_id=store.id, scopes=[], installed_at=now
        )
        session.add(installation)
        session.flush()
    # An uninstall that is older than this grant may come in later: it must not end it.
    installation.installed_at = now
    installation.scopes = list(grant.scopes)
    credential = session.get(Credential, installation.id)
    if credential is None:
        credential = Credential(
            workspace_id=store.workspace_id, installation_id=installation.id, generation=0
        )
        session.add(credential)
    put_tokens(credential, grant, key, now)


def put_tokens(credential: Credential, grant: Grant, key: DataKey, now: datetime) -> None:
    """Seal a grant's tokens into a credential as its next generation."""
    about = credential.installation_id
    credential.generation = credential.generation + 1
    credential.sealed_access_token = key.seal(
        grant.access_token.reveal().encode(), about_token(about, "access_token")
    )
    credential.sealed_refresh_token = (
        key.seal(grant.refresh_token.reveal().encode(), about_token(about, "refresh_token"))
        if grant.refresh_token is not None
        else None
    )
    credential.expires_at = grant.expires_at
    credential.refresh_at = _refresh_at(grant.expires_at, now)
    credential.refresh_expires_at = grant.refresh_expires_at
    credential.claim = None
    credential.claimed_until = None


def _refresh_at(expires_at: datetime | None, now: datetime) -> datetime | None:
    """Contract: a token is replaced when a tenth of its life, at most 5 minutes, is left."""
    if expires_at is None:
        return None
    return expires_at - min((expires_at - now) / 10, REFRESH_AHEAD)


def _prepare_sync(session: Session, store: Store, *, anew: bool) -> None:
    sync = session.get(StoreSync, store.id)
    if sync is None:
        session.add(
            StoreSync(
                workspace_id=store.workspace_id,
                store_id=store.id,
                backfill_state=BackfillState.WAITING,
                backfill_done=0,
            )
        )
    elif anew:
        sync.backfill_state = BackfillState.WAITING
        sync.backfill_step = sync.backfill_cursor = sync.error = None
        sync.backfill_done = 0
        sync.backfill_total = None
        # What happened while we were away isn't proved until the next full read ends.
        sync.complete_until = None
        sync.claim = sync.claimed_until = None


def end_open_installations(session: Session, store_id: int, at: datetime) -> None:
    """Close the store's installation and destroy all that it could be spoken for with."""
    open_ids = select(Installation.id).where(
        Installation.store_id == store_id, Installation.ended_at.is_(None)
    )
    for model in (Credential, WebhookKey, CompanionKey):
        session.execute(
            delete(model)
            .where(model.installation_id.in_(open_ids))
            .execution_options(synchronize_session=False)
        )
    session.execute(
        update(Installation)
        .where(Installation.store_id == store_id, Installation.ended_at.is_(None))
        .values(ended_at=at)
        .execution_options(synchronize_session=False)
    )
