"""A visitor's stream over a real Valkey: what it hints, what it never says, and how it resumes."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from redis import Redis

from integration.app import create_front
from integration.events import Event
from integration.events_valkey import ValkeyEvents
from integration.processes.valkey import ValkeyServer, running_valkey
from tests.rsgi import Headers, Proto, Scope
from tests.ui_embed.widget.chats import CHAT, ORIGIN, Desk, Visitor, add_chat, desk
from tests.ui_embed.world import World, build_world
from ui_embed.widget import live

PATIENCE_SECONDS = 60.0


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    with running_valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture
def chatting(tmp_path: Path, valkey: ValkeyServer) -> Iterator[tuple[World, Desk, Visitor]]:
    """A visitor who has said something, and the agent, with a Valkey between them."""
    client = Redis.from_url(valkey.url)
    client.flushall()
    world = build_world(tmp_path, REDIS_URL=valkey.url)
    world.services = replace(world.services, events=ValkeyEvents(client))
    world.app.extensions["services"] = world.services
    add_chat(world)
    visitor = Visitor(world.app.test_client())
    visitor.start()
    visitor.say("Hello")
    yield world, desk(world), visitor
    world.services.db.dispose()
    world.services.inbox.dispose()
    client.close()


class Stream:
    """An open stream."""

    def __init__(self, proto: Proto, task: "asyncio.Task[None]") -> None:
        self.reply = proto.reply
        self.task = task

    async def take(self) -> str:
        """The next part of it."""
        return (await asyncio.wait_for(self.reply.parts.get(), PATIENCE_SECONDS)).decode()

    async def event(self) -> tuple[str, str | None]:
        """The next event and its id; what is only a comment is passed over."""
        while True:
            part = await self.take()
            fields = dict(line.split(": ", 1) for line in part.strip().split("\n"))
            if "event" in fields:
                return fields["event"], fields.get("id")


@asynccontextmanager
async def opened(world: World, token: str | None, **headers: str) -> AsyncIterator[Stream]:
    """The stream, through the whole front; it is left when the block ends."""
    sent = [("origin", ORIGIN), *((name.replace("_", "-"), each) for name, each in headers.items())]
    if token is not None:
        sent.append(("authorization", f"Bearer {token}"))
    proto = Proto()
    scope = Scope(path=live.PATH, headers=Headers(sent), query_string=f"channel={CHAT}")
    front = create_front(world.services, world.house)
    task = asyncio.create_task(front.__rsgi__(scope, proto))
    try:
        yield Stream(proto, task)
    finally:
        proto.gone.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


Chatting = tuple[World, Desk, Visitor]


def test_it_hints_and_holds_nothing(chatting: Chatting) -> None:
    world, agent, visitor = chatting
    conversation = agent.conversations()[0]

    async def run() -> None:
        async with opened(world, visitor.token) as stream:
            assert (await stream.event())[0] == "changed"
            assert stream.reply.headers["access-control-allow-origin"] == ORIGIN
            agent.answer(conversation.id, "a canary in the answer")
            assert (await stream.event())[0] == "changed"
            agent.types(conversation.id)
            assert (await stream.event())[0] == "typing"
            everything = stream.reply.body.decode()
            assert "canary" not in everything
            assert f"agent:{agent.agent_id}" not in everything
            assert "Ada" not in everything

    asyncio.run(run())


def test_nothing_of_others_comes(chatting: Chatting) -> None:
    world, agent, visitor = chatting
    other = Visitor(world.app.test_client())
    other.start()
    other.say("Hi")
    mine, theirs = agent.conversations()

    async def run() -> None:
        async with opened(world, visitor.token) as stream:
            await stream.event()
            publish = world.services.events.publish
            publish(Event(world.workspace_id, "conversation", theirs.id))
            publish(Event(world.other_workspace_id, "conversation", mine.id))
            publish(Event(world.workspace_id, "profile", mine.id))
            publish(Event(world.workspace_id, "typing", mine.id, {"who": "visitor"}))
            publish(Event(world.workspace_id, "presence", mine.id, {"who": "agent:1"}))
            agent.types(mine.id)
            assert (await stream.event())[0] == "typing"
            assert stream.reply.body.count(b"event: ") == 2

    asyncio.run(run())


def test_a_message_is_hinted_at_by_its_id_and_what_is_agents_alone_isnt(
    chatting: Chatting,
) -> None:
    world, agent, visitor = chatting
    conversation = agent.conversations()[0]

    async def run() -> None:
        async with opened(world, visitor.token) as stream:
            await stream.event()
            for told in ("note", "seen"):
                news = {"what": told, "message": "6", "assignee": "9"}
                world.services.events.publish(
                    Event(world.workspace_id, "conversation", conversation.id, news)
                )
            news = {"what": "message", "message": "7", "assignee": "9"}
            world.services.events.publish(
                Event(world.workspace_id, "conversation", conversation.id, news)
            )
            part = await stream.take()
            while part.startswith(":"):
                part = await stream.take()
            assert part.partition("\n")[2] == 'event: changed\ndata: {"message":"7"}\n\n'

    asyncio.run(run())


def test_what_came_while_it_was_broken_is_made_good(chatting: Chatting) -> None:
    world, agent, visitor = chatting
    conversation = agent.conversations()[0]

    async def run() -> None:
        async with opened(world, visitor.token) as first:
            _, last = await first.event()
        assert last is not None
        agent.answer(conversation.id, "One")
        agent.answer(conversation.id, "Two")
        async with opened(world, visitor.token, last_event_id=last) as second:
            assert (await second.event())[0] == "changed"

    asyncio.run(run())
    # The page asks by its cursor, once or as often as it is told.
    assert visitor.texts() == ["Hello", "One", "Two"]


@pytest.mark.parametrize("token", [None, "cv_" + "x" * 43, "nobody"])
def test_nobody_else_listens(chatting: Chatting, token: str | None) -> None:
    async def run() -> None:
        async with opened(chatting[0], token) as stream:
            await stream.take()
            assert stream.reply.status == 401

    asyncio.run(run())


def test_who_has_said_nothing_has_nothing_to_hear(chatting: Chatting) -> None:
    world, _, _ = chatting
    silent = Visitor(world.app.test_client())
    silent.start()

    async def run() -> None:
        async with opened(world, silent.token) as stream:
            body: Any = orjson.loads(await stream.take())
            assert (stream.reply.status, body["error"]["code"]) == (401, "unknown_visitor")

    asyncio.run(run())


def test_a_page_of_another_site_hears_nothing(chatting: Chatting) -> None:
    world, _, visitor = chatting

    async def run() -> None:
        proto = Proto()
        headers = [("origin", "https://evil.example"), ("authorization", f"Bearer {visitor.token}")]
        scope = Scope(path=live.PATH, headers=Headers(headers), query_string=f"channel={CHAT}")
        await create_front(world.services, world.house).__rsgi__(scope, proto)
        assert proto.reply.status == 403
        assert "access-control-allow-origin" not in proto.reply.headers

    asyncio.run(run())


def test_a_visitor_is_there_while_it_is_open(
    chatting: Chatting, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, agent, visitor = chatting
    seen: list[tuple[int, int]] = []

    class Presence:
        def see_visitor(self, workspace_id: int, visitor_id: int) -> bool:
            seen.append((workspace_id, visitor_id))
            return True

    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.05)
    world.services = replace(world.services, presence=Presence())  # type: ignore[arg-type]

    async def run() -> None:
        async with opened(world, visitor.token) as stream:
            await stream.event()
            while len(seen) < 3:
                assert await stream.take() == ": still here\n\n"

    asyncio.run(run())
    visitor_id = agent.conversations()[0].visitor_id
    assert set(seen) == {(world.workspace_id, visitor_id)}


def test_one_browser_holds_so_many_streams_and_no_more(
    chatting: Chatting, monkeypatch: pytest.MonkeyPatch
) -> None:
    world, _, visitor = chatting
    monkeypatch.setattr(live, "MOST_STREAMS", 0)

    async def run() -> None:
        async with opened(world, visitor.token) as stream:
            assert (await stream.event())[0] == "refused"

    asyncio.run(run())
