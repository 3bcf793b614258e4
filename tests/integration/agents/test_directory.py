"""Who comes in by which door, and what each role may do."""

import threading

import pytest
from sqlalchemy import func, select

from integration.agents.coming_in import agent_behind
from integration.agents.directory import (
    MACHINE_NAME,
    AgentCard,
    agent_names,
    agent_of,
    door_of,
    list_agents,
)
from integration.agents.roles import Deed, may, outranks
from integration.errors import NotFound
from integration.models import Agent, AgentDoor
from integration.models.vocabulary import Role
from tests.ui_embed.world import NOW, World


def come_in(
    world: World, door: str, role: str = "agent", workspace_id: int | None = None
) -> AgentCard:
    with world.services.db.workspace(workspace_id or world.workspace_id, write=True) as session:
        return agent_of(session, door, role=role, locale="el", now=NOW)


def test_whoever_comes_again_is_the_same_agent(world: World) -> None:
    door = door_of("shopify-staff:42", world.store_id)
    first = come_in(world, door)
    assert first == come_in(world, door)
    assert (first.name, first.role, first.status, first.locale) == (
        "Staff 42",
        "agent",
        "active",
        "el",
    )
    assert first.can_answer
    with world.services.db.workspace(world.workspace_id) as session:
        assert list_agents(session) == [first]
        assert agent_names(session, [first.id, None, 99]) == {first.id: "Staff 42"}


def test_the_same_number_in_another_stores_admin_is_somebody_else(world: World) -> None:
    here = come_in(world, door_of("woocommerce-staff:7", 1))
    there = come_in(world, door_of("woocommerce-staff:7", 2))
    assert here.id != there.id


def test_another_workspaces_agents_are_not_there(world: World) -> None:
    theirs = come_in(world, "owner:2", "owner", world.other_workspace_id)
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        assert list_agents(session) == []
        assert agent_names(session, [theirs.id]) == {}
        for door in (f"agent:{theirs.id}", "agent:x", "agent:", "agent:-1", "agent:9" + "9" * 30):
            with pytest.raises(NotFound):
                agent_of(session, door, role="owner", locale=None, now=NOW)
    assert come_in(world, "owner:2").id != theirs.id


def test_all_keys_are_one_machine_that_nobody_is_shown(world: World) -> None:
    first = come_in(world, door_of("api-key:1", 1))
    assert first == come_in(world, door_of("api-key:2", 9))
    assert (first.name, first.is_machine, first.can_answer) == (MACHINE_NAME, True, False)
    with world.services.db.workspace(world.workspace_id) as session:
        assert list_agents(session) == []
        assert agent_names(session, [first.id]) == {first.id: MACHINE_NAME}


def test_the_stores_word_holds_until_a_role_was_decided_here(world: World) -> None:
    door = door_of("woocommerce-staff:7", 1)
    assert come_in(world, door, "owner").role == "owner"
    assert come_in(world, door, "agent").role == "agent"
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        row = session.execute(select(Agent)).scalar_one()
        row.role, row.is_role_set = Role.READ_ONLY, True
    assert come_in(world, door, "owner").role == "read_only"


def test_two_who_come_at_once_are_one(world: World) -> None:
    start, found = threading.Barrier(8), []

    def come() -> None:
        start.wait()
        found.append(
            agent_behind(world.services, world.workspace_id, "owner:1", role="owner", locale=None)
        )

    threads = [threading.Thread(target=come) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({card.id for card in found}) == 1
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.execute(select(func.count()).select_from(Agent)).scalar_one() == 1
        assert session.execute(select(func.count()).select_from(AgentDoor)).scalar_one() == 1


ROLES = {
    "read_only": (True, False, False, False),
    "agent": (True, True, False, False),
    "admin": (True, True, True, False),
    "owner": (True, True, True, True),
    "emperor": (False, False, False, False),
    "": (False, False, False, False),
}


@pytest.mark.parametrize("role", ROLES)
def test_what_each_role_may_do(world: World, role: str) -> None:
    who = come_in(world, "owner:1", role)
    assert tuple(may(who, deed) for deed in Deed) == ROLES[role]
    assert outranks(who, "owner") is (role == "owner")
    assert outranks(who, "admin") is (role in ("owner", "admin"))
