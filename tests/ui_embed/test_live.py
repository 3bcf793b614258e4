"""The live stream over a real Valkey: who may listen, what comes, and what is made good later."""

import asyncio
from typing import Any

import orjson
import pytest
from redis import Redis

from integration.app import create_front
from integration.events import Event
from integration.events_valkey import ValkeyEvents
from integration.processes.valkey import ValkeyServer
from tests.ui_embed.streams import changed, listening, opened, told, valkey
from tests.ui_embed.world import DOMAIN, NOW, OTHER_DOMAIN, World, change_store, mint
from ui_embed import live

__all__ = ("listening", "told", "valkey")


def _front(world: World) -> Any:
    return create_front(world.services, world.house)


def test_news_of_the_own_workspace_comes_and_no_other(listening: World, told: ValkeyEvents) -> None:
    async def run() -> None:
        async with opened(_front(listening), mint(DOMAIN)) as stream:
            assert (await stream.take()).endswith(": open\n\n")
            assert stream.status == 200
            assert stream.headers["content-type"].startswith("text/event-stream")
            assert stream.headers["cache-control"] == "no-store"
            told.publish(Event(listening.other_workspace_id, "profile", 66))
            told.publish(Event(listening.workspace_id, "profile", 7))
            _, data = changed(await stream.take())
            assert data == {"kind": "profile", "subject_id": "7"}
            assert stream.parts.empty()

    asyncio.run(run())


def test_what_was_missed_meanwhile_is_made_good(listening: World, told: ValkeyEvents) -> None:
    async def run() -> None:
        front = _front(listening)
        async with opened(front, mint(DOMAIN)) as first:
            await first.take()
            told.publish(Event(listening.workspace_id, "profile", 1))
            last, _ = changed(await first.take())
        told.publish(Event(listening.workspace_id, "profile", 2))
        async with opened(front, mint(DOMAIN), last_event_id=last) as second:
            assert await second.take() == f"id: {last}\n: open\n\n"
            _, data = changed(await second.take())
            assert data["subject_id"] == "2"
            told.publish(Event(listening.workspace_id, "store", 3))
            _, data = changed(await second.take())
            assert data == {"kind": "store", "subject_id": "3"}

    asyncio.run(run())


def test_a_stream_that_broke_before_anything_came_is_resumed(
    listening: World, told: ValkeyEvents
) -> None:
    async def run() -> None:
        front = _front(listening)
        told.publish(Event(listening.workspace_id, "profile", 1))
        async with opened(front, mint(DOMAIN)) as first:
            name, _, begun = (await first.take()).split("\n")[0].partition(": ")
            assert name == "id"
        told.publish(Event(listening.workspace_id, "profile", 2))
        async with opened(front, mint(DOMAIN), last_event_id=begun) as second:
            await second.take()
            _, data = changed(await second.take())
            assert data == {"kind": "profile", "subject_id": "2"}

    asyncio.run(run())


def test_who_was_away_too_long_is_told_to_read_all_again(
    listening: World, told: ValkeyEvents
) -> None:
    async def run() -> None:
        told.publish(Event(listening.workspace_id, "profile", 2))
        async with opened(_front(listening), mint(DOMAIN), last_event_id="1-0") as stream:
            await stream.take()
            _, data = changed(await stream.take())
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
            answers = [changed(await stream.take())[1] for stream in (one, two, other)]
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
