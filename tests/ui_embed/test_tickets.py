"""Tickets of a store: a bearer for a panel, requests of its plugin, live news for both."""

import asyncio
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from integration.agents.directory import list_agents
from integration.app import create_front
from integration.db import WorkspaceSession
from integration.install.companions import companion_of
from integration.models import AuditEvent, Customer, ProfileView, Session, Store
from tests.factories.fake_handover import FakeSite
from tests.factories.store_signed import ticket
from tests.ui_embed.people_rows import EMAIL, add_person
from tests.ui_embed.sites import (
    ELSEWHERE,
    FETCHED,
    SESSION,
    SITE,
    connected,
    panel_token,
    place_of,
    session_token,
)
from tests.ui_embed.test_live import opened
from tests.ui_embed.world import NOW, World

CONTEXT = "/api/v1/context?order=1042"


def test_a_ticket_becomes_a_bearer_once(world: World, site: FakeSite, client: FlaskClient) -> None:
    connected(world, client)
    handed = _ticket(world)
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
    store_id = place_of(world)[1]
    calls = list(site.calls)
    for use in ("panel", "erase"):
        wrong = _ticket(world, use=use, jti=f"{use}-0123456789abcdef", email="a@b.example")
        refused = client.post("/api/v1/plugin/disconnect", json={"ticket": wrong})
        assert (refused.status_code, refused.json["error"]["code"]) == (401, "invalid_session")
    right = _ticket(world, use="disconnect", sub="wordpress")
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
    add_person(world, orders=60, place=place_of(world))
    add_person(world)

    def ask(use: str, page: int, **claims: Any) -> Any:
        asked = {"use": use, "sub": "wordpress", "email": EMAIL, "page": page, **claims}
        made = _ticket(world, jti=f"{use}-{page}-0123456789abcdef", **asked)
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


def test_what_the_plugin_is_told_is_written_down_and_makes_nobody_an_agent(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    connected(world, client)
    workspace_id, store_id = place_of(world)
    person = add_person(world, orders=60, place=place_of(world))
    for page, email in ((1, EMAIL), (2, EMAIL), (3, "nobody@mail.example")):
        claims = {"use": "export", "sub": "wordpress", "email": email, "page": page}
        made = _ticket(world, jti=f"{page}-0123456789abcdef", **claims)
        assert client.post("/api/v1/plugin/export", json={"ticket": made}).status_code == 200
    with world.services.db.workspace(workspace_id) as session:
        fetched = select(AuditEvent).where(AuditEvent.action == "privacy.data_fetched")
        told = [(each.actor, each.target, each.details) for each in session.scalars(fetched)]
        views = [(each.viewer, each.surface, each.profile_id) for each in _views(session)]
        names = [each.name for each in list_agents(session)]
    assert told == [("store", f"store:{store_id}", {"page": page}) for page in (1, 2)]
    assert views == [("store", "plugin", person)] * 2
    # Somebody of that name could be given conversations, or be shut out, and the store with them.
    assert names == ["Owner"]


def _views(session: WorkspaceSession) -> list[ProfileView]:
    return list(session.scalars(select(ProfileView).order_by(ProfileView.id)))


def test_live_news_open_to_a_bearer_and_to_our_own_pages(world: World, site: FakeSite) -> None:
    cookie = session_token(world)
    bearer = panel_token(world)
    front = create_front(world.services, world.house)
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


@pytest.mark.parametrize(("manager", "status"), [(True, 200), (False, 403), (None, 403)])
def test_only_who_manages_the_store_gets_a_code_for_another(
    world: World, site: FakeSite, client: FlaskClient, manager: bool | None, status: int
) -> None:
    connected(world, client)
    staff = world.app.test_client()
    handed = _ticket(world, manager=manager)
    bearer = staff.post("/api/v1/session", json={"ticket": handed}).json["bearer"]
    headers = {"Authorization": f"Bearer {bearer}"}
    assert staff.post("/settings/stores/join-code", headers=headers).status_code == status
    page = staff.get("/settings/stores", headers=headers)
    assert page.status_code == 200
    assert ("join-code" in page.text) is (status == 200)
    assert "/disconnect" not in page.text


def _ticket(world: World, **claims: Any) -> str:
    workspace_id, store_id = place_of(world)
    companion = companion_of(world.services, workspace_id=workspace_id, store_id=store_id)
    assert companion is not None
    return ticket(companion, SITE, NOW, **claims)
