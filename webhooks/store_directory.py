"""Which store a delivery is for, answered from memory for most deliveries."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import select

from integration.crypto import DataKey
from integration.install.keys import store_key
from integration.models import Store
from integration.models.vocabulary import StoreStatus
from integration.services import Services


@dataclass(frozen=True, slots=True)
class KnownStore:
    """A store of ours. `key` is None when its data key was destroyed."""

    workspace_id: int
    store_id: int
    is_connected: bool
    key: DataKey | None


class StoreDirectory:
    """Stores by their verified name.

    Only connected stores are remembered, for `ttl_seconds`: so a store that has just been installed
    is found at once, and the deliveries that are still stored in the seconds after an uninstall
    change nothing when they are worked off.
    """

    def __init__(
        self,
        services: Services,
        *,
        ttl_seconds: float = 5.0,
        at_most: int = 20_000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._services = services
        self._ttl_seconds = ttl_seconds
        self._at_most = at_most
        self._clock = clock
        self._remembered: dict[tuple[str, str], tuple[float, KnownStore]] = {}

    def remembered(self, platform: str, domain: str) -> KnownStore | None:
        """The store, if it was looked up lately and is connected. Never touches the database."""
        entry = self._remembered.get((platform, domain))
        if entry is None or entry[0] < self._clock():
            return None
        return entry[1]

    def look_up(self, platform: str, domain: str) -> KnownStore | None:
        """The store by one read of the database; None for one that we never had.

        Raises CannotOpen when none of ENCRYPTION_KEYS opens its key.
        """
        with self._services.db.across_workspaces() as session:
            store = session.execute(
                select(Store).where(Store.platform == platform, Store.domain == domain)
            ).scalar_one_or_none()
        if store is None:
            return None
        known = KnownStore(
            workspace_id=store.workspace_id,
            store_id=store.id,
            is_connected=store.status != StoreStatus.DISCONNECTED,
            key=store_key(self._services.keyring, store) if store.data_key else None,
        )
        if known.is_connected and known.key is not None:
            self._remember(platform, domain, known)
        return known

    def forget(self, platform: str, domain: str) -> None:
        """Look that store up again at its next delivery."""
        self._remembered.pop((platform, domain), None)

    def _remember(self, platform: str, domain: str, known: KnownStore) -> None:
        if len(self._remembered) >= self._at_most:
            self._remembered.clear()
        self._remembered[(platform, domain)] = (self._clock() + self._ttl_seconds, known)
