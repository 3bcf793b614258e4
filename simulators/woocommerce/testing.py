"""A running stand-in for tests, on a free loopback port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import requests

from simulators.woocommerce.bodies.order import warm
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.seed.demo import seeded
from simulators.woocommerce.server import Server, create_app
from simulators.woocommerce.state import State
from simulators.woocommerce.webhooks.outbox import Outbox


class Running:
    """A stand-in that serves: `base_url`, `state`, and its control API."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.state: State = server.state
        self.base_url: str = server.state.base_url
        self._session = requests.Session()
        self._session.trust_env = False

    @property
    def outbox(self) -> Outbox:
        return self.server.outbox

    def site(self, name: str | None = None) -> Site:
        """By path prefix (`/shop`) or name; the first one without."""
        return self.state.site(name)

    def url(self, site: str | None = None) -> str:
        """What a merchant types: `http://127.0.0.1:PORT/shop`."""
        return self.state.url(self.site(site))

    def keys(self, site: str | None = None, permissions: str = "read_write") -> tuple[str, str]:
        """A fresh consumer key and its secret, of the site's administrator."""
        prefix = self.site(site).prefix
        made = self.control("keys/create", site=prefix, permissions=permissions)
        return made["consumer_key"], made["consumer_secret"]

    def control(self, path: str, **body: Any) -> Any:
        """POST `/_control/<path>` and give its result; raises `requests.HTTPError`."""
        answer = self._session.post(f"{self.base_url}/_control/{path}", json=body, timeout=120)
        if answer.status_code >= 400:
            raise requests.HTTPError(f"{path}: {answer.status_code} {answer.text}", response=answer)
        return answer.json()["result"]

    def oracle(self, site: str | None = None) -> dict[str, Any]:
        """The store's own figures."""
        found: dict[str, Any] = self.control("oracle", site=self.site(site).prefix)
        return found

    def settle(self, timeout: float = 60.0) -> None:
        """Wait until every webhook is delivered; raises `TimeoutError`."""
        if not self.outbox.idle(timeout):
            raise TimeoutError("webhooks are still waiting")

    def warm(self, site: str | None = None) -> None:
        """Prepare every order's JSON, so that a benchmark's first reader waits no longer."""
        warm(self.state, self.site(site))

    def close(self) -> None:
        self._session.close()
        self.server.stop()


@contextmanager
def running(
    *,
    seed: int = 1,
    orders: int = 30,
    customers: int | None = 12,
    latency_seconds: float = 0.0,
    cron_delay_seconds: float = 0.0,
    auto_consent: bool = False,
    port: int = 0,
    state: State | None = None,
) -> Iterator[Running]:
    """Serve a seeded stand-in in threads of this process while the block runs."""
    state = state or seeded(seed, orders, customers)
    for site in state.sites.values():
        site.latency_seconds = latency_seconds
        site.auto_consent = auto_consent
        site.switches.cron_delay_seconds = cron_delay_seconds
    server = Server(state, create_app(state), port=port)
    server.start()
    stand_in = Running(server)
    try:
        yield stand_in
    finally:
        stand_in.close()
