"""A receiver of webhooks."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(slots=True)
class Arrival:
    method: str
    path: str
    headers: dict[str, str]
    """By name in lower case."""
    body: bytes
    topic: str | None
    """None of a request that names none, such as WooCommerce's ping."""

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Sink:
    """Keeps what came and answers what it is told to."""

    topic_header: str
    arrivals: list[Arrival] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    """Answers of the next requests, a redirect to `/elsewhere`; 200 afterwards."""
    pauses: list[float] = field(default_factory=list)
    """Seconds before the next answers; none afterwards."""

    def __post_init__(self) -> None:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            def _take(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                topic = headers.get(sink.topic_header)
                sink.arrivals.append(Arrival(self.command, self.path, headers, body, topic))
                time.sleep(sink.pauses.pop(0) if sink.pauses else 0)
                status = sink.statuses.pop(0) if sink.statuses else 200
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            do_POST = do_GET = _take  # noqa: N815

            def log_message(self, format: str, *args: Any) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        )
        self._thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}/webhooks"

    @property
    def topics(self) -> list[str]:
        return [one.topic for one in self.arrivals if one.topic]

    def last(self, topic: str) -> Arrival:
        return [one for one in self.arrivals if one.topic == topic][-1]

    def wait(self, count: int, seconds: float = 60.0) -> None:
        """Until that many came; fails when they do not."""
        end = time.monotonic() + seconds
        while len(self.arrivals) < count:
            assert time.monotonic() < end, f"{len(self.arrivals)} of {count} came: {self.topics}"
            time.sleep(0.01)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
