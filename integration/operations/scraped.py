"""Who may read metrics, and a port of their own for processes that serve nothing else."""

import hmac
import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from urllib.parse import urlsplit

import structlog
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from integration.settings import Settings

log = structlog.get_logger(__name__)

# A request that carries one came through a proxy, from wherever.
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")
Header = Callable[[str], str | None]


def may_scrape(settings: Settings, peer: str | None, header: Header) -> bool:
    """Whether this request may read metrics: by METRICS_TOKEN, without one from this machine.

    A proxy on this machine that tells of itself in no header mostly keeps the name it was asked
    for: so the request has to name this machine as well (as it has to against DNS rebinding).
    """
    token = settings.metrics_token.get_secret_value()
    if token:
        given = (header("Authorization") or "").encode(errors="surrogatepass")
        return hmac.compare_digest(given, f"Bearer {token}".encode())
    is_forwarded = any(header(name) for name in _FORWARDED)
    return _is_loopback(peer) and not is_forwarded and _names_this_machine(header("Host"))


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Tell of an error as all others are told. A scraper that hangs up is none."""
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError):
            log.error("metrics.failed", error=type(error).__name__, exc_info=error)


def serve_metrics(settings: Settings) -> None:
    """Serve `/metrics` and `/healthz` of this process at HOST and METRICS_PORT, where one is set.

    A port that is taken is told of and no more: the work matters, not its figures.
    """
    if not settings.metrics_port:
        return

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            peer = str(self.client_address[0])
            if self.path == "/healthz":
                self._tell(b'{"status":"ok"}\n', "application/json")
            elif self.path == "/metrics" and may_scrape(settings, peer, self.headers.get):
                self._tell(generate_latest(), CONTENT_TYPE_LATEST)
            else:
                self.send_error(404)

        def _tell(self, body: bytes, content_type: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nobody needs to know."""

    try:
        server = _Server((settings.host, settings.metrics_port), Handler)
    except OSError as error:
        log.error("metrics.port_taken", port=settings.metrics_port, error=type(error).__name__)
        return
    threading.Thread(target=server.serve_forever, name="metrics", daemon=True).start()


def _names_this_machine(host: str | None) -> bool:
    try:
        name = urlsplit(f"//{host or ''}").hostname
    except ValueError:
        return False
    return name == "localhost" or _is_loopback(name)


def _is_loopback(peer: str | None) -> bool:
    try:
        return ip_address(peer or "").is_loopback
    except ValueError:
        return False
