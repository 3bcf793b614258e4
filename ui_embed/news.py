"""News of workspaces, read from Valkey by one reader a process and handed to its subscribers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from weakref import WeakKeyDictionary

import orjson
import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from integration.events import CONVERSATION
from integration.events_valkey import passing_key, stream_key
from integration.services import Services
from ui_embed.subscription import RESYNC, Audience, News, Subscription

log = structlog.get_logger(__name__)

# How long a read waits for news, and so how late a workspace's first subscriber is joined to it.
_BLOCK_MILLISECONDS = 500
_BACK_OFF_SECONDS = 2.0
_MOST_MISSED = 200
_MOST_ASKING = 8


class Hub:
    """Subscribers by workspace, and the one task that reads for all of them."""

    def __init__(self, client: "Redis") -> None:
        self._client = client
        self._audiences: dict[int, Audience] = {}
        # By stream: up to where it was read, and whose it is.
        self._positions: dict[str, str] = {}
        self._workspaces: dict[str, int] = {}
        self._reader: asyncio.Task[None] | None = None
        # After a restart all come at once: they ask one after another, not by a socket each.
        self._joining = asyncio.Lock()
        self._catching_up = asyncio.Semaphore(_MOST_ASKING)

    @asynccontextmanager
    async def subscribe(
        self,
        workspace_id: int,
        last_event_id: str | None,
        *,
        watched: frozenset[str] = frozenset(),
        is_narrow: bool = False,
    ) -> AsyncIterator[Subscription]:
        """A subscription that begins after that event, or now without one.

        `watched` are conversations whose typing and presence it wants; with `is_narrow` nothing
        but news of those comes. Raises RedisError when Valkey is away.
        """
        async with self._joining:
            position = await self._join(workspace_id)
        resumes = last_event_id is not None and _order(last_event_id) < _order(position)
        begins_after = last_event_id if resumes and last_event_id else position
        subscription = Subscription(watched, is_narrow, begins_after)
        self._audiences.setdefault(workspace_id, Audience()).add(subscription)
        try:
            # What the reader has passed already comes from the stream, the rest from the reader.
            for news in await self._missed(workspace_id, last_event_id, position):
                if subscription.takes(news):
                    subscription.put(news)
            self._ensure_reader()
            yield subscription
        finally:
            self._leave(workspace_id, subscription)

    async def _join(self, workspace_id: int) -> str:
        keys = stream_key(workspace_id), passing_key(workspace_id)
        newest = {key: await self._newest(key) for key in keys if key not in self._positions}
        # Another subscriber may have set one while we asked; the older position loses nothing.
        for key, position in newest.items():
            self._positions.setdefault(key, position)
            self._workspaces[key] = workspace_id
        return self._positions[keys[0]]

    def _leave(self, workspace_id: int, subscription: Subscription) -> None:
        audience = self._audiences.get(workspace_id)
        if audience is not None:
            audience.remove(subscription)
        if not audience:
            self._audiences.pop(workspace_id, None)
            for key in (stream_key(workspace_id), passing_key(workspace_id)):
                self._positions.pop(key, None)
                self._workspaces.pop(key, None)

    async def _newest(self, key: str) -> str:
        last = await self._client.xrevrange(key, count=1)
        return _text(last[0][0]) if last else "0-0"

    async def _missed(
        self, workspace_id: int, last_event_id: str | None, position: str
    ) -> list[News]:
        if last_event_id is None or _order(last_event_id) >= _order(position):
            return []
        async with self._catching_up:
            return await self._read_missed(workspace_id, last_event_id, position)

    async def _read_missed(
        self, workspace_id: int, last_event_id: str, position: str
    ) -> list[News]:
        key = stream_key(workspace_id)
        first = await self._client.xrange(key, count=1)
        if not first or _order(_text(first[0][0])) > _order(last_event_id):
            return [News(position, RESYNC, "")]
        after = f"({last_event_id}"
        rows = await self._client.xrange(key, after, position, count=_MOST_MISSED) or []
        if len(rows) == _MOST_MISSED:
            return [News(position, RESYNC, "")]
        return [_news(row) for row in rows]

    def _ensure_reader(self) -> None:
        if self._reader is None or self._reader.done():
            self._reader = asyncio.get_running_loop().create_task(self._serve())

    async def _serve(self) -> None:
        """Read while anybody listens, and keep no connection open longer."""
        pool = self._client.connection_pool
        try:
            await self._read()
        except asyncio.CancelledError:
            await pool.disconnect()
            raise
        await pool.disconnect(inuse_connections=False)

    async def _read(self) -> None:
        while self._positions:
            streams: dict[Any, Any] = dict(self._positions)
            try:
                answer = await self._client.xread(streams, block=_BLOCK_MILLISECONDS)
            except RedisError as error:
                log.warning("live.reader_failed", error=type(error).__name__)
                await asyncio.sleep(_BACK_OFF_SECONDS)
                continue
            # The protocol's version decides between a mapping and a list of pairs.
            for key, rows in answer.items() if isinstance(answer, dict) else answer or []:
                self._hand_over(_text(key), rows)

    def _hand_over(self, key: str, rows: Any) -> None:
        audience = self._audiences.get(self._workspaces.get(key, 0))
        if audience is None or key not in self._positions:
            return
        passes = key == passing_key(self._workspaces[key])
        # RESP3 wraps a stream's entries in one more list.
        entries = rows[0] if rows and isinstance(rows[0], list) else rows
        for row in entries:
            news = _news(row)
            if _order(news.event_id) <= _order(self._positions[key]):
                continue
            self._positions[key] = news.event_id
            audience.hand_over(replace(news, event_id="") if passes else news)


_hubs: "WeakKeyDictionary[asyncio.AbstractEventLoop, dict[str, Hub]]" = WeakKeyDictionary()


def hub_of(services: Services) -> Hub | None:
    """The one hub of this process, asked for in its event loop; None where no Valkey is."""
    url = services.settings.redis_url
    if not url:
        return None
    hubs = _hubs.setdefault(asyncio.get_running_loop(), {})
    if url not in hubs:
        hubs[url] = Hub(Redis.from_url(url, health_check_interval=30))
    return hubs[url]


def is_event_id(text: str) -> bool:
    """Whether a text has the form of a stream's event id."""
    milliseconds, dash, sequence = text.partition("-")
    return bool(dash) and all(
        part.isascii() and part.isdigit() and len(part) <= 20 for part in (milliseconds, sequence)
    )


def _order(event_id: str) -> tuple[int, int]:
    milliseconds, _, sequence = event_id.partition("-")
    return int(milliseconds), int(sequence or 0)


def _news(row: Any) -> News:
    event_id, fields = row
    plain = {_text(name): value for name, value in fields.items()}
    told = plain.get("data", b"")
    data = told if isinstance(told, bytes) else str(told).encode()
    kind = _text(plain.get("kind", ""))
    what = orjson.loads(data).get("what", "") if data and kind == CONVERSATION else ""
    return News(_text(event_id), kind, _text(plain.get("subject_id", "")), data, what)


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
