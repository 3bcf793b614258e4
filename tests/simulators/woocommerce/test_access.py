"""Who is let in: consumer keys, OAuth 1.0a, application passwords, permalinks, subdirectories."""

from __future__ import annotations

import time

import pytest
import requests
from requests.auth import HTTPBasicAuth
from woocommerce import API
from woocommerce.oauth import OAuth

from simulators.woocommerce.rest.call import Answer, Call
from simulators.woocommerce.rest.router import PLUGIN_ROUTES
from simulators.woocommerce.testing import Running
from tests.simulators.woocommerce.harness import Client

ERROR = "woocommerce_rest_authentication_error"


@pytest.fixture
def official(client: Client) -> API:
    return API(client.base, client.key, client.secret, version="wc/v3", timeout=30)


def test_the_official_client_reads_and_writes(official: API, client: Client) -> None:
    assert client.site.prefix == "/shop"
    page = official.get("orders", params={"per_page": 3, "orderby": "id", "order": "asc"})
    assert page.status_code == 200
    assert len(page.json()) == 3
    made = official.post("customers", {"email": "zoë@example.com", "first_name": "Zoë"})
    assert made.status_code == 201
    assert made.json()["first_name"] == "Zoë"
    changed = official.put(f"customers/{made.json()['id']}", {"last_name": "Ó"})
    assert changed.json()["last_name"] == "Ó"
    gone = official.delete(f"customers/{made.json()['id']}", params={"force": True})
    assert gone.status_code == 200
    assert official.get(f"customers/{made.json()['id']}").status_code == 404


def test_the_official_clients_lists_break_its_signature(official: API) -> None:
    """Over http its requests repeat a list's items, which it signed as one text."""
    answer = official.get("orders", params={"include": [1, 2]})
    assert answer.status_code == 401
    assert answer.json()["code"] == ERROR
    assert official.get("orders", params={"include": "1,2"}).status_code == 200


def _signed(client: Client, secret: str, at: int | None = None) -> str:
    made = OAuth(
        f"{client.base}/wp-json/wc/v3/orders?per_page=2", client.key, secret, version="wc/v3",
        method="GET", oauth_timestamp=at or int(time.time()),
    )  # fmt: skip
    url: str = made.get_oauth_url()
    return url


def _refused(url: str) -> str:
    answer = requests.get(url, timeout=30)
    assert answer.status_code == 401
    body = answer.json()
    assert body["code"] == ERROR
    message: str = body["message"]
    return message


def test_signatures_are_verified(client: Client) -> None:
    right = _signed(client, client.secret)
    assert requests.get(right, timeout=30).status_code == 200
    assert _refused(right) == "Invalid nonce - nonce has already been used."
    mismatch = "Invalid signature - provided signature does not match."
    assert _refused(_signed(client, "cs_wrong")) == mismatch
    changed = _signed(client, client.secret).replace("per_page=2", "per_page=3")
    assert _refused(changed) == mismatch
    old = int(time.time()) - 16 * 60
    assert _refused(_signed(client, client.secret, old)) == "Invalid timestamp."
    client.key = "ck_unknown"
    assert _refused(_signed(client, client.secret)) == "Consumer key is invalid."


def test_a_signature_without_a_nonce_is_named(client: Client) -> None:
    url = f"{client.base}/wp-json/wc/v3/orders?oauth_consumer_key={client.key}"
    answer = requests.get(url, timeout=30)
    assert answer.status_code == 401
    assert answer.json()["code"] == "woocommerce_rest_authentication_missing_parameter"


def test_real_http_takes_no_plain_keys(client: Client) -> None:
    client.site.keys_over_http = False
    assert client.ask("GET", "orders").status_code == 401
    assert client.ask("GET", "orders").json()["code"] == "woocommerce_rest_cannot_view"
    assert requests.get(_signed(client, client.secret), timeout=30).status_code == 200


def test_keys_in_the_query(client: Client) -> None:
    params = {"consumer_key": client.key, "consumer_secret": client.secret}
    assert client.ask("GET", "orders", auth=None, params=params).status_code == 200
    params["consumer_secret"] = "cs_wrong"
    answer = client.ask("GET", "orders", auth=None, params=params)
    assert (answer.status_code, answer.json()["message"]) == (401, "Consumer secret is invalid.")


def test_a_host_that_strips_the_header_knows_no_key(client: Client) -> None:
    client.site.switches.strips_authorization = True
    answer = client.ask("GET", "orders")
    assert (answer.status_code, answer.json()["code"]) == (401, "woocommerce_rest_cannot_view")
    params = {"consumer_key": client.key, "consumer_secret": client.secret}
    assert client.ask("GET", "orders", params=params).status_code == 200


def test_permissions_of_a_key(stand_in: Running) -> None:
    reader, writer = Client(stand_in, "", "read"), Client(stand_in, "", "write")
    assert reader.ask("GET", "orders").status_code == 200
    refused = reader.ask("POST", "customers", json={"email": "x@example.com"})
    said = "The API key provided does not have write permissions."
    assert (refused.status_code, refused.json()["message"]) == (401, said)
    refused = writer.ask("GET", "orders")
    said = "The API key provided does not have read permissions."
    assert (refused.status_code, refused.json()["message"]) == (401, said)
    assert writer.ask("POST", "customers", json={"email": "x@example.com"}).status_code == 201
    reader.close()
    writer.close()


def test_a_key_of_somebody_without_rights_is_403(stand_in: Running, client: Client) -> None:
    user = stand_in.control("customers/create", site="/shop", email="sub@example.com")
    key = stand_in.control("keys/create", site="/shop", customer=user["id"])
    answer = client.ask("GET", "orders", auth=(key["consumer_key"], key["consumer_secret"]))
    assert (answer.status_code, answer.json()["code"]) == (403, "woocommerce_rest_cannot_view")
    assert "Allow" not in answer.headers


def test_revoked_keys_are_unknown(stand_in: Running, client: Client) -> None:
    assert client.ask("GET", "orders").status_code == 200
    stand_in.control("keys/revoke", site="/shop", consumer_key=client.key)
    answer = client.ask("GET", "orders")
    assert (answer.status_code, answer.json()["code"]) == (401, "woocommerce_rest_cannot_view")


def test_application_passwords(stand_in: Running, client: Client) -> None:
    given = stand_in.control("application-passwords/create", site="/shop")
    auth = HTTPBasicAuth(given["username"], given["password"])
    assert client.ask("GET", "orders", auth=auth).status_code == 200
    assert client.ask("GET", "orders").status_code == 200
    wrong = client.ask("GET", "orders", auth=(given["username"], "no"))
    assert (wrong.status_code, wrong.json()["code"]) == (401, "incorrect_password")


def test_plain_permalinks_know_no_keys_but_passwords(stand_in: Running) -> None:
    base, site = stand_in.url("/plain"), stand_in.site("/plain")
    root = f"{base}/index.php?rest_route=/"
    assert requests.get(base + "/", timeout=30).headers["Link"] == (
        f'<{root}>; rel="https://api.w.org/"'
    )
    assert requests.get(base + "/wp-json/", timeout=30).status_code == 404
    assert requests.get(base + "/wc-auth/v1/authorize", timeout=30).status_code == 404
    assert requests.get(root, timeout=30).json()["name"] == site.name
    assert requests.get(base + "/?rest_route=/", timeout=30).json()["name"] == site.name
    keys = stand_in.keys("/plain")
    assert requests.get(root + "wc/v3/orders", auth=keys, timeout=30).status_code == 401
    given = stand_in.control("application-passwords/create", site="/plain")
    auth = (given["username"], given["password"])
    answer = requests.get(root + "wc/v3/orders&per_page=2", auth=auth, timeout=30)
    assert answer.status_code == 200
    assert len(answer.json()) == 2
    assert answer.json()[0]["_links"]["self"][0]["href"].startswith(root + "wc/v3/orders/")


def test_sites_share_nothing(stand_in: Running) -> None:
    keys = stand_in.keys("/shop")
    for site, status in (("/shop", 200), ("", 401), ("/kyoto", 401)):
        url = stand_in.url(site) + "/wp-json/wc/v3/orders"
        assert requests.get(url, auth=keys, timeout=30).status_code == status


def test_a_plugins_own_routes_take_keys_where_they_begin_with_wc(stand_in: Running) -> None:
    """The admin's pages register theirs so."""

    def who(call: Call) -> Answer:
        return Answer({"user": call.user.username if call.user else None})

    routes = {("GET", "/wc-mine/v1/who"): who, ("GET", "/mine/v1/who"): who}
    PLUGIN_ROUTES.update(routes)
    try:
        keys = stand_in.keys("/shop")
        base = stand_in.url("/shop") + "/wp-json"
        answers = [
            requests.get(f"{base}/{name}/v1/who", auth=keys, timeout=30).json()
            for name in ("wc-mine", "mine")
        ]
        assert answers == [{"user": "admin"}, {"user": None}]
    finally:
        for name in routes:
            del PLUGIN_ROUTES[name]
