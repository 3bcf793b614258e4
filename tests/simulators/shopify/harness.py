"""An app of the tests' own: a client of the stand-in."""

from __future__ import annotations

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
            timeout=120,
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
        return self.http.post(f"{self.base}/admin/oauth/access_token", timeout=120, **kind)

    def close(self) -> None:
        self.http.close()
