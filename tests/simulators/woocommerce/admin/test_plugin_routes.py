"""The hand-over and the tickets: who gets them, who doesn't, what they say."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from simulators.woocommerce.admin.plugin.installed import Installation, installation_of
from simulators.woocommerce.model.order import Order
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State
from simulators.woocommerce.wc_auth.handover import make_key
from tests.simulators.woocommerce.admin.conftest import APP_URL, SECRET, colleague, sign_in
from tests.simulators.woocommerce.admin.stub_service import opened

INSTALLATION = "/wp-json/wc-tillside/v1/installation"
TICKET = "/wp-json/tillside/v1/ticket"
GIVEN = {
    "installation_id": "inst-1", "secret": SECRET, "app_url": APP_URL,
    "panel_url": f"{APP_URL}/panel?store=x",
}  # fmt: skip


def keys(state: State, site: Site, permissions: str = "read_write") -> tuple[str, str]:
    key = make_key(state, site, site.manager(), permissions)
    return key.consumer_key, key.consumer_secret


def nonce_of(client: FlaskClient) -> str:
    page = client.get("/wp-admin/").text
    return page.partition('"nonce": "')[2].partition('"')[0]


def asked(client: FlaskClient, **body: Any) -> Any:
    return client.post(TICKET, json=body, headers={"X-WP-Nonce": nonce_of(client)})


def test_the_service_hands_over_with_a_key(state: State, site: Site, visitor: FlaskClient) -> None:
    key = keys(state, site)
    answer = visitor.post(INSTALLATION, json=GIVEN, auth=key)
    assert answer.status_code == 200
    assert answer.json == {
        "plugin_version": "0.1.0", "home_url": "http://localhost",
        "admin_url": "http://localhost/wp-admin/",
    }  # fmt: skip
    assert answer.headers["Cache-Control"] == "no-store"
    held = installation_of(state, site)
    assert held == Installation("inst-1", SECRET, APP_URL, GIVEN["panel_url"], key[0])


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"app_url": "https://evil.example"}, 403, "tillside_other_service"),
        ({"panel_url": "https://evil.example/panel?x"}, 403, "tillside_other_service"),
        ({"secret": "short"}, 400, "rest_invalid_param"),
        ({"secret": None}, 400, "rest_invalid_param"),
        ({"installation_id": "a b"}, 400, "rest_invalid_param"),
    ],
)
def test_what_does_not_fit_is_not_kept(
    state: State, site: Site, visitor: FlaskClient, change: dict[str, Any], status: int, code: str
) -> None:
    answer = visitor.post(INSTALLATION, json={**GIVEN, **change}, auth=keys(state, site))
    assert (answer.status_code, answer.json["code"]) == (status, code)
    assert installation_of(state, site) is None


def test_nobody_without_a_key_hands_over(state: State, site: Site, client: FlaskClient) -> None:
    signed_in = {"X-WP-Nonce": nonce_of(client)}
    for headers, status in ((signed_in, 403), ({}, 401)):
        answer = client.post(INSTALLATION, json=GIVEN, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (status, "tillside_forbidden")
    assert client.post(INSTALLATION, json=GIVEN, auth=("ck_x", "cs_x")).status_code == 401
    read_only = client.post(INSTALLATION, json=GIVEN, auth=keys(state, site, "read"))
    assert read_only.status_code == 401
    assert installation_of(state, site) is None


def test_taking_back_forgets_and_revokes(state: State, site: Site, visitor: FlaskClient) -> None:
    key = keys(state, site)
    visitor.post(INSTALLATION, json=GIVEN, auth=key)
    answer = visitor.delete(INSTALLATION, auth=key)
    assert answer.json == {"forgotten": True, "key_revoked": True}
    assert installation_of(state, site) is None
    assert key[0] not in site.keys
    assert visitor.delete(INSTALLATION, auth=key).status_code == 401


def test_an_older_key_ends_only_itself(state: State, site: Site, visitor: FlaskClient) -> None:
    older, newer = keys(state, site), keys(state, site)
    visitor.post(INSTALLATION, json=GIVEN, auth=newer)
    answer = visitor.delete(INSTALLATION, auth=older)
    assert answer.json == {"forgotten": False, "key_revoked": True}
    assert installation_of(state, site) is not None
    assert list(site.keys) == [newer[0]]


def test_a_ticket_says_who_looks_at_what(
    state: State, site: Site, client: FlaskClient, installation: Installation,
    heroines: list[Order],
) -> None:  # fmt: skip
    order = heroines[-1]
    answer = asked(client, order=order.id, customer=order.customer_id)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json["expires_in_seconds"] == 60
    claims = opened(answer.json["ticket"], SECRET)
    assert claims is not None
    assert len(claims.pop("jti")) == 32
    issued = claims.pop("iat")
    assert abs(issued - state.clock.now().timestamp()) < 5
    assert claims == {
        "kid": "inst-of-the-tests", "iss": "http://localhost", "aud": APP_URL, "use": "panel",
        "sub": str(colleague(site, "shop_manager").id), "locale": "el", "exp": issued + 60,
        "manager": True,
        "order": str(order.id), "customer": str(order.customer_id),
    }  # fmt: skip
    again = opened(asked(client, order=order.id).json["ticket"], SECRET)
    assert again is not None
    assert "customer" not in again


def test_the_language_is_the_users_own(
    client: FlaskClient, site: Site, installation: Installation
) -> None:
    client.post("/wp-admin/language", data={"locale": "he_IL"})
    client.post("/wp-admin/language", data={"locale": "xx"})
    claims = opened(asked(client).json["ticket"], SECRET)
    assert claims is not None
    assert claims["locale"] == colleague(site, "shop_manager").locale == "he_IL"


def test_no_ticket_without_the_nonce_the_right_or_the_order(
    state: State, site: Site, client: FlaskClient, installation: Installation
) -> None:
    for headers in ({}, {"X-WP-Nonce": ""}, {"X-WP-Nonce": "0123456789"}):
        answer = client.post(TICKET, json={}, headers=headers)
        assert (answer.status_code, answer.json["code"]) == (401, "tillside_forbidden")
    assert client.post(TICKET, json={}, auth=keys(state, site)).status_code == 401
    assert asked(client, order=99999).json["code"] == "tillside_no_such_order"
    for wrong in (0, -1, "x", True, None, "١"):
        assert asked(client, order=wrong).json["code"] == "rest_invalid_param"
    sign_in(client, site, "editor")
    answer = asked(client)
    assert (answer.status_code, answer.json["code"]) == (403, "tillside_forbidden")


def test_no_ticket_before_the_store_is_connected(client: FlaskClient) -> None:
    answer = asked(client)
    assert (answer.status_code, answer.json["code"]) == (409, "tillside_not_connected")
