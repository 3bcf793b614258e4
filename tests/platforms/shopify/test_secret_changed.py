"""The app's secret is changed in a running process: each verifier takes the present one and the
previous one, none after it was dropped, and never an empty one.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from integration.http import GuardedHttp
from platforms.errors import InstallRefused, SessionRefused, SignatureRefused
from platforms.shopify.platform import ShopifyPlatform
from tests.platforms.shopify.example import (
    NOW,
    SETTINGS,
    SHOP,
    build,
    claims,
    order_body,
    signature,
    signed,
)

OLD, NEW, NEXT = "shpss_the_old_one", "shpss_the_new_one", "shpss_the_next_one"
_SECRET, _PREVIOUS = "SHOPIFY_API_SECRET", "SHOPIFY_API_SECRET_PREVIOUS"

Takes = Callable[[ShopifyPlatform, str], bool]


def webhook(shopify: ShopifyPlatform, secret: str) -> bool:
    """A delivery."""
    body = order_body()
    told: dict[str, Any] = {"X-Shopify-Hmac-Sha256": signature(body, secret)}
    headers = signed(body, **told)
    try:
        shopify.gate.verify(headers, body)
    except SignatureRefused:
        return False
    return True


def oauth_query(shopify: ShopifyPlatform, secret: str) -> bool:
    """The way back from an install; it goes on to say that there is no code."""
    pairs = [("shop", SHOP), ("state", "s"), ("timestamp", str(int(NOW.timestamp())))]
    text = "&".join(sorted(f"{name}={value}" for name, value in pairs))
    told = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    with pytest.raises(InstallRefused) as refused:
        shopify.installer.complete([*pairs, ("hmac", told)], now=NOW)
    return "brings no code" in str(refused.value)


def app_proxy(shopify: ShopifyPlatform, secret: str) -> bool:
    """A request that the shop passed on."""
    pairs = [("shop", SHOP), ("timestamp", str(int(NOW.timestamp()))), ("path_prefix", "/apps/t")]
    text = "".join(sorted(f"{name}={value}" for name, value in pairs))
    told = hmac.new(secret.encode(), text.encode(), hashlib.sha256).hexdigest()
    try:
        shopify.storefront.passed_on([*pairs, ("signature", told)], now=NOW)
    except SessionRefused:
        return False
    return True


def token(shopify: ShopifyPlatform, secret: str) -> bool:
    """A session token of the admin's, signed by hand: libraries refuse weak keys."""
    parts = [_packed({"alg": "HS256", "typ": "JWT"}), _packed(claims())]
    digest = hmac.new(secret.encode(), ".".join(parts).encode(), hashlib.sha256).digest()
    try:
        shopify.host.verify(".".join([*parts, _base64(digest)]), now=NOW + timedelta(seconds=1))
    except SessionRefused:
        return False
    return True


def _packed(told: dict[str, Any]) -> str:
    return _base64(json.dumps(told).encode())


def _base64(told: bytes) -> str:
    return base64.urlsafe_b64encode(told).decode().rstrip("=")


@pytest.fixture
def settings() -> dict[str, str]:
    """Settings that change under a running process, as files do."""
    return {**SETTINGS, _SECRET: OLD, _PREVIOUS: ""}


@pytest.fixture
def shopify(settings: dict[str, str]) -> ShopifyPlatform:
    return build(GuardedHttp(), settings)


@pytest.mark.parametrize("takes", [webhook, oauth_query, app_proxy, token])
def test_both_hold_while_it_is_changed_and_the_old_one_no_longer(
    takes: Takes, shopify: ShopifyPlatform, settings: dict[str, str]
) -> None:
    def held() -> list[bool]:
        return [takes(shopify, each) for each in (OLD, NEW, NEXT)]

    assert held() == [True, False, False]
    settings.update({_PREVIOUS: OLD})
    settings.update({_SECRET: NEW})
    assert held() == [True, True, False]
    settings.update({_PREVIOUS: ""})
    assert held() == [False, True, False]
    settings.update({_PREVIOUS: NEW, _SECRET: NEXT})
    assert held() == [False, True, True]


@pytest.mark.parametrize("takes", [webhook, oauth_query, app_proxy, token])
@pytest.mark.parametrize("empty", ["", " ", "\n"])
def test_nothing_signed_with_an_empty_secret_holds(
    takes: Takes, empty: str, shopify: ShopifyPlatform, settings: dict[str, str]
) -> None:
    for changed in ({_PREVIOUS: empty}, {_SECRET: empty}, {_SECRET: empty, _PREVIOUS: empty}):
        settings.update(changed)
        assert not takes(shopify, "")
        assert not takes(shopify, empty)
        # Where the present one is gone, the one before goes on.
        assert takes(shopify, OLD)


def test_we_prove_ourselves_with_the_present_one(
    shopify: ShopifyPlatform, settings: dict[str, str]
) -> None:
    config = shopify._config
    assert config.api_secret.reveal() == OLD
    settings.update({_PREVIOUS: OLD, _SECRET: NEW})
    assert config.api_secret.reveal() == NEW
    assert OLD not in repr(config)
    assert NEW not in repr(config)
