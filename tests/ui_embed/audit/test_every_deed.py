"""Whatever changes a workspace's settings is written down, by whom and on what."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from integration.models import AuditEvent
from tests.ui_embed.agents.people import add_agent, type_in
from tests.ui_embed.audit.deeds import DEEDS, WITHOUT
from tests.ui_embed.audit.place import Place
from tests.ui_embed.world import World

WALKED = ("/settings/", "/sign-in", "/sign-out", "/invitations/")


def events(world: World) -> list[AuditEvent]:
    with world.services.db.workspace(world.workspace_id) as session:
        return list(session.execute(select(AuditEvent).order_by(AuditEvent.id)).scalars())


def test_every_changing_route_is_known(world: World) -> None:
    there = {
        rule.rule
        for rule in world.app.url_map.iter_rules()
        if {"POST", "PUT", "PATCH", "DELETE"} & (rule.methods or set())
        and rule.rule.startswith(WALKED)
    }
    assert there == DEEDS.keys() | WITHOUT.keys()
    assert DEEDS.keys() & WITHOUT.keys() == set()


@pytest.mark.parametrize("route", sorted(DEEDS))
def test_a_deed_is_written_down(world: World, client: FlaskClient, route: str) -> None:
    add_agent(world, role="owner")
    type_in(client)
    action, deed = DEEDS[route]
    before = len(events(world))
    deed(Place(world, client))
    written = [each for each in events(world)[before:] if each.action == action]
    assert written, [each.action for each in events(world)[before:]]
    assert all(each.actor not in ("", "command") for each in written)


def test_what_was_refused_is_not_written_down(world: World, client: FlaskClient) -> None:
    add_agent(world, role="owner")
    type_in(client)
    place, before = Place(world, client), len(events(world))
    number = place.colleague()
    for path, fields in (
        ("/settings/agents/1/disable", {}),
        (f"/settings/agents/{number}", {"role": "captain"}),
        ("/settings/me/password", {"email": "x", "former": "wrong", "password": "long enough 1"}),
    ):
        refused = client.post(path, data=fields, headers={"Sec-Fetch-Site": "same-origin"})
        assert refused.status_code >= 400, path
    assert len(events(world)) == before


def test_a_failed_sign_in_is_told_to_the_workspace_of_whom_it_was_tried_as(
    world: World, client: FlaskClient
) -> None:
    number = add_agent(world)
    type_in(client, password="not the password")
    type_in(client, email="nobody@aegean.example")
    told = [(each.action, each.actor, each.target, each.details) for each in events(world)]
    assert told == [("session.sign_in_failed", "stranger", f"agent:{number}", {"way": "password"})]
