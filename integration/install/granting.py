"""Keeping a grant: the store's row, its installation, its sealed credential."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from integration.audit.actions import Action
from integration.audit.recording import STORE, record
from integration.crypto import DataKey, Keyring
from integration.events import Event
from integration.install.companion_keys import make_companion_key
from integration.install.keys import about_token, new_data_key, store_key
from integration.models import Credential, Installation, Store, StoreSync, Workspace
from integration.models.vocabulary import BackfillState, StoreStatus
from integration.privacy.requests.timer import stop_timer
from integration.services import Services
from platforms.port import Grant

REFRESH_AHEAD = timedelta(minutes=5)

NextRead = Literal["backfill", "refresh"]


@dataclass(frozen=True, slots=True)
class StoreRef:
    """A store of a workspace, by our ids."""

    workspace_id: int
    store_id: int


@dataclass(frozen=True, slots=True)
class Kept:
    """What keeping a grant did.

    `is_new` when the store wasn't connected before it, `is_new_workspace` when its workspace was
    made for it. `next_read` is what its copy needs now: a store that was connected all along needs
    nothing, one that was to be authorized again what it missed meanwhile.
    """

    ref: StoreRef
    is_new: bool
    is_new_workspace: bool = False
    next_read: NextRead | None = None


def keep_grant(
    services: Services, slug: str, grant: Grant, *, join_workspace_id: int | None = None
) -> Kept:
    """Keep a grant and start what follows from it: subscriptions and the first read.

    A reinstall returns to the store's old workspace, unless that was erased. A store that is known
    already never moves to another workspace, whatever code it brings.
    """
    with services.db.across_workspaces(write=True) as session:
        kept = hold_grant(session, services, slug, grant, join_workspace_id=join_workspace_id)
    follow_up(services, slug, kept)
    return kept


def hold_grant(
    session: Session,
    services: Services,
    slug: str,
    grant: Grant,
    *,
    join_workspace_id: int | None = None,
) -> Kept:
    """Keep a grant in the caller's transaction; `follow_up` has to be called after its commit."""
    now = services.now()
    store = known_store(session, slug, grant.domain)
    is_new_workspace = store is None and join_workspace_id is None
    if store is None:
        store = _new_store(session, services.keyring, slug, grant.domain, join_workspace_id, now)
    if not store.data_key:
        store.data_key = new_data_key(services.keyring, slug, grant.domain)
    before = store.status
    key = store_key(services.keyring, store)
    installation = _open_installation(session, store, grant, key, now)
    if services.platforms[slug].handover is not None:
        make_companion_key(session, store, installation.id, key)
    is_new = before not in (StoreStatus.ACTIVE, StoreStatus.REAUTHORIZE)
    stop_timer(session, store, now)
    store.status = StoreStatus.ACTIVE
    store.status_reason = None
    store.connected_at = now if is_new else store.connected_at
    next_read = _prepare_sync(session, store, before)
    if before != StoreStatus.ACTIVE:
        record(
            session, Action.STORE_CONNECTED, by=STORE, now=now, target=f"store:{store.id}",
            workspace_id=store.workspace_id, again=not is_new,
        )  # fmt: skip
    session.flush()
    return Kept(StoreRef(store.workspace_id, store.id), is_new, is_new_workspace, next_read)


def follow_up(services: Services, slug: str, kept: Kept) -> None:
    """Start what a kept grant makes necessary: subscriptions, our part in the store, reading."""
    store_id = kept.ref.store_id
    ids = {"workspace_id": kept.ref.workspace_id, "store_id": store_id}
    services.jobs.enqueue("install.subscribe", key=f"subscribe:{store_id}", **ids)
    if services.platforms[slug].handover is not None:
        services.jobs.enqueue("install.greet", key=f"greet:{store_id}", **ids)
    if not kept.is_new and kept.next_read is not None:
        # What the store disabled while it was without us.
        services.jobs.enqueue("install.mend_subscriptions", key=f"mend:{store_id}", **ids)
    if kept.next_read is not None:
        read = kept.next_read
        services.jobs.enqueue(f"sync.{read}", key=f"{read}:{store_id}", **ids)
    services.events.publish(Event(kept.ref.workspace_id, "store", store_id))


def known_store(session: Session, slug: str, domain: str) -> Store | None:
    """The store of that canonical name, locked until the commit; None for one never held."""
    return session.execute(
        select(Store).where(Store.platform == slug, Store.domain == domain).with_for_update()
    ).scalar_one_or_none()


def _new_store(
    session: Session,
    keyring: Keyring,
    slug: str,
    domain: str,
    join_workspace_id: int | None,
    now: datetime,
) -> Store:
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
) -> Installation:
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
    return installation


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


def _prepare_sync(session: Session, store: Store, before: str) -> NextRead | None:
    """Set the copy's state for a store that stood so `before`; what has to be read now."""
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
        return "backfill"
    if before == StoreStatus.ACTIVE:
        return None
    if before == StoreStatus.REAUTHORIZE:
        if sync.backfill_state == BackfillState.DONE:
            return "refresh"
        # It goes on where it stopped.
        sync.backfill_state = BackfillState.WAITING
        return "backfill"
    sync.backfill_state = BackfillState.WAITING
    sync.backfill_step = sync.backfill_cursor = sync.error = None
    sync.backfill_done = 0
    sync.backfill_total = None
    # What happened while we were away isn't proved until the next full read ends.
    sync.complete_until = None
    sync.claim = sync.claimed_until = None
    return "backfill"
