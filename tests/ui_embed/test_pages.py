"""Documents: who may frame them, what they may run, and how one without a token gets one."""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from integration.models import Store
from platforms.errors import SessionRefused, StoreUnreachable
from platforms.port import Grant, Secret
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.world import APP_URL, BRIDGE, DOMAIN, OTHER_DOMAIN, World, change_store, mint

HOME = f"/shopify/app?shop={DOMAIN}"
FRAMED = f"{HOME}&embedded=1&host=YWRtaW4&locale=el&order=1042"
PAGES = ("/panel", "/profiles/1", "/settings/stores")


def _directives(answer: Any) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return dict(part.partition(" ")[::2] for part in parts)


def test_the_home_stands_in_this_stores_admin_and_nowhere_else(
    world: World, client: FlaskClient
) -> None:
    add_person(world)
    answer = client.get(f"{HOME}&order=1042&id_token={mint(DOMAIN)}")
    assert answer.status_code == 200
    policy = _directives(answer)
    assert policy["frame-ancestors"] == f"https://{DOMAIN} https://admin.shopify.com"
    assert policy["default-src"] == "'none'"
    assert policy["style-src"] == "'self'"
    assert policy["script-src"] == "'self' https://cdn.shopify.com"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert "*" not in answer.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in answer.headers
    assert answer.headers["Referrer-Policy"] == "strict-origin"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers


def test_the_bridge_is_the_first_script_and_its_key_is_there(
    world: World, client: FlaskClient
) -> None:
    add_person(world)
    page = client.get(f"{HOME}&order=1042&id_token={mint(DOMAIN)}").text
    assert page.index("<script") == page.index(f'<script src="{BRIDGE}"></script>')
    assert '<meta name="shopify-api-key" content="tillside-client-id">' in page


def test_ones_own_profile_is_found_from_within_a_stores_admin(
    world: World, client: FlaskClient
) -> None:
    add_person(world)
    page = client.get(f"{HOME}&order=1042&id_token={mint(DOMAIN)}").text
    assert 'href="/settings/me"' in page
    assert "/sign-out" not in page


def test_what_a_store_sends_stays_text(world: World, client: FlaskClient) -> None:
    add_person(world)
    page = client.get(f"{HOME}&order=1042&id_token={mint(DOMAIN)}").text
    assert "&lt;b&gt;Aviator&lt;/b&gt; sunglasses" in page
    assert "<b>Aviator" not in page
    search = client.get("/panel?search=<script>alert(1)</script>", headers=world.bearer())
    assert "<script>alert" not in search.text


@pytest.mark.parametrize("token", [None, "", "a.b.c", mint(DOMAIN, aud="another")])
def test_a_framed_document_without_a_token_goes_to_the_bridge(
    client: FlaskClient, token: str | None
) -> None:
    answer = client.get(FRAMED if token is None else f"{FRAMED}&id_token={token}")
    assert answer.status_code == 302
    there = urlsplit(answer.headers["Location"])
    query = dict(parse_qsl(there.query))
    assert there.path == "/shopify/reload"
    assert query["shop"] == DOMAIN
    assert query["shopify-reload"].startswith(f"{APP_URL}/shopify/app?")
    assert "id_token" not in answer.headers["Location"]
    assert "order=1042" in query["shopify-reload"]
    page = client.get(answer.headers["Location"])
    assert page.status_code == 200
    assert page.text.count("<script") == 1
    assert f'<script src="{BRIDGE}"></script>' in page.text
    assert _directives(page)["frame-ancestors"] == f"https://{DOMAIN} https://admin.shopify.com"


@pytest.mark.parametrize(
    "target",
    ["", "https://evil.example/", f"{APP_URL}.evil.example/", "//evil.example", "/panel", "//["],
)
def test_the_bridge_leads_back_to_us_only(client: FlaskClient, target: str) -> None:
    answer = client.get("/shopify/reload", query_string={"shop": DOMAIN, "shopify-reload": target})
    assert answer.status_code == 400


def test_a_page_by_itself_begins_an_install(world: World, client: FlaskClient) -> None:
    answer = client.get(HOME)
    assert (answer.status_code, answer.headers["Location"]) == (
        302,
        f"/shopify/install?shop={DOMAIN}",
    )
    begun = client.get(answer.headers["Location"])
    assert begun.headers["Location"].startswith(f"https://{DOMAIN}/admin/oauth/authorize?")
    cookie = begun.headers["Set-Cookie"]
    for word in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/shopify"):
        assert word in cookie


@pytest.mark.parametrize("path", PAGES)
def test_pages_by_themselves_show_nothing_and_may_not_be_framed(
    world: World, client: FlaskClient, path: str
) -> None:
    add_person(world)
    answer = client.get(path)
    assert answer.status_code == 401
    assert "Δήμητρα" not in answer.text
    assert _directives(answer)["frame-ancestors"] == "'none'"
    assert answer.headers["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize(
    "shop",
    ["", "evil.example", "a.myshopify.com.evil.example", "x@a.myshopify.com", "a.myshopify.com:81"],
)
@pytest.mark.parametrize("path", ["/shopify/install", "/shopify/callback", "/shopify/reload"])
def test_a_name_that_is_no_shops_is_400(client: FlaskClient, path: str, shop: str) -> None:
    answer = client.get(path, query_string={"shop": shop})
    assert answer.status_code == 400
    assert "Location" not in answer.headers
    assert "Set-Cookie" not in answer.headers


def test_our_bare_address_leads_to_the_stores_home_or_the_panel(client: FlaskClient) -> None:
    query = f"shop={DOMAIN}&embedded=1"
    assert client.get(f"/?{query}").headers["Location"] == f"/shopify/app?{query}"
    assert client.get("/").headers["Location"] == "/panel"
    assert client.get("/?shop=evil.example").headers["Location"] == "/panel"


def test_doubled_parameters_are_400(world: World, client: FlaskClient) -> None:
    for path in (
        f"/shopify/install?shop={DOMAIN}&shop={DOMAIN}",
        f"/shopify/callback?shop={DOMAIN}&shop={DOMAIN}",
        f"{HOME}&shop={OTHER_DOMAIN}&id_token={mint(DOMAIN)}",
        "/panel?order=1&order=2",
    ):
        assert client.get(path, headers=world.bearer()).status_code == 400, path


def test_a_session_of_another_store_than_the_addresss_is_refused(
    world: World, client: FlaskClient
) -> None:
    add_person(world)
    answer = client.get(f"{HOME}&order=1042&id_token={mint(OTHER_DOMAIN)}")
    assert answer.status_code == 401
    assert "Δήμητρα" not in answer.text


def test_another_workspaces_person_is_nobody(world: World, client: FlaskClient) -> None:
    foreign = add_person(world, other=True)
    unknown = client.get("/profiles/999999", headers=world.bearer())
    answer = client.get(f"/profiles/{foreign}", headers=world.bearer())
    assert (answer.status_code, unknown.status_code) == (404, 404)
    assert answer.text == unknown.text
    older = client.get(f"/profiles/{foreign}/orders?cursor=x", headers=world.bearer())
    assert older.status_code in (400, 404)
    assert "Δήμητρα" not in older.text


def test_a_script_gets_the_part_and_a_person_the_document(
    world: World, client: FlaskClient
) -> None:
    profile_id = add_person(world)
    whole = client.get(f"/profiles/{profile_id}", headers=world.bearer()).text
    headers = {**world.bearer(), "HX-Request": "true", "HX-Request-Type": "partial"}
    part = client.get(f"/profiles/{profile_id}", headers=headers).text
    assert whole.startswith("<!doctype html>")
    assert "<html" not in part
    assert f'data-profile="{profile_id}"' in part


def test_a_script_without_a_session_is_told_to_fetch_one(client: FlaskClient) -> None:
    answer = client.get("/panel", headers={"Authorization": f"Bearer {mint(DOMAIN, aud='x')}"})
    assert answer.status_code == 401
    assert answer.headers["X-Shopify-Retry-Invalid-Session-Request"] == "1"


def test_older_orders_follow_page_by_page(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world, orders=25)
    page = client.get(f"/profiles/{profile_id}", headers=world.bearer()).text
    assert page.count('<details class="order"') == 20
    address = page.partition(f'hx-get="/profiles/{profile_id}/orders?')[2].partition('"')[0]
    rest = client.get(f"/profiles/{profile_id}/orders?{address}", headers=world.bearer()).text
    assert rest.count('<details class="order"') == 5
    assert "Show older orders" not in rest


def test_a_document_connects_a_store_that_the_host_installed(
    world: World, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    domain = "newcomer.myshopify.com"
    installer = world.services.platforms["shopify"].installer
    grant = Grant(domain, Secret("token"), ("read_orders",))
    monkeypatch.setattr(installer, "exchange", lambda _: grant)
    answer = client.get(f"/shopify/app?shop={domain}&id_token={mint(domain)}")
    assert answer.status_code == 200
    assert "Reading your store" in answer.text
    queued = [name for name, _ in world.services.jobs.waiting]  # type: ignore[attr-defined]
    assert queued == ["install.subscribe", "sync.backfill"]


@pytest.mark.parametrize(
    ("error", "status"), [(SessionRefused("no"), 401), (StoreUnreachable("away"), 502)]
)
def test_a_grant_that_cannot_be_had_is_told(
    world: World,
    client: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
    status: int,
) -> None:
    def refuse(_: str) -> Grant:
        raise error

    monkeypatch.setattr(world.services.platforms["shopify"].installer, "exchange", refuse)
    domain = "newcomer.myshopify.com"
    answer = client.get(f"/shopify/app?shop={domain}&id_token={mint(domain)}")
    assert answer.status_code == status
    assert _directives(answer)["frame-ancestors"].startswith(f"https://{domain} ")
    with world.services.db.across_workspaces() as session:
        assert session.execute(select(func.count(Store.id))).scalar_one() == 2


def test_a_lost_access_shows_what_is_held_and_the_way_back(
    world: World, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> Grant:
        raise SessionRefused("no")

    monkeypatch.setattr(world.services.platforms["shopify"].installer, "exchange", refuse)
    add_person(world)
    change_store(world.services, world.store_id, status="reauthorize")
    page = client.get(f"{HOME}&order=1042&id_token={mint(DOMAIN)}")
    assert page.status_code == 200
    assert "The store ended our access" in page.text
    assert f'href="/shopify/install?shop={DOMAIN}" target="_top"' in page.text
    assert "Δήμητρα" in page.text


def test_an_uninstalled_stores_script_is_told_so(world: World, client: FlaskClient) -> None:
    add_person(world)
    change_store(world.services, world.store_id, status="disconnected")
    answer = client.get("/panel", headers=world.bearer())
    assert answer.status_code == 401
    assert "isn&#39;t installed here any more" in answer.text
    assert "Δήμητρα" not in answer.text


def test_an_uninstalled_stores_late_document_is_told_so(
    world: World, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> Grant:
        raise SessionRefused("no")

    monkeypatch.setattr(world.services.platforms["shopify"].installer, "exchange", refuse)
    add_person(world)
    change_store(world.services, world.store_id, status="disconnected")
    answer = client.get(f"{HOME}&order=1042&id_token={mint(DOMAIN)}")
    assert answer.status_code == 401
    assert "isn&#39;t installed here any more" in answer.text
    assert "Δήμητρα" not in answer.text


def test_a_join_code_is_shown_once(world: World, client: FlaskClient) -> None:
    answer = client.post("/settings/stores/join-code", headers=world.bearer())
    assert answer.status_code == 200
    assert f"{APP_URL}/shopify/install?join=" in answer.text
    assert client.post("/settings/stores/join-code").status_code == 401
    assert client.get("/settings/stores/join-code", headers=world.bearer()).status_code == 405


def test_a_platform_that_is_none_is_404(client: FlaskClient) -> None:
    for path in ("/magento/install", "/magento/app", "/magento/callback", "/magento/reload"):
        assert client.get(path).status_code == 404


def test_the_admin_may_lead_below_the_home(client: FlaskClient) -> None:
    there = client.get(f"/shopify/app/profiles/7?shop={DOMAIN}")
    assert there.headers["Location"] == f"/profiles/7?shop={DOMAIN}"
    assert client.get("/shopify/app/healthz").status_code == 404
    assert client.get("/shopify/app//evil.example").status_code in (308, 404)
