"""Our part inside a store (a plugin): told how to speak to us, and heard when it asks."""

from dataclasses import dataclass
from urllib.parse import urlencode

import structlog
from sqlalchemy import select, update

from integration.install.access import store_access
from integration.install.companion_keys import companion_secret, refused_ticket, signer_of
from integration.install.sessions import open_session, ticket_digest
from integration.models import CompanionKey, Installation, Store
from integration.models.vocabulary import Role, SessionKind
from integration.services import Services
from platforms.errors import PlatformError, SessionRefused
from platforms.port import Companion, ServiceTicket

log = structlog.get_logger(__name__)

_RETRY_SECONDS = 30


@dataclass(frozen=True, slots=True)
class ServiceRequest:
    """What a connected store's own server asks of us, proved and for this once."""

    workspace_id: int
    store_id: int
    ticket: ServiceTicket


def companion_of(services: Services, *, workspace_id: int, store_id: int) -> Companion | None:
    """What our part in a store has to know; None where the store isn't connected, or has none."""
    with services.db.workspace(workspace_id) as session:
        row = session.execute(
            select(Store, CompanionKey)
            .join(CompanionKey, CompanionKey.store_id == Store.id)
            .join(Installation, Installation.id == CompanionKey.installation_id)
            .where(Store.id == store_id, Installation.ended_at.is_(None))
        ).one_or_none()
    if row is None:
        return None
    store, held = row
    app_url = services.settings.app_url.rstrip("/")
    return Companion(
        installation_id=held.public_id,
        secret=companion_secret(services, store, held),
        app_url=app_url,
        panel_url=f"{app_url}/panel?{urlencode({'store': store.domain})}",
    )


def greet(services: Services, *, workspace_id: int, store_id: int) -> None:
    """Tell our part in the store how to speak to us, and note whether it answered."""
    companion = companion_of(services, workspace_id=workspace_id, store_id=store_id)
    if companion is None:
        return
    access = store_access(services, workspace_id=workspace_id, store_id=store_id, urgency="live")
    handover = services.platforms[_platform(services, workspace_id, store_id)].handover
    assert handover is not None
    try:
        is_there = handover.greet(access, companion)
    except PlatformError as error:
        log.warning("install.greet_failed", store_id=store_id, code=error.code)
        if error.retryable:
            services.jobs.enqueue(
                "install.greet",
                key=f"greet:{store_id}",
                in_seconds=error.retry_after_seconds or _RETRY_SECONDS,
                workspace_id=workspace_id,
                store_id=store_id,
            )
        return
    with services.db.workspace(workspace_id, write=True) as session:
        session.execute(
            update(CompanionKey)
            .where(CompanionKey.public_id == companion.installation_id)
            .values(greeted_at=services.now() if is_there else None)
            .execution_options(synchronize_session=False)
        )


def service_request(services: Services, ticket: str, use: str) -> ServiceRequest:
    """What a store's server asks by a ticket for that use. Raises Unauthorized, whatever is wrong.

    The ticket is used up: a second request by it is refused.
    """
    signer = signer_of(services, ticket)
    try:
        asked = signer.platform.host.service_ticket(
            ticket, now=services.now(), secret=signer.secret
        )
    except SessionRefused:
        raise refused_ticket() from None
    if asked.use != use or asked.domain != signer.domain:
        # A copy of the store, on another address, has the secret too: it must end nothing.
        raise refused_ticket()
    # Its token goes to nobody: it is there for the ticket's id.
    open_session(
        services,
        workspace_id=signer.workspace_id,
        store_id=signer.store_id,
        kind=SessionKind.SERVICE,
        role=Role.AGENT,
        viewer=f"{signer.platform.slug}-server",
        ticket_digest=ticket_digest(signer, asked.token_id),
        lifetime=asked.expires_at - services.now(),
    )
    return ServiceRequest(signer.workspace_id, signer.store_id, asked)


def _platform(services: Services, workspace_id: int, store_id: int) -> str:
    with services.db.workspace(workspace_id) as session:
        return session.execute(select(Store.platform).where(Store.id == store_id)).scalar_one()
