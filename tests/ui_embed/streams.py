"""Live streams over a real Valkey, opened through the whole front."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import orjson
import pytest
from redis import Redis

from integration.events_valkey import ValkeyEvents
from integration.processes.valkey import ValkeyServer, running_valkey
from tests.rsgi import Headers, Proto, Reply, Scope
from tests.ui_embed.world import World, build_world
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
async def opened(
    app: Any, token: str | None, *, query: str = "", **headers: str
) -> AsyncIterator[Stream]:
    """The stream, opened through the whole front; it is left when the block ends."""
    sent = [(name.replace("_", "-"), value) for name, value in headers.items()]
    if token is not None:
        sent.append(("authorization", f"Bearer {token}"))
    proto = Proto()
    task = asyncio.create_task(
        app.__rsgi__(Scope(path=live.PATH, query_string=query, headers=Headers(sent)), proto)
    )
    try:
        yield Stream(proto.reply, task)
    finally:
        proto.gone.set()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


def changed(part: str) -> tuple[str, Any]:
    fields = dict(line.split(": ", 1) for line in part.strip().split("\n"))
    assert fields["event"] == "changed", part
    return fields["id"], orjson.loads(fields["data"])
