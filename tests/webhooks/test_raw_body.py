"""Bodies that don't come: each is ended in its time, and nobody else with it."""

import asyncio

import pytest

from integration.models import Store
from integration.services import Services
from tests.rsgi import Headers, Proto, Scope
from tests.webhooks.parts import headers, stored
from webhooks.group_commit import GroupCommit
from webhooks.inbox import open_inbox
from webhooks.raw_body import (
    BodyNeverCame,
    Incoming,
    Overdue,
    Room,
    read_body,
)
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory

BODY = b'{"id": 1}'


def scope(**given: str) -> Scope:
    pairs = [(name.replace("_", "-"), value) for name, value in given.items()]
    twice = [("x-twice", "1"), ("x-twice", "2")]
    return Scope("POST", "/webhooks/shopify", Headers([*pairs, *twice]))


def held(*chunks: bytes) -> Proto:
    """A body that doesn't come before the test says so."""
    proto = Proto(*chunks)
    proto.may_send.clear()
    return proto


async def _read(incoming: Incoming, overdue: Overdue, room: Room) -> bytes:
    body, share = await read_body(incoming, room, overdue, bytes_at_most=100)
    share.give_back()
    return body


def test_a_body_that_never_comes_is_ended_and_gives_its_room_back() -> None:
    async def scenario() -> None:
        room, overdue = Room(100, patience_seconds=30), Overdue(0.05)
        for _ in range(3):
            slow = Incoming(scope(content_length="90"), held())
            with pytest.raises(BodyNeverCame):
                await _read(slow, overdue, room)
        # The same task goes on, and is not ended later.
        await asyncio.sleep(0.1)
        quick = Incoming(scope(content_length="100"), Proto(b"whole"))
        assert await _read(quick, overdue, room) == b"whole"

    asyncio.run(scenario())


def test_a_request_that_is_cancelled_by_others_stays_cancelled() -> None:
    async def scenario() -> None:
        room, overdue = Room(100, patience_seconds=30), Overdue(30)
        waiting = Incoming(scope(content_length="90"), held())
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
        chunked = Incoming(scope(transfer_encoding="chunked"), Proto(b"in ", b"parts"))
        assert await _read(chunked, overdue, room) == b"in parts"
        assert chunked.headers()[-2:] == [(b"x-twice", b"1"), (b"x-twice", b"2")]

    asyncio.run(scenario())


def test_a_sender_that_stops_is_408_and_the_next_one_is_served(
    services: Services, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.receiver._BODY_WITHIN_SECONDS", 0.05)
    inbox: GroupCommit = open_inbox(services)
    receiver = Receiver(services, inbox, StoreDirectory(services))

    async def scenario() -> tuple[int, int]:
        told = [(name.decode(), value.decode()) for name, value in headers(BODY)]
        given = Scope("POST", "/webhooks/shopify", Headers([*told, ("content-length", "9")]))
        never, whole = held(BODY), Proto(BODY)
        await receiver.__rsgi__(given, never)
        await receiver.__rsgi__(given, whole)
        assert whole.reply.headers == {}
        return never.reply.status, whole.reply.status

    assert asyncio.run(scenario()) == (408, 200)
    assert len(stored(services)) == 1
    inbox.close()
