"""How a stored delivery's body is sealed when it comes in, and opened when it is worked off.

A store's deliveries are sealed with the store's data key, so that destroying the key destroys them.
A compliance delivery for a store that we don't know is sealed with an intake key of our own.
"""

from integration.crypto import CannotOpen, DataKey, associated, derive
from integration.install.keys import store_key
from integration.models import Delivery, DeliveryWork, Store
from integration.services import Services

ERASED = b""


def intake_key(services: Services) -> DataKey:
    """The key for deliveries without a store."""
    return DataKey(derive(services.settings.secret_key.get_secret_value(), "intake"))


def about_body(dedupe_key: bytes) -> bytes:
    """What a delivery's sealed body is bound to."""
    return associated("deliveries", dedupe_key.hex())


def about_mended(delivery_id: int) -> bytes:
    """What a mended body is bound to."""
    return associated("delivery_works", delivery_id)


def open_body(
    services: Services, delivery: Delivery, work: DeliveryWork | None, store: Store | None
) -> bytes:
    """The body as it came, or as somebody mended it. Raises CannotOpen."""
    if work is not None and work.sealed_mended_body:
        return _opened(services, work.sealed_mended_body, about_mended(delivery.id), store)
    if delivery.sealed_body == ERASED:
        raise CannotOpen("the body was erased")
    return _opened(services, delivery.sealed_body, about_body(delivery.dedupe_key), store)


def seal_mended(services: Services, delivery_id: int, store: Store | None, body: bytes) -> bytes:
    """A mended body, sealed for its work row. Raises CannotOpen without the store's key."""
    key = intake_key(services) if store is None else store_key(services.keyring, store)
    return key.seal(body, about_mended(delivery_id))


def _opened(services: Services, sealed: bytes, about: bytes, store: Store | None) -> bytes:
    if store is not None and store.data_key:
        try:
            return store_key(services.keyring, store).open(sealed, about)
        except CannotOpen:
            # It may have come before the store was connected.
            return intake_key(services).open(sealed, about)
    return intake_key(services).open(sealed, about)
