"""A WSGI application behind a server that speaks RSGI: one hop to a thread and one back.

Through ASGI each part of an answer crosses between the thread and the loop, and each crossing waits
for whatever the loop is doing: with many deliveries coming in, that was most of a page's time. Here
the body is there before the thread begins, and the answer goes out whole. But for one that its view
marks as `STREAMED`: a thread makes a part at a time, and none waits while a slow reader takes it.
"""

import asyncio
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import structlog
from granian.rsgi import ProtocolClosed, ProtocolError  # type: ignore[attr-defined]

log = structlog.get_logger(__name__)

Environ = dict[str, Any]
Answer = tuple[int, list[tuple[str, str]], bytes]

# Set in the environment of a request whose cookies came, but can't be told: granian leaves out a
# header that isn't ASCII, and a browser sends all of its cookies in one.
COOKIES_UNREADABLE = "tillside.cookies_unreadable"
# Set by a view whose answer is long: it goes out part by part.
STREAMED = "tillside.streamed"
_SECONDS_FOR_A_BODY = 30.0
_SECONDS_FOR_A_PART = 60.0
# Each is held whole, in a thread's time.
_LARGE_AT_ONCE = 4
_UNPREFIXED = {"content-length": "CONTENT_LENGTH", "content-type": "CONTENT_TYPE"}


@dataclass(frozen=True, slots=True)
class Streamed:
    """An answer that goes out part by part; `parts` may have to be closed."""

    status: int
    headers: list[tuple[str, str]]
    parts: Any

    def close(self) -> None:
        """Let the application know that nobody reads on."""
        if hasattr(self.parts, "close"):
            self.parts.close()


class WsgiOverRsgi:
    """Serves a WSGI application on threads. A body past `most_bytes` is left to it unread.

    `large` are paths that take more. Few such bodies are held at a time, and none of a request that
    brings nothing by which anybody could be known.
    """

    def __init__(
        self,
        app: Any,
        *,
        threads: int,
        most_bytes: int,
        large: Mapping[str, int] | None = None,
    ) -> None:
        self._app = app
        self._most_bytes = most_bytes
        self._large = large or {}
        self._room = asyncio.Semaphore(_LARGE_AT_ONCE)
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="people")

    async def __rsgi__(self, scope: Any, proto: Any) -> None:
        """Serve one request."""
        environ = environ_of(scope)
        most = self._most_of(scope, environ)
        if most == self._most_bytes:
            await self._serve(environ, proto, most)
            return
        async with self._room:
            await self._serve(environ, proto, most)

    def _most_of(self, scope: Any, environ: Environ) -> int:
        """How many bytes a request may bring: more than usual only where it says that it does."""
        most = self._large.get(scope.path, 0) if scope.method == "POST" else 0
        told = environ.get("CONTENT_LENGTH", "")
        is_somebodys = "HTTP_COOKIE" in environ or "HTTP_AUTHORIZATION" in environ
        if not (is_somebodys and told.isdigit() and self._most_bytes < int(told) <= most):
            return self._most_bytes
        return most

    async def _serve(self, environ: Environ, proto: Any, most: int) -> None:
        try:
            async with asyncio.timeout(_SECONDS_FOR_A_BODY):
                environ["wsgi.input"] = BytesIO(await self._body(environ, proto, most))
        except (TimeoutError, ProtocolClosed, ProtocolError):
            _send(proto, (408, [("content-length", "0")], b""))
            return
        loop = asyncio.get_running_loop()
        context = copy_context()
        try:
            answer = await loop.run_in_executor(self._pool, context.run, call, self._app, environ)
        except Exception as error:
            # The server would tell nobody, or all that the error quotes.
            log.error("web.failed", error=type(error).__name__, exc_info=error)
            answer = (500, [("content-length", "0")], b"")
        if isinstance(answer, Streamed):
            await self._stream(proto, answer)
        else:
            _send(proto, answer)

    async def _stream(self, proto: Any, answer: Streamed) -> None:
        """Send the parts as they are made, until the client has gone or takes none for a minute."""
        loop = asyncio.get_running_loop()
        parts: Iterator[bytes] = iter(answer.parts)
        try:
            transport = proto.response_stream(answer.status, answer.headers)
            while (part := await loop.run_in_executor(self._pool, next, parts, None)) is not None:
                async with asyncio.timeout(_SECONDS_FOR_A_PART):
                    await transport.send_bytes(part)
        except (TimeoutError, ProtocolClosed, ProtocolError):
            log.info("web.reader_gone")
        finally:
            await loop.run_in_executor(self._pool, answer.close)

    async def _body(self, environ: Environ, proto: Any, most: int) -> bytes:
        """All of a body, if its length is allowed; CONTENT_LENGTH tells it in any case."""
        if environ.pop("HTTP_TRANSFER_ENCODING", None) is not None:
            chunks, size = await self._chunks(proto)
            environ["CONTENT_LENGTH"] = str(size)
            return b"".join(chunks)
        told = environ.get("CONTENT_LENGTH", "")
        if not told.isdigit() or not 0 < int(told) <= most:
            return b""
        body: bytes = await proto()
        return body

    async def _chunks(self, proto: Any) -> tuple[list[bytes], int]:
        """A body that comes in parts and its length: nothing of one that is too long."""
        chunks, size = [], 0
        async for chunk in proto:
            chunks.append(chunk)
            size += len(chunk)
            if size > self._most_bytes:
                return [], size
        return chunks, size


def environ_of(scope: Any) -> Environ:
    """The WSGI environment of an RSGI request (PEP 3333), without its body."""
    server, _, port = scope.server.rpartition(":")
    address, _, _ = scope.client.rpartition(":")
    environ: Environ = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": _bytes_as_text(scope.path),
        "QUERY_STRING": _bytes_as_text(scope.query_string),
        "SERVER_PROTOCOL": f"HTTP/{scope.http_version}",
        "SERVER_NAME": server.strip("[]") or "localhost",
        "SERVER_PORT": port or "80",
        "REMOTE_ADDR": address.strip("[]"),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme,
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        if "_" in name:
            # Indistinguishable from the one with a hyphen: nobody's to forge.
            continue
        key = _UNPREFIXED.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
        joint = "; " if key == "HTTP_COOKIE" else ","
        environ[key] = f"{environ[key]}{joint}{value}" if key in environ else value
    if "cookie" in scope.headers and "HTTP_COOKIE" not in environ:
        environ[COOKIES_UNREADABLE] = True
    if scope.authority and "HTTP_HOST" not in environ:
        # HTTP/2 has no Host header.
        environ["HTTP_HOST"] = scope.authority
    return environ


def _bytes_as_text(text: str) -> str:
    """As PEP 3333 has it: bytes as characters. Clients send UTF-8 in queries unescaped too."""
    return text.encode().decode("latin-1")


def call(app: Any, environ: Environ) -> Answer | Streamed:
    """The application's whole answer, or one whose parts come; runs in a thread."""
    begun: list[Any] = []

    def start_response(status: str, headers: Any, _error: Any = None) -> None:
        begun[:] = [int(status.partition(" ")[0]), [(name, value) for name, value in headers]]

    parts = app(environ, start_response)
    if environ.get(STREAMED):
        return Streamed(begun[0], begun[1], parts)
    try:
        body = b"".join(parts)
    finally:
        if hasattr(parts, "close"):
            parts.close()
    status, headers = begun
    return status, headers, body


def _send(proto: Any, answer: Answer) -> None:
    status, headers, body = answer
    try:
        if body:
            proto.response_bytes(status, headers, body)
        else:
            proto.response_empty(status, headers)
    except ProtocolClosed:
        # The client has gone.
        return
