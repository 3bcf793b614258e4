"""Stores are named and given back; there is no other grant than by keys."""

from typing import Any

import pytest

from platforms.errors import AuthorizationLost, InstallRefused
from platforms.port import Secret
from platforms.woocommerce.config import read_config
from platforms.woocommerce.install import WooCommerceInstaller
from platforms.woocommerce.once import SingleCalls
from tests.platforms.woocommerce.example import NOW, SETTINGS
from tests.platforms.woocommerce.fake_site import Answering


def _installer(**settings: str) -> WooCommerceInstaller:
    config = read_config({**SETTINGS, **settings})
    return WooCommerceInstaller(config, SingleCalls(Answering([], {}), config))


INSTALLER = _installer()


@pytest.mark.parametrize(
    ("query", "domain"),
    [
        ([("store", "shop.example")], "shop.example"),
        ([("store_url", "https://WWW.Shop.example/Store/?a=b")], "www.shop.example/Store"),
        ([("join", "code"), ("store", "https://shop.example/wp-admin/")], "shop.example"),
    ],
)
def test_the_store_that_a_request_names(query: list[tuple[str, str]], domain: str) -> None:
    assert INSTALLER.store_domain(query) == domain


@pytest.mark.parametrize(
    "query",
    [
        [],
        [("store", "")],
        [("shop", "shop.example")],
        [("store", "shop.example"), ("store", "shop.example")],
        [("store", "shop.example"), ("store_url", "shop.example")],
        [("store", "http://shop.example")],
        [("store", "http://127.0.0.1/shop")],
        [("store", "https://user@shop.example")],
    ],
)
def test_a_request_that_names_none(query: list[tuple[str, str]]) -> None:
    with pytest.raises(InstallRefused):
        INSTALLER.store_domain(query)


def test_plain_http_where_the_operator_allows_it() -> None:
    allowing = _installer(ALLOW_PRIVATE_ADDRESSES="1")
    query = [("store", "http://127.0.0.1:18080/shop/")]
    assert allowing.store_domain(query) == "http://127.0.0.1:18080/shop"


def test_every_other_way_in_leads_to_the_keys() -> None:
    attempts: list[Any] = [
        lambda: INSTALLER.begin("shop.example", state="s", redirect_uri="https://a.example"),
        lambda: INSTALLER.complete([("store", "shop.example")], now=NOW),
        lambda: INSTALLER.exchange("token"),
    ]
    for attempt in attempts:
        with pytest.raises(InstallRefused, match="/woocommerce/connect"):
            attempt()


def test_keys_are_never_renewed() -> None:
    with pytest.raises(AuthorizationLost):
        INSTALLER.refresh("shop.example", Secret("anything"))


def test_read_and_write_are_wanted() -> None:
    assert INSTALLER.missing_scopes(["read_write"]) == ()
    assert INSTALLER.missing_scopes(["read"]) == ("read_write",)
    assert INSTALLER.missing_scopes([]) == ("read_write",)
