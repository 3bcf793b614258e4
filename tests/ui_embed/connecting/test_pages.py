"""Connecting a store that hands its keys over: the form, its refusals, where it goes."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

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
    connected,
    cookies_of,
    count,
    put_sites,
)
from tests.ui_embed.world import World, build_world

FOUND = "/panel"


def test_the_form_is_one_field_that_works_by_itself(site: FakeSite, client: FlaskClient) -> None:
    answer = client.get(CONNECT)
    assert answer.status_code == 200
    assert 'name="store_url"' in answer.text
    assert f'<form class="card door-form" method="post" action="{CONNECT}"' in answer.text
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
    # What follows the form leads to a store's own page, and a browser asks whether it may.
    assert "form-action 'self' https:;" in answer.headers["Content-Security-Policy"]
    assert cookies_of(answer) == []
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
    (cookie,) = cookies_of(answer)
    for word in ("tillside_install=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/woocommerce"):
        assert word in cookie
    assert site.calls == ["visit"]
    assert count(world, PendingConnection) == 1
    assert count(world, Store) == 2


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
    assert cookies_of(answer) == []
    assert count(world, PendingConnection) == 0
    assert world.services.jobs.waiting == []  # type: ignore[attr-defined]


def test_a_site_that_cannot_hand_keys_over_says_why(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    site.obstacle = "This site uses plain permalinks."
    answer = client.post(CONNECT, data={"store_url": SITE})
    assert answer.status_code == 422
    assert "This site uses plain permalinks." in answer.text
    assert count(world, PendingConnection) == 0


def test_a_refusal_is_told_in_the_readers_language(site: FakeSite, client: FlaskClient) -> None:
    headers = {"Accept-Language": "el"}
    page = client.post(CONNECT, data={"store_url": "nowhere.example"}, headers=headers).text
    assert '<bdi lang="en">There is no WooCommerce store at that address.</bdi>' in page
    assert '<html lang="el"' in page


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
    assert count(world, Session) == 0


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
    (cookie,) = [each for each in cookies_of(answer) if "tillside_session" in each]
    assert cookie.startswith("tillside_session=")
    assert "Secure" not in cookie
    world.services.db.dispose()
    world.services.inbox.dispose()
