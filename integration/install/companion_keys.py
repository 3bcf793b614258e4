"""The secret that we share with our part inside a store, and whose secret signed a ticket."""

import secrets
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from integration.crypto import CannotOpen, DataKey, associated
from integration.errors import Unauthorized
from integration.install.keys import store_key
from integration.models import CompanionKey, Store
from integration.models.vocabulary import StoreStatus
from integration.services import Services
from platforms.errors import SessionRefused
from platforms.port import Secret, StorePlatform

# With `reauthorize` the copy stays readable: only our own calls to the store pause.
_SPEAKS = (StoreStatus.ACTIVE, StoreStatus.REAUTHORIZE)
_LONGEST_TICKET = 8192


@dataclass(frozen=True, slots=True)
class Signer:
    """The connected store whose secret a ticket claims to be signed with; nothing is proved yet."""

    platform: StorePlatform
    workspace_id: int
    store_id: int
    domain: str
    public_id: str
    secret: Secret


def make_companion_key(session: Session, store: Store, installation_id: int, key: DataKey) -> None:
    """Make an installation's secret in the caller's transaction, unless it has one."""
    if session.get(CompanionKey, installation_id) is not None:
        return
    secret = secrets.token_urlsafe(32)
    session.add(
        CompanionKey(
            workspace_id=store.workspace_id,
            installation_id=installation_id,
            store_id=store.id,
            public_id=secrets.token_urlsafe(16),
            sealed_secret=key.seal(secret.encode(), _about(installation_id)),
        )
    )


def companion_secret(services: Services, store: Store, row: CompanionKey) -> Secret:
    """The secret of that row. Raises CannotOpen when the store's key was destroyed."""
    key = store_key(services.keyring, store)
    return Secret(key.open(row.sealed_secret, _about(row.installation_id)).decode())


def signer_of(services: Services, ticket: str) -> Signer:
    """Who claims to have signed a ticket. Raises Unauthorized where nobody can have."""
    for platform in services.platforms.values():
        if platform.handover is None or len(ticket) > _LONGEST_TICKET:
            continue
        try:
            public_id = platform.host.installation_of(ticket)
        except SessionRefused:
            continue
        signer = _signer(services, platform, public_id) if public_id else None
        if signer is not None:
            return signer
    raise refused_ticket()


def refused_ticket() -> Unauthorized:
    """What is answered to a ticket that doesn't hold, whatever is wrong with it."""
    return Unauthorized("Your session has ended. Reload the page.", code="invalid_session")


def _signer(services: Services, platform: StorePlatform, public_id: str) -> Signer | None:
    with services.db.across_workspaces() as session:
        row = session.execute(
            select(Store, CompanionKey)
            .join(CompanionKey, CompanionKey.store_id == Store.id)
            .where(
                CompanionKey.public_id == public_id,
                Store.platform == platform.slug,
                Store.status.in_(_SPEAKS),
            )
        ).one_or_none()
    if row is None:
        return None
    store, held = row
    try:
        secret = companion_secret(services, store, held)
    except CannotOpen:
        return None
    return Signer(platform, store.workspace_id, store.id, store.domain, public_id, secret)


def _about(installation_id: int) -> bytes:
    return associated("companion_keys", "secret", installation_id)
