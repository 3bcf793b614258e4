"""An app of the tests' own: a client of the stand-in and a receiver of its webhooks."""

from __future__ import annotations

import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import requests

from simulators.shopify.actions.app import install
from simulators.shopify.config import AppConfig
from simulators.shopify.model.shop import Shop
from simulators.shopify.oauth.tokens import issue
from simulators.shopify.testing import Running

CALLBACK = "http://127.0.0.1:9/shopify/callback"
SECRET = "shpss_a_secret_of_the_tests_only"


def app_config(**changes: Any) -> AppConfig:
    made = AppConfig(client_id="the-client-id", secrets=[SECRET], redirect_urls=[CALLBACK])
    for name, value in changes.items():
        setattr(made, name, value)
    return made


class Client:
    """Talks to one shop with a token, by the path kind of address."""

    def __init__(
        self, running: Running, shop: str | None = None, scopes: str | None = None
    ) -> None:
        self.running = running
        self.shop: Shop = running.shop(shop)
        self.base = f"{running.base_url}/{self.shop.domain}"
        app = running.state.app
        held = frozenset(scopes.split(",")) if scopes is not None else app.scope_set
        installation = install(running.state, self.shop, held)
        self.tokens = issue(running.state, installation, expiring=True)
        self.token: str = self.tokens["access_token"]
        self.http = requests.Session()
        self.http.trust_env = False

    def post(
        self, query: str, variables: dict[str, Any] | None = None, version: str = "2026-10"
    ) -> requests.Response:
        return self.http.post(
            f"{self.base}/admin/api/{version}/graphql.json",
            json={"query": query, "variables": variables or {}},
            headers={"X-Shopify-Access-Token": self.token},
            timeout=20,
        )

    def run(
        self, query: str, variables: dict[str, Any] | None = None, version: str = "2026-10"
    ) -> dict[str, Any]:
        """The whole answer's JSON."""
        answer = self.post(query, variables, version)
        assert answer.status_code == 200, answer.text
        body: dict[str, Any] = answer.json()
        return body

    def data(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """The answer's data, of a query that goes well."""
        body = self.run(query, variables)
        assert "errors" not in body, body["errors"]
        data: dict[str, Any] = body["data"]
        return data

    def oauth(self, form: dict[str, Any], *, as_json: bool = False) -> requests.Response:
        app = self.running.state.app
        fields = {"client_id": app.client_id, "client_secret": app.secret, **form}
        kind = {"json": fields} if as_json else {"data": fields}
        return self.http.post(f"{self.base}/admin/oauth/access_token", timeout=20, **kind)

    def close(self) -> None:
        self.http.close()


@dataclass(slots=True)
class Arrival:
    headers: dict[str, str]
    body: bytes
    path: str

    @property
    def topic(self) -> str:
        return self.headers["x-shopify-topic"]

    def json(self) -> dict[str, Any]:
        made: dict[str, Any] = json.loads(self.body)
        return made


@dataclass
class Sink:
    """A receiver of webhooks: keeps what came and answers what it is told to."""

    arrivals: list[Arrival] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    """Answers of the next requests; 200 afterwards."""

    def __post_init__(self) -> None:
        sink = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                headers = {name.lower(): value for name, value in self.headers.items()}
                sink.arrivals.append(Arrival(headers, body, self.path))
                self.send_response(sink.statuses.pop(0) if sink.statuses else 200)
                self.send_header("Content-Length", "0")
                self.end_headers()

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
        return [one.topic for one in self.arrivals]

    def wait(self, count: int, seconds: float = 5.0) -> None:
        """Until that many came; fails when they do not."""
        end = time.monotonic() + seconds
        while len(self.arrivals) < count:
            assert time.monotonic() < end, f"{len(self.arrivals)} of {count} came: {self.topics}"
            time.sleep(0.01)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
