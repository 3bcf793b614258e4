"""Each store's data key: how it is made and opened; and the rotation of all of them."""

from sqlalchemy import select

from integration.conversations.channels.keys import rewrap_channel_keys
from integration.crypto import CannotOpen, DataKey, Keyring, associated
from integration.models import Store
from integration.services import Services


def about_data_key(platform: str, domain: str) -> bytes:
    """What a store's wrapped data key is bound to."""
    return associated("stores", "data_key", platform, domain)


def new_data_key(keyring: Keyring, platform: str, domain: str) -> bytes:
    """A fresh data key for a store, wrapped, as `Store.data_key` keeps it."""
    return keyring.wrap_new(about_data_key(platform, domain))


def store_key(keyring: Keyring, store: Store) -> DataKey:
    """The store's data key. Raises CannotOpen when it was destroyed."""
    if not store.data_key:
        raise CannotOpen("the store's data key was destroyed")
    return keyring.unwrap(store.data_key, about_data_key(store.platform, store.domain))


def about_token(installation_id: int, field: str) -> bytes:
    """What a sealed token is bound to."""
    return associated("credentials", field, installation_id)


def rewrap_data_keys(services: Services) -> tuple[int, int]:
    """Wrap all data keys, of stores and of channels, with the current operator's key.

    Returns how many were and how many weren't.
    """
    with services.db.across_workspaces(write=True) as session:
        changed, kept = rewrap_channel_keys(session, services.keyring)
        for store in session.execute(select(Store).order_by(Store.id).with_for_update()).scalars():
            if not store.data_key:
                continue
            if services.keyring.is_current(store.data_key):
                kept += 1
                continue
            about = about_data_key(store.platform, store.domain)
            store.data_key = services.keyring.rewrap(store.data_key, about)
            changed += 1
    return changed, kept
