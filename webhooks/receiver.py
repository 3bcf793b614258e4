"""The machines' door: verify, store, answer. A small ASGI application in front of Flask.

The answers are the contract's table. Nothing is parsed here; a delivery is acknowledged only after
its commit; the one 5xx is 503, for storage that can't commit (or has no room) now.
"""

import asyncio
import time
from http import HTTPStatus

import structlog

from integration.delivery_bodies import intake_key
from integration.services import Services
from platforms.errors import SignatureRefused
from platforms.port import Envelope, StorePlatform
from webhooks import counters
from webhooks.arrival import Addressee, arrival
from webhooks.group_commit import GroupCommit, InboxUnavailable
from webhooks.inbox import open_inbox
from webhooks.raw_body import (
    BodyNeverCame,
    BodyTooLarge,
    Receive,
    Room,
    Scope,
    Send,
    TooManyBytes,
    read_body,
)
from webhooks.store_directory import KnownStore, StoreDirectory
from webhooks.wake import WakeUp

log = structlog.get_logger(__name__)

PREFIX = "/webhooks"
BODY_BYTES_AT_MOST = 5 * 1024 * 1024
_ALL_BODIES_BYTES = 128 * 1024 * 1024
_BODY_WITHIN_SECONDS = 15.0
# Hashing more than this is work for a thread, lest it hold up all other requests.
_LARGE_BYTES = 256 * 1024


class Receiver:
    """The ASGI application of `POST /webhooks/<platform>`."""

    def __init__(
        self,
        services: Services,
        inbox: GroupCommit,
        directory: StoreDirectory,
        *,
        bytes_at_most: int = BODY_BYTES_AT_MOST,
    ) -> None:
        self._services = services
        self._inbox = inbox
        self._directory = directory
        self._bytes_at_most = bytes_at_most
        self._room = Room(_ALL_BODIES_BYTES)
        self._intake_key = intake_key(services)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request; whatever isn't HTTP is not taken."""
        if scope["type"] != "http":
            return
        started = time.perf_counter()
        try:
            status = await self._answer(scope, receive)
        except BodyNeverCame:
            counters.refused.labels(_slug(scope), "no_body").inc()
            status = HTTPStatus.REQUEST_TIMEOUT
        except Exception as error:
            # Whatever it was, the delivery isn't stored: the sender has to come again.
            log.exception("webhooks.failed", error=type(error).__name__)
            status = HTTPStatus.SERVICE_UNAVAILABLE
        headers = [(b"content-length", b"0")]
        if status == HTTPStatus.METHOD_NOT_ALLOWED:
            headers.append((b"allow", b"POST"))
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": int(status), "headers": headers})
        await send({"type": "http.response.body", "body": b""})
        counters.seconds.observe(time.perf_counter() - started)

    async def _answer(self, scope: Scope, receive: Receive) -> HTTPStatus:
        platform = self._services.platforms.get(_slug(scope))
        if platform is None:
            return HTTPStatus.NOT_FOUND
        if scope["method"] != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED
        headers = list(scope["headers"])
        with self._room.taken() as share:
            try:
                body = await read_body(
                    headers,
                    receive,
                    share,
                    bytes_at_most=self._bytes_at_most,
                    within_seconds=_BODY_WITHIN_SECONDS,
                )
            except BodyTooLarge:
                counters.refused.labels(platform.slug, "too_large").inc()
                return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
            except TooManyBytes:
                counters.refused.labels(platform.slug, "no_room").inc()
                return HTTPStatus.SERVICE_UNAVAILABLE
            return await self._take(platform, headers, body)

    async def _take(
        self, platform: StorePlatform, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> HTTPStatus:
        envelope = await self._verified(platform, headers, body)
        if envelope is None:
            return HTTPStatus.UNAUTHORIZED
        if envelope.is_ping:
            counters.ignored.labels(platform.slug, "ping").inc()
            return HTTPStatus.OK
        try:
            return await self._keep(platform, envelope, body)
        except InboxUnavailable as error:
            log.error("webhooks.not_stored", error=str(error))
            counters.refused.labels(platform.slug, "storage").inc()
            return HTTPStatus.SERVICE_UNAVAILABLE

    async def _verified(
        self, platform: StorePlatform, headers: list[tuple[bytes, bytes]], body: bytes
    ) -> Envelope | None:
        try:
            if len(body) > _LARGE_BYTES:
                return await asyncio.to_thread(platform.gate.verify, headers, body)
            return platform.gate.verify(headers, body)
        except SignatureRefused:
            reason = "signature"
        except Exception as error:  # noqa: BLE001 - a verifier that fails has not verified
            log.warning("webhooks.verifier_failed", error=type(error).__name__)
            reason = "verifier"
        counters.refused.labels(platform.slug, reason).inc()
        return None

    async def _keep(self, platform: StorePlatform, envelope: Envelope, body: bytes) -> HTTPStatus:
        domain = platform.gate.identify(envelope)
        known = self._directory.remembered(platform.slug, domain)
        if known is None and domain:
            known = await asyncio.to_thread(self._directory.look_up, platform.slug, domain)
        if not envelope.is_compliance and (known is None or not known.is_connected):
            reason = "unknown_store" if known is None else "disconnected"
            counters.ignored.labels(platform.slug, reason).inc()
            return HTTPStatus.OK
        row = arrival(
            platform.slug, domain, envelope, body, self._addressee(known), self._services.now()
        )
        is_new = await self._inbox.add(row)
        (counters.accepted if is_new else counters.duplicates).labels(platform.slug).inc()
        return HTTPStatus.OK

    def _addressee(self, known: KnownStore | None) -> Addressee:
        if known is None:
            return Addressee(None, None, self._intake_key)
        return Addressee(known.workspace_id, known.store_id, known.key or self._intake_key)


def _slug(scope: Scope) -> str:
    """The platform that an address names; '' for an address that is none of ours."""
    path = str(scope["path"])
    slug = path.removeprefix(PREFIX + "/")
    return slug if slug != path and "/" not in slug else ""


def create(services: Services) -> Receiver:
    """The receiver of this process, with its inbox and its wake-up."""
    wake = WakeUp(services.jobs)
    return Receiver(services, open_inbox(services, on_new=wake), StoreDirectory(services))
