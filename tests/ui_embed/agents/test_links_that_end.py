"""Links for a new password that must open nothing any more, whoever still holds one."""

from flask.testing import FlaskClient

from integration.agents.changing import claim
from tests.ui_embed.agents.people import (
    NEW,
    PASSWORD,
    add_agent,
    agent_row,
    change_agent,
    invite,
    link_in,
    post,
    type_in,
)
from tests.ui_embed.world import NOW, World

ANOTHER = "green boats at dusk"
THIEFS = "red boats at night"


def opened_by_a_stranger(world: World, link: str) -> int:
    """What somebody gets who comes by that link alone."""
    fields = {"name": "J", "password": THIEFS}
    return post(world.app.test_client(), link, fields).status_code


def test_an_administrators_link_opens_nobody_who_became_an_owner(
    world: World, boss: FlaskClient
) -> None:
    add_agent(world, email="adam@aegean.example", role="admin")
    jana = add_agent(world, email=NEW)
    admin = world.app.test_client()
    type_in(admin, "adam@aegean.example")
    link = link_in(post(admin, f"/settings/agents/{jana}/link").text)
    post(boss, f"/settings/agents/{jana}", {"role": "admin", "takes": "1"})
    assert agent_row(world, jana).role == "admin"
    post(boss, f"/settings/agents/{jana}", {"role": "owner", "takes": "1"})
    assert opened_by_a_stranger(world, link) == 404
    assert type_in(world.app.test_client(), NEW, THIEFS).status_code != 303
    assert type_in(world.app.test_client(), NEW, PASSWORD).status_code == 303


def test_an_administrators_invitation_makes_nobody_an_owner(
    world: World, boss: FlaskClient
) -> None:
    add_agent(world, email="adam@aegean.example", role="admin")
    admin = world.app.test_client()
    type_in(admin, "adam@aegean.example")
    link = invite(admin)
    invited = agent_row(world, 3)
    post(boss, f"/settings/agents/{invited.id}", {"role": "owner", "takes": "1"})
    assert opened_by_a_stranger(world, link) == 404


def test_a_role_that_is_no_owners_leaves_the_link(world: World, boss: FlaskClient) -> None:
    jana = add_agent(world, email=NEW)
    link = link_in(post(boss, f"/settings/agents/{jana}/link").text)
    post(boss, f"/settings/agents/{jana}", {"role": "admin", "takes": "1"})
    assert opened_by_a_stranger(world, link) == 303


def test_whoever_claims_the_workspace_is_opened_by_no_former_link(
    world: World, boss: FlaskClient
) -> None:
    jana = add_agent(world, email=NEW)
    link = link_in(post(boss, f"/settings/agents/{jana}/link").text)
    change_agent(world, 1, role="agent")
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        claim(session, jana, by=f"agent:{jana}", now=NOW)
    assert agent_row(world, jana).role == "owner"
    assert opened_by_a_stranger(world, link) == 404


def test_a_password_of_ones_own_ends_the_link_for_one(world: World, boss: FlaskClient) -> None:
    jana = add_agent(world, email=NEW)
    link = link_in(post(boss, f"/settings/agents/{jana}/link").text)
    hers = world.app.test_client()
    type_in(hers, NEW)
    fields = {"email": NEW, "password": ANOTHER, "former": "not this one"}
    assert post(hers, "/settings/me/password", fields).status_code == 422
    assert post(hers, "/settings/me/password", {**fields, "former": PASSWORD}).status_code == 303
    assert opened_by_a_stranger(world, link) == 404
    assert type_in(world.app.test_client(), NEW, ANOTHER).status_code == 303
