"""ASGI applications behind a server that speaks RSGI (granian's own interface).

What is hot speaks RSGI itself; everything else stays ASGI and is served through this.
"""

from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Any

import structlog
from granian.rsgi import ProtocolClosed  # type: ignore[attr-defined]

log = structlog.get_logger(__name__)

Message = dict[str, Any]
_WITH_BODY = frozenset({"content-length", "transfer-encoding"})


async def serve(app: Any, scope: Any, proto: Any) -> None:
    """Have an ASGI application answer one RSGI request."""
    exchange = _Exchange(scope, proto)
    try:
        await app(asgi_scope(scope, exchange.headers), exchange.receive, exchange.send)
    except Exception as error:
        log.error("web.failed", error=type(error).__name__, exc_info=error)
        exchange.fail()


def asgi_scope(scope: Any, headers: list[tuple[str, str]]) -> dict[str, Any]:
    """The ASGI scope of an RSGI one. Paths come decoded, headers in lower case."""
    return {
        "type": "http",
        "asgi": {"version": "3.0", "spec_version": "2.3"},
        "http_version": scope.http_version,
        "server": _address(scope.server),
        "client": _address(scope.client),
        "scheme": scope.scheme,
        "method": scope.method,
        "root_path": "",
        "path": scope.path,
        "query_string": scope.query_string.encode(),
        "headers": [(name.encode("latin-1"), value.encode("latin-1")) for name, value in headers],
        "state": {},
    }


class _Exchange:
    """One request and its answer; `receive` and `send` are ASGI's."""

    def __init__(self, scope: Any, proto: Any) -> None:
        self._proto = proto
        self.headers: list[tuple[str, str]] = scope.headers.items()
        has_body = any(name in _WITH_BODY for name, _ in self.headers)
        self._chunks: AsyncIterator[bytes] | None = aiter(proto) if has_body else None
        self._is_read = False
        self._start: Message = {}
        self._stream: Any = None
        self._is_answered = False

    async def receive(self) -> Message:
        """The next part of the body; after the last one: when the client has gone."""
        if self._is_read:
            await self._proto.client_disconnect()
            return {"type": "http.disconnect"}
        chunk = b"" if self._chunks is None else await anext(self._chunks, b"")
        self._is_read = not chunk
        return {"type": "http.request", "body": chunk, "more_body": bool(chunk)}

    async def send(self, message: Message) -> None:
        """Part of the answer. What comes after the client has gone is dropped, as ASGI has it."""
        if message["type"] == "http.response.start":
            self._start = message
        elif not self._is_answered:
            try:
                await self._send(message.get("body", b""), bool(message.get("more_body")))
            except ProtocolClosed:
                self._is_answered = True

    def fail(self) -> None:
        """Answer that something went wrong, if nothing was answered yet."""
        if self._stream is None and not self._is_answered:
            with suppress(ProtocolClosed):
                self._proto.response_empty(500, [])

    async def _send(self, body: bytes, is_more: bool) -> None:
        if self._stream is not None:
            if body:
                await self._stream.send_bytes(body)
            self._is_answered = not is_more
            return
        status, headers = self._start["status"], _texts(self._start["headers"])
        if not is_more or _is_all(headers, body):
            # In one piece: cheaper than a stream of one chunk.
            self._is_answered = True
            self._proto.response_bytes(status, headers, body)
            return
        self._stream = self._proto.response_stream(status, headers)
        if body:
            await self._stream.send_bytes(body)


def _texts(headers: Any) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


def _is_all(headers: list[tuple[str, str]], body: bytes) -> bool:
    return bool(body) and ("content-length", str(len(body))) in [
        (name.lower(), value) for name, value in headers
    ]


def _address(text: str) -> tuple[str, int] | None:
    host, _, port = text.rpartition(":")
    return (host.strip("[]"), int(port)) if port.isdigit() else None
