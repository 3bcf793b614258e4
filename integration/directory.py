"""Who may come in, and for which workspace.

The look-ups here run before there is a workspace to be scoped to, so they are the doors' few
unscoped reads: a store by its verified name, a key by its digest. Each is one statement.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Text, and_, bindparam, cast, or_, select, update
from sqlalchemy.engine import Dialect

from integration.crypto import token_digest
from integration.models import Agent, AgentDoor, ApiKey, Session, Store, StoreSync
from integration.models.vocabulary import AgentStatus, SessionKind, StoreStatus
from integration.services import Services
from integration.session_digests import session_digest
from integration.statements.bulk import table_of
from integration.statements.prepared import Prepared

_USE_IS_NOTED_EVERY = timedelta(hours=1)
_OF_STORE = ("workspace_id", "id", "platform", "domain", "name", "timezone", "status")
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
class Standing:
    """How an agent stands who comes by a store's admin; `is_role_set`: it was decided here."""

    agent_id: int
    role: str
    is_role_set: bool
    is_disabled: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A store, and the workspace that it belongs to; `standing` of whoever was asked for too."""

    workspace_id: int
    store_id: int
    store: StoreCard
    key_id: int | None = None
    standing: Standing | None = None


@dataclass(frozen=True, slots=True)
class SessionPlace:
    """Who is signed in, and where. `viewer` names them in the audit, without personal data.

    `role` is the agent's own of this moment, where the session has an agent.
    """

    place: Place
    kind: str
    role: str
    viewer: str
    locale: str | None
    expires_at: datetime
    agent_id: int | None
    session_id: int


def find_store(services: Services, platform: str, domain: str, viewer: str = "") -> Place | None:
    """The store of that canonical name, whatever its status.

    `viewer` is the audit's name for one of its staff: how their agent stands is told too.
    """
    with services.db.bare_across_workspaces() as connection:
        rows = _BY_NAME.rows(connection, platform=platform, domain=domain, viewer=viewer)
    if not rows:
        return None
    row = rows[0]
    place = _place(row, services.now())
    if row.agent_id is None:
        return place
    is_disabled = row.agent_status == AgentStatus.DISABLED
    standing = Standing(row.agent_id, row.agent_role, bool(row.is_role_set), is_disabled)
    return replace(place, standing=standing)


def find_key(services: Services, key: str) -> Place | None:
    """The store that an API key was made in, None for a key that is unknown or revoked."""
    with services.db.bare_across_workspaces() as connection:
        rows = _BY_KEY.rows(connection, digest=token_digest(key))
    if not rows:
        return None
    row = rows[0]
    _note_use(services, row.key_id, row.last_used_at)
    return _place(row, services.now(), row.key_id)


def find_session(services: Services, token: str) -> SessionPlace | None:
    """The session with that token, None for one that is unknown or has ended.

    A panel's ends with its store's connection, a browser's doesn't; both with their agent.
    """
    now, digest = services.now(), session_digest(services.settings, token)
    with services.db.bare_across_workspaces() as connection:
        rows = _BY_TOKEN.rows(connection, digest=digest, now=now)
    if not rows:
        return None
    row = rows[0]
    return SessionPlace(
        place=_place(row, now),
        kind=row.kind,
        role=row.agent_role or row.role,
        viewer=row.viewer,
        locale=row.agent_locale or row.locale,
        expires_at=row.expires_at,
        agent_id=row.agent_id,
        session_id=row.session_id,
    )


def _stores(*more: Any) -> Any:
    """Each store as far as a Place tells it, with whatever else is asked."""
    store, sync = table_of(Store).c, table_of(StoreSync).c
    return select(
        *(store[name] for name in _OF_STORE),
        sync.error,
        sync.claimed_until,
        *more,
    ).outerjoin(table_of(StoreSync), sync.store_id == store.id)


def _by_name(_: Dialect) -> Any:
    store, agent, door = table_of(Store).c, table_of(Agent).c, table_of(AgentDoor).c
    # As `integration.agents.directory.door_of` writes it.
    name = bindparam("viewer", type_=Text).concat("@").concat(cast(store.id, Text))
    theirs = and_(door.workspace_id == store.workspace_id, door.viewer == name)
    columns = (agent.id.label("agent_id"), agent.status.label("agent_status"), agent.is_role_set)
    return (
        _stores(*columns, agent.role.label("agent_role"))
        .outerjoin(table_of(AgentDoor), theirs)
        .outerjoin(table_of(Agent), agent.id == door.agent_id)
        .where(store.platform == bindparam("platform"), store.domain == bindparam("domain"))
    )


def _by_key(_: Dialect) -> Any:
    key = table_of(ApiKey).c
    return (
        _stores(key.id.label("key_id"), key.last_used_at)
        .join(table_of(ApiKey), key.store_id == table_of(Store).c.id)
        .where(key.key_digest == bindparam("digest"), key.revoked_at.is_(None))
    )


def _by_token(_: Dialect) -> Any:
    held, store, agent = table_of(Session).c, table_of(Store).c, table_of(Agent).c
    columns = (held.kind, held.role, held.viewer, held.locale, held.expires_at, held.agent_id)
    number = held.id.label("session_id")
    whose = and_(agent.id == held.agent_id, agent.workspace_id == held.workspace_id)
    return (
        _stores(
            *columns, number, agent.role.label("agent_role"), agent.locale.label("agent_locale")
        )
        .join(table_of(Session), held.store_id == store.id)
        .outerjoin(table_of(Agent), whose)
        .where(
            held.token_digest == bindparam("digest"),
            held.expires_at > bindparam("now"),
            or_(held.agent_id.is_(None), agent.status != AgentStatus.DISABLED),
            or_(
                held.kind == SessionKind.BROWSER,
                *(store.status == status for status in _CONNECTED),
            ),
        )
    )


_BY_NAME, _BY_KEY, _BY_TOKEN = Prepared(_by_name), Prepared(_by_key), Prepared(_by_token)


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
    card = StoreCard(
        id=str(row.id),
        platform=row.platform,
        domain=row.domain,
        name=row.name,
        timezone=row.timezone,
        status=row.status,
        error=row.error,
        is_being_read=row.claimed_until is not None and row.claimed_until > now,
    )
    return Place(row.workspace_id, row.id, card, key_id)
