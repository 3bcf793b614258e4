"""Signing in to the stand-in's admin."""

import pytest
from flask.testing import FlaskClient

from simulators.shopify.admin.staff import COOKIE, local_path
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State
from tests.simulators.shopify.admin.conftest import sign_in

PAGES = ["", "orders", "customers", "apps", "apps/tillside", "apps/tillside/a/b?order=5"]


@pytest.mark.parametrize("path", PAGES)
def test_every_page_asks_who_you_are_and_comes_back(
    visitor: FlaskClient, shop: Shop, path: str
) -> None:
    answer = visitor.get(f"/{shop.domain}/admin/{path}")
    assert answer.status_code == 302
    page = visitor.get(answer.location)
    assert page.status_code == 200
    assert f'name="next" value="/{shop.domain}/admin/{path}"' in page.text


def test_nothing_can_be_done_before_signing_in(
    visitor: FlaskClient, shop: Shop, fired: list[str]
) -> None:
    order_id = next(iter(shop.orders))
    for path in (f"orders/{order_id}/delete", "apps/uninstall", "session-token"):
        answer = visitor.post(f"/{shop.domain}/admin/{path}")
        assert answer.status_code == 302
        assert "/admin/login" in answer.location
    assert fired == []
    assert order_id in shop.orders


def test_the_cookie_is_for_the_shop_that_was_signed_in_to(
    visitor: FlaskClient, state: State, shop: Shop
) -> None:
    sign_in(visitor, shop)
    other = next(one for one in state.shops.values() if one is not shop)
    assert visitor.get(f"/{shop.domain}/admin/").status_code == 200
    assert "/admin/login" in visitor.get(f"/{other.domain}/admin/").location
    sign_in(visitor, other)
    assert visitor.get(f"/{other.domain}/admin/").status_code == 200
    assert visitor.get(f"/{shop.domain}/admin/").status_code == 200


def test_signing_out_ends_it(client: FlaskClient, shop: Shop) -> None:
    client.post(f"/{shop.domain}/admin/logout")
    assert "/admin/login" in client.get(f"/{shop.domain}/admin/").location


def test_a_made_up_cookie_and_a_stranger_are_nobody(visitor: FlaskClient, shop: Shop) -> None:
    visitor.set_cookie(COOKIE, "guess")
    assert "/admin/login" in visitor.get(f"/{shop.domain}/admin/").location
    assert visitor.post(f"/{shop.domain}/admin/login", data={"staff": 1}).status_code == 403


def test_another_site_can_make_nobody_act(
    client: FlaskClient, shop: Shop, fired: list[str]
) -> None:
    order_id = next(iter(shop.orders))
    headers = {"Origin": "https://evil.example"}
    for path in (f"orders/{order_id}/delete", "session-token", "logout"):
        answer = client.post(f"/{shop.domain}/admin/{path}", headers=headers)
        assert answer.status_code == 403
    assert fired == []


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil", "", None])
def test_signing_in_never_leads_away(target: str | None) -> None:
    assert local_path(target, "/home") == "/home"


def test_the_language_of_apps_is_the_staff_members_own(client: FlaskClient, shop: Shop) -> None:
    client.post(f"/{shop.domain}/admin/language", data={"locale": "he"})
    owner = next(iter(shop.staff.values()))
    assert owner.locale == "he"
    assert '"locale": "he"' in client.get(f"/{shop.domain}/admin/").text


def test_an_unknown_shop_is_not_found(visitor: FlaskClient) -> None:
    assert visitor.get("/nobody.myshopify.com/admin/login").status_code == 404
    assert visitor.get("/store/nobody/orders").status_code == 404
