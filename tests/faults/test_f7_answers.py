"""F7: more deliveries than can be stored at once: nobody is refused while storage works, whoever
must be told to come again is told in time, and what is acknowledged is stored."""

import asyncio
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from integration.services import Services
from tests.conftest import StandingClock
from tests.faults.lengths import how_many
from tests.webhooks.parts import (
    SHOP,
    Reply,
    add_store,
    as_body,
    call,
    headers,
    make_services,
    noise,
)
from tests.webhooks.test_group_commit import row
from webhooks.arrival import Arrival
from webhooks.group_commit import GroupCommit, InboxUnavailable
from webhooks.raw_body import Room, TooManyBytes
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory

COUNT = how_many(300, 6000)


class SlowSink:
    """Few rows at a time and each commit takes its time, or waits for the gate."""

    failures: tuple[type[Exception], ...] = (OSError,)

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.stored: list[str] = []
        self.begun = threading.Event()
        self.gate = threading.Event()

    def commit(self, batch: Sequence[Arrival]) -> list[bool]:
        self.begun.set()
        if self.seconds:
            self.gate.wait(self.seconds)
        else:
            assert self.gate.wait(30)
        self.stored += [arrival.delivery_external_id for arrival in batch]
        return [True] * len(batch)

    def close(self) -> None:
        pass


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock) -> Services:
    made = make_services(tmp_path, clock)
    add_store(made)
    return made


def _allow(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Senders wait that long; a slow machine is no fault of ours."""
    monkeypatch.setattr("webhooks.receiver.PATIENCE_SECONDS", seconds)
    monkeypatch.setattr("webhooks.receiver.LATE_AFTER_SECONDS", seconds + 1)
    monkeypatch.setattr("webhooks.receiver._TURN_SECONDS", 0.1)


def _late() -> float:
    return REGISTRY.get_sample_value("tillside_webhooks_late_total") or 0.0


async def _send(receiver: Receiver, name: str) -> Reply:
    body = as_body({"id": 1, "note": noise(name, 10_000)})
    return await call(receiver, body, headers(body, delivery_id=name))


def test_three_times_what_can_be_stored_is_all_stored_and_in_time(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    # There is room for a tenth of the bodies: the others' senders are held back.
    monkeypatch.setattr("webhooks.receiver._ALL_BODIES_BYTES", COUNT * 1000)
    _allow(monkeypatch, 30.0)
    sink = SlowSink(seconds=0.002)
    inbox = GroupCommit(sink, batch_rows=10, queue_bytes=100_000)
    receiver = Receiver(services, inbox, StoreDirectory(services))
    late, names = _late(), [f"d{number}" for number in range(COUNT)]

    async def surge() -> list[int]:
        # Three at once for each that a commit takes.
        waves = [names[at : at + 30] for at in range(0, COUNT, 30)]
        tasks = []
        for wave in waves:
            tasks += [asyncio.create_task(_send(receiver, name)) for name in wave]
            await asyncio.sleep(sink.seconds)
        return [reply.status for reply in await asyncio.gather(*tasks)]

    assert asyncio.run(surge()) == [200] * COUNT
    assert sorted(sink.stored) == sorted(names)
    assert _late() == late
    assert inbox.waiting() == (0, 0)
    assert inbox.oldest_waiting_seconds() == 0.0
    inbox.close()


def test_storage_that_stands_still_is_told_to_everyone_and_nothing_is_acknowledged(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    _allow(monkeypatch, 0.2)
    monkeypatch.setattr("webhooks.receiver._ALL_BODIES_BYTES", COUNT * 5000)
    sink = SlowSink()
    inbox = GroupCommit(sink, queue_bytes=COUNT * 3000)
    directory = StoreDirectory(services, ttl_seconds=3600)
    assert directory.look_up("shopify", SHOP)
    receiver = Receiver(services, inbox, directory)

    async def stand_still() -> None:
        first = asyncio.create_task(_send(receiver, "first"))
        assert await asyncio.to_thread(sink.begun.wait, 30)
        others = await asyncio.gather(*(_send(receiver, f"d{n}") for n in range(COUNT)))
        assert {reply.status for reply in others} == {503}
        assert (await first).status == 503
        assert sink.stored == []
        rows, size = inbox.waiting()
        assert 0 < rows < COUNT / 2
        assert size < COUNT * 3000 + 11_000
        assert inbox.oldest_waiting_seconds() > 0
        sink.gate.set()
        _allow(monkeypatch, 30.0)
        assert (await _send(receiver, "again")).status == 200

    asyncio.run(stand_still())
    # Shopify comes again: what it gave up while it waited isn't worked off in vain.
    assert sink.stored == ["first", "again"]
    assert inbox.waiting() == (0, 0)
    inbox.close()


def test_what_never_comes_again_is_stored_late() -> None:
    sink = SlowSink()
    inbox = GroupCommit(sink, patience_seconds=0.05)

    async def give_up() -> None:
        first = asyncio.create_task(inbox.add(_row("first")))
        assert await asyncio.to_thread(sink.begun.wait, 30)
        for name, is_wanted_late in (("dropped", False), ("kept", True)):
            with pytest.raises(InboxUnavailable, match="too long"):
                await inbox.add(_row(name), is_wanted_late=is_wanted_late)
        with pytest.raises(InboxUnavailable):
            await first

    asyncio.run(give_up())
    sink.gate.set()
    inbox.close()
    assert sink.stored == ["first", "kept"]


def test_room_is_given_in_turn_and_a_large_one_is_not_overtaken() -> None:
    room = Room(100, patience_seconds=30)
    given: list[int] = []

    async def scenario() -> None:
        first = await room.share(80)

        async def one(size: int) -> None:
            share = await room.share(size)
            given.append(size)
            share.give_back()

        tasks = [asyncio.create_task(one(size)) for size in (90, 10, 20)]
        await asyncio.sleep(0)
        assert given == []
        first.give_back()
        await asyncio.gather(*tasks)

    asyncio.run(scenario())
    assert given == [90, 10, 20]


def test_room_that_does_not_come_is_told_and_leaves_none_behind() -> None:
    room = Room(100, patience_seconds=0.02)

    async def scenario() -> None:
        first = await room.share(80)
        with pytest.raises(TooManyBytes):
            await room.share(30)
        first.hold(100)
        with pytest.raises(TooManyBytes):
            first.hold(101)
        first.give_back()
        last = await room.share(100)
        assert last.size == 100

    asyncio.run(scenario())


def _row(name: str) -> Arrival:
    return replace(row(1), delivery_external_id=name)
