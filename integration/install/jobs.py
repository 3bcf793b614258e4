"""Jobs of the installation: keys to prove, subscriptions, scopes, tokens of idle stores."""

from datetime import timedelta

import structlog
from sqlalchemy import or_, select

from integration.doors import House
from integration.install.access import store_access
from integration.install.companions import greet
from integration.install.endpoints import webhook_endpoint
from integration.install.granting import StoreRef
from integration.install.proving import prove, sweep_connections
from integration.install.sessions import sweep_sessions
from integration.install.standing import mark_reauthorize
from integration.jobs import JobDefinition
from integration.models import CompanionKey, Credential, Installation, Store
from integration.models.vocabulary import StoreStatus
from integration.reconciliation.subscriptions import note_subscriptions
from integration.services import Services
from platforms.errors import PlatformError
from platforms.port import StoreAccess
from platforms.records import StoreRecord, SubscriptionReport

log = structlog.get_logger(__name__)

_RETRY_SECONDS = 30
# An idle store's refresh token ends after 90 days: renewed daily it never comes near that.
_IDLE_TOKEN_AGE = timedelta(days=1)


def subscribe(services: Services, *, workspace_id: int, store_id: int) -> None:
    """Read what the store is, then make its subscriptions; tried again when it fails."""
    store, access = _connected(services, workspace_id, store_id)
    platform = services.platforms[store.platform]
    try:
        _remember(services, workspace_id, store_id, platform.reader(access).store())
        report = platform.gate.subscribe(access, webhook_endpoint(services, store))
    except PlatformError as error:
        log.warning("install.subscribe_failed", store_id=store_id, code=error.code)
        if error.retryable:
            services.jobs.enqueue(
                "install.subscribe",
                key=f"subscribe:{store_id}",
                in_seconds=error.retry_after_seconds or _RETRY_SECONDS,
                workspace_id=workspace_id,
                store_id=store_id,
            )
        return
    log.info("install.subscribed", store_id=store_id, created=len(report.created))


def check_subscriptions(services: Services) -> None:
    """Mend the subscriptions of every connected store, greet who hasn't answered (15 minutes)."""
    for ref in active_stores(services):
        _enqueue(services, "install.mend_subscriptions", f"mend:{ref.store_id}", ref)
    for ref in _ungreeted(services):
        _enqueue(services, "install.greet", f"greet:{ref.store_id}", ref)


def mend_subscriptions(
    services: Services, *, workspace_id: int, store_id: int
) -> SubscriptionReport | None:
    """Mend one store's subscriptions; None when the store can't be asked now."""
    store, access = _connected(services, workspace_id, store_id)
    platform = services.platforms[store.platform]
    try:
        if store.external_id is None:
            # Whoever was to subscribe it was killed before.
            _remember(services, workspace_id, store_id, platform.reader(access).store())
        report = platform.gate.check(access, webhook_endpoint(services, store))
    except PlatformError as error:
        log.warning("install.check_failed", store_id=store_id, code=error.code)
        return None
    note_subscriptions(services, workspace_id, store_id, report)
    return report


def check_scopes(services: Services, *, workspace_id: int, store_id: int) -> None:
    """Ask for a new token, so that we hold what the merchant granted, and say what is missing.

    A token without an end has none to follow it: it stays, and so does what it was granted.
    """
    store, access = _connected(services, workspace_id, store_id)
    if not _can_renew(services, workspace_id, store_id):
        return
    try:
        access.renew(access.token())
    except PlatformError as error:
        log.warning("install.scopes_unknown", store_id=store_id, code=error.code)
        return
    with services.db.workspace(workspace_id) as session:
        granted = session.execute(
            select(Installation.scopes).where(
                Installation.store_id == store_id, Installation.ended_at.is_(None)
            )
        ).scalar_one_or_none()
    missing = services.platforms[store.platform].installer.missing_scopes(granted or [])
    if missing:
        mark_reauthorize(
            services, workspace_id, store_id, f"permissions were taken away: {', '.join(missing)}"
        )


def keep_tokens(services: Services) -> None:
    """Refresh the tokens of stores that nothing else called for a day."""
    before = services.now() - _IDLE_TOKEN_AGE
    with services.db.across_workspaces() as session:
        idle = session.execute(
            select(Store.workspace_id, Store.id)
            .join(Installation, Installation.store_id == Store.id)
            .join(Credential, Credential.installation_id == Installation.id)
            .where(
                Store.status == StoreStatus.ACTIVE,
                Installation.ended_at.is_(None),
                Credential.sealed_refresh_token.is_not(None),
                or_(Credential.expires_at.is_(None), Credential.expires_at < before),
            )
        ).all()
    for workspace_id, store_id in idle:
        try:
            store_access(services, workspace_id=workspace_id, store_id=store_id).token()
        except PlatformError as error:
            log.warning("install.refresh_failed", store_id=store_id, code=error.code)


def active_stores(services: Services) -> list[StoreRef]:
    """Every connected store of every workspace."""
    with services.db.across_workspaces() as session:
        rows = session.execute(
            select(Store.workspace_id, Store.id).where(Store.status == StoreStatus.ACTIVE)
        ).all()
    return [StoreRef(workspace_id, store_id) for workspace_id, store_id in rows]


def _ungreeted(services: Services) -> list[StoreRef]:
    """Connected stores in which our part hasn't answered yet."""
    with services.db.across_workspaces() as session:
        rows = session.execute(
            select(Store.workspace_id, Store.id)
            .join(CompanionKey, CompanionKey.store_id == Store.id)
            .where(Store.status == StoreStatus.ACTIVE, CompanionKey.greeted_at.is_(None))
        ).all()
    return [StoreRef(workspace_id, store_id) for workspace_id, store_id in rows]


def _enqueue(services: Services, job: str, key: str, ref: StoreRef) -> None:
    services.jobs.enqueue(job, key=key, workspace_id=ref.workspace_id, store_id=ref.store_id)


def _can_renew(services: Services, workspace_id: int, store_id: int) -> bool:
    with services.db.workspace(workspace_id) as session:
        sealed = session.execute(
            select(Credential.sealed_refresh_token)
            .join(Installation, Installation.id == Credential.installation_id)
            .where(Installation.store_id == store_id, Installation.ended_at.is_(None))
        ).scalar_one_or_none()
    return sealed is not None


def _connected(services: Services, workspace_id: int, store_id: int) -> tuple[Store, StoreAccess]:
    with services.db.workspace(workspace_id) as session:
        store = session.execute(select(Store).where(Store.id == store_id)).scalar_one()
    ids = {"workspace_id": workspace_id, "store_id": store_id}
    return store, store_access(services, **ids, urgency="live")


def _remember(services: Services, workspace_id: int, store_id: int, record: StoreRecord) -> None:
    with services.db.workspace(workspace_id, write=True) as session:
        store = session.execute(select(Store).where(Store.id == store_id)).scalar_one()
        store.external_id = record.external_id
        store.name = record.name
        store.url = record.url
        store.admin_url = record.admin_url
        store.contact_email = record.email
        store.currency = record.currency
        store.timezone = record.timezone
        store.country_code = record.country_code


def register(house: House) -> None:
    """The jobs of this package."""
    for definition in (
        JobDefinition("install.prove", prove, queue="calls"),
        JobDefinition("install.sweep_connections", sweep_connections, every_seconds=60),
        JobDefinition("install.sweep_sessions", sweep_sessions, queue="bulk", every_seconds=3600),
        JobDefinition("install.greet", greet, queue="calls"),
        JobDefinition("install.subscribe", subscribe, queue="calls"),
        JobDefinition("install.mend_subscriptions", mend_subscriptions, queue="calls"),
        JobDefinition("install.check_subscriptions", check_subscriptions, every_seconds=900),
        JobDefinition("install.check_scopes", check_scopes, queue="calls"),
        JobDefinition("install.keep_tokens", keep_tokens, queue="bulk", every_seconds=3600),
    ):
        house.add_job(definition)
