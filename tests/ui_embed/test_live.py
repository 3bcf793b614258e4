"""The live stream over a real Valkey: who may listen, what comes, and what is made good later."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from redis import Redis

from integration.app import create_front
from integration.events import Event
from integration.events_valkey import ValkeyEvents
from integration.valkey import ValkeyServer, running_valkey
from tests.rsgi import Headers, Proto, Reply, Scope
from tests.ui_embed.world import DOMAIN, NOW, OTHER_DOMAIN, World, build_world, change_store, mint
from ui_embed import live

PATIENCE_SECONDS = 60.0


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    with running_valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture
def told(valkey: ValkeyServer) -> Iterator[ValkeyEvents]:
    client = Redis.from_url(valkey.url)
    client.flushall()
    yield ValkeyEvents(client)
    client.close()


@pytest.fixture
def listening(tmp_path: Path, valkey: ValkeyServer) -> Iterator[World]:
    world = build_world(tmp_path, REDIS_URL=valkey.url)
    yield world
    world.services.db.dispose()
    world.services.inbox.dispose()


class Stream:
    """One open request: its answer as it comes."""

    def __init__(self, reply: Reply, task: "asyncio.Task[None]") -> None:
        self._reply = reply
        self._task = task

    @property
    def status(self) -> int:
        return self._reply.status

    @property
    def headers(self) -> dict[str, str]:
        return self._reply.headers

    @property
    def parts(self) -> "asyncio.Queue[bytes]":
        return self._reply.parts

    async def take(self) -> str:
        return (await asyncio.wait_for(self.parts.get(), PATIENCE_SECONDS)).decode()

    async def end(self) -> None:
        await asyncio.wait_for(self._task, PATIENCE_SECONDS)


@asynccontextmanager
async def opened(app: Any, token: str | None, **headers: str) -> AsyncIterator[Stream]:
    """The stream, opened through the whole front; it is left when the block ends."""
    sent = [(name.replace("_", "-"), value) for name, value in headers.items()]
    if token is not None:
        sent.append(("authorization", f"Bearer {token}"))
    proto = Proto()
    task = asyncio.create_task(app.__rsgi__(Scope(path=live.PATH, headers=Headers(sent)), proto))
    try:
        yield Stream(proto.reply, task)
    finally:
        proto.gone.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def _changed(part: str) -> tuple[str, Any]:
    fields = dict(line.split(": ", 1) for line in part.strip().split("\n"))
    assert fields["event"] == "changed", part
    return fields["id"], orjson.loads(fields["data"])


def _front(world: World) -> Any:
    return create_front(world.services, world.house)


def test_news_of_the_own_workspace_comes_and_no_other(listening: World, told: ValkeyEvents) -> None:
    async def run() -> None:
        async with opened(_front(listening), mint(DOMAIN)) as stream:
            assert await stream.take() == ": open\n\n"
            assert stream.status == 200
            assert stream.headers["content-type"].startswith("text/event-stream")
            assert stream.headers["cache-control"] == "no-store"
            told.publish(Event(listening.other_workspace_id, "profile", 66))
            told.publish(Event(listening.workspace_id, "profile", 7))
            _, data = _changed(await stream.take())
            assert data == {"kind": "profile", "subject_id": "7"}
            assert stream.parts.empty()

    asyncio.run(run())


def test_what_was_missed_meanwhile_is_made_good(listening: World, told: ValkeyEvents) -> None:
    async def run() -> None:
        front = _front(listening)
        async with opened(front, mint(DOMAIN)) as first:
            await first.take()
            told.publish(Event(listening.workspace_id, "profile", 1))
            last, _ = _changed(await first.take())
        told.publish(Event(listening.workspace_id, "profile", 2))
        async with opened(front, mint(DOMAIN), last_event_id=last) as second:
            assert await second.take() == ": open\n\n"
            _, data = _changed(await second.take())
            assert data["subject_id"] == "2"
            told.publish(Event(listening.workspace_id, "store", 3))
            _, data = _changed(await second.take())
            assert data == {"kind": "store", "subject_id": "3"}

    asyncio.run(run())


def test_who_was_away_too_long_is_told_to_read_all_again(
    listening: World, told: ValkeyEvents
) -> None:
    async def run() -> None:
        told.publish(Event(listening.workspace_id, "profile", 2))
        async with opened(_front(listening), mint(DOMAIN), last_event_id="1-0") as stream:
            await stream.take()
            _, data = _changed(await stream.take())
            assert data["kind"] == "resync"

    asyncio.run(run())


def test_many_panels_share_one_reader(
    listening: World, told: ValkeyEvents, valkey: ValkeyServer
) -> None:
    async def run() -> None:
        front = _front(listening)
        async with (
            opened(front, mint(DOMAIN)) as one,
            opened(front, mint(DOMAIN)) as two,
            opened(front, mint(OTHER_DOMAIN)) as other,
        ):
            for stream in (one, two, other):
                await stream.take()
            told.publish(
                Event(listening.workspace_id, "profile", 7),
                Event(listening.other_workspace_id, "profile", 8),
            )
            answers = [_changed(await stream.take())[1] for stream in (one, two, other)]
            assert [answer["subject_id"] for answer in answers] == ["7", "7", "8"]
            client = Redis.from_url(valkey.url)
            readers = [each for each in client.client_list() if each["cmd"] == "xread"]
            client.close()
            assert len(readers) == 1

    asyncio.run(run())


def test_a_stream_ends_with_its_token(listening: World, monkeypatch: pytest.MonkeyPatch) -> None:
    short = mint(DOMAIN, exp=int(NOW.timestamp()) + 1)

    async def run() -> None:
        async with opened(_front(listening), short) as stream:
            await stream.take()
            assert await stream.take() == "event: again\ndata: {}\n\n"
            await stream.end()

    asyncio.run(run())


def test_a_quiet_stream_shows_that_it_lives(
    listening: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)

    async def run() -> None:
        async with opened(_front(listening), mint(DOMAIN)) as stream:
            await stream.take()
            assert await stream.take() == ": still here\n\n"

    asyncio.run(run())


@pytest.mark.parametrize(
    ("token", "code"),
    [
        (None, "unauthorized"),
        (mint(DOMAIN, aud="another"), "invalid_session"),
        (mint("stranger.myshopify.com"), "not_installed"),
        ("no-key", "unauthorized"),
    ],
)
def test_nobody_else_may_listen(listening: World, token: str | None, code: str) -> None:
    async def run() -> None:
        async with opened(_front(listening), token) as stream:
            body = orjson.loads(await stream.take())
            assert (stream.status, body["error"]["code"]) == (401, code)
            assert stream.headers["x-shopify-retry-invalid-session-request"] == "1"

    asyncio.run(run())


def test_an_uninstalled_store_may_not_listen(listening: World) -> None:
    change_store(listening.services, listening.store_id, status="disconnected")

    async def run() -> None:
        async with opened(_front(listening), mint(DOMAIN)) as stream:
            assert orjson.loads(await stream.take())["error"]["code"] == "not_installed"

    asyncio.run(run())


def test_without_valkey_a_page_is_told_to_ask_now_and_then(world: World) -> None:
    async def run() -> None:
        async with opened(_front(world), mint(DOMAIN)) as stream:
            body = orjson.loads(await stream.take())
            assert (stream.status, body["error"]["code"]) == (503, "no_live")

    asyncio.run(run())
