"""Code grant, token exchange, refresh with rotation, secret rotation, uninstalling."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import requests

from simulators.shopify.actions import app as app_actions
from simulators.shopify.session_tokens import mint
from simulators.shopify.testing import Running
from tests.simulators.shopify.harness import CALLBACK, SECRET, Client

EXCHANGE = {
    "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
    "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
    "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
}


def authorize(stand_in: Running, **changes: str) -> requests.Response:
    query = {
        "client_id": "the-client-id",
        "scope": "read_orders,read_customers",
        "redirect_uri": CALLBACK,
        "state": "a-state",
        **changes,
    }
    url = f"{stand_in.base_url}/{stand_in.shop().domain}/admin/oauth/authorize"
    return requests.get(url, params=query, allow_redirects=False, timeout=30)


def callback(answer: requests.Response) -> dict[str, str]:
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(CALLBACK + "?")
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


def subject(stand_in: Running, **overrides: Any) -> str:
    shop = stand_in.shop()
    staff = next(iter(shop.staff.values()))
    return mint(shop, staff, "the-client-id", SECRET, **overrides)


def test_the_callback_is_signed_and_names_the_shop(stand_in: Running) -> None:
    stand_in.state.app.auto_consent = True
    query = callback(authorize(stand_in))
    given = query.pop("hmac")
    message = "&".join(f"{key}={query[key]}" for key in sorted(query))
    assert given == hmac.new(SECRET.encode(), message.encode(), hashlib.sha256).hexdigest()
    assert query["shop"] == "aegean-eyewear.myshopify.com"
    assert query["state"] == "a-state"
    host = base64.b64decode(query["host"] + "==").decode()
    assert host == "admin.shopify.com/store/aegean-eyewear"


@pytest.mark.parametrize("as_json", [False, True])
def test_a_code_gives_an_expiring_token_once(stand_in: Running, as_json: bool) -> None:
    stand_in.state.app.auto_consent = True
    client = Client(stand_in, scopes="read_orders,read_customers")
    code = callback(authorize(stand_in))["code"]
    answer = client.oauth({"code": code, "expiring": 1}, as_json=as_json)
    body = answer.json()
    assert answer.status_code == 200
    assert body["expires_in"] == 3600
    assert body["refresh_token_expires_in"] == 7_776_000
    assert body["scope"] == "read_customers,read_orders"
    again = client.oauth({"code": code, "expiring": 1}, as_json=as_json)
    assert again.status_code == 400
    assert again.json()["error"] == "invalid_request"
    client.close()


def test_without_expiring_the_token_lasts(client: Client) -> None:
    client.running.state.app.auto_consent = True
    code = callback(authorize(client.running))["code"]
    body = client.oauth({"code": code}).json()
    assert set(body) == {"access_token", "scope"}


def test_an_unlisted_redirect_and_a_foreign_client_are_refused(stand_in: Running) -> None:
    stand_in.state.app.auto_consent = True
    assert authorize(stand_in, redirect_uri="https://evil.example/").status_code == 400
    assert authorize(stand_in, client_id="another").status_code == 400
    assert stand_in.shop().installations == {}


def test_without_a_staff_session_the_browser_signs_in_first(stand_in: Running) -> None:
    answer = authorize(stand_in)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/aegean-eyewear.myshopify.com/admin/login?next=")


def test_staff_click_through_the_consent_page(stand_in: Running) -> None:
    browser = requests.Session()
    shop = stand_in.shop()
    login = f"{stand_in.base_url}/{shop.domain}/admin/login"
    browser.post(login, data={"staff": next(iter(shop.staff))}, timeout=30)
    url = f"{stand_in.base_url}/{shop.domain}/admin/oauth/authorize"
    fields = {
        "client_id": "the-client-id",
        "scope": "read_orders",
        "redirect_uri": CALLBACK,
        "state": "s",
    }
    page = browser.get(url, params=fields, timeout=30)
    assert page.status_code == 200
    assert "Install app" in page.text
    assert "read_orders" in page.text
    assert shop.installations == {}
    done = browser.post(url, data={**fields, "consent": "yes"}, allow_redirects=False, timeout=30)
    assert callback(done)["state"] == "s"
    assert shop.installations["the-client-id"].scopes == {"read_orders"}
    browser.close()


def test_a_session_token_is_exchanged(client: Client) -> None:
    for as_json in (False, True):
        answer = client.oauth(
            {**EXCHANGE, "subject_token": subject(client.running), "expiring": 1}, as_json=as_json
        )
        assert answer.status_code == 200, answer.text
        client.token = answer.json()["access_token"]
        assert client.data("{ shop { name } }") == {"shop": {"name": "Aegean Eyewear"}}


@pytest.mark.parametrize(
    "broken",
    [
        {"exp": 1},
        {"exp": None},
        {"nbf": 9_999_999_999},
        {"aud": "another"},
        {"dest": "https://kyoto-paper.myshopify.com"},
        {"iss": "https://kyoto-paper.myshopify.com/admin"},
    ],
)
def test_a_broken_session_token_is_refused(client: Client, broken: dict[str, Any]) -> None:
    token = subject(client.running, **broken)
    answer = client.oauth({**EXCHANGE, "subject_token": token, "expiring": 1})
    assert answer.status_code == 400
    assert answer.json()["error"] == "invalid_subject_token"


def test_a_token_signed_by_another_secret_is_refused(client: Client) -> None:
    shop = client.shop
    staff = next(iter(shop.staff.values()))
    token = mint(shop, staff, "the-client-id", "some-other-secret-of-some-length")
    answer = client.oauth({**EXCHANGE, "subject_token": token})
    assert answer.json()["error"] == "invalid_subject_token"


def test_a_wrong_client_secret_is_refused(client: Client) -> None:
    form = {**EXCHANGE, "subject_token": subject(client.running), "client_secret": "wrong"}
    answer = client.oauth(form)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client")


def test_both_secrets_hold_while_one_is_rotated(client: Client) -> None:
    client.running.state.app.secrets = ["a-new-secret-for-the-rotation-test", SECRET]
    form = {**EXCHANGE, "subject_token": subject(client.running), "expiring": 1}
    for secret in client.running.state.app.secrets:
        assert client.oauth({**form, "client_secret": secret}).status_code == 200


def refresh(client: Client, token: str) -> requests.Response:
    return client.oauth({"grant_type": "refresh_token", "refresh_token": token})


def test_a_refresh_token_is_retryable_until_its_replacement_is_used(client: Client) -> None:
    first = client.tokens["refresh_token"]
    second = refresh(client, first).json()
    assert second["refresh_token"] != first
    retried = refresh(client, first).json()
    assert retried["refresh_token"] == second["refresh_token"]
    assert retried["access_token"] == second["access_token"]
    third = refresh(client, second["refresh_token"])
    assert third.status_code == 200
    late = refresh(client, first)
    assert (late.status_code, late.json()["error"]) == (400, "invalid_grant")


def test_access_tokens_end_after_an_hour_and_refresh_tokens_after_ninety_days(
    client: Client,
) -> None:
    assert client.post("{ shop { name } }").status_code == 200
    client.running.state.clock.advance(3601)
    assert client.post("{ shop { name } }").status_code == 401
    assert refresh(client, client.tokens["refresh_token"]).status_code == 200
    client.running.state.clock.advance(90 * 86_400)
    assert refresh(client, client.tokens["refresh_token"]).status_code == 400


def test_uninstalling_kills_every_token(client: Client) -> None:
    app_actions.uninstall(client.running.state, client.shop)
    answer = client.post("{ shop { name } }")
    assert answer.status_code == 401
    assert "Invalid API key or access token" in answer.json()["errors"]
    assert refresh(client, client.tokens["refresh_token"]).status_code == 400
    exchange = client.oauth({**EXCHANGE, "subject_token": subject(client.running)})
    assert exchange.status_code == 400


def test_online_tokens_name_their_user(client: Client) -> None:
    form = {
        **EXCHANGE,
        "subject_token": subject(client.running),
        "requested_token_type": "urn:shopify:params:oauth:token-type:online-access-token",
    }
    body = client.oauth(form).json()
    assert body["expires_in"] == 86_399
    assert body["associated_user"]["account_owner"] is True
    assert "refresh_token" not in body


def test_one_shops_token_is_worth_nothing_at_another(client: Client) -> None:
    other = f"{client.running.base_url}/kyoto-paper.myshopify.com/admin/api/2026-10/graphql.json"
    answer = requests.post(
        other,
        json={"query": "{ shop { name } }"},
        headers={"X-Shopify-Access-Token": client.token},
        timeout=30,
    )
    assert answer.status_code == 401


def test_an_unknown_shop_is_404(stand_in: Running) -> None:
    url = f"{stand_in.base_url}/nobody.myshopify.com/admin/oauth/access_token"
    assert requests.post(url, data={}, timeout=30).status_code == 404
