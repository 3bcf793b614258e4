"""An application on a port of this machine, in threads, until it is told to end."""

from __future__ import annotations

import signal
import threading
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, request
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_request(self, *_: Any) -> None:
        """Say nothing about each request."""

    def log(self, *_: Any) -> None:
        """Say nothing about cut connections either."""


class _Http(ThreadedWSGIServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A connection that a fault has cut is no news."""


class Serving:
    """Listens from the beginning, at `port` (a free one for 0), and answers once started."""

    def __init__(self, app: Flask, host: str, port: int) -> None:
        self._http = _Http(host, port, app, handler=_Handler)
        self.port: int = self._http.server_port
        self._thread = threading.Thread(target=self._serve, name="stand-in", daemon=True)

    def _serve(self) -> None:
        self._http.serve_forever(poll_interval=0.05)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when no further connection is taken."""
        self._http.shutdown()
        self._thread.join(timeout=5)
        self._http.server_close()


def own_address(base_url: str) -> str | None:
    """This request's address where the stand-in calls itself at home, None where it came there."""
    if not base_url or request.host == urlsplit(base_url).netloc:
        return None
    return base_url + request.script_root + request.full_path.removesuffix("?")


def ended_by_signal() -> threading.Event:
    """What SIGTERM or SIGINT sets from here on."""
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    return ended
