"""`/api/v1/live`: a stream of what changed, for open panels. Native ASGI; no thread is held.

The bearer comes in a header, so a browser reads it by fetch (EventSource can't send one); a browser
that is signed in reads it by its cookie, from our own origin. The stream ends with its token; the
page opens it again with a fresh one and its last event's id. `conversation=` (several by commas)
names those whose readers and writers it wants to hear of. An agent is online while it is open.

Whoever is let in no more (shut out, signed out, a key revoked) hears no more: it is asked again on
news of that agent, and every twenty seconds in any case.
"""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
import structlog
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from integration.errors import AppError, Invalid
from integration.events import AGENT
from integration.presence.telling import note_online
from integration.services import Services
from ui_embed.auth import Caller, bearer_of, caller_of, caller_of_visit
from ui_embed.host_protocol import RETRY_HEADER
from ui_embed.news import Hub, hub_of, is_event_id
from ui_embed.policy import bare_headers
from ui_embed.subscription import RESYNC, News
from ui_embed.visit import visit_of

log = structlog.get_logger(__name__)

PATH = "/api/v1/live"
HEARTBEAT_SECONDS = 15.0
SEEN_EVERY_SECONDS = 20.0
LONGEST_SECONDS = 600.0
_MOST_WATCHED = 20
_LONGEST_ID = 18
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Last-Event-ID",
    "Access-Control-Max-Age": "600",
}
_HEADERS = {"X-Accel-Buffering": "no"}
_ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}


class _Refused(Exception):
    """Whoever listens isn't let in any more."""


@dataclass(frozen=True, slots=True)
class _Listener:
    """Who listens, and the request that proved it."""

    services: Services
    request: Request
    caller: Caller

    def is_about(self, news: News) -> bool:
        """Whether news may be that they are let in no more."""
        own = self.caller.agent_id
        return news.kind == RESYNC or (
            news.kind == AGENT and (own is None or news.subject_id == str(own))
        )

    async def see(self) -> None:
        """Note that they are there. Raises _Refused for whoever isn't let in any more."""
        await run_in_threadpool(self._see)

    def _see(self) -> None:
        try:
            _caller(self.services, self.request)
        except AppError:
            raise _Refused from None
        except SQLAlchemyError as error:
            # Nobody is put out because the database is: it is asked again soon.
            log.warning("live.unasked", error=type(error).__name__)
        if self.caller.agent_id is not None:
            note_online(self.services, self.caller.workspace_id, self.caller.agent_id)


def create_live(services: Services) -> Starlette:
    """The application that serves the streams of this process."""

    bare = bare_headers(is_https=services.settings.app_url.startswith("https:")) | _HEADERS

    async def live(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_CORS | bare)
        try:
            watched = _watched(request)
            caller = await run_in_threadpool(_caller, services, request)
        except AppError as error:
            return _refusal(error, bare)
        hub = hub_of(services)
        if hub is None:
            away = AppError("Live news isn't running.", code="no_live", status=503)
            return _refusal(away, bare)
        last = request.headers.get("Last-Event-ID")
        resume_after = last if last and is_event_id(last) else None
        seconds = _lasts(services, caller)
        listener = _Listener(services, request, caller)
        events = _events(hub, listener, resume_after, seconds, watched)
        headers = bare if caller.by_cookie else bare | _ANY_ORIGIN
        return StreamingResponse(events, media_type="text/event-stream", headers=headers)

    return Starlette(routes=[Route(PATH, live, methods=["GET", "OPTIONS"])])


def _caller(services: Services, request: Request) -> Caller:
    bearer = bearer_of(request.headers.get("Authorization"))
    if bearer is None:
        headers, cookies = request.headers, request.cookies
        visit = visit_of(services.settings.app_url, request.method, headers.get, cookies)
        signed_in = caller_of_visit(services, visit)
        if signed_in is not None:
            return signed_in
    return caller_of(services, bearer)


def _watched(request: Request) -> frozenset[str]:
    told = request.query_params.get("conversation", "")
    ids = [each for each in told.split(",") if each]
    if len(ids) > _MOST_WATCHED or any(
        not (each.isascii() and each.isdigit() and len(each) <= _LONGEST_ID) for each in ids
    ):
        raise Invalid(f"Name at most {_MOST_WATCHED} conversations by their ids.")
    return frozenset(ids)


def _lasts(services: Services, caller: Caller) -> float:
    if caller.expires_at is None:
        return LONGEST_SECONDS
    left = (caller.expires_at - services.now()).total_seconds()
    return max(1.0, min(left, LONGEST_SECONDS))


async def _events(
    hub: Hub,
    listener: _Listener,
    resume_after: str | None,
    seconds: float,
    watched: frozenset[str],
) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    try:
        waiting = hub.subscribe(listener.caller.workspace_id, resume_after, watched=watched)
        async with waiting as subscription:
            # From here it is resumed, even where nothing came before it broke.
            yield b"id: %b\n: open\n\n" % subscription.begins_after.encode()
            seen_again_at = loop.time()
            while (left := deadline - loop.time()) > 0:
                if loop.time() >= seen_again_at:
                    seen_again_at += SEEN_EVERY_SECONDS
                    await listener.see()
                try:
                    wait = min(HEARTBEAT_SECONDS, left)
                    # Not `wait_for`, which makes a task of each waiting.
                    async with asyncio.timeout(wait):
                        news = await subscription.queue.get()
                except TimeoutError:
                    if wait < left:
                        yield b": still here\n\n"
                    continue
                if listener.is_about(news):
                    await listener.see()
                if news.kind != AGENT:
                    yield event_text(news)
    except RedisError:
        # The page falls back to asking now and then, and comes back later.
        yield b"event: away\ndata: {}\n\n"
        return
    except _Refused:
        pass
    yield b"event: again\ndata: {}\n\n"


@lru_cache(maxsize=256)
def event_text(news: News) -> bytes:
    """Events as all streams write them; what passes has no id, since it isn't resumed."""
    if news.gathered:
        return b"".join(map(_event_text, news.gathered))
    return _event_text(news)


def _event_text(news: News) -> bytes:
    told: dict[str, Any] = {"kind": news.kind, "subject_id": news.subject_id}
    if news.data:
        told["data"] = orjson.Fragment(news.data)
    text = b"event: changed\ndata: %b\n\n" % orjson.dumps(told)
    return b"id: %b\n%b" % (news.event_id.encode(), text) if news.event_id else text


def _refusal(error: AppError, bare: dict[str, str]) -> Response:
    body: dict[str, Any] = {
        "error": {"code": error.code, "message": error.message, "details": error.details}
    }
    headers = bare | _ANY_ORIGIN
    if error.status == 401:
        headers[RETRY_HEADER[0]] = RETRY_HEADER[1]
    return Response(
        orjson.dumps(body), error.status, headers=headers, media_type="application/json"
    )
