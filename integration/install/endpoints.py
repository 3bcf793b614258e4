"""Where a store sends its webhooks, and what it signs them with."""

import secrets
from hashlib import sha256

from sqlalchemy import select

from integration.crypto import associated
from integration.install.keys import store_key
from integration.models import Installation, Store, WebhookKey
from integration.services import Services
from platforms.port import Secret, WebhookEndpoint


def webhook_endpoint(services: Services, store: Store) -> WebhookEndpoint:
    """The address of a store's webhooks. Where they have one of their own, it is made at first use.

    Raises CannotOpen when the store's key was destroyed.
    """
    address = f"{services.settings.app_url.rstrip('/')}/webhooks/{store.platform}"
    if not services.platforms[store.platform].traits.webhook_per_store:
        return WebhookEndpoint(address)
    token, secret = _own_keys(services, store)
    return WebhookEndpoint(f"{address}/{token}", secret)


def token_digest(token: str) -> bytes:
    """What a store is found by when a delivery comes to its address."""
    return sha256(token.encode()).digest()


def about_webhook_key(installation_id: int, field: str) -> bytes:
    """What a sealed webhook key is bound to."""
    return associated("webhook_keys", field, installation_id)


def _own_keys(services: Services, store: Store) -> tuple[str, Secret]:
    key = store_key(services.keyring, store)
    with services.db.workspace(store.workspace_id, write=True) as session:
        session.lock_workspace()
        installation_id = session.execute(
            select(Installation.id).where(
                Installation.store_id == store.id, Installation.ended_at.is_(None)
            )
        ).scalar_one()
        row = session.get(WebhookKey, installation_id)
        if row is None:
            token, secret = secrets.token_urlsafe(24), secrets.token_urlsafe(32)
            session.add(
                WebhookKey(
                    installation_id=installation_id,
                    store_id=store.id,
                    token_digest=token_digest(token),
                    sealed_token=key.seal(
                        token.encode(), about_webhook_key(installation_id, "token")
                    ),
                    sealed_secret=key.seal(
                        secret.encode(), about_webhook_key(installation_id, "secret")
                    ),
                )
            )
            return token, Secret(secret)
        token = key.open(row.sealed_token, about_webhook_key(installation_id, "token")).decode()
        opened = key.open(row.sealed_secret, about_webhook_key(installation_id, "secret"))
        return token, Secret(opened.decode())
