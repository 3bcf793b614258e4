"""The chat or form that a browser speaks to: found by its public token, with whose pages may."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from sqlalchemy import select

from integration.conversations.channels.cards import channel_by_token
from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.models import Channel, Store
from integration.models.vocabulary import ChannelStatus, StoreStatus
from integration.services import Services

_REMEMBERED_SECONDS = 10.0
_MOST_REMEMBERED = 2000
_CONNECTED = (StoreStatus.ACTIVE, StoreStatus.REAUTHORIZE)


@dataclass(frozen=True, slots=True)
class ChatPlace:
    """A chat or form that takes messages. `origins` are those of the workspace's stores' pages.

    `shop_name` is what visitors know the merchant by. `store_id` is None for one that serves all
    stores of the workspace.
    """

    workspace_id: int
    channel_id: int
    kind: str
    shop_name: str
    store_id: int | None
    locale: str | None
    settings: Mapping[str, Any] = field(repr=False)
    origins: frozenset[str] = field(repr=False)


class Places:
    """Places by token, remembered for seconds: one page asks several times at once."""

    def __init__(
        self,
        services: Services,
        clock: Callable[[], float] = time.monotonic,
        seconds: float = _REMEMBERED_SECONDS,
    ) -> None:
        self._services = services
        self._clock = clock
        self._seconds = seconds
        self._held: dict[tuple[str, str], tuple[float, ChatPlace]] = {}
        self._lock = Lock()

    def find(self, kind: str, token: str) -> ChatPlace:
        """The place. Raises NotFound for an unknown token, and for one that takes no messages."""
        now = self._clock()
        with self._lock:
            held = self._held.get((kind, token))
        if held is not None and held[0] > now:
            return held[1]
        place = find_place(self._services, kind, token)
        with self._lock:
            if len(self._held) >= _MOST_REMEMBERED:
                self._held.clear()
            self._held[kind, token] = (now + self._seconds, place)
        return place


def find_place(services: Services, kind: str, token: str) -> ChatPlace:
    """The place that a token stands for now. Raises NotFound."""
    found = channel_by_token(services, kind, token)
    if found.status != ChannelStatus.ACTIVE:
        raise NotFound("There is no such channel.")
    with services.db.workspace(found.workspace_id) as session:
        channel = session.get_one(Channel, found.channel_id)
        stores = _stores(session)
    own = [store for store in stores if store.id == channel.store_id]
    named = own or (stores if len(stores) == 1 else [])
    return ChatPlace(
        workspace_id=found.workspace_id,
        channel_id=channel.id,
        kind=channel.kind,
        shop_name=named[0].name if named else channel.name,
        store_id=channel.store_id,
        locale=channel.locale,
        settings=dict(channel.settings),
        origins=frozenset(origin for store in stores for origin in _origins(services, store)),
    )


def _stores(session: WorkspaceSession) -> list[Store]:
    statement = select(Store).where(Store.status.in_(_CONNECTED)).order_by(Store.id)
    return list(session.execute(statement).scalars())


def _origins(services: Services, store: Store) -> tuple[str, ...]:
    platform = services.platforms.get(store.platform)
    return platform.storefront.origins(store.domain, store.url) if platform else ()
