"""`/api/v1/live`: a stream of what changed, for open panels. Native ASGI; no thread is held.

The bearer comes in a header, so a browser reads it by fetch (EventSource can't send one); a browser
that is signed in reads it by its cookie, from our own origin. The stream ends with its token; the
page opens it again with a fresh one and its last event's id.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import orjson
from redis.asyncio import Redis
from redis.exceptions import RedisError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from integration.errors import AppError
from integration.services import Services
from ui_embed.auth import Caller, bearer_of, caller_of, caller_of_visit
from ui_embed.host_protocol import RETRY_HEADER
from ui_embed.news import Hub, News, is_event_id
from ui_embed.visit import visit_of

PATH = "/api/v1/live"
HEARTBEAT_SECONDS = 15.0
LONGEST_SECONDS = 600.0
_CORS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Allow-Methods": "GET, OPTIONS",
    "Access-Control-Allow-Headers": "Authorization, Last-Event-ID",
    "Access-Control-Max-Age": "600",
}
_HEADERS = {
    "Cache-Control": "no-store",
    "X-Accel-Buffering": "no",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
_ANY_ORIGIN = {"Access-Control-Allow-Origin": "*"}


def create_live(services: Services) -> Starlette:
    """The application that serves the streams of this process."""
    hub = _hub(services)

    async def live(request: Request) -> Response:
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_CORS)
        try:
            caller = await run_in_threadpool(_caller, services, request)
        except AppError as error:
            return _refusal(error)
        if hub is None:
            return _refusal(AppError("Live news isn't running.", code="no_live", status=503))
        last = request.headers.get("Last-Event-ID")
        resume_after = last if last and is_event_id(last) else None
        seconds = _lasts(services, caller)
        events = _events(hub, caller.workspace_id, resume_after, seconds)
        return StreamingResponse(events, media_type="text/event-stream", headers=_headers(caller))

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


def _hub(services: Services) -> Hub | None:
    url = services.settings.redis_url
    return Hub(Redis.from_url(url, health_check_interval=30)) if url else None


def _headers(caller: Caller) -> dict[str, str]:
    return _HEADERS if caller.by_cookie else _HEADERS | _ANY_ORIGIN


def _lasts(services: Services, caller: Caller) -> float:
    if caller.expires_at is None:
        return LONGEST_SECONDS
    left = (caller.expires_at - services.now()).total_seconds()
    return max(1.0, min(left, LONGEST_SECONDS))


async def _events(
    hub: Hub, workspace_id: int, resume_after: str | None, seconds: float
) -> AsyncIterator[bytes]:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + seconds
    try:
        async with hub.subscribe(workspace_id, resume_after) as subscription:
            yield b": open\n\n"
            while (left := deadline - loop.time()) > 0:
                try:
                    wait = min(HEARTBEAT_SECONDS, left)
                    news = await asyncio.wait_for(subscription.queue.get(), wait)
                except TimeoutError:
                    if wait < left:
                        yield b": still here\n\n"
                else:
                    yield _event(news)
    except RedisError:
        # The page falls back to asking now and then, and comes back later.
        yield b"event: away\ndata: {}\n\n"
        return
    yield b"event: again\ndata: {}\n\n"


def _event(news: News) -> bytes:
    data = orjson.dumps({"kind": news.kind, "subject_id": news.subject_id})
    return b"id: %b\nevent: changed\ndata: %b\n\n" % (news.event_id.encode(), data)


def _refusal(error: AppError) -> Response:
    body: dict[str, Any] = {
        "error": {"code": error.code, "message": error.message, "details": error.details}
    }
    headers = _HEADERS | _ANY_ORIGIN
    if error.status == 401:
        headers[RETRY_HEADER[0]] = RETRY_HEADER[1]
    return Response(
        orjson.dumps(body), error.status, headers=headers, media_type="application/json"
    )
