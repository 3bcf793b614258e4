"""The team's page: invitations, roles, work, shutting out; who may what."""

import re
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from integration.agents.directory import agent_of, door_of
from integration.models import Agent, AgentInvitation, Session
from integration.models.vocabulary import AgentStatus
from tests.factories.fake_handover import FakeSite
from tests.integration.install.conftest import SettableClock
from tests.ui_embed.agents.people import (
    EMAIL,
    PASSWORD,
    add_agent,
    agent_row,
    get,
    post,
    type_in,
)
from tests.ui_embed.sites import FOREIGN, SAME, SESSION, cookies_of, panel_token, session_token
from tests.ui_embed.world import NOW, World, change_store

NEW = "jana@aegean.example"


@pytest.fixture
def clock(world: World) -> SettableClock:
    made = SettableClock(NOW)
    object.__setattr__(world.services, "now", made)
    return made


@pytest.fixture
def boss(world: World, client: FlaskClient) -> FlaskClient:
    """A browser of an owner."""
    add_agent(world, role="owner")
    type_in(client)
    return client


def link_in(text: str) -> str:
    """The link's path that a page shows."""
    found = re.search(r"https://tillside\.example(/invitations/tsi_[\w-]{43})", text)
    assert found, text[:3000]
    return found[1]


def invite(client: FlaskClient, email: str = NEW, role: str = "agent") -> str:
    answer = post(client, "/settings/agents", {"email": email, "name": "Jana", "role": role})
    assert answer.status_code == 200
    return link_in(answer.text)


def agents(world: World) -> list[Agent]:
    with world.services.db.across_workspaces() as session:
        return list(session.execute(select(Agent).order_by(Agent.id)).scalars())


def count(world: World, model: type) -> int:
    with world.services.db.across_workspaces() as session:
        return int(session.execute(select(func.count()).select_from(model)).scalar_one())


def test_somebody_is_invited_sets_a_password_and_comes_again(
    world: World, boss: FlaskClient
) -> None:
    link = invite(boss)
    _, jana = agents(world)
    assert (jana.email, jana.status, jana.role, jana.password_hash) == (
        NEW,
        "invited",
        "agent",
        None,
    )
    guest = world.app.test_client()
    page = get(guest, link, FOREIGN)
    assert page.status_code == 200
    assert "Welcome to <bdi>Aegean Goods</bdi>" in page.text
    assert NEW in page.text
    answer = post(guest, link, {"name": " Jana  Nováková ", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/panel")
    jana = agent_row(world, jana.id)
    assert (jana.name, jana.status, jana.is_email_vouched) == ("Jana Nováková", "active", True)
    assert get(guest, "/settings/me").status_code == 200
    assert type_in(world.app.test_client(), NEW).status_code == 303
    assert get(boss, "/settings/agents").text.count("tsi_") == 0


def test_an_invitation_works_once(world: World, boss: FlaskClient) -> None:
    link = invite(boss)
    assert (
        post(world.app.test_client(), link, {"name": "J", "password": PASSWORD}).status_code == 303
    )
    thief = world.app.test_client()
    for answer in (get(thief, link), post(thief, link, {"name": "T", "password": "x" * 12})):
        assert answer.status_code == 404
        assert "doesn&#39;t work any more" in answer.text
        assert SESSION not in "".join(cookies_of(answer))
    assert type_in(world.app.test_client(), NEW).status_code == 303


def test_an_invitation_is_good_for_seven_days(
    world: World, boss: FlaskClient, clock: SettableClock
) -> None:
    link = invite(boss)
    clock.now += timedelta(days=7, seconds=-1)
    assert get(world.app.test_client(), link).status_code == 200
    clock.now += timedelta(seconds=1)
    assert get(world.app.test_client(), link).status_code == 404


def test_only_the_newest_link_works(world: World, boss: FlaskClient) -> None:
    former = invite(boss)
    answer = post(boss, "/settings/agents/2/link")
    newest = link_in(answer.text)
    assert former != newest
    assert get(world.app.test_client(), former).status_code == 404
    assert get(world.app.test_client(), newest).status_code == 200
    assert count(world, AgentInvitation) == 1


def test_another_sites_page_accepts_no_invitation(world: World, boss: FlaskClient) -> None:
    link = invite(boss)
    answer = post(world.app.test_client(), link, {"name": "J", "password": PASSWORD}, FOREIGN)
    assert answer.status_code == 422
    assert agent_row(world, 2).status == "invited"


@pytest.mark.parametrize(
    ("name", "password", "told"),
    [
        ("Jana", "short", "at least 10 characters"),
        ("Jana", "x" * 201, "too long"),
        ("x" * 81, PASSWORD, "too long"),
        ("Ja\u202ena", PASSWORD, "can&#39;t be shown"),
    ],
)
def test_an_invitation_that_was_filled_in_wrong_still_works(
    world: World, boss: FlaskClient, name: str, password: str, told: str
) -> None:
    link = invite(boss)
    guest = world.app.test_client()
    answer = post(guest, link, {"name": name, "password": password})
    assert answer.status_code == 422
    assert told in answer.text
    assert post(guest, link, {"name": "Jana", "password": PASSWORD}).status_code == 303


def test_a_new_password_ends_every_session(world: World, boss: FlaskClient) -> None:
    jana = add_agent(world, email=NEW, name="Jana")
    theirs = world.app.test_client()
    type_in(theirs, NEW)
    assert get(theirs, "/settings/me").status_code == 200
    link = link_in(post(boss, f"/settings/agents/{jana}/link").text)
    fresh = world.app.test_client()
    assert "Set a new password" in get(fresh, link).text
    assert get(theirs, "/settings/me").status_code == 200
    assert (
        post(fresh, link, {"name": "Jana", "password": "another ship at dawn"}).status_code == 303
    )
    assert get(theirs, "/settings/me").status_code == 401
    assert type_in(world.app.test_client(), NEW).status_code == 401
    assert type_in(world.app.test_client(), NEW, "another ship at dawn").status_code == 303


@pytest.mark.parametrize(
    ("email", "name", "role", "told"),
    [
        ("", "", "agent", "isn&#39;t an e-mail address"),
        ("nobody", "", "agent", "isn&#39;t an e-mail address"),
        ("a@b", "", "agent", "isn&#39;t an e-mail address"),
        ("еleni@aegean.example", "", "agent", "isn&#39;t an e-mail address"),
        (EMAIL.upper(), "", "agent", "has this address already"),
        (NEW, "x" * 81, "agent", "too long"),
        (NEW, "", "emperor", "Choose a role"),
        (NEW, "", "", "Choose a role"),
    ],
)
def test_what_cant_be_invited_is_told_why(
    world: World, boss: FlaskClient, email: str, name: str, role: str, told: str
) -> None:
    answer = post(boss, "/settings/agents", {"email": email, "name": name, "role": role})
    assert answer.status_code == 422
    assert told in answer.text
    assert len(agents(world)) == 1


def test_the_same_address_may_be_invited_in_another_workspace(
    world: World, boss: FlaskClient
) -> None:
    theirs = add_agent(world, email=NEW, workspace_id=world.other_workspace_id)
    invite(boss)
    assert agent_row(world, theirs).status == "active"


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
