"""Which store a delivery is for, answered from memory for most deliveries."""

import asyncio
import time
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Generic, TypeVar

from sqlalchemy import select

from integration.crypto import DataKey, token_digest
from integration.install.endpoints import open_webhook_secret
from integration.install.keys import store_key
from integration.models import Store, WebhookKey
from integration.models.vocabulary import StoreStatus
from integration.services import Services
from platforms.port import Secret

V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class KnownStore:
    """A store of ours. `key` is None when its data key was destroyed.

    `secrets` are what it signs with, where its deliveries come to an address of its own.
    """

    workspace_id: int
    store_id: int
    domain: str
    is_connected: bool
    key: DataKey | None
    secrets: tuple[Secret, ...] = ()


class StoreDirectory:
    """Stores by their verified name, or by the token in their own address.

    Only connected stores are remembered, for `ttl_seconds`: so a store that has just been installed
    is found at once, and the deliveries that are still stored in the seconds after an uninstall
    change nothing when they are worked off. Tokens that lead nowhere are remembered as long, apart:
    whoever guesses costs no read each time, and drives nobody out.
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
        self._by_name: _Memory[KnownStore] = _Memory(ttl_seconds, at_most, clock)
        self._by_token: _Memory[KnownStore] = _Memory(ttl_seconds, at_most, clock)
        self._strangers: _Memory[bool] = _Memory(ttl_seconds, at_most, clock)

    async def named(self, platform: str, domain: str) -> KnownStore | None:
        """The store of that verified name; a read of the database is left to a thread."""
        known = self.remembered(platform, domain)
        if known is None and domain:
            known = await asyncio.to_thread(self.look_up, platform, domain)
        return known

    async def at(self, platform: str, token: str) -> KnownStore | None:
        """The connected store whose own address has that token, likewise."""
        if self.is_stranger(platform, token):
            return None
        known = self.remembered_at(platform, token)
        if known is None:
            known = await asyncio.to_thread(self.look_up_at, platform, token)
        return known

    def remembered(self, platform: str, domain: str) -> KnownStore | None:
        """The store, if it was looked up lately and is connected. Never touches the database."""
        return self._by_name.get((platform, domain))

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
        known = self._known(store)
        if known.is_connected and known.key is not None:
            self._by_name.put((platform, domain), known)
        return known

    def remembered_at(self, platform: str, token: str) -> KnownStore | None:
        """The store at that address, if it was looked up lately. Never touches the database."""
        return self._by_token.get((platform, token_digest(token)))

    def is_stranger(self, platform: str, token: str) -> bool:
        """Whether that address was lately found to lead nowhere. Never touches the database."""
        return self._strangers.get((platform, token_digest(token))) is not None

    def look_up_at(self, platform: str, token: str) -> KnownStore | None:
        """The connected store at that address by one read of the database, None for none.

        Raises CannotOpen when none of ENCRYPTION_KEYS opens its key.
        """
        digest = token_digest(token)
        with self._services.db.across_workspaces() as session:
            row = session.execute(
                select(Store, WebhookKey)
                .join(WebhookKey, WebhookKey.store_id == Store.id)
                .where(
                    WebhookKey.token_digest == digest,
                    Store.platform == platform,
                    Store.status != StoreStatus.DISCONNECTED,
                )
            ).one_or_none()
        if row is None:
            self._strangers.put((platform, digest), True)
            return None
        known = self._known(row[0], row[1])
        self._by_token.put((platform, digest), known)
        return known

    def forget(self, platform: str, domain: str) -> None:
        """Look that store up again at its next delivery."""
        self._by_name.drop((platform, domain))

    def _known(self, store: Store, held: WebhookKey | None = None) -> KnownStore:
        key = store_key(self._services.keyring, store) if store.data_key else None
        secrets = (open_webhook_secret(key, held),) if key and held else ()
        return KnownStore(
            workspace_id=store.workspace_id,
            store_id=store.id,
            domain=store.domain,
            is_connected=store.status != StoreStatus.DISCONNECTED,
            key=key,
            secrets=secrets,
        )


class _Memory(Generic[V]):
    """Values for some seconds, so many at most."""

    def __init__(self, ttl_seconds: float, at_most: int, clock: Callable[[], float]) -> None:
        self._ttl_seconds = ttl_seconds
        self._at_most = at_most
        self._clock = clock
        self._held: dict[Hashable, tuple[float, V]] = {}

    def get(self, name: Hashable) -> V | None:
        entry = self._held.get(name)
        return None if entry is None or entry[0] < self._clock() else entry[1]

    def put(self, name: Hashable, value: V) -> None:
        if len(self._held) >= self._at_most:
            self._held.clear()
        self._held[name] = (self._clock() + self._ttl_seconds, value)

    def drop(self, name: Hashable) -> None:
        self._held.pop(name, None)
