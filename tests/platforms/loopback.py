"""A tiny store on loopback whose answers a test writes down, and the guarded client towards it."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from integration.http import GuardedHttp


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that came in. Header names are lower case."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Said:
    """An answer; `hang_up` closes the connection instead of answering."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    hang_up: bool = False


def said(value: Any, status: int = 200, **headers: str) -> Said:
    """An answer in JSON."""
    named = {name.replace("_", "-"): text for name, text in headers.items()}
    return Said(status, json.dumps(value).encode(), named)


class LoopbackStore:
    """Answers each request by `script`: a list that is used up, or a function of the request."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.script: list[Said] | Callable[[Asked], Said] = []
        self.origin = ""

    def answer(self, asked: Asked) -> Said:
        self.asked.append(asked)
        if callable(self.script):
            return self.script(asked)
        return self.script.pop(0)

    @property
    def url_template(self) -> str:
        """An address of this store for every shop."""
        return self.origin + "/{shop}"


@contextmanager
def loopback_store() -> Iterator[LoopbackStore]:
    """A store that listens until the block ends."""
    store = LoopbackStore()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _serve(self) -> None:
            size = int(self.headers.get("Content-Length") or 0)
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers, self.rfile.read(size))
            answer = store.answer(asked)
            self.close_connection = True
            if answer.hang_up:
                return
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(answer.body)))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(answer.body)

        do_GET = do_POST = do_PUT = do_DELETE = _serve  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    store.origin = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield store
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@cache
def guarded() -> GuardedHttp:
    """The application's own client, let out to loopback; threads share it, and so do tests."""
    return GuardedHttp(allow_private_addresses=True)
