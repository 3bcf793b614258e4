"""Keys that a store sends by itself: taken once, for the connection that waits for them."""

import hmac

from sqlalchemy import select, update

from integration.crypto import token_digest
from integration.errors import NotFound
from integration.install.pending import LIFETIME, seal_keys
from integration.models import PendingConnection
from integration.models.vocabulary import ConnectionState
from integration.services import Services
from platforms.errors import InstallRefused
from platforms.port import KeyHandover, Secret


def receive_keys(services: Services, slug: str, token: str, raw_body: bytes) -> None:
    """Take the keys that a store hands over; `token` is the callback address's. Never calls it.

    Raises NotFound, and changes nothing, for a nonce that is unknown, used, late, or not the one
    that the body gives back. Of two that come at the same time one finds it used.
    """
    handover = handover_of(services, slug)
    unknown = NotFound("There is no connection to take these keys for.")
    try:
        handed = handover.receive(raw_body)
    except InstallRefused:
        raise unknown from None
    nonce_digest = token_digest(token)
    if not hmac.compare_digest(nonce_digest, token_digest(handed.nonce)):
        raise unknown
    connection_id = _burn(services, slug, nonce_digest, handed.keys)
    if connection_id is None:
        raise unknown
    have_proved(services, connection_id)


def handover_of(services: Services, slug: str) -> KeyHandover:
    """How stores of that platform hand keys over. Raises NotFound where they don't."""
    platform = services.platforms.get(slug)
    if platform is None or platform.handover is None:
        raise NotFound("There is no such page.")
    return platform.handover


def have_proved(services: Services, connection_id: int) -> None:
    """Have the keys proved that a connection was given. To be called after the commit."""
    services.jobs.enqueue(
        "install.prove", key=f"prove:{connection_id}", connection_id=connection_id
    )


def _burn(services: Services, slug: str, nonce_digest: bytes, keys: Secret) -> int | None:
    """Keep the keys on the row that waits for them, whose nonce serves no more; None for none."""
    now = services.now()
    waiting = (
        PendingConnection.nonce_digest == nonce_digest,
        PendingConnection.platform == slug,
        PendingConnection.state == ConnectionState.BEGUN,
        PendingConnection.expires_at > now,
    )
    with services.db.across_workspaces() as session:
        # So that whoever guesses doesn't take the database's write lock each time.
        if session.execute(select(PendingConnection.id).where(*waiting)).first() is None:
            return None
    with services.db.across_workspaces(write=True) as session:
        return session.execute(
            update(PendingConnection)
            .where(*waiting)
            .values(
                state=ConnectionState.GIVEN,
                sealed_keys=seal_keys(services, nonce_digest, keys),
                expires_at=now + LIFETIME,
            )
            .returning(PendingConnection.id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
