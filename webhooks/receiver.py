"""The machines' door: verify, store, answer. A small application in front of Flask.

It speaks RSGI, granian's own interface and the cheapest there is.

A platform's deliveries come to one address, and the store is found by what was verified; or each
store has an address of its own, and the secret to verify by is found by the token in it.

The answers are the contract's table. Nothing is parsed here; a delivery is acknowledged only after
its commit; the one 5xx is 503, for storage that can't commit (or has no room) now.
"""

import asyncio
import time
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import structlog

from integration.delivery_bodies import intake_key
from integration.services import Services
from platforms.errors import SignatureRefused
from platforms.port import Envelope, StorePlatform
from webhooks import counters
from webhooks.arrival import Addressee, arrival
from webhooks.group_commit import PATIENCE_SECONDS, GroupCommit, InboxUnavailable
from webhooks.inbox import open_inbox
from webhooks.raw_body import (
    BodyNeverCame,
    BodyTooLarge,
    Headers,
    Incoming,
    Overdue,
    Room,
    TooManyBytes,
    read_body,
)
from webhooks.store_directory import KnownStore, StoreDirectory
from webhooks.wake import WakeUp

log = structlog.get_logger(__name__)

PREFIX = "/webhooks"
BODY_BYTES_AT_MOST = 5 * 1024 * 1024
# Shopify hangs up after 5 seconds, WooCommerce as well.
LATE_AFTER_SECONDS = 5.0
_ALL_BODIES_BYTES = 128 * 1024 * 1024
_BODY_WITHIN_SECONDS = 15.0
_TURN_SECONDS = 1.0
# Hashing more than this is work for a thread, lest it hold up all other requests.
_LARGE_BYTES = 256 * 1024
_NO_HEADERS: list[tuple[str, str]] = []
_MORE_HEADERS = {
    HTTPStatus.METHOD_NOT_ALLOWED: [("allow", "POST")],
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: [("connection", "close")],
}


@dataclass(frozen=True, slots=True)
class _Request:
    """A POST to one of our addresses, begun at `started` (perf_counter).

    `at` is the store whose own address it is.
    """

    platform: StorePlatform
    headers: Headers
    body: bytes
    at: KnownStore | None
    started: float

    def patience_seconds(self) -> float:
        """How long its answer may still take. A body that came slowly has its turn all the same."""
        return max(PATIENCE_SECONDS - (time.perf_counter() - self.started), _TURN_SECONDS)


class Receiver:
    """What answers `POST /webhooks/<platform>` and `/webhooks/<platform>/<token>`."""

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
        self._room = Room(_ALL_BODIES_BYTES, patience_seconds=PATIENCE_SECONDS)
        self._overdue = Overdue(_BODY_WITHIN_SECONDS)
        self._intake_key = intake_key(services)
        # Looked up once: finding a counter by its label costs more than counting.
        self._accepted = {slug: counters.accepted.labels(slug) for slug in services.platforms}
        self._duplicates = {slug: counters.duplicates.labels(slug) for slug in services.platforms}

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Serve one request over RSGI."""
        status = await self._respond(Incoming(scope, proto))
        proto.response_empty(int(status), _MORE_HEADERS.get(status, _NO_HEADERS))

    async def _respond(self, incoming: Incoming) -> HTTPStatus:
        """The status to answer with; whatever happens, there is one."""
        started = time.perf_counter()
        try:
            status = await self._answer(incoming, started)
        except BodyNeverCame:
            counters.refused.labels(_parts(incoming.path)[0], "no_body").inc()
            status = HTTPStatus.REQUEST_TIMEOUT
        except Exception as error:
            # Whatever it was, the delivery isn't stored: the sender has to come again.
            log.exception("webhooks.failed", error=type(error).__name__)
            counters.refused.labels(_parts(incoming.path)[0], "failed").inc()
            status = HTTPStatus.SERVICE_UNAVAILABLE
        taken = time.perf_counter() - started
        counters.seconds.observe(taken)
        if taken > LATE_AFTER_SECONDS:
            counters.late.inc()
        return status

    async def _answer(self, incoming: Incoming, started: float) -> HTTPStatus:
        platform, token = self._addressed(incoming.path)
        if platform is None:
            return HTTPStatus.NOT_FOUND
        if incoming.method != "POST":
            return HTTPStatus.METHOD_NOT_ALLOWED
        at = await self._directory.at(platform.slug, token) if token else None
        if token and at is None:
            counters.refused.labels(platform.slug, "gone").inc()
            return HTTPStatus.GONE
        headers = incoming.headers()
        try:
            body, share = await read_body(
                incoming, self._room, self._overdue, bytes_at_most=self._bytes_at_most
            )
        except BodyTooLarge:
            counters.refused.labels(platform.slug, "too_large").inc()
            return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
        except TooManyBytes:
            counters.refused.labels(platform.slug, "no_room").inc()
            return HTTPStatus.SERVICE_UNAVAILABLE
        try:
            return await self._take(_Request(platform, headers, body, at, started))
        finally:
            share.give_back()

    def _addressed(self, path: str) -> tuple[StorePlatform | None, str]:
        """The platform of an address and the store's token in it, as far as the platform has one.

        No platform for an address that is none of ours.
        """
        slug, token = _parts(path)
        platform = self._services.platforms.get(slug)
        if platform is None or platform.traits.webhook_per_store != bool(token):
            return None, ""
        return platform, token

    async def _take(self, request: _Request) -> HTTPStatus:
        slug = request.platform.slug
        envelope = await self._verified(request)
        if envelope is None:
            return HTTPStatus.UNAUTHORIZED
        if envelope.is_ping:
            counters.ignored.labels(slug, "ping").inc()
            return HTTPStatus.OK
        try:
            return await self._keep(request, envelope)
        except InboxUnavailable as error:
            about = {"platform": slug, "delivery_external_id": envelope.delivery_id[:64]}
            log.error("webhooks.not_stored", error=str(error), **about)
            counters.refused.labels(slug, "storage").inc()
            return HTTPStatus.SERVICE_UNAVAILABLE

    async def _verified(self, request: _Request) -> Envelope | None:
        verify = request.platform.gate.verify
        secrets = request.at.secrets if request.at is not None else ()
        try:
            if len(request.body) > _LARGE_BYTES:
                return await asyncio.to_thread(verify, request.headers, request.body, secrets)
            return verify(request.headers, request.body, secrets)
        except SignatureRefused:
            reason = "signature"
        except Exception as error:  # noqa: BLE001 - a verifier that fails has not verified
            slug = request.platform.slug
            log.warning("webhooks.verifier_failed", platform=slug, error=type(error).__name__)
            reason = "verifier"
        counters.refused.labels(request.platform.slug, reason).inc()
        return None

    async def _keep(self, request: _Request, envelope: Envelope) -> HTTPStatus:
        slug, known = request.platform.slug, request.at
        domain = known.domain if known is not None else request.platform.gate.identify(envelope)
        if known is None:
            known = self._directory.remembered(slug, domain)
        if known is None:
            async with asyncio.timeout(request.patience_seconds()):
                known = await self._directory.named(slug, domain)
        if not envelope.is_compliance and (known is None or not known.is_connected):
            reason = "unknown_store" if known is None else "disconnected"
            counters.ignored.labels(slug, reason).inc()
            return HTTPStatus.OK
        row = arrival(
            slug, domain, envelope, request.body, self._addressee(known), self._services.now()
        )
        is_new = await self._inbox.add(
            row,
            within_seconds=request.patience_seconds(),
            is_wanted_late=not request.platform.traits.retries_webhooks,
        )
        (self._accepted if is_new else self._duplicates)[slug].inc()
        return HTTPStatus.OK

    def _addressee(self, known: KnownStore | None) -> Addressee:
        if known is None:
            return Addressee(None, None, self._intake_key)
        return Addressee(known.workspace_id, known.store_id, known.key or self._intake_key)


def _parts(path: str) -> tuple[str, str]:
    """The platform and the store's token that an address names; '' for what it doesn't."""
    slug, slash, token = path.removeprefix(PREFIX + "/").partition("/")
    if not path.startswith(PREFIX + "/") or "/" in token or (slash and not token):
        return "", ""
    return slug, token


def create(services: Services) -> Receiver:
    """The receiver of this process, with its inbox and its wake-up."""
    inbox = open_inbox(services, on_new=WakeUp(services.jobs))
    counters.waiting.set_function(lambda: inbox.waiting()[0])
    counters.waiting_bytes.set_function(lambda: inbox.waiting()[1])
    counters.oldest_waiting.set_function(inbox.oldest_waiting_seconds)
    return Receiver(services, inbox, StoreDirectory(services))
