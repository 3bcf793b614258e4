"""Sessions: a browser's cookie and a panel's bearer, where each counts, and how each ends."""

import asyncio
from datetime import timedelta
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from integration.app import create_asgi
from integration.install.companions import companion_of
from integration.install.sessions import open_session
from integration.models import Customer, Session, Store
from integration.models.vocabulary import Role, SessionKind
from tests.factories.fake_handover import FakeSite
from tests.factories.store_signed import ticket
from tests.ui_embed.people_rows import EMAIL, add_person
from tests.ui_embed.sites import FOREIGN, FRAMED, OTHER_SITE, SAME, SITE, connected, put_sites
from tests.ui_embed.test_live import opened
from tests.ui_embed.world import NOW, OTHER_DOMAIN, World, change_store

SESSION = "__Host-tillside_session"
FETCHED = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
ELSEWHERE = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty"}
CONTEXT = "/api/v1/context?order=1042"


@pytest.fixture
def site(world: World) -> FakeSite:
    made = FakeSite(SITE, keys={"ck_1": "read_write"})
    put_sites(world, made, FakeSite(OTHER_SITE, keys={"ck_1": "read_write"}))
    return made


@pytest.fixture
def owner(world: World, site: FakeSite, client: FlaskClient) -> FlaskClient:
    """A browser signed in as the owner of the Aegean store's workspace."""
    add_person(world)
    sign_in(world, client)
    return client


def sign_in(world: World, client: FlaskClient, **changes: Any) -> str:
    values = {
        "workspace_id": world.workspace_id,
        "store_id": world.store_id,
        "kind": SessionKind.BROWSER,
        "role": Role.OWNER,
        "viewer": "owner:1",
        "lifetime": timedelta(days=30),
        **changes,
    }
    token = open_session(world.services, **values).token
    client.set_cookie(SESSION, token, domain="localhost", secure=True)
    return token


def _ask(client: FlaskClient, path: str, headers: dict[str, str], method: str = "GET") -> Any:
    return client.open(path, method=method, headers=headers, base_url="https://localhost")


def test_a_signed_in_browser_sees_the_pages_and_can_sign_out(owner: FlaskClient) -> None:
    assert _ask(owner, "/", SAME).headers["Location"] == "/panel"
    for path in ("/panel", "/panel?order=1042", "/profiles/1", "/settings/stores"):
        page = _ask(owner, path, SAME)
        assert page.status_code == 200, path
        assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
        assert page.headers["X-Frame-Options"] == "DENY"
        assert 'action="/sign-out"' in page.text
    assert "Δήμητρα" in _ask(owner, "/panel?order=1042", SAME).text


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
    assert _ask(owner, "/panel?order=1042", headers).status_code == 200


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
    answer = _ask(owner, path, headers)
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
    assert _ask(owner, "/settings/stores/join-code", headers, "POST").status_code == status


def test_the_api_opens_to_our_own_pages_and_answers_no_other_origin(owner: FlaskClient) -> None:
    answer = _ask(owner, CONTEXT, FETCHED)
    assert answer.status_code == 200
    assert answer.json["profile"]["display_name"] == "Δήμητρα Παπαδοπούλου"
    assert "Access-Control-Allow-Origin" not in answer.headers


@pytest.mark.parametrize("headers", [FOREIGN, ELSEWHERE, {}, {"Origin": "null"}], ids=str)
def test_another_sites_page_cannot_sign_out(owner: FlaskClient, headers: dict[str, str]) -> None:
    assert _ask(owner, "/sign-out", headers, "POST").status_code == 401
    assert _ask(owner, "/panel", SAME).status_code == 200


def test_signing_out_ends_the_session(world: World, owner: FlaskClient) -> None:
    kept = owner.get_cookie(SESSION, domain="localhost")
    assert kept is not None
    answer = _ask(owner, "/sign-out", SAME, "POST")
    assert answer.status_code == 200
    assert "You are signed out" in answer.text
    assert f"{SESSION}=;" in answer.headers["Set-Cookie"]
    owner.set_cookie(SESSION, kept.value, domain="localhost", secure=True)
    assert _ask(owner, "/panel", SAME).status_code == 401
    assert _ask(owner, "/sign-out", SAME, "GET").status_code == 405


def test_a_session_ends_with_its_time(world: World, site: FakeSite, client: FlaskClient) -> None:
    sign_in(world, client, lifetime=timedelta(0))
    assert _ask(client, "/panel", SAME).status_code == 401


def test_a_cookies_token_is_no_bearer_and_a_bearer_no_cookie(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    add_person(world)
    cookie = sign_in(world, world.app.test_client())
    bearer = open_session(
        world.services,
        workspace_id=world.workspace_id,
        store_id=world.store_id,
        kind=SessionKind.PANEL,
        role=Role.AGENT,
        viewer="woocommerce-staff:5",
        lifetime=timedelta(hours=1),
    ).token
    for path in (CONTEXT, "/panel?order=1042"):
        refused = client.get(path, headers={"Authorization": f"Bearer {cookie}"})
        assert refused.status_code == 401, path
        accepted = client.get(path, headers={"Authorization": f"Bearer {bearer}"})
        assert accepted.status_code == 200, path
        unknown = client.get(path, headers={"Authorization": f"Bearer {bearer}x"})
        assert unknown.status_code == 401, path
    for value in (bearer, f"{cookie}x", "tss_", "tss_" + "x" * 3000, ""):
        client.set_cookie(SESSION, value, domain="localhost", secure=True)
        assert _ask(client, "/panel", SAME).status_code == 401


def test_a_panels_bearer_is_never_taken_from_an_address(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    token = sign_in(world, world.app.test_client(), kind=SessionKind.PANEL)
    assert client.get(f"/panel?id_token={token}").status_code == 401
    assert client.get(f"{CONTEXT}&id_token={token}").status_code == 401


def test_another_workspaces_person_is_nobody_to_a_session(world: World, owner: FlaskClient) -> None:
    foreign = add_person(world, other=True)
    for path in (f"/profiles/{foreign}", f"/api/v1/profiles/{foreign}"):
        assert _ask(owner, path, FETCHED).status_code == 404
    for store_id in (world.other_store_id, 999, "x"):
        path = f"/settings/stores/{store_id}/disconnect"
        assert _ask(owner, path, SAME, "POST").status_code == 404
    with world.services.db.across_workspaces() as session:
        statuses = session.execute(select(Store.status)).scalars().all()
    assert set(statuses) == {"active"}


def test_an_address_that_names_another_store_is_not_opened_by_the_cookie(
    owner: FlaskClient,
) -> None:
    assert _ask(owner, f"/panel?shop={OTHER_DOMAIN}", SAME).status_code == 401
    assert _ask(owner, f"/shopify/app?shop={OTHER_DOMAIN}", SAME).status_code == 302
    assert _ask(owner, "/shopify/app", SAME).status_code == 401


def test_a_disconnected_store_has_a_clear_page_and_a_way_back(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    connected(world, client)
    path = f"/settings/stores/{_store_id(world, SITE)}/disconnect"
    answer = _ask(client, path, SAME, "POST")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/stores")
    page = _ask(client, "/settings/stores", SAME)
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
    _ask(client, f"/settings/stores/{_store_id(world, SITE)}/disconnect", SAME, "POST")
    page = _ask(client, "/settings/stores", SAME)
    assert page.status_code == 200
    assert "It was disconnected here. Its keys are destroyed." in page.text
    assert 'href="/woocommerce/connect?store_url=kiosk.example%2Fshop"' in page.text


@pytest.mark.parametrize("role", [Role.AGENT, Role.OWNER])
def test_only_an_owner_may_disconnect(
    world: World, site: FakeSite, client: FlaskClient, role: Role
) -> None:
    sign_in(world, client, role=role)
    path = f"/settings/stores/{world.store_id}/disconnect"
    shown = path in _ask(client, "/settings/stores", SAME).text
    assert shown is (role is Role.OWNER)
    if role is Role.AGENT:
        assert _ask(client, path, SAME, "POST").status_code == 403
    assert client.post(path, headers=world.bearer()).status_code == 403
    assert _ask(client, path, FOREIGN, "POST").status_code == 401
    with world.services.db.across_workspaces() as session:
        assert session.get_one(Store, world.store_id).status == "active"


def test_a_store_whose_keys_ended_says_why_and_leads_back(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    connected(world, client)
    change_store(world.services, _store_id(world, SITE), status="reauthorize")
    for path in ("/settings/stores", "/panel"):
        page = _ask(client, path, SAME).text
        assert 'href="/woocommerce/connect?store_url=kiosk.example%2Fshop" target="_top"' in page
    assert "The store no longer accepts our keys." in _ask(client, "/settings/stores", SAME).text


def test_a_ticket_becomes_a_bearer_once(world: World, site: FakeSite, client: FlaskClient) -> None:
    connected(world, client)
    store_id = _store_id(world, SITE)
    handed = _ticket(world, store_id)
    stranger = world.app.test_client()
    answer = stranger.post("/api/v1/session", json={"ticket": handed})
    assert answer.status_code == 200
    assert sorted(answer.json) == ["bearer", "expires_in_seconds"]
    assert answer.json["bearer"].startswith("tsb_")
    assert answer.json["expires_in_seconds"] == 3600
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Access-Control-Allow-Origin" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    headers = {"Authorization": f"Bearer {answer.json['bearer']}"}
    page = stranger.get("/panel", headers=headers)
    assert page.status_code == 200
    assert '<html lang="el"' in page.text
    assert 'action="/sign-out"' not in page.text
    again = stranger.post("/api/v1/session", json={"ticket": handed})
    assert (again.status_code, again.json["error"]["code"]) == (401, "invalid_session")


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "invalid"),
        (b"{", 400, "invalid"),
        (b"[]", 400, "invalid"),
        (b'{"ticket": 7}', 400, "invalid"),
        (b'{"ticket": ""}', 400, "invalid"),
        (b'{"ticket": "a.b.c"}', 401, "invalid_session"),
        (b'{"ticket": "' + b"x" * 17_000 + b'"}', 413, "too_large"),
    ],
    ids=lambda value: str(value)[:20],
)
@pytest.mark.parametrize("path", ["session", "plugin/export", "plugin/erase", "plugin/disconnect"])
def test_what_is_no_ticket_is_refused_as_an_error_of_the_api(
    world: World,
    site: FakeSite,
    client: FlaskClient,
    path: str,
    body: bytes,
    status: int,
    code: str,
) -> None:
    path = f"/api/v1/{path}"
    answer = client.post(path, data=body, content_type="application/json")
    assert (answer.status_code, answer.json["error"]["code"]) == (status, code)
    assert sorted(answer.json["error"]) == ["code", "details", "message"]
    assert client.get(path).status_code == 405
    preflight = client.options(path, headers={"Origin": "https://evil.example"})
    assert "Access-Control-Allow-Origin" not in preflight.headers


def test_the_plugin_disconnects_its_store_without_being_called(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    connected(world, client)
    store_id = _store_id(world, SITE)
    calls = list(site.calls)
    for use in ("panel", "erase"):
        wrong = _ticket(
            world, store_id, use=use, jti=f"{use}-0123456789abcdef", email="a@b.example"
        )
        refused = client.post("/api/v1/plugin/disconnect", json={"ticket": wrong})
        assert (refused.status_code, refused.json["error"]["code"]) == (401, "invalid_session")
    right = _ticket(world, store_id, use="disconnect", sub="wordpress")
    answer = client.post("/api/v1/plugin/disconnect", json={"ticket": right})
    assert (answer.status_code, answer.json) == (200, {"status": "disconnected"})
    assert site.calls == calls
    again = client.post("/api/v1/plugin/disconnect", json={"ticket": right})
    assert again.status_code == 401
    with world.services.db.across_workspaces() as session:
        assert session.get_one(Store, store_id).status == "disconnected"
        kinds = session.execute(select(Session.kind)).scalars().all()
    assert "panel" not in kinds


def test_the_plugin_exports_and_erases_a_person(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    connected(world, client)
    store_id = _store_id(world, SITE)
    workspace_id = _workspace_id(world, SITE)
    add_person(world, orders=60, place=(workspace_id, store_id))
    add_person(world)

    def ask(use: str, page: int, **claims: Any) -> Any:
        asked = {"use": use, "sub": "wordpress", "email": EMAIL, "page": page, **claims}
        made = _ticket(world, store_id, jti=f"{use}-{page}-0123456789abcdef", **asked)
        return client.post(f"/api/v1/plugin/{use}", json={"ticket": made})

    first, second = ask("export", 1), ask("export", 2)
    assert (first.status_code, first.json["done"]) == (200, False)
    assert (second.status_code, second.json["done"]) == (200, True)
    assert "Δήμητρα" in first.text
    assert sorted(first.json["groups"][0]) == ["data", "group_id", "group_label", "item_id"]
    assert ask("export", 1).status_code == 401
    for page in (0, -1, True, "1", 10**9):
        assert ask("export", page).status_code == 401
    erased = ask("erase", 1)
    assert erased.status_code == 200
    assert (erased.json["removed"], erased.json["retained"], erased.json["done"]) == (61, 0, True)
    after = ask("export", 3)
    assert after.json == {"groups": [], "done": True}
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.execute(select(Customer.email)).scalars().all() == [EMAIL]


def test_live_news_open_to_a_bearer_and_to_our_own_pages(world: World, site: FakeSite) -> None:
    cookie = sign_in(world, world.app.test_client())
    bearer = open_session(
        world.services,
        workspace_id=world.workspace_id,
        store_id=world.store_id,
        kind=SessionKind.PANEL,
        role=Role.AGENT,
        viewer="woocommerce-staff:5",
        lifetime=timedelta(hours=1),
    ).token
    front = create_asgi(world.services, world.house)
    jar = {"Cookie": f"{SESSION}={cookie}"}

    async def code(token: str | None, headers: dict[str, str]) -> str:
        sent = {name.lower().replace("-", "_"): value for name, value in headers.items()}
        async with opened(front, token, **sent) as stream:
            return str(orjson.loads(await stream.take())["error"]["code"])

    # Whoever is let in is told that no news are running here.
    assert asyncio.run(code(bearer, {})) == "no_live"
    assert asyncio.run(code(None, {**jar, **FETCHED})) == "no_live"
    assert asyncio.run(code(None, {**jar, **ELSEWHERE})) == "unauthorized"
    assert asyncio.run(code(None, {**jar, "Origin": "https://evil.example"})) == "unauthorized"
    assert asyncio.run(code(cookie, {})) == "unauthorized"


def _store_id(world: World, domain: str) -> int:
    with world.services.db.across_workspaces() as session:
        return session.execute(select(Store.id).where(Store.domain == domain)).scalar_one()


def _workspace_id(world: World, domain: str) -> int:
    with world.services.db.across_workspaces() as session:
        return session.execute(
            select(Store.workspace_id).where(Store.domain == domain)
        ).scalar_one()


def _ticket(world: World, store_id: int, **claims: Any) -> str:
    with world.services.db.across_workspaces() as session:
        store = session.get_one(Store, store_id)
    companion = companion_of(world.services, workspace_id=store.workspace_id, store_id=store_id)
    assert companion is not None
    return ticket(companion, SITE, NOW, **claims)
