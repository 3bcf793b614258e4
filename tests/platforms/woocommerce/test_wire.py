"""How keys are presented, held against our own reading of WooCommerce's rules."""

import base64
import hmac
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlsplit

import pytest

from platforms.port import StoreAccess
from platforms.woocommerce.credentials import Auth, Credentials
from tests.platforms.loopback import Asked, LoopbackStore, loopback_store, said
from tests.platforms.woocommerce.fake_store import refuse_renewal, transport

PARAMS = {"_fields": "id,status", "modified_after": "2026-11-22T02:36:00", "per_page": 100}


@pytest.fixture
def store() -> Iterator[LoopbackStore]:
    with loopback_store() as store:
        yield store


def _asked(store: LoopbackStore, auth: Auth, root: str, params: Any = PARAMS) -> Asked:
    keys = Credentials("ck_ä:1", "cs_2", store.origin + root, auth).packed()
    access = StoreAccess("shop.example", lambda: keys, refuse_renewal)
    store.script = [said([])]
    transport(store, access=access).get("wc/v3/orders", params)
    return store.asked[-1]


@pytest.mark.parametrize(
    ("root", "path"),
    [
        ("/wp-json/", "/wp-json/wc/v3/orders?per_page=100"),
        ("/shop/wp-json/", "/shop/wp-json/wc/v3/orders?per_page=100"),
        ("/index.php/wp-json/", "/index.php/wp-json/wc/v3/orders?per_page=100"),
        ("/?rest_route=/", "/?rest_route=/wc/v3/orders&per_page=100"),
        ("/shop/?rest_route=/", "/shop/?rest_route=/wc/v3/orders&per_page=100"),
    ],
)
def test_calls_stand_below_the_root_wherever_it_is(
    store: LoopbackStore, root: str, path: str
) -> None:
    assert _asked(store, "basic", root, {"per_page": 100}).path == path
    assert _asked(store, "basic", root, None).path == path.replace("?per", "&per").split("&per")[0]


@pytest.mark.parametrize("auth", ["basic", "application_password"])
def test_keys_go_in_a_header(store: LoopbackStore, auth: Auth) -> None:
    asked = _asked(store, auth, "/wp-json/")
    sent = base64.b64decode(asked.headers["authorization"].removeprefix("Basic ")).decode()
    assert sent == "ck_ä:1:cs_2"
    assert "ck_" not in asked.path


def test_keys_go_in_the_query_where_a_host_takes_headers_away(store: LoopbackStore) -> None:
    asked = _asked(store, "query", "/wp-json/")
    query = dict(parse_qsl(urlsplit(asked.path).query))
    assert query == {
        "_fields": "id,status",
        "modified_after": "2026-11-22T02:36:00",
        "per_page": "100",
        "consumer_key": "ck_ä:1",
        "consumer_secret": "cs_2",
    }
    assert "authorization" not in asked.headers
    assert PARAMS == {
        "_fields": "id,status",
        "modified_after": "2026-11-22T02:36:00",
        "per_page": 100,
    }


def _signature(method: str, url: str, params: dict[str, str], secret: str) -> str:
    """As class-wc-rest-authentication.php checks it (check_oauth_signature)."""

    def raw(value: str) -> str:
        return quote(unquote(value), safe="~").replace("%", "%25")

    pairs = [f"{raw(key)}%3D{raw(params[key])}" for key in sorted(params)]
    base = f"{method}&{quote(url, safe='~')}&{'%26'.join(pairs)}"
    return base64.b64encode(hmac.digest(f"{secret}&".encode(), base.encode(), "sha256")).decode()


@pytest.mark.parametrize("root", ["/wp-json/", "/shop/wp-json/", "/shop/?rest_route=/"])
def test_a_call_over_plain_http_is_signed(store: LoopbackStore, root: str) -> None:
    asked = _asked(store, "oauth1", root)
    parts = urlsplit(asked.path)
    query = dict(parse_qsl(parts.query))
    signature = query.pop("oauth_signature")
    assert query.keys() - PARAMS.keys() - {"rest_route"} == {
        "oauth_consumer_key",
        "oauth_nonce",
        "oauth_signature_method",
        "oauth_timestamp",
    }
    assert query["oauth_signature_method"] == "HMAC-SHA256"
    assert signature == _signature("GET", store.origin + parts.path, query, "cs_2")
    assert "authorization" not in asked.headers
    assert "cs_2" not in asked.path
    nonce = dict(parse_qsl(urlsplit(_asked(store, "oauth1", root).path).query))["oauth_nonce"]
    assert nonce != query["oauth_nonce"]
