"""Each store's data key: how it is made and opened."""

from integration.crypto import CannotOpen, DataKey, Keyring, associated
from integration.models import Store


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
