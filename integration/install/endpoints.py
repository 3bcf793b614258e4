"""Where a store sends its webhooks, and what it signs them with."""

import secrets

from sqlalchemy import select

from integration.crypto import CannotOpen, DataKey, associated, token_digest
from integration.install.keys import store_key
from integration.models import Installation, Store, WebhookKey
from integration.services import Services
from platforms.errors import AuthorizationLost
from platforms.port import Secret, WebhookEndpoint


def webhook_endpoint(services: Services, store: Store) -> WebhookEndpoint:
    """The address of a store's webhooks. Where they have one of their own, it is made at first use.

    Raises AuthorizationLost when the store isn't connected (any more).
    """
    address = f"{services.settings.app_url.rstrip('/')}/webhooks/{store.platform}"
    if not services.platforms[store.platform].traits.webhook_per_store:
        return WebhookEndpoint(address)
    try:
        token, secret = _own_keys(services, store)
    except CannotOpen as error:
        raise AuthorizationLost(str(error)) from None
    return WebhookEndpoint(f"{address}/{token}", secret)


def about_webhook_key(installation_id: int, field: str) -> bytes:
    """What a sealed webhook key is bound to."""
    return associated("webhook_keys", field, installation_id)


def open_webhook_secret(key: DataKey, row: WebhookKey) -> Secret:
    """What a store signs its deliveries with. Raises CannotOpen."""
    about = about_webhook_key(row.installation_id, "secret")
    return Secret(key.open(row.sealed_secret, about).decode())


def _own_keys(services: Services, store: Store) -> tuple[str, Secret]:
    key = store_key(services.keyring, store)
    with services.db.workspace(store.workspace_id, write=True) as session:
        session.lock_workspace()
        installation_id = session.execute(
            select(Installation.id).where(
                Installation.store_id == store.id, Installation.ended_at.is_(None)
            )
        ).scalar_one_or_none()
        if installation_id is None:
            raise AuthorizationLost("the store isn't connected")
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
        return token, open_webhook_secret(key, row)
