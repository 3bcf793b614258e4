"""News of workspaces, read from Valkey by one reader a process and handed to its subscribers."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from integration.events_valkey import stream_key

log = structlog.get_logger(__name__)

# How long a read waits for news, and so how late a workspace's first subscriber is joined to it.
_BLOCK_MILLISECONDS = 500
_BACK_OFF_SECONDS = 2.0
_MOST_WAITING = 200


@dataclass(frozen=True, slots=True)
class News:
    """One event with its id in the stream. `resync` means: some were missed, read all again."""

    event_id: str
    kind: str
    subject_id: str


RESYNC = "resync"


@dataclass(eq=False, slots=True)
class Subscription:
    """What one open panel waits on."""

    queue: "asyncio.Queue[News]" = field(default_factory=lambda: asyncio.Queue(_MOST_WAITING))

    def put(self, news: News) -> None:
        """Hand news over; whoever reads too slowly is told to read all again."""
        if self.queue.full():
            while not self.queue.empty():
                self.queue.get_nowait()
            news = News(news.event_id, RESYNC, "")
        self.queue.put_nowait(news)


class Hub:
    """Subscribers by workspace, and the one task that reads for all of them."""

    def __init__(self, client: "Redis") -> None:
        self._client = client
        self._subscribers: dict[int, set[Subscription]] = {}
        self._positions: dict[int, str] = {}
        self._reader: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def subscribe(
        self, workspace_id: int, last_event_id: str | None
    ) -> AsyncIterator[Subscription]:
        """A subscription that begins after that event, or now without one.

        Raises RedisError when Valkey is away.
        """
        subscription = Subscription()
        if workspace_id not in self._positions:
            newest = await self._newest(workspace_id)
            # Another subscriber may have set it while we asked; the older position loses nothing.
            self._positions.setdefault(workspace_id, newest)
        position = self._positions[workspace_id]
        self._subscribers.setdefault(workspace_id, set()).add(subscription)
        try:
            # What the reader has passed already comes from the stream, the rest from the reader.
            for news in await self._missed(workspace_id, last_event_id, position):
                subscription.put(news)
            self._ensure_reader()
            yield subscription
        finally:
            self._leave(workspace_id, subscription)

    def _leave(self, workspace_id: int, subscription: Subscription) -> None:
        subscribers = self._subscribers.get(workspace_id, set())
        subscribers.discard(subscription)
        if not subscribers:
            self._subscribers.pop(workspace_id, None)
            self._positions.pop(workspace_id, None)

    async def _newest(self, workspace_id: int) -> str:
        last = await self._client.xrevrange(stream_key(workspace_id), count=1)
        return _text(last[0][0]) if last else "0-0"

    async def _missed(
        self, workspace_id: int, last_event_id: str | None, position: str
    ) -> list[News]:
        if last_event_id is None or _order(last_event_id) >= _order(position):
            return []
        key = stream_key(workspace_id)
        first = await self._client.xrange(key, count=1)
        if not first or _order(_text(first[0][0])) > _order(last_event_id):
            return [News(position, RESYNC, "")]
        after = f"({last_event_id}"
        rows = await self._client.xrange(key, after, position, count=_MOST_WAITING) or []
        if len(rows) == _MOST_WAITING:
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
            keys = {stream_key(workspace): workspace for workspace in self._positions}
            streams: dict[Any, Any] = {
                key: self._positions[workspace] for key, workspace in keys.items()
            }
            try:
                answer = await self._client.xread(streams, block=_BLOCK_MILLISECONDS)
            except RedisError as error:
                log.warning("live.reader_failed", error=type(error).__name__)
                await asyncio.sleep(_BACK_OFF_SECONDS)
                continue
            # The protocol's version decides between a mapping and a list of pairs.
            for key, rows in answer.items() if isinstance(answer, dict) else answer or []:
                self._hand_over(keys[_text(key)], rows)

    def _hand_over(self, workspace_id: int, rows: Any) -> None:
        if workspace_id not in self._positions:
            return
        # RESP3 wraps a stream's entries in one more list.
        entries = rows[0] if rows and isinstance(rows[0], list) else rows
        for row in entries:
            news = _news(row)
            if _order(news.event_id) <= _order(self._positions[workspace_id]):
                continue
            self._positions[workspace_id] = news.event_id
            for subscription in self._subscribers.get(workspace_id, ()):
                subscription.put(news)


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
    plain = {_text(name): _text(value) for name, value in fields.items()}
    return News(_text(event_id), plain.get("kind", ""), plain.get("subject_id", ""))


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
