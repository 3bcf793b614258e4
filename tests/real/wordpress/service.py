"""A small stand-in of the service on a port of its own: it verifies tickets, and can fail."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

FRAME = Path(__file__).resolve().parent / "frame.html"


@dataclass(slots=True)
class Service:
    """What was asked of it, and what it answers: (status, JSON), or None to hang up."""

    url: str
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    visits: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    answers: dict[str, tuple[int, Any] | None] = field(default_factory=dict)

    def forget(self) -> None:
        """Be as at the beginning."""
        self.asked.clear()
        self.visits.clear()
        self.answers.clear()


@contextmanager
def running_service() -> Iterator[Service]:
    """It, on `localhost`: to a browser another origin than the store's 127.0.0.1."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    service = Service(f"http://localhost:{server.server_port}")
    server.service = service  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        service: Service = self.server.service  # type: ignore[attr-defined]
        service.visits.append((self.path, dict(self.headers)))
        if self.path.startswith("/panel"):
            self._send(200, FRAME.read_bytes(), "text/html; charset=utf-8")
        else:
            self._send(404, b"", "text/plain")

    def do_POST(self) -> None:
        service: Service = self.server.service  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.headers.get("Content-Type") != "application/json":
            service.asked.append((self.path, {"form": body.decode()}))
            self._send(200, b"<h1>Connect</h1>", "text/html")
            return
        service.asked.append((self.path, json.loads(body)))
        answer = service.answers.get(self.path.rpartition("/")[2])
        if answer is None:
            # Hung up without a word.
            self.close_connection = True
            return
        status, told = answer
        told = told if isinstance(told, bytes) else json.dumps(told).encode()
        self._send(status, told, "application/json")

    def _send(self, status: int, body: bytes, kind: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
