"""`/api/widget/live`: a stream of what changed in a visitor's chat. Native ASGI, no thread is held.

The visitor's token comes in a header, so the page reads it by fetch. The stream only hints: the
page asks for what comes after the last message that it has, so a dropped one loses and doubles
nothing. It says that an agent writes, and never who.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

import orjson
from redis.exceptions import RedisError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from integration.chat.limits import Limits, TooMany
from integration.chat.own import own_conversations
from integration.chat.places import ChatPlace, Places
from integration.chat.visitors import known_visitor
from integration.errors import AppError, NotFound
from integration.events import CONVERSATION, MESSAGE, NOTE, SEEN
from integration.services import Services
from ui_embed.auth import bearer_of
from ui_embed.news import Hub, hub_of, is_event_id
from ui_embed.policy import bare_headers
from ui_embed.subscription import RESYNC, News
from ui_embed.turnstile import caller_address

PATH = "/api/widget/live"
HEARTBEAT_SECONDS = 20.0
LONGEST_SECONDS = 1800.0
# Tabs of one browser.
MOST_STREAMS = 8
_MOST_WATCHED = 20
_NOT_THEIRS = frozenset((NOTE, SEEN))
_LONGEST_TOKEN = 100
_HEADERS = {"X-Accel-Buffering": "no", "Vary": "Origin"}


@dataclass(frozen=True, slots=True)
class Listener:
    """A visitor who listens, and to which conversations.

    `known_as` are the visitors whom those conversations are with: a customer who is signed in on
    several devices is there for all of them.
    """

    workspace_id: int
    visitor_id: int
    known_as: frozenset[int]
    conversations: frozenset[str]


class _Streams:
    """The streams that are open in this process."""

    def __init__(self, services: Services) -> None:
        self.services = services
        self.places = Places(services)
        self.limits = Limits(services.settings.redis_url)
        self._open: Counter[int] = Counter()

    @contextmanager
    def one(self, visitor_id: int) -> Iterator[None]:
        """Counted while the block runs. Raises TooMany."""
        if self._open[visitor_id] >= MOST_STREAMS:
            raise TooMany("This chat is open too often.")
        self._open[visitor_id] += 1
        try:
            yield
        finally:
            self._open[visitor_id] -= 1
            if not self._open[visitor_id]:
                del self._open[visitor_id]


def create_live(services: Services) -> Starlette:
    """The application that serves the visitors' streams of this process."""
    streams = _Streams(services)
    bare = bare_headers(is_https=services.settings.app_url.startswith("https:")) | _HEADERS

    async def live(request: Request) -> Response:
        cors = dict(bare)
        try:
            place = await run_in_threadpool(_place, streams, request)
            cors |= _cors(services, place, request.headers.get("Origin"))
            if request.method == "OPTIONS":
                return Response(status_code=204, headers=cors)
            listener = await run_in_threadpool(_listener, streams, place, request)
            hub = hub_of(services)
            if hub is None:
                raise AppError("Live news isn't running.", code="no_live", status=503)
        except AppError as error:
            return _refusal(error, cors)
        last = request.headers.get("Last-Event-ID")
        resume_after = last if last and is_event_id(last) else None
        events = _events(streams, hub, listener, resume_after)
        return StreamingResponse(events, media_type="text/event-stream", headers=cors)

    return Starlette(routes=[Route(PATH, live, methods=["GET", "OPTIONS"])])


def _place(streams: _Streams, request: Request) -> ChatPlace:
    token = request.query_params.get("channel", "")
    return streams.places.find("chat", token[:_LONGEST_TOKEN])


def _listener(streams: _Streams, place: ChatPlace, request: Request) -> Listener:
    token = bearer_of(request.headers.get("Authorization"))
    peer = request.client.host if request.client else None
    address = caller_address(peer, request.headers.get("X-Forwarded-For"))
    streams.limits.take("live", visitor=token, address=address, channel_id=place.channel_id)
    with streams.services.db.workspace(place.workspace_id) as session:
        visitor = known_visitor(session, place, token)
        own = own_conversations(session, visitor)[-_MOST_WATCHED:]
        if not own:
            raise NotFound("There is no conversation yet.")
        ids = {each.id for each in own} | {each.merged_into_id for each in own}
        watched = frozenset(str(each) for each in ids if each is not None)
        known_as = {visitor.id} | {each.visitor_id for each in own if each.visitor_id is not None}
        return Listener(place.workspace_id, visitor.id, frozenset(known_as), watched)


def _cors(services: Services, place: ChatPlace, origin: str | None) -> dict[str, str]:
    if origin is None:
        return {}
    own = urlsplit(services.settings.app_url)
    if origin not in place.origins and origin != f"{own.scheme}://{own.netloc}":
        raise AppError("This page isn't one of the store's.", code="foreign_origin", status=403)
    return {
        "Access-Control-Allow-Origin": origin,
        "Access-Control-Allow-Methods": "GET, OPTIONS",
        "Access-Control-Allow-Headers": "Authorization, Last-Event-ID",
        "Access-Control-Max-Age": "7200",
    }


async def _events(
    streams: _Streams, hub: Hub, listener: Listener, resume_after: str | None
) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + LONGEST_SECONDS
    try:
        with streams.one(listener.visitor_id):
            joining = hub.subscribe(
                listener.workspace_id, resume_after, watched=listener.conversations, is_narrow=True
            )
            async with joining as subscription:
                # The page asks once it is told: what came before it listened is there then.
                yield b"id: %b\nevent: changed\ndata: {}\n\n" % subscription.begins_after.encode()
                await _see(streams.services, listener)
                while (left := deadline - loop.time()) > 0:
                    wait = min(HEARTBEAT_SECONDS, left)
                    try:
                        async with asyncio.timeout(wait):
                            news = await subscription.queue.get()
                    except TimeoutError:
                        yield b": still here\n\n"
                        await _see(streams.services, listener)
                    else:
                        yield _event(news)
    except TooMany:
        yield b"event: refused\ndata: {}\n\n"
        return
    except RedisError:
        # The page falls back to asking now and then, and comes back later.
        yield b"event: away\ndata: {}\n\n"
        return
    yield b"event: again\ndata: {}\n\n"


async def _see(services: Services, listener: Listener) -> None:
    await run_in_threadpool(_seen, services, listener)


def _seen(services: Services, listener: Listener) -> None:
    for visitor_id in listener.known_as:
        services.presence.see_visitor(listener.workspace_id, visitor_id)


def _event(news: News) -> bytes:
    """What a visitor may know of news: that something changed, that somebody writes."""
    if news.kind == "typing":
        told = orjson.loads(news.data or b"{}")
        is_agents = str(told.get("who", "")).startswith("agent:")
        return b"event: typing\ndata: {}\n\n" if is_agents else b": not theirs\n\n"
    if news.kind in (CONVERSATION, RESYNC) and news.what not in _NOT_THEIRS:
        return b"id: %b\nevent: changed\ndata: %b\n\n" % (news.event_id.encode(), _hint(news))
    return b": not theirs\n\n"


def _hint(news: News) -> bytes:
    """Up to which message there is something new: whoever has that one needn't ask."""
    told = orjson.loads(news.data) if news.what == MESSAGE else {}
    return orjson.dumps({name: told[name] for name in ("message",) if name in told})


def _refusal(error: AppError, cors: dict[str, str]) -> Response:
    body = {"error": {"code": error.code, "message": error.message, "details": error.details}}
    return Response(orjson.dumps(body), error.status, headers=cors, media_type="application/json")
