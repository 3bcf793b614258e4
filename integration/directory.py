"""Who may come in, and for which workspace.

The look-ups here run before there is a workspace to be scoped to, so they are the doors' few
unscoped reads: a store by its verified name, a key by its digest. Each is one statement.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select, update

from integration.crypto import token_digest
from integration.models import ApiKey, Session, Store, StoreSync
from integration.models.vocabulary import SessionKind, StoreStatus
from integration.services import Services

_USE_IS_NOTED_EVERY = timedelta(hours=1)
_CONNECTED = (StoreStatus.ACTIVE, StoreStatus.REAUTHORIZE)


@dataclass(frozen=True, slots=True)
class StoreCard:
    """The store that somebody comes from, as far as every page of theirs needs it.

    `error` is the last trouble of its sync, None once it went well again; `is_being_read` tells
    that a job is reading it now.
    """

    id: str
    platform: str
    domain: str
    name: str
    timezone: str | None
    status: str
    error: str | None
    is_being_read: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A store, and the workspace that it belongs to."""

    workspace_id: int
    store_id: int
    store: StoreCard
    key_id: int | None = None


@dataclass(frozen=True, slots=True)
class SessionPlace:
    """Who is signed in, and where. `viewer` names them in the audit, without personal data."""

    place: Place
    kind: str
    role: str
    viewer: str
    locale: str | None
    expires_at: datetime


def find_store(services: Services, platform: str, domain: str) -> Place | None:
    """The store of that canonical name, whatever its status."""
    with services.db.across_workspaces() as session:
        statement = _stores().where(Store.platform == platform, Store.domain == domain)
        row = session.execute(statement).one_or_none()
    return _place(row, services.now()) if row is not None else None


def find_key(services: Services, key: str) -> Place | None:
    """The store that an API key was made in, None for a key that is unknown or revoked."""
    statement = (
        _stores()
        .add_columns(ApiKey.id, ApiKey.last_used_at)
        .join(ApiKey, ApiKey.store_id == Store.id)
        .where(ApiKey.key_digest == token_digest(key), ApiKey.revoked_at.is_(None))
    )
    with services.db.across_workspaces() as session:
        row = session.execute(statement).one_or_none()
    if row is None:
        return None
    _note_use(services, row.id, row.last_used_at)
    return _place(row, services.now(), row.id)


def find_session(services: Services, token: str) -> SessionPlace | None:
    """The session with that token, None for one that is unknown or has ended.

    A panel's ends with its store's connection, a browser's doesn't.
    """
    now = services.now()
    statement = (
        _stores()
        .add_columns(Session)
        .join(Session, Session.store_id == Store.id)
        .where(
            Session.token_digest == token_digest(token),
            Session.expires_at > now,
            or_(Session.kind == SessionKind.BROWSER, Store.status.in_(_CONNECTED)),
        )
    )
    with services.db.across_workspaces() as session:
        row = session.execute(statement).one_or_none()
    if row is None:
        return None
    held = row[2]
    return SessionPlace(
        _place(row, now), held.kind, held.role, held.viewer, held.locale, held.expires_at
    )


def _stores() -> Any:
    return select(Store, StoreSync).outerjoin(StoreSync, StoreSync.store_id == Store.id)


def _note_use(services: Services, key_id: int, last_used_at: datetime | None) -> None:
    now = services.now()
    if last_used_at is not None and now - last_used_at < _USE_IS_NOTED_EVERY:
        return
    stale = or_(ApiKey.last_used_at.is_(None), ApiKey.last_used_at < now - _USE_IS_NOTED_EVERY)
    with services.db.across_workspaces(write=True) as session:
        session.execute(
            update(ApiKey)
            .where(ApiKey.id == key_id, stale)
            .values(last_used_at=now)
            .execution_options(synchronize_session=False)
        )


def _place(row: Any, now: datetime, key_id: int | None = None) -> Place:
    store, sync = row[0], row[1]
    card = StoreCard(
        id=str(store.id),
        platform=store.platform,
        domain=store.domain,
        name=store.name,
        timezone=store.timezone,
        status=str(store.status),
        error=sync.error if sync else None,
        is_being_read=bool(sync and sync.claimed_until and sync.claimed_until > now),
    )
    return Place(store.workspace_id, store.id, card, key_id)
