"""Bodies that don't come: each is ended in its time, and nobody else with it."""

import asyncio
from collections.abc import MutableMapping
from typing import Any

import pytest

from integration.models import Store
from integration.services import Services
from tests.webhooks.parts import headers, stored
from webhooks.group_commit import GroupCommit
from webhooks.inbox import open_inbox
from webhooks.raw_body import (
    AsgiRequest,
    BodyNeverCame,
    Incoming,
    Overdue,
    Room,
    RsgiRequest,
    read_body,
)
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory

BODY = b'{"id": 1}'


class RsgiHeaders(dict[str, str]):
    """As granian's own: `items` may hold a name more than once."""

    def items(self) -> Any:
        return [*super().items(), ("x-twice", "1"), ("x-twice", "2")]


class Scope:
    """An RSGI scope."""

    method = "POST"
    path = "/webhooks/shopify"

    def __init__(self, **given: str) -> None:
        self.headers = RsgiHeaders(given)


class Proto:
    """An RSGI protocol whose body comes when the test says so, or in chunks."""

    def __init__(self, *chunks: bytes) -> None:
        self.chunks = chunks
        self.answered: list[tuple[int, list[tuple[str, str]]]] = []
        self.sent = asyncio.Event()

    async def __call__(self) -> bytes:
        await self.sent.wait()
        return b"".join(self.chunks)

    async def __aiter__(self) -> Any:
        for chunk in self.chunks:
            yield chunk

    def response_empty(self, status: int, more: list[tuple[str, str]]) -> None:
        self.answered.append((status, more))


async def _read(incoming: Incoming, overdue: Overdue, room: Room) -> bytes:
    body, share = await read_body(incoming, incoming.headers(), room, overdue, bytes_at_most=100)
    share.give_back()
    return body


def test_a_body_that_never_comes_is_ended_and_gives_its_room_back() -> None:
    async def scenario() -> None:
        room, overdue = Room(100, patience_seconds=30), Overdue(0.05)
        for _ in range(3):
            slow = RsgiRequest(Scope(**{"content-length": "90"}), Proto())
            with pytest.raises(BodyNeverCame):
                await _read(slow, overdue, room)
        # The same task goes on, and is not ended later.
        await asyncio.sleep(0.1)
        proto = Proto(b"whole")
        proto.sent.set()
        quick = RsgiRequest(Scope(**{"content-length": "100"}), proto)
        assert await _read(quick, overdue, room) == b"whole"

    asyncio.run(scenario())


def test_a_request_that_is_cancelled_by_others_stays_cancelled() -> None:
    async def scenario() -> None:
        room, overdue = Room(100, patience_seconds=30), Overdue(30)
        waiting = RsgiRequest(Scope(**{"content-length": "90"}), Proto())
        task = asyncio.create_task(_read(waiting, overdue, room))
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await room.share(100)).size == 100

    asyncio.run(scenario())


def test_chunks_are_read_as_they_come_and_headers_stand_twice() -> None:
    async def scenario() -> None:
        room, overdue = Room(100, patience_seconds=30), Overdue(30)
        given = Scope(**{"transfer-encoding": "chunked"})
        chunked = RsgiRequest(given, Proto(b"in ", b"parts"))
        assert await _read(chunked, overdue, room) == b"in parts"
        assert chunked.headers()[-2:] == [(b"x-twice", b"1"), (b"x-twice", b"2")]

    asyncio.run(scenario())


def test_a_sender_that_stops_is_408_and_the_next_one_is_served(
    services: Services, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.receiver._BODY_WITHIN_SECONDS", 0.05)
    inbox: GroupCommit = open_inbox(services)
    receiver = Receiver(services, inbox, StoreDirectory(services))

    async def never() -> MutableMapping[str, Any]:
        await asyncio.Event().wait()
        raise AssertionError("not reached")

    async def scenario() -> tuple[int, int]:
        given = [*headers(BODY), (b"content-length", b"9")]
        scope = {"method": "POST", "path": "/webhooks/shopify", "headers": given}
        stopped = await receiver._respond(AsgiRequest(scope, never))
        proto = Proto(BODY)
        proto.sent.set()
        told = {name.decode(): value.decode() for name, value in given}
        await receiver.__rsgi__(Scope(**told), proto)
        [(status, more)] = proto.answered
        assert more == []
        return stopped, status

    assert asyncio.run(scenario()) == (408, 200)
    assert len(stored(services)) == 1
    inbox.close()
