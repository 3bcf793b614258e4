"""A running stand-in for tests, on a free loopback port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import requests

from simulators.shopify.config import AppConfig
from simulators.shopify.model.shop import Shop
from simulators.shopify.seed.demo import seeded
from simulators.shopify.server import Server, create_app
from simulators.shopify.state import State
from simulators.shopify.webhooks.outbox import Outbox


class Running:
    """A stand-in that serves: `base_url`, `state`, and its control API."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.state: State = server.state
        self.base_url: str = server.state.base_url
        self._session = requests.Session()
        self._session.trust_env = False

    @property
    def url_template(self) -> str:
        """For SHOPIFY_URL_TEMPLATE: `http://127.0.0.1:PORT/{shop}`."""
        return self.base_url + "/{shop}"

    @property
    def outbox(self) -> Outbox:
        return self.server.outbox

    def shop(self, name: str | None = None) -> Shop:
        """A shop of the state; the first one without a name."""
        return self.state.shop(name or next(iter(self.state.shops)))

    def control(self, path: str, method: str = "POST", **body: Any) -> Any:
        """Call `/_control/<path>` and give the answer's JSON; raises `requests.HTTPError`."""
        query = {k: str(v) for k, v in body.items()} if method == "GET" else None
        answer = self._session.request(
            method,
            f"{self.base_url}/_control/{path}",
            params=query,
            json=None if method == "GET" else body,
            timeout=120,
        )
        if answer.status_code >= 400:
            raise requests.HTTPError(f"{path}: {answer.status_code} {answer.text}", response=answer)
        return answer.json()

    def oracle(self, shop: str | None = None) -> dict[str, Any]:
        """The store's own figures of a shop."""
        found: dict[str, Any] = self.control("oracle", "GET", shop=self.shop(shop).domain)
        return found

    def settle(self, timeout: float = 60.0) -> None:
        """Wait until every webhook is delivered once; raises `TimeoutError`."""
        if not self.outbox.idle(timeout):
            raise TimeoutError("webhooks are still waiting")

    def close(self) -> None:
        self._session.close()
        self.server.stop()


@contextmanager
def running(
    app: AppConfig | None = None,
    *,
    seed: int = 1,
    orders: int = 40,
    customers: int | None = 20,
    retry_seconds: tuple[float, ...] = (0.05, 0.05),
    extension_dist: Path | None = None,
    port: int = 0,
    state: State | None = None,
) -> Iterator[Running]:
    """Serve a seeded stand-in in threads of this process while the block runs."""
    state = state or seeded(app, seed, orders, customers)
    made = create_app(state, retry_seconds=retry_seconds, extension_dist=extension_dist)
    server = Server(state, made, port=port)
    server.start()
    stand_in = Running(server)
    try:
        yield stand_in
    finally:
        stand_in.close()
