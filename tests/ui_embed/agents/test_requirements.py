"""The one table of what each route asks for: complete, and enforced."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from integration.agents.directory import agent_of
from integration.agents.roles import Deed
from integration.models import Agent
from integration.models.vocabulary import Role
from tests.factories.fake_handover import FakeSite
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.sites import SAME, ask, panel_token, session_token, sign_in
from tests.ui_embed.world import NOW, World
from ui_embed.agents.requirements import FAMILIES, NEEDS, OPEN, family_of, needed

CHANGING = frozenset({"POST", "PUT", "PATCH", "DELETE"})
LOWEST = {
    Deed.READ: Role.READ_ONLY,
    Deed.ANSWER: Role.AGENT,
    Deed.SET_UP: Role.ADMIN,
    Deed.OWN: Role.OWNER,
}
# They look besides at whose staff somebody is.
ASK_FOR_MORE = ("/settings/stores/join-code", "/settings/agents/claim")
# Visitors of a store's pages prove themselves otherwise, and machines have doors of their own.
NOBODYS = ("/api/widget/", "/webhooks/", "/form/")


def routes(world: World) -> set[str]:
    return {
        f"{method} {rule.rule}"
        for rule in world.app.url_map.iter_rules()
        for method in rule.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }


def test_the_table_knows_each_route_that_changes_something(world: World) -> None:
    unknown = [
        route
        for route in sorted(routes(world))
        if route.partition(" ")[0] in CHANGING
        and not route.partition(" ")[2].startswith(NOBODYS)
        and route not in NEEDS
        and route not in OPEN
        and family_of(route.partition(" ")[2]) is None
    ]
    assert unknown == []


def test_the_table_names_no_route_that_isnt_there(world: World) -> None:
    there = routes(world)
    assert {*NEEDS, *OPEN} - there == set()
    assert NEEDS.keys() & OPEN.keys() == set()


def test_what_nobody_listed_is_the_owners() -> None:
    assert needed("POST", "/something/new") == Deed.OWN
    assert needed("DELETE", "/inboxes") == Deed.OWN
    assert needed("GET", "/something/new") == Deed.READ
    assert needed("HEAD", "/settings/agents") == needed("GET", "/settings/agents") == Deed.SET_UP
    assert needed("POST", "/inbox/<conversation_id>/answer") == FAMILIES["/inbox"]


def filled(rule: str) -> str:
    """An address of that route, with ids that nothing has."""
    parts = ("999" if part.startswith("<") else part for part in rule.split("/"))
    return "/".join(parts)


ASKED = sorted(route for route, deed in NEEDS.items() if deed > Deed.READ)


@pytest.mark.parametrize("route", ASKED)
def test_a_role_below_what_a_route_asks_for_changes_nothing(
    world: World, site: FakeSite, client: FlaskClient, route: str
) -> None:
    method, _, rule = route.partition(" ")
    below = [each for deed, each in LOWEST.items() if deed < NEEDS[route]]
    for number, role in enumerate(below):
        sign_in(world, client, role=role, viewer=f"owner:{number}")
        refused: Any = ask(client, filled(rule), SAME, method)
        assert refused.status_code == 403, role
    sign_in(world, client, role=LOWEST[NEEDS[route]], viewer="owner:9")
    allowed = ask(client, filled(rule), SAME, method)
    assert allowed.status_code != 403 or rule in ASK_FOR_MORE


def test_a_role_that_was_lowered_counts_at_once_by_every_way_in(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    add_person(world)
    note = {"text": "Rings before noon"}
    bearer = {"Authorization": f"Bearer {panel_token(world)}"}
    shopify = world.bearer()
    for headers in (bearer, shopify):
        path = "/api/v1/profiles/1/notes"
        assert client.post(path, json=note, headers=headers).status_code == 201
    set_roles(world, Role.READ_ONLY)
    for headers in (bearer, shopify):
        answer = client.post(path, json=note, headers=headers)
        assert answer.status_code == 403
        assert answer.get_json()["error"]["code"] == "forbidden"
        assert client.get(path, headers=headers).status_code == 200
    assert client.post("/settings/stores/join-code", headers=shopify).status_code == 403


def test_who_was_disabled_opens_nothing(world: World, site: FakeSite, client: FlaskClient) -> None:
    add_person(world)
    panel = {"Authorization": f"Bearer {panel_token(world)}"}
    browser = session_token(world)
    shopify = world.bearer()
    path = "/api/v1/profiles/1/notes"
    client.post(path, json={"text": "Hello"}, headers=shopify)
    disable_all(world)
    assert client.get(path, headers=panel).status_code == 401
    assert client.get(path, headers=shopify).status_code == 403
    client.set_cookie("__Host-tillside_session", browser, domain="localhost", secure=True)
    assert ask(client, "/panel", SAME).status_code == 401
    with pytest.raises(Exception, match="Your access was ended"):
        session_token(world)


def set_roles(world: World, role: str) -> None:
    change_agents(world, role=role, is_role_set=True)


def disable_all(world: World) -> None:
    change_agents(world, status="disabled")


def change_agents(world: World, **values: Any) -> None:
    """Change all agents there are; those of staff, who come without one, are made first."""
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        door = f"shopify-staff:42@{world.store_id}"
        agent_of(session, door, role=Role.AGENT, locale=None, now=NOW)
        session.execute(update(Agent).values(**values))
