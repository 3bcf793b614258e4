"""Session tokens, and where staff find things."""

import base64
import json
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from platforms.errors import SessionRefused
from platforms.port import AdminSession
from platforms.shopify.admin import ShopifyAdminHost
from platforms.shopify.config import read_config
from tests.platforms.shopify.example import (
    API_KEY,
    NOW,
    PREVIOUS_SECRET,
    SECRET,
    SETTINGS,
    SHOP,
    claims,
    session_token,
)

HOST = ShopifyAdminHost(read_config(SETTINGS))
SECONDS = int(NOW.timestamp())


@pytest.mark.parametrize("secret", [SECRET, PREVIOUS_SECRET])
def test_a_genuine_token_tells_who_looks(secret: str) -> None:
    assert HOST.verify(session_token(secret), now=NOW) == AdminSession(
        domain=SHOP,
        staff_external_id="42",
        session_id="session-1",
        token_id="token-1",
        expires_at=datetime.fromtimestamp(SECONDS + 60, UTC),
    )


@pytest.mark.parametrize("name", ["iss", "dest", "aud", "sub", "exp", "nbf", "iat", "jti", "sid"])
def test_every_claim_is_required(name: str) -> None:
    changed: dict[str, Any] = {name: None}
    with pytest.raises(SessionRefused):
        HOST.verify(session_token(**changed), now=NOW)


@pytest.mark.parametrize(
    "changed",
    [
        {"aud": "another-app"},
        {"aud": [API_KEY]},
        {"iss": f"http://{SHOP}/admin"},
        {"dest": f"http://{SHOP}", "iss": f"http://{SHOP}/admin"},
        {"iss": "https://other.myshopify.com/admin"},
        {"dest": "https://other.myshopify.com"},
        {"dest": "https://evil.example", "iss": "https://evil.example/admin"},
        {"dest": f"https://{SHOP}.evil.example", "iss": f"https://{SHOP}.evil.example/admin"},
        {"dest": f"https://user@{SHOP}", "iss": f"https://user@{SHOP}/admin"},
        {"dest": f"https://{SHOP}:8443", "iss": f"https://{SHOP}:8443/admin"},
        {"dest": f"https://{SHOP}\n", "iss": f"https://{SHOP}\n/admin"},
        {"dest": SHOP, "iss": f"{SHOP}/admin"},
        {"exp": SECONDS - 10},
        {"exp": str(SECONDS + 60)},
        {"exp": True},
        {"nbf": SECONDS + 11},
        {"iat": SECONDS + 11},
        {"exp": float("inf")},
        {"nbf": float("nan")},
        {"sub": ""},
        {"sub": 42},
        {"sid": ["a"]},
        {"jti": "x" * 300},
    ],
)
def test_a_wrong_claim_is_refused(changed: dict[str, Any]) -> None:
    with pytest.raises(SessionRefused):
        HOST.verify(session_token(**changed), now=NOW)


def test_the_leeway_is_ten_seconds() -> None:
    token = session_token(exp=SECONDS - 9, nbf=SECONDS + 9, iat=SECONDS + 9)
    assert HOST.verify(token, now=NOW).domain == SHOP


def test_another_secret_or_algorithm_is_refused() -> None:
    with pytest.raises(SessionRefused):
        HOST.verify(session_token("another secret of some length"), now=NOW)
    for algorithm in ("HS384", "HS512"):
        with pytest.raises(SessionRefused):
            HOST.verify(session_token(algorithm=algorithm), now=NOW)


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


@pytest.mark.parametrize("header", [{"alg": "none"}, {"alg": "None"}, {}, {"alg": None}, [], "x"])
def test_an_unsigned_token_is_refused(header: object) -> None:
    for signature in ("", "AAAA"):
        with pytest.raises(SessionRefused):
            HOST.verify(f"{_part(header)}.{_part(claims())}.{signature}", now=NOW)


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "a.b.c", "a.b.c.d", "é.é.é", "\ud800", "x" * 100_000, session_token() + "\n"],
)
def test_garbage_is_refused(token: str) -> None:
    with pytest.raises(SessionRefused):
        HOST.verify(token, now=NOW)


_values = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=40)
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=4), st.integers(), max_size=2)
)


@given(changed=st.dictionaries(st.sampled_from(sorted(claims())), _values, max_size=4))
def test_a_signed_token_with_odd_claims_is_a_session_or_refused(changed: dict[str, Any]) -> None:
    token = session_token(**changed)
    with suppress(SessionRefused):
        assert HOST.verify(token, now=NOW).domain == SHOP


def test_only_the_shop_and_the_admin_may_frame_us() -> None:
    assert HOST.frame_ancestors(SHOP) == (f"https://{SHOP}", "https://admin.shopify.com")
    assert HOST.frame_ancestors("evil.example") == ()
    assert HOST.frame_ancestors(f"{SHOP}; *") == ()


def test_where_staff_find_things() -> None:
    assert HOST.order_url(SHOP, "123") == "https://admin.shopify.com/store/jsmith/orders/123"
    assert HOST.order_url(SHOP, "1/../../x") == ""
    assert HOST.customer_url(SHOP, "7") == "https://admin.shopify.com/store/jsmith/customers/7"
    assert HOST.customer_url(SHOP, "7?x") == ""
    assert HOST.app_url(SHOP) == f"https://admin.shopify.com/store/jsmith/apps/{API_KEY}"


def test_a_document_begins_with_app_bridge() -> None:
    document = HOST.document(SHOP)
    assert document.scripts == ("https://cdn.shopify.com/shopifycloud/app-bridge.js",)
    assert document.metas == (("shopify-api-key", API_KEY),)
    assert document.script_origins == ("https://cdn.shopify.com",)
