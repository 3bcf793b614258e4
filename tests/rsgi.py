"""Requests over RSGI without a server, for whatever answers granian's own interface."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]


class Headers:
    """As granian's own: a name may stand more than once, and a value that isn't ASCII is named
    only."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self._pairs = list(pairs)

    def __contains__(self, name: str) -> bool:
        return any(name == each for each, _ in self._pairs)

    def items(self) -> list[tuple[str, str]]:
        return [(name, value) for name, value in self._pairs if value.isascii()]

    def get(self, name: str, default: Any = None) -> Any:
        first = next((value for each, value in self._pairs if each == name), "")
        return first if name in self and first.isascii() else default


@dataclass
class Scope:
    """What is known of a request before its body."""

    method: str = "GET"
    path: str = "/"
    headers: Headers = field(default_factory=Headers)
    query_string: str = ""
    http_version: str = "1.1"
    scheme: str = "http"
    server: str = "127.0.0.1:8000"
    client: str = "[::1]:4711"
    authority: str | None = None


@dataclass
class Reply:
    """An answer. The parts of one that is streamed are put into `parts`, as they come."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    parts: "asyncio.Queue[bytes]" = field(default_factory=asyncio.Queue)


class Proto:
    """Hands a body over, whole or in chunks, and takes an answer.

    `may_send`: the body comes once it is set. `gone`: the client has left, once it is set.
    """

    def __init__(self, *chunks: bytes) -> None:
        self.reply = Reply()
        self.answers = 0
        self.reads = 0
        self.may_send, self.gone = asyncio.Event(), asyncio.Event()
        self.may_send.set()
        self._chunks = chunks

    async def __call__(self) -> bytes:
        self.reads += 1
        await self.may_send.wait()
        return b"".join(self._chunks)

    async def __aiter__(self) -> AsyncIterator[bytes]:
        await self.may_send.wait()
        for chunk in self._chunks:
            self.reads += 1
            yield chunk

    async def client_disconnect(self) -> None:
        await self.gone.wait()

    def response_empty(self, status: int, headers: Sequence[tuple[str, str]]) -> None:
        self.response_bytes(status, headers, b"")

    def response_bytes(self, status: int, headers: Sequence[tuple[str, str]], body: bytes) -> None:
        self._begin(status, headers)
        self.reply.body = body
        self.reply.parts.put_nowait(body)

    def response_stream(self, status: int, headers: Sequence[tuple[str, str]]) -> "Proto":
        self._begin(status, headers)
        return self

    async def send_bytes(self, body: bytes) -> None:
        """A part of a streamed answer."""
        if self.gone.is_set():
            raise ProtocolClosed
        self.reply.body += body
        await self.reply.parts.put(body)

    def _begin(self, status: int, headers: Sequence[tuple[str, str]]) -> None:
        if self.gone.is_set():
            raise ProtocolClosed
        self.answers += 1
        self.reply.status = status
        self.reply.headers = {name.lower(): value for name, value in headers}
