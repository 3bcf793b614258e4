"""A browser that is signed in: where its cookie counts, what it opens, how it ends."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from integration.models import Store
from integration.models.vocabulary import Role
from tests.factories.fake_handover import FakeSite
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.sites import (
    ELSEWHERE,
    FETCHED,
    FOREIGN,
    FRAMED,
    OTHER_SITE,
    SAME,
    SESSION,
    ask,
    connected,
    panel_token,
    place_of,
    session_token,
    sign_in,
)
from tests.ui_embed.world import OTHER_DOMAIN, World, change_store

CONTEXT = "/api/v1/context?order=1042"


def test_a_signed_in_browser_sees_the_pages_and_can_sign_out(owner: FlaskClient) -> None:
    assert ask(owner, "/", SAME).headers["Location"] == "/panel"
    for path in ("/panel", "/panel?order=1042", "/profiles/1", "/settings/stores"):
        page = ask(owner, path, SAME)
        assert page.status_code == 200, path
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Frame-Options"] == "DENY"
        assert 'action="/sign-out"' in page.text
    assert "Δήμητρα" in ask(owner, "/panel?order=1042", SAME).text


@pytest.mark.parametrize(
    "headers",
    [
        {**SAME, "Sec-Fetch-Site": "none"},
        {**SAME, "Sec-Fetch-Site": "cross-site"},
        FETCHED,
        {},
        {"Origin": "https://tillside.example"},
    ],
    ids=["typed", "a link elsewhere", "our script", "an old browser", "our script, old"],
)
def test_the_cookie_counts_where_a_page_is_opened_or_ours_asks(
    owner: FlaskClient, headers: dict[str, str]
) -> None:
    assert ask(owner, "/panel?order=1042", headers).status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        FRAMED,
        {**FRAMED, "Sec-Fetch-Site": "same-origin"},
        {**FRAMED, "Sec-Fetch-Dest": "object"},
        ELSEWHERE,
        {**ELSEWHERE, "Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "image"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
    ids=str,
)
@pytest.mark.parametrize("path", ["/panel?order=1042", CONTEXT])
def test_the_cookie_counts_for_no_frame_and_no_other_site(
    owner: FlaskClient, headers: dict[str, str], path: str
) -> None:
    answer = ask(owner, path, headers)
    assert answer.status_code == 401
    assert "Δήμητρα" not in answer.text


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        (SAME, 200),
        (FETCHED, 200),
        ({"Origin": "https://tillside.example"}, 200),
        (FOREIGN, 401),
        (ELSEWHERE, 401),
        ({"Origin": "https://evil.example"}, 401),
        ({}, 401),
        ({**SAME, "Sec-Fetch-Site": "none"}, 401),
    ],
    ids=str,
)
def test_what_changes_something_needs_a_page_of_ours(
    world: World, owner: FlaskClient, headers: dict[str, str], status: int
) -> None:
    assert ask(owner, "/settings/stores/join-code", headers, "POST").status_code == status


def test_the_api_opens_to_our_own_pages_and_answers_no_other_origin(owner: FlaskClient) -> None:
    answer = ask(owner, CONTEXT, FETCHED)
    assert answer.status_code == 200
    assert answer.json["profile"]["display_name"] == "Δήμητρα Παπαδοπούλου"
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("headers", [FOREIGN, ELSEWHERE, {}, {"Origin": "null"}], ids=str)
def test_another_sites_page_cannot_sign_out(owner: FlaskClient, headers: dict[str, str]) -> None:
    assert ask(owner, "/sign-out", headers, "POST").status_code == 401
    assert ask(owner, "/panel", SAME).status_code == 200


def test_signing_out_ends_the_session(world: World, owner: FlaskClient) -> None:
    kept = owner.get_cookie(SESSION, domain="localhost")
    assert kept is not None
    answer = ask(owner, "/sign-out", SAME, "POST")
    assert answer.status_code == 200
    assert "You are signed out" in answer.text
    assert f"{SESSION}=;" in answer.headers["Set-Cookie"]
    owner.set_cookie(SESSION, kept.value, domain="localhost", secure=True)
    assert ask(owner, "/panel", SAME).status_code == 401
    assert ask(owner, "/sign-out", SAME, "GET").status_code == 405


def test_a_session_ends_with_its_time(world: World, site: FakeSite, client: FlaskClient) -> None:
    sign_in(world, client, lifetime=timedelta(0))
    assert ask(client, "/panel", SAME).status_code == 401


def test_a_cookies_token_is_no_bearer_and_a_bearer_no_cookie(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    add_person(world)
    cookie = session_token(world)
    bearer = panel_token(world)
    for path in (CONTEXT, "/panel?order=1042"):
        refused = client.get(path, headers={"Authorization": f"Bearer {cookie}"})
        assert refused.status_code == 401, path
        accepted = client.get(path, headers={"Authorization": f"Bearer {bearer}"})
        assert accepted.status_code == 200, path
        unknown = client.get(path, headers={"Authorization": f"Bearer {bearer}x"})
        assert unknown.status_code == 401, path
    for value in (bearer, f"{cookie}x", "tss_", "tss_" + "x" * 3000, ""):
        client.set_cookie(SESSION, value, domain="localhost", secure=True)
        assert ask(client, "/panel", SAME).status_code == 401


def test_a_panels_bearer_is_never_taken_from_an_address(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    token = panel_token(world)
    assert client.get(f"/panel?id_token={token}").status_code == 401
    assert client.get(f"{CONTEXT}&id_token={token}").status_code == 401


def test_another_workspaces_person_is_nobody_to_a_session(world: World, owner: FlaskClient) -> None:
    foreign = add_person(world, other=True)
    for path in (f"/profiles/{foreign}", f"/api/v1/profiles/{foreign}"):
        assert ask(owner, path, FETCHED).status_code == 404
    for store_id in (world.other_store_id, 999, "x"):
        path = f"/settings/stores/{store_id}/disconnect"
        assert ask(owner, path, SAME, "POST").status_code == 404
    with world.services.db.across_workspaces() as session:
        statuses = session.execute(select(Store.status)).scalars().all()
    assert set(statuses) == {"active"}


def test_an_address_that_names_another_store_is_not_opened_by_the_cookie(
    owner: FlaskClient,
) -> None:
    assert ask(owner, f"/panel?shop={OTHER_DOMAIN}", SAME).status_code == 401
    assert ask(owner, f"/shopify/app?shop={OTHER_DOMAIN}", SAME).status_code == 302
    assert ask(owner, "/shopify/app", SAME).status_code == 401


def test_a_disconnected_store_has_a_clear_page_and_a_way_back(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    connected(world, client)
    path = f"/settings/stores/{place_of(world)[1]}/disconnect"
    answer = ask(client, path, SAME, "POST")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/stores")
    page = ask(client, "/settings/stores", SAME)
    assert page.status_code == 401
    assert "is disconnected" in page.text
    assert 'href="/woocommerce/connect?store_url=kiosk.example%2Fshop"' in page.text
    assert 'action="/sign-out"' in page.text
    assert "ck_1" not in site.keys


def test_another_store_of_the_workspace_stands_for_one_that_left(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    connected(world, client)
    connected(world, client, OTHER_SITE, account="this")
    ask(client, f"/settings/stores/{place_of(world)[1]}/disconnect", SAME, "POST")
    page = ask(client, "/settings/stores", SAME)
    assert page.status_code == 200
    assert "It was disconnected here. Its keys are destroyed." in page.text
    assert 'href="/woocommerce/connect?store_url=kiosk.example%2Fshop"' in page.text


@pytest.mark.parametrize("role", [Role.AGENT, Role.OWNER])
def test_only_an_owner_may_disconnect(
    world: World, site: FakeSite, client: FlaskClient, role: Role
) -> None:
    sign_in(world, client, role=role)
    path = f"/settings/stores/{world.store_id}/disconnect"
    shown = path in ask(client, "/settings/stores", SAME).text
    assert shown is (role is Role.OWNER)
    if role is Role.AGENT:
        assert ask(client, path, SAME, "POST").status_code == 403
    assert client.post(path, headers=world.bearer()).status_code == 403
    assert ask(client, path, FOREIGN, "POST").status_code == 401
    with world.services.db.across_workspaces() as session:
        assert session.get_one(Store, world.store_id).status == "active"


def test_a_store_whose_keys_ended_says_why_and_leads_back(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    connected(world, client)
    change_store(world.services, place_of(world)[1], status="reauthorize")
    for path in ("/settings/stores", "/panel"):
        page = ask(client, path, SAME).text
        assert 'href="/woocommerce/connect?store_url=kiosk.example%2Fshop" target="_top"' in page
    assert "The store no longer accepts our keys." in ask(client, "/settings/stores", SAME).text
