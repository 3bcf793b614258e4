"""The machines' door for channels: a provider's call is verified, kept, and then answered.

`POST /webhooks/<channel>/<token>`. The channel is found by the token, and what the call is worth is
judged by its own signature; nothing is parsed before. What a call brings is kept raw; the answer
goes out after the commit. The one 5xx is 503, for storage that can't commit now.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

import structlog

from channels import registry
from channels.errors import CallRefused
from channels.records import Call
from integration.conversations.channels.cards import channel_by_token
from integration.conversations.channels.keys import ChannelKeys, account_of
from integration.conversations.channels.kinds import is_called
from integration.conversations.incoming.arrivals import come_by_call, keep
from integration.conversations.incoming.working_off import JOB as WORK_OFF
from integration.errors import NotFound
from integration.models import Channel
from integration.models.vocabulary import ChannelStatus
from integration.services import Services
from webhooks import counters
from webhooks.raw_body import (
    BodyNeverCame,
    BodyTooLarge,
    Incoming,
    Overdue,
    Room,
    TooManyBytes,
    read_body,
)

log = structlog.get_logger(__name__)

T = TypeVar("T")

ALL_BODIES_BYTES = 128 * 1024 * 1024
_SMALL_BYTES = 1024 * 1024
_PATIENCE_SECONDS = 5.0
_BODY_WITHIN_SECONDS = 30.0
# Each opens a mail's body, some tens of MB at the most.
_THREADS = 4
_LONGEST_QUERY = 4096
_NO_HEADERS: list[tuple[str, str]] = []
_MORE_HEADERS = {
    HTTPStatus.METHOD_NOT_ALLOWED: [("allow", "POST")],
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: [("connection", "close")],
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider is told."""

    status: HTTPStatus
    body: bytes = b""
    media_type: str = "text/plain"


@dataclass(frozen=True, slots=True)
class _Found:
    """A channel that is called."""

    workspace_id: int
    channel_id: int
    kind: str


def prefixes() -> tuple[str, ...]:
    """Where channels' providers call, of the channels that are called."""
    return tuple(f"/webhooks/{slug}" for slug in registry.slugs() if is_called(slug))


class ChannelDoor:
    """What answers `POST /webhooks/<channel>/<token>`."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._room = Room(ALL_BODIES_BYTES, patience_seconds=_PATIENCE_SECONDS)
        self._overdue = Overdue(_BODY_WITHIN_SECONDS)
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="channels")

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Serve one request over RSGI."""
        incoming = Incoming(scope, proto)
        kind, _, token = incoming.path.removeprefix("/webhooks/").partition("/")
        try:
            answer = await self._answer(incoming, kind, token, scope.query_string)
        except BodyNeverCame:
            answer = _refused(kind, "no_body", HTTPStatus.REQUEST_TIMEOUT)
        except Exception as error:
            # Whatever it was, nothing is kept: the provider has to come again.
            log.exception("channels.call_failed", error=type(error).__name__)
            answer = _refused(kind, "failed", HTTPStatus.SERVICE_UNAVAILABLE)
        status = int(answer.status)
        if answer.body:
            headers = [("content-type", answer.media_type), ("x-content-type-options", "nosniff")]
            proto.response_bytes(status, headers, answer.body)
        else:
            proto.response_empty(status, _MORE_HEADERS.get(answer.status, _NO_HEADERS))

    async def _answer(self, incoming: Incoming, kind: str, token: str, query: str) -> Answer:
        adapter = self._services.channels.get(kind)
        if adapter is None or adapter.calls is None or not token or "/" in token:
            return Answer(HTTPStatus.NOT_FOUND)
        if incoming.method != "POST":
            return Answer(HTTPStatus.METHOD_NOT_ALLOWED)
        found = await self._in_thread(lambda: self._find(kind, token))
        if found is None or len(query) > _LONGEST_QUERY:
            return _refused(kind, "gone", HTTPStatus.GONE)
        most = _SMALL_BYTES + adapter.traits.most_file_bytes * 3 // 2
        return await self._read(incoming, found, query, most)

    async def _read(self, incoming: Incoming, found: _Found, query: str, most: int) -> Answer:
        kind = found.kind
        headers = [(name.decode(), value.decode("latin-1")) for name, value in incoming.headers()]
        try:
            body, share = await read_body(incoming, self._room, self._overdue, bytes_at_most=most)
        except BodyTooLarge:
            return _refused(kind, "too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except TooManyBytes:
            return _refused(kind, "no_room", HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            url = f"{self._services.settings.app_url.rstrip('/')}{incoming.path}"
            call = Call(f"{url}?{query}" if query else url, tuple(headers), body)
            return await self._in_thread(lambda: self._take(found, call))
        finally:
            share.give_back()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def _find(self, kind: str, token: str) -> _Found | None:
        try:
            place = channel_by_token(self._services, kind, token)
        except NotFound:
            return None
        return _Found(place.workspace_id, place.channel_id, kind)

    def _take(self, found: _Found, call: Call) -> Answer:
        """Verify a call and keep what it brings; the answer is made after the commit."""
        services, kind = self._services, found.kind
        keys = ChannelKeys(services.keyring)
        with services.db.workspace(found.workspace_id) as session:
            account = account_of(keys, session.get_one(Channel, found.channel_id))
        gate = services.channels[kind].calls
        assert gate is not None
        try:
            heard = gate.hear(call, account)
        except CallRefused:
            return _refused(kind, "signature", HTTPStatus.UNAUTHORIZED)
        except Exception as error:  # noqa: BLE001 - a verifier that fails has not verified
            log.warning("channels.verifier_failed", kind=kind, error=type(error).__name__)
            return _refused(kind, "verifier", HTTPStatus.UNAUTHORIZED)
        come = come_by_call(heard)
        if come is None:
            counters.ignored.labels(kind, "nothing_to_keep").inc()
            return Answer(HTTPStatus.OK, heard.answer, heard.answer_type)
        with services.db.workspace(found.workspace_id, write=True) as session:
            channel = session.get_one(Channel, found.channel_id)
            if channel.status == ChannelStatus.REMOVED:
                return _refused(kind, "gone", HTTPStatus.GONE)
            is_new = keep(session, keys.of(channel), channel.id, [come], services.now())
        (counters.accepted if is_new else counters.duplicates).labels(kind).inc()
        if is_new:
            services.jobs.enqueue(WORK_OFF, key=WORK_OFF)
        return Answer(HTTPStatus.OK, heard.answer, heard.answer_type)


def _refused(kind: str, reason: str, status: HTTPStatus) -> Answer:
    counters.refused.labels(kind if kind in registry.slugs() else "unknown", reason).inc()
    return Answer(status)


def create(services: Services) -> ChannelDoor:
    """The door of this process."""
    return ChannelDoor(services)
