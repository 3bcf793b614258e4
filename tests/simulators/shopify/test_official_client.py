"""Shopify's own Python package, rerouted to the stand-in, as an independent judge."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from shopify_app import ShopifyApp

from simulators.shopify.actions.draft import Basket, Wanted
from simulators.shopify.actions.orders import place
from simulators.shopify.session_tokens import mint
from simulators.shopify.testing import Running
from tests.simulators.shopify.harness import SECRET, Client
from tests.simulators.webhook_sink import Sink


class Reroute(httpx.BaseTransport):
    """Sends https://{shop}/… to the stand-in and keeps the Host header."""

    def __init__(self, base_url: str) -> None:
        self.base = httpx.URL(base_url)
        self.inner = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(scheme="http", host=self.base.host, port=self.base.port)
        return self.inner.handle_request(request)

    def close(self) -> None:
        self.inner.close()


@pytest.fixture
def http(stand_in: Running) -> Iterator[httpx.Client]:
    with httpx.Client(transport=Reroute(stand_in.base_url), trust_env=False) as made:
        yield made


def official() -> ShopifyApp:
    return ShopifyApp(client_id="the-client-id", client_secret=SECRET)


def token_of(running: Running) -> str:
    shop = running.shop()
    staff = next(iter(shop.staff.values()))
    return mint(shop, staff, "the-client-id", SECRET)


def exchanged(app: ShopifyApp, running: Running, http: httpx.Client) -> object:
    request = {
        "method": "GET",
        "url": "https://app.example/api",
        "headers": {"authorization": f"Bearer {token_of(running)}"},
        "body": "",
    }
    verified = app.verify_admin_ui_ext_req(request)
    assert verified.ok, verified.log
    assert verified.shop == "aegean-eyewear"
    return app.exchange_using_token_exchange(
        "offline", verified.id_token, expiring=True, http_client=http
    )


def test_it_accepts_our_session_tokens_and_exchanges_them(
    client: Client, http: httpx.Client
) -> None:
    app = official()
    result = exchanged(app, client.running, http)
    assert result.ok, result.log
    assert result.access_token.refresh_token.startswith("shprt_")
    answer = app.admin_graphql_request(
        "{ shop { myshopifyDomain currencyCode } }",
        "aegean-eyewear",
        result.access_token.token,
        "2026-10",
        http_client=http,
    )
    assert answer.ok, answer.log
    assert answer.data["shop"] == {
        "myshopifyDomain": "aegean-eyewear.myshopify.com",
        "currencyCode": "EUR",
    }
    assert answer.extensions["cost"]["actualQueryCost"] == 1


def test_it_refreshes(client: Client, http: httpx.Client) -> None:
    app = official()
    held = exchanged(app, client.running, http).access_token
    old = {
        "shop": held.shop,
        "token": held.token,
        "expires": "2020-01-01T00:00:00Z",
        "scope": held.scope,
        "access_mode": "offline",
        "refresh_token": held.refresh_token,
        "refresh_token_expires": held.refresh_token_expires,
    }
    result = app.refresh_token_exchanged_access_token(old, http_client=http)
    assert result.ok, result.log
    assert result.access_token.token != held.token
    assert result.access_token.refresh_token != held.refresh_token


def test_it_knows_our_refusals(client: Client, http: httpx.Client) -> None:
    wrong = ShopifyApp(client_id="the-client-id", client_secret="shpss_another_secret_entirely")
    details = {"exchangeable": True, "token": token_of(client.running),
               "claims": {"dest": f"https://{client.shop.domain}"}}  # fmt: skip
    refused = wrong.exchange_using_token_exchange("offline", details, http_client=http)
    assert (refused.ok, refused.log.code) == (False, "invalid_client")
    answer = official().admin_graphql_request(
        "{ shop { name } }", "aegean-eyewear", "shpat_nothing", "2026-10", http_client=http
    )
    assert not answer.ok
    assert answer.response.status == 401


def test_it_verifies_our_webhooks(client: Client, sink: Sink) -> None:
    client.data(
        "mutation($u: String!) { webhookSubscriptionCreate(topic: ORDERS_CREATE,"
        " webhookSubscription: {uri: $u}) { userErrors { message } } }",
        {"u": sink.url},
    )
    variant = next(iter(client.shop.variants))
    place(client.running.state, client.shop, Basket([Wanted(variant)], note="5 < 6 & «ναι»"))
    sink.wait(1)
    arrival = sink.arrivals[0]
    request = {
        "method": "POST",
        "url": sink.url,
        "headers": arrival.headers,
        "body": arrival.body.decode(),
    }
    assert official().verify_webhook_req(request).ok
    changed = {**request, "body": request["body"] + " "}
    assert not official().verify_webhook_req(changed).ok
