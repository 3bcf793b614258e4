"""As little of HTTP/1.1 as the benchmark of chat needs: requests over kept connections, streams."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import orjson

_Pair = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@dataclass(slots=True)
class Http:
    """Requests to one server over at most so many connections, each used again.

    `busy` are the requests that wait for their answers.
    """

    port: int
    most: int = 64
    busy: int = 0
    _idle: list[_Pair] = field(default_factory=list)
    _room: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(64))

    async def ask(
        self, method: str, path: str, headers: Mapping[str, str], posted: Any = None
    ) -> tuple[int, Any]:
        """The status and the JSON of an answer."""
        self.busy += 1
        try:
            return await self._ask(method, path, headers, posted)
        finally:
            self.busy -= 1

    async def _ask(
        self, method: str, path: str, headers: Mapping[str, str], posted: Any
    ) -> tuple[int, Any]:
        body = b"" if posted is None else orjson.dumps(posted)
        async with self._room:
            pair = self._idle.pop() if self._idle else await self._connect()
            reader, writer = pair
            writer.write(_request(method, path, headers, body))
            status, told = await _head(reader)
            if told.get("transfer-encoding") == "chunked":
                answer = b"".join([part async for part in _chunks(reader)])
            else:
                answer = await reader.readexactly(int(told.get("content-length", "0")))
            self._idle.append(pair)
        return status, orjson.loads(answer) if answer else None

    @asynccontextmanager
    async def stream(
        self, path: str, headers: Mapping[str, str]
    ) -> AsyncIterator[AsyncIterator[dict[str, str]]]:
        """The events of a stream as they come; its connection is cut when the block ends."""
        reader, writer = await self._connect()
        try:
            writer.write(_request("GET", path, headers, b""))
            status, _ = await _head(reader)
            if status != 200:
                raise RuntimeError(f"a stream answers {status}")
            yield _events(reader)
        finally:
            writer.close()

    async def _connect(self) -> _Pair:
        return await asyncio.open_connection("127.0.0.1", self.port)

    def close(self) -> None:
        """Close what is kept."""
        for _, writer in self._idle:
            writer.close()


def _request(method: str, path: str, headers: Mapping[str, str], body: bytes) -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: localhost", f"Content-Length: {len(body)}"]
    if body:
        lines.append("Content-Type: application/json")
    lines += [f"{name}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


async def _head(reader: asyncio.StreamReader) -> tuple[int, dict[str, str]]:
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    pairs = (line.partition(": ") for line in head[1:] if line)
    return int(head[0].split(" ")[1]), {name.lower(): value for name, _, value in pairs}


async def _chunks(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    while size := int(await reader.readuntil(b"\r\n"), 16):
        yield (await reader.readexactly(size + 2))[:-2]
    await reader.readexactly(2)


async def _events(reader: asyncio.StreamReader) -> AsyncIterator[dict[str, str]]:
    rest = b""
    async for chunk in _chunks(reader):
        *events, rest = (rest + chunk).split(b"\n\n")
        for event in events:
            lines = (line.partition(": ") for line in event.decode().split("\n"))
            fields = {name: value for name, _, value in lines if name}
            if "event" in fields:
                yield fields
