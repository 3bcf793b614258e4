"""Connecting a store that hands its keys over: the form, its refusals, the way there and back."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from integration.install.joining import new_join_code
from integration.models import PendingConnection, Session, Store
from platforms.errors import AddressRefused
from tests.factories.fake_handover import FakeSite
from tests.ui_embed.sites import (
    CONNECT,
    FOREIGN,
    OTHER_SITE,
    SAME,
    SITE,
    asked_of_the_store,
    begun,
    connected,
    hand_over,
    prove_all,
    put_sites,
)
from tests.ui_embed.world import APP_URL, World, build_world

SESSION = "__Host-tillside_session"
FOUND = "/panel"


@pytest.fixture
def site(world: World) -> FakeSite:
    made = FakeSite(SITE, keys={"ck_1": "read_write", "ada:abcd efgh": "read_write"})
    put_sites(world, made, FakeSite(OTHER_SITE, name="Bazaar", keys={"ck_1": "read_write"}))
    return made


def _count(world: World, model: Any) -> int:
    with world.services.db.across_workspaces() as session:
        return int(session.execute(select(func.count()).select_from(model)).scalar_one())


def _cookies(answer: Any) -> list[str]:
    return answer.headers.getlist("Set-Cookie")


def test_the_form_is_one_field_that_works_by_itself(site: FakeSite, client: FlaskClient) -> None:
    answer = client.get(CONNECT)
    assert answer.status_code == 200
    assert 'name="store_url"' in answer.text
    assert f'<form class="card door-form" method="post" action="{CONNECT}"' in answer.text
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    # What follows the form leads to a store's own page, and a browser asks whether it may.
    assert "form-action 'self' https:;" in answer.headers["Content-Security-Policy"]
    assert _cookies(answer) == []
    assert 'name="account"' not in answer.text


def test_the_form_is_filled_from_the_address(site: FakeSite, client: FlaskClient) -> None:
    page = client.get(f'{CONNECT}?store_url=a.example/"><b>&join=ABCD-EFGH').text
    assert 'value="a.example/&#34;&gt;&lt;b&gt;"' in page
    assert 'value="ABCD-EFGH"' in page
    assert page.count("<details") == 2
    assert '<details class="fold-plain" open>' in page
    assert client.get(f"{CONNECT}?store_url=a&store_url=b").status_code == 400


@pytest.mark.parametrize("path", ["/shopify/connect", "/magento/connect"])
def test_only_stores_that_hand_keys_over_connect_so(
    site: FakeSite, client: FlaskClient, path: str
) -> None:
    assert client.get(path).status_code == 404
    assert client.post(path, data={"store_url": SITE}).status_code == 404


def test_a_store_is_visited_and_the_browser_sent_to_its_own_page(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    answer = client.post(CONNECT, data={"store_url": f"https://{SITE}/"})
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"https://{SITE}/wc-auth/v1/authorize?")
    (cookie,) = _cookies(answer)
    for word in ("tillside_install=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/woocommerce"):
        assert word in cookie
    assert site.calls == ["visit"]
    assert _count(world, PendingConnection) == 1
    assert _count(world, Store) == 2


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({}, "store-url", "Type the address of your store."),
        ({"store_url": "  "}, "store-url", "Type the address of your store."),
        ({"store_url": "x" * 501}, "store-url", "This is too long."),
        ({"store_url": "nowhere.example"}, "store-url", "There is no WooCommerce store at that"),
        ({"store_url": SITE, "join": "NONE-SUCH-CODE"}, "join", "This code is unknown, used"),
        ({"store_url": SITE, "username": "ada"}, "password", "The application password is missing"),
        ({"store_url": SITE, "password": "p w"}, "username", "needs its user&#39;s name"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(
    world: World,
    site: FakeSite,
    client: FlaskClient,
    typed: dict[str, str],
    field: str,
    sentence: str,
) -> None:
    answer = client.post(CONNECT, data=typed)
    assert answer.status_code == 422
    why = answer.text.partition(f'id="{field}-why"')[2].partition("</p>")[0]
    assert sentence in why
    own = answer.text.partition(f'<input id="{field}"')[2].partition(">")[0]
    assert 'aria-invalid="true"' in own
    assert f'aria-describedby="{field}-why' in own
    assert "autofocus" in own
    assert answer.text.count("autofocus") == 1
    if len(typed.get("store_url", "x")) < 500:
        assert f'value="{typed.get("store_url", "").strip()}"' in answer.text
    assert "p w" not in answer.text
    assert _cookies(answer) == []
    assert _count(world, PendingConnection) == 0
    assert world.services.jobs.waiting == []  # type: ignore[attr-defined]


def test_a_site_that_cannot_hand_keys_over_says_why(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    site.obstacle = "This site uses plain permalinks."
    answer = client.post(CONNECT, data={"store_url": SITE})
    assert answer.status_code == 422
    assert "This site uses plain permalinks." in answer.text
    assert _count(world, PendingConnection) == 0


def test_a_refusal_is_told_in_the_readers_language(site: FakeSite, client: FlaskClient) -> None:
    headers = {"Accept-Language": "el"}
    page = client.post(CONNECT, data={"store_url": "nowhere.example"}, headers=headers).text
    assert '<bdi lang="en">There is no WooCommerce store at that address.</bdi>' in page
    assert '<html lang="el"' in page


def test_keys_are_taken_once_and_answered_by_exactly_200(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    nonce, _ = begun(client)
    store = world.app.test_client()
    answer = hand_over(store, nonce)
    assert (answer.status_code, answer.json) == (200, {})
    assert _cookies(answer) == []
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
    session = next(each for each in _cookies(answer) if each.startswith(SESSION))
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=2592000"):
        assert word in session
    assert "Domain" not in session
    home = client.get("/panel", headers=SAME)
    assert home.status_code == 200
    assert "Reading your store" in home.text
    assert "frame-ancestors 'none'" in home.headers["Content-Security-Policy"]
    assert _count(world, Store) == 3


def test_the_way_in_works_once(world: World, site: FakeSite, client: FlaskClient) -> None:
    nonce, way_back = begun(client)
    hand_over(client, nonce)
    prove_all(world)
    first = client.get(way_back, headers=FOREIGN)
    assert first.headers["Location"] == FOUND
    client.delete_cookie(SESSION)
    again = client.get(way_back, headers=FOREIGN)
    assert again.status_code == 200
    assert "Your store is connected" in again.text
    assert not any(each.startswith(SESSION) for each in _cookies(again))
    assert _count(world, Session) == 1


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
    assert _cookies(other) == []
    assert _count(world, Session) == 0


def test_what_another_sites_page_began_needs_a_word_before_it_goes_in(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    answer = connected(world, client, headers=FOREIGN)
    assert answer.status_code == 200
    assert "Open Tillside here" in answer.text
    assert not any(each.startswith(SESSION) for each in _cookies(answer))
    path = answer.text.partition('<form method="post" action="')[2].partition('"')[0]
    refused = client.post(path, headers=FOREIGN)
    assert (refused.status_code, refused.headers["Location"]) == (303, path)
    assert _count(world, Session) == 0
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
    assert _count(world, Store) == 2


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
    assert _cookies(ended) == []
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
    assert _count(world, Store) == 2


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


def test_an_owner_adds_a_store_to_the_account_by_choice(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    connected(world, client)
    page = client.get(CONNECT, headers=SAME).text
    assert f"Add to <bdi>{SITE}</bdi>" in page
    assert 'value="this" checked' in page
    answer = connected(world, client, OTHER_SITE, account="this")
    assert answer.headers["Location"] == FOUND
    with world.services.db.across_workspaces() as session:
        rows = session.execute(select(Store.domain, Store.workspace_id)).all()
    workspaces = dict(tuple(row) for row in rows)
    assert workspaces[OTHER_SITE] == workspaces[SITE]
    stores = client.get("/settings/stores", headers=SAME).text
    assert SITE in stores
    assert OTHER_SITE in stores


@pytest.mark.parametrize(
    ("headers", "account"), [(FOREIGN, "this"), (SAME, "new"), ({"Origin": "null"}, "this")]
)
def test_a_separate_account_is_begun_by_choice_or_by_another_sites_page(
    world: World, site: FakeSite, client: FlaskClient, headers: dict[str, str], account: str
) -> None:
    connected(world, client)
    connected(world, client, OTHER_SITE, account=account, headers=headers)
    with world.services.db.across_workspaces() as session:
        rows = session.execute(select(Store.domain, Store.workspace_id)).all()
    workspaces = dict(tuple(row) for row in rows)
    assert workspaces[OTHER_SITE] != workspaces[SITE]


def test_a_code_joins_the_workspace_that_it_is_from(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    code = new_join_code(world.services, world.workspace_id)
    answer = connected(world, client, join=code.lower())
    assert answer.status_code == 200
    assert "Your store is connected" in answer.text
    with world.services.db.across_workspaces() as session:
        statement = select(Store.workspace_id).where(Store.domain == SITE)
        assert session.execute(statement).scalar_one() == world.workspace_id
    assert _count(world, Session) == 0


def test_strangers_cannot_have_us_call_all_day(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    for _ in range(60):
        client.post(CONNECT, data={"store_url": "nowhere.example"})
    answer = client.post(CONNECT, data={"store_url": SITE})
    assert answer.status_code == 429
    assert "too many tries" in answer.text
    assert f'value="{SITE}"' in answer.text
    assert site.calls == []
    neighbour = {"X-Forwarded-For": "203.0.113.9"}
    other = client.post(CONNECT, data={"store_url": SITE}, headers=neighbour)
    assert other.status_code == 303
    assert asked_of_the_store(other)


def test_an_address_that_we_may_not_call_costs_no_try(
    world: World, site: FakeSite, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> None:
        raise AddressRefused("That address isn't public.")

    handover: Any = world.services.platforms["woocommerce"].handover
    monkeypatch.setattr(handover, "visit", refuse)
    for _ in range(70):
        assert client.post(CONNECT, data={"store_url": "10.0.0.1"}).status_code == 422
    monkeypatch.undo()
    assert client.post(CONNECT, data={"store_url": SITE}).status_code == 303


def test_on_plain_http_the_cookie_has_a_plain_name(tmp_path: Any) -> None:
    plain = "http://127.0.0.1:8080"
    world = build_world(tmp_path, app_url=plain, ALLOW_PRIVATE_ADDRESSES="1")
    put_sites(world, FakeSite(SITE, keys={"ck_1": "read_write"}), app_url=plain)
    answer = connected(world, world.app.test_client())
    (cookie,) = [each for each in _cookies(answer) if "tillside_session" in each]
    assert cookie.startswith("tillside_session=")
    assert "Secure" not in cookie
    world.services.db.dispose()
    world.services.inbox.dispose()
