"""The way back from a store: keys taken once, the page that follows them, who goes in."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from integration.models import PendingConnection, Session, Store
from tests.factories.fake_handover import FakeSite
from tests.ui_embed.sites import (
    CONNECT,
    FOREIGN,
    SAME,
    SESSION,
    SITE,
    begun,
    connected,
    cookies_of,
    count,
    hand_over,
    prove_all,
)
from tests.ui_embed.world import APP_URL, World

FOUND = "/panel"


def test_keys_are_taken_once_and_answered_by_exactly_200(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    nonce, _ = begun(client)
    store = world.app.test_client()
    answer = hand_over(store, nonce)
    assert (answer.status_code, answer.json) == (200, {})
    assert cookies_of(answer) == []
    assert "Access-Control-Allow-Origin" not in answer.headers
    again = hand_over(store, nonce)
    assert (again.status_code, again.json["error"]["code"]) == (404, "not_found")
    assert site.calls == ["visit"]


def test_forged_keys_are_404_and_change_nothing(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    nonce, _ = begun(client)
    for path, body in (
        ("/woocommerce/callback/guessed", b"{}"),
        (f"/woocommerce/callback/{nonce}", b"no json"),
        (f"/woocommerce/callback/{nonce}", b""),
        ("/woocommerce/callback/%00", b"{}"),
        (f"/shopify/callback/{nonce}", b"{}"),
        (f"/magento/callback/{nonce}", b"{}"),
    ):
        answer = client.post(path, data=body, content_type="application/json")
        assert answer.status_code == 404, path
        assert answer.json["error"]["code"] == "not_found"
        assert "Location" not in answer.headers
    assert client.get(f"/woocommerce/callback/{nonce}").status_code == 405
    huge = client.post(f"/woocommerce/callback/{nonce}", data=b"x" * (16 * 1024 + 1))
    assert (huge.status_code, huge.json["error"]["code"]) == (413, "too_large")
    with world.services.db.across_workspaces() as session:
        row = session.execute(select(PendingConnection)).scalar_one()
    assert (row.state, row.sealed_keys) == ("begun", None)


def test_whoever_began_goes_in_as_the_owner_of_a_new_workspace(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    answer = connected(world, client)
    assert (answer.status_code, answer.headers["Location"]) == (303, FOUND)
    session = next(each for each in cookies_of(answer) if each.startswith(SESSION))
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"):
        assert word in session
    assert "Domain" not in session
    home = client.get("/panel", headers=SAME)
    assert home.status_code == 200
    assert "Reading your store" in home.text
    assert "frame-ancestors 'none'" in home.headers["Content-Security-Policy"]
    assert count(world, Store) == 3


def test_the_way_in_works_once(world: World, site: FakeSite, client: FlaskClient) -> None:
    nonce, way_back = begun(client)
    hand_over(client, nonce)
    prove_all(world)
    first = client.get(way_back, headers=FOREIGN)
    assert first.headers["Location"] == FOUND
    # A page that was loaded twice leads where the first one led.
    twice = client.get(way_back, headers=SAME)
    assert (twice.status_code, twice.headers["Location"]) == (303, FOUND)
    assert cookies_of(twice) == []
    client.delete_cookie(SESSION)
    again = client.get(way_back, headers=FOREIGN)
    assert again.status_code == 200
    assert "Your store is connected" in again.text
    assert not any(each.startswith(SESSION) for each in cookies_of(again))
    assert count(world, Session) == 1


def test_another_browser_is_led_to_wordpress(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    nonce, way_back = begun(client)
    hand_over(client, nonce)
    prove_all(world)
    other = world.app.test_client().get(way_back, headers=FOREIGN)
    assert other.status_code == 200
    assert "Your store is connected" in other.text
    assert f'href="https://{SITE}/wp-admin/admin.php?page=tillside"' in other.text
    assert "Open Tillside here" not in other.text
    assert cookies_of(other) == []
    assert count(world, Session) == 0


def test_what_another_sites_page_began_needs_a_word_before_it_goes_in(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    answer = connected(world, client, headers=FOREIGN)
    assert answer.status_code == 200
    assert "Open Tillside here" in answer.text
    assert not any(each.startswith(SESSION) for each in cookies_of(answer))
    path = answer.text.partition('<form method="post" action="')[2].partition('"')[0]
    refused = client.post(path, headers=FOREIGN)
    assert (refused.status_code, refused.headers["Location"]) == (303, path)
    assert count(world, Session) == 0
    accepted = client.post(path, headers=SAME)
    assert (accepted.status_code, accepted.headers["Location"]) == (303, FOUND)
    assert client.get("/panel", headers=SAME).status_code == 200


def test_a_foreign_page_cannot_use_the_browsers_older_mark(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    begun(client)
    mark = client.get_cookie("tillside_install", path="/woocommerce")
    begun(client, headers=FOREIGN)
    later = client.get_cookie("tillside_install", path="/woocommerce")
    assert mark is not None
    assert later is not None
    assert later.value.endswith("~")
    assert not later.value.startswith(mark.value)


def test_denied_is_told_and_can_be_tried_again(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    nonce, way_back = begun(client)
    page = client.get(f"{way_back}?success=0&user_id={nonce}", headers=FOREIGN)
    assert page.status_code == 200
    assert "The store didn&#39;t let Tillside in" in page.text
    assert f'href="{CONNECT}?store_url=kiosk.example%2Fshop"' in page.text
    assert 'http-equiv="refresh"' not in page.text
    assert count(world, Store) == 2


def test_the_page_follows_the_connection(world: World, site: FakeSite, client: FlaskClient) -> None:
    nonce, way_back = begun(client)
    waiting = client.get(f"{way_back}?success=1", headers=FOREIGN).text
    assert "Waiting for your store&#39;s keys" in waiting
    assert '<noscript><meta http-equiv="refresh" content="2"></noscript>' in waiting
    assert f'hx-get="{way_back}" hx-trigger="every 1s"' in waiting
    hand_over(client, nonce)
    poll = {**SAME, "HX-Request-Type": "partial"}
    part = client.get(way_back, headers=poll)
    assert "Trying the keys" in part.text
    assert "<html" not in part.text
    assert "HX-Refresh" not in part.headers
    prove_all(world)
    ended = client.get(way_back, headers=poll)
    assert (ended.status_code, ended.headers["HX-Refresh"], ended.text) == (200, "true", "")
    assert cookies_of(ended) == []
    assert client.get(way_back, headers=SAME).headers["Location"] == FOUND


def test_keys_that_fail_are_told_in_plain_words(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    nonce, way_back = begun(client)
    hand_over(client, nonce, key="ck_none")
    prove_all(world)
    page = client.get(way_back, headers=FOREIGN).text
    assert "The store couldn&#39;t be connected" in page
    assert "The store doesn&#39;t know these keys." in page
    assert f'href="{CONNECT}?store_url=kiosk.example%2Fshop"' in page
    assert "admin.php?page=tillside" in page
    assert count(world, Store) == 2


def test_an_application_password_connects_without_the_stores_page(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    typed = {"store_url": SITE, "username": "ada", "password": "abcd efgh"}
    answer = client.post(CONNECT, data=typed, headers=SAME)
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{APP_URL}/woocommerce/return/")
    prove_all(world)
    path = answer.headers["Location"].removeprefix(APP_URL)
    assert client.get(path, headers=SAME).headers["Location"] == FOUND


@pytest.mark.parametrize("path", ["/woocommerce/return/unknown", "/magento/return/unknown"])
def test_a_way_back_that_is_none_is_404(site: FakeSite, client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, headers=SAME).status_code in (303, 404)
