"""Signing others out: at once, everywhere, and who may."""

from flask.testing import FlaskClient
from pydantic import SecretStr

from integration.install.api_keys import create_key
from tests.ui_embed.agents.people import HTTPS, NEW, PASSWORD, add_agent, get, post, type_in
from tests.ui_embed.sites import panel_token
from tests.ui_embed.world import World


def test_somebody_is_signed_out_everywhere_and_comes_in_again(
    world: World, boss: FlaskClient
) -> None:
    jana = add_agent(world, email=NEW)
    theirs = world.app.test_client()
    type_in(theirs, NEW)
    answer = post(boss, f"/settings/agents/{jana}/sign-out")
    assert "They are signed out everywhere." in answer.text
    assert get(theirs, "/settings/me").status_code == 401
    assert get(boss, "/settings/me").status_code == 200
    assert type_in(theirs, NEW).status_code == 303


def test_everybody_is_signed_out_but_for_who_asks(world: World, boss: FlaskClient) -> None:
    add_agent(world, email=NEW)
    theirs = world.app.test_client()
    type_in(theirs, NEW)
    panel = {"Authorization": f"Bearer {panel_token(world)}"}
    assert theirs.get("/api/v1/stores", headers=panel).status_code == 200
    answer = post(boss, "/settings/agents/sign-out")
    assert "Everybody is signed out, but for you here." in answer.text
    assert get(theirs, "/settings/me").status_code == 401
    assert theirs.get("/api/v1/stores", headers=panel).status_code == 401
    assert get(boss, "/settings/me").status_code == 200


def test_another_workspaces_sessions_go_on(world: World, boss: FlaskClient) -> None:
    add_agent(world, workspace_id=world.other_workspace_id, email=NEW)
    theirs = world.app.test_client()
    type_in(theirs, NEW)
    post(boss, "/settings/agents/sign-out")
    assert get(theirs, "/settings/me").status_code == 200


def test_programs_stand_beside_and_go_on(world: World, boss: FlaskClient) -> None:
    key = create_key(world.services, world.workspace_id, world.store_id)
    page = get(boss, "/settings/agents").text
    assert f"{key[:10]}…" in page
    assert key not in page
    post(boss, "/settings/agents/sign-out")
    bearer = {"Authorization": f"Bearer {key}"}
    assert world.app.test_client().get("/api/v1/stores", headers=bearer).status_code == 200


def test_an_administrator_signs_no_owner_out(world: World, client: FlaskClient) -> None:
    owner = add_agent(world, role="owner")
    add_agent(world, email=NEW, role="admin")
    type_in(client, NEW)
    assert post(client, f"/settings/agents/{owner}/sign-out").status_code == 403
    agent = world.app.test_client()
    add_agent(world, email="third@aegean.example")
    type_in(agent, "third@aegean.example", PASSWORD)
    assert post(agent, "/settings/agents/sign-out").status_code == 403
    assert get(agent, "/settings/me").status_code == 200


def test_a_new_secret_key_ends_every_session(world: World, boss: FlaskClient) -> None:
    bearer = {"Authorization": f"Bearer {panel_token(world)}"}
    assert get(boss, "/settings/me").status_code == 200
    assert boss.get("/panel", headers=bearer, base_url=HTTPS).status_code == 200
    another = world.services.settings.model_copy(update={"secret_key": SecretStr("y" * 64)})
    object.__setattr__(world.services, "settings", another)
    assert get(boss, "/settings/me").status_code == 401
    assert boss.get("/panel", headers=bearer, base_url=HTTPS).status_code == 401
    assert type_in(boss).status_code == 303
    assert get(boss, "/settings/me").status_code == 200
