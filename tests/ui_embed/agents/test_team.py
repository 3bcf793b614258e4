"""The team's page: roles, work, shutting out, becoming the owner; who may what."""

import pytest
from flask.testing import FlaskClient

from integration.agents.directory import agent_of, door_of
from integration.models import AgentInvitation, Session
from integration.models.vocabulary import AgentStatus
from tests.factories.fake_handover import FakeSite
from tests.ui_embed.agents.people import (
    EMAIL,
    NEW,
    PASSWORD,
    add_agent,
    agent_row,
    agents,
    count,
    get,
    link_in,
    post,
    type_in,
)
from tests.ui_embed.sites import FOREIGN, SAME, SESSION, panel_token, session_token
from tests.ui_embed.world import NOW, World, change_store


def test_an_administrator_touches_no_owner(world: World, client: FlaskClient) -> None:
    owner = add_agent(world, role="owner")
    admin = add_agent(world, email=NEW, role="admin")
    type_in(client, NEW)
    assert '<option value="owner"' not in get(client, "/settings/agents").text
    invited = {"email": "x@aegean.example", "name": "", "role": "owner"}
    assert post(client, "/settings/agents", invited).status_code == 403
    for path in (f"/settings/agents/{owner}/link", f"/settings/agents/{owner}/disable"):
        assert post(client, path).status_code == 403
    lowered = post(client, f"/settings/agents/{owner}", {"role": "agent", "takes": "1"})
    raised = post(client, f"/settings/agents/{admin}", {"role": "owner", "takes": "1"})
    assert (lowered.status_code, raised.status_code) == (403, 403)
    assert [(row.role, row.status) for row in agents(world)] == [
        ("owner", "active"),
        ("admin", "active"),
    ]
    assert count(world, AgentInvitation) == 0


def test_role_and_work_are_changed(world: World, boss: FlaskClient) -> None:
    jana = add_agent(world, email=NEW)
    fields = {"role": "read_only", "capacity": "7", "speaks_cs": "1", "speaks_en": "1"}
    assert post(boss, f"/settings/agents/{jana}", fields).status_code == 200
    row = agent_row(world, jana)
    assert (row.role, row.takes_conversations, row.capacity, row.locales) == (
        "read_only",
        False,
        7,
        "en cs",
    )
    assert post(boss, f"/settings/agents/{jana}", {**fields, "capacity": "many"}).status_code == 422
    assert post(boss, f"/settings/agents/{jana}", {**fields, "role": "boss"}).status_code == 422
    assert agent_row(world, jana).capacity == 7


def test_a_workspace_keeps_an_owner(world: World, boss: FlaskClient) -> None:
    answer = post(boss, "/settings/agents/1", {"role": "admin", "takes": "1"})
    assert answer.status_code == 422
    assert "needs an owner" in answer.text
    assert "shut yourself out" in post(boss, "/settings/agents/1/disable").text
    add_agent(world, email=NEW, role="owner", status=AgentStatus.DISABLED)
    assert post(boss, "/settings/agents/1", {"role": "admin"}).status_code == 422
    add_agent(world, email="third@aegean.example", role="owner")
    assert post(boss, "/settings/agents/1", {"role": "admin"}).status_code == 200
    assert agent_row(world, 1).role == "admin"


def test_who_is_shut_out_is_out_at_once_by_every_door(
    world: World, site: FakeSite, boss: FlaskClient
) -> None:
    panel = {"Authorization": f"Bearer {panel_token(world)}"}
    theirs = world.app.test_client()
    assert theirs.get("/api/v1/stores", headers=panel).status_code == 200
    staff = max(row.id for row in agents(world))
    signed = {"email": NEW, "password": PASSWORD}
    assert theirs.post("/settings/me/password", data=signed, headers=panel).status_code == 303
    panel = {"Authorization": f"Bearer {panel_token(world)}"}
    assert type_in(theirs, NEW).status_code == 303
    assert get(theirs, "/settings/me").status_code == 200
    link = link_in(post(boss, f"/settings/agents/{staff}/link").text)
    assert post(boss, f"/settings/agents/{staff}/disable").status_code == 200
    assert get(theirs, "/settings/me").status_code == 401
    assert theirs.get("/api/v1/stores", headers=panel).status_code == 401
    assert type_in(theirs, NEW).status_code == 401
    assert get(theirs, link).status_code == 404
    with pytest.raises(Exception, match="Your access was ended"):
        panel_token(world)
    assert post(boss, f"/settings/agents/{staff}/enable").status_code == 200
    assert type_in(theirs, NEW).status_code == 303


def test_another_workspaces_agent_is_not_there(world: World, boss: FlaskClient) -> None:
    theirs = add_agent(world, email=NEW, workspace_id=world.other_workspace_id)
    for number in (str(theirs), "999", "x", "0", "9" * 30):
        at = f"/settings/agents/{number}"
        assert get(boss, at).status_code == 404, number
        for path in (at, f"{at}/link", f"{at}/disable", f"{at}/enable"):
            assert post(boss, path, {"role": "read_only"}).status_code == 404, path
    row = agent_row(world, theirs)
    assert (row.role, row.status) == ("agent", "active")
    assert NEW not in get(boss, "/settings/agents").text


@pytest.mark.parametrize("role", ["agent", "read_only"])
def test_the_team_is_shown_to_those_who_set_it_up(
    world: World, client: FlaskClient, role: str
) -> None:
    add_agent(world, role=role)
    type_in(client)
    assert get(client, "/settings/agents").status_code == 403
    assert get(client, "/settings/agents/1").status_code == 403


def test_a_machine_is_nobody_to_change(world: World, boss: FlaskClient) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        machine = agent_of(session, door_of("api-key:1", 1), role="agent", locale=None, now=NOW)
    assert get(boss, f"/settings/agents/{machine.id}").status_code == 404
    assert post(boss, f"/settings/agents/{machine.id}/disable").status_code == 404


def test_staff_of_a_store_that_names_no_owner_may_become_it_once(
    world: World, client: FlaskClient
) -> None:
    assert "make me the owner" in client.get("/settings/me", headers=world.bearer()).text
    answer = client.post("/settings/agents/claim", headers=world.bearer())
    assert answer.status_code == 303
    assert [row.role for row in agents(world)] == ["owner"]
    assert client.get("/settings/agents", headers=world.bearer()).status_code == 200
    assert "make me the owner" not in client.get("/settings/me", headers=world.bearer()).text
    other = {"Authorization": f"Bearer {world.token(sub='77')}"}
    assert client.post("/settings/agents/claim", headers=other).status_code == 403
    assert "make me the owner" not in client.get("/settings/me", headers=other).text
    assert sorted(row.role for row in agents(world)) == ["agent", "owner"]


def test_where_a_store_handed_keys_over_nobody_becomes_owner_so(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    change_store(world.services, world.store_id, platform=site_platform(world))
    panel = {"Authorization": f"Bearer {panel_token(world)}"}
    assert client.post("/settings/agents/claim", headers=panel).status_code == 403
    assert [row.role for row in agents(world)] == ["agent"]


def site_platform(world: World) -> str:
    """The platform whose stores hand keys over."""
    return next(
        slug for slug, each in world.services.platforms.items() if each.handover is not None
    )


def test_no_browser_of_anothers_page_changes_the_team(world: World, boss: FlaskClient) -> None:
    jana = add_agent(world, email=NEW)
    for path, data in (
        ("/settings/agents", {"email": "x@aegean.example", "role": "owner"}),
        (f"/settings/agents/{jana}", {"role": "owner"}),
        (f"/settings/agents/{jana}/disable", {}),
    ):
        assert post(boss, path, data, FOREIGN).status_code == 401
    row = agent_row(world, jana)
    assert (row.role, row.status, len(agents(world))) == ("agent", "active", 2)


def test_an_owner_whose_cookie_is_gone_gets_in_again(
    world: World, site: FakeSite, client: FlaskClient
) -> None:
    client.set_cookie(SESSION, session_token(world), domain="localhost", secure=True)
    page = get(client, "/settings/me")
    assert "In no browser" not in page.text
    answer = post(client, "/settings/me/password", {"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 303
    elsewhere = world.app.test_client()
    assert type_in(elsewhere).status_code == 303
    assert get(elsewhere, "/settings/agents").status_code == 200
    assert [row.role for row in agents(world)] == ["owner"]
    assert count(world, Session) == 2
    assert get(elsewhere, "/settings/me", SAME).status_code == 200
