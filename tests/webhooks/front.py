"""Our own HTTP address for stand-in stores: deliveries and handed keys come over real sockets."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from integration.errors import NotFound
from integration.install.connecting import receive_keys
from integration.services import Services
from tests.webhooks.parts import call
from webhooks.receiver import Receiver


@dataclass
class Front:
    """What stands at `url`. It answers once the test has put `receiver` and `services` in."""

    url: str
    receiver: Receiver | None = None
    services: Services | None = None
    answered: list[tuple[str, int]] = field(default_factory=list)

    def answer(self, path: str, headers: Any, body: bytes) -> int:
        """The status for one POST."""
        given = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        if path.startswith("/webhooks"):
            status = asyncio.run(call(self.receiver, body, given, path=path)).status
        else:
            status = self._keys(path, body)
        self.answered.append((path, status))
        return status

    def _keys(self, path: str, body: bytes) -> int:
        assert self.services is not None
        _, slug, page, token = path.split("/")
        assert page == "callback"
        try:
            receive_keys(self.services, slug, token, body)
        except NotFound:
            return 404
        return 200


@contextmanager
def front() -> Iterator[Front]:
    """Serve it in threads of this process while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(served.answer(self.path, self.headers, body))
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Front(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
