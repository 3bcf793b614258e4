"""Agents and their sign-in on PostgreSQL: what happens at once, and the statements of each way."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from integration.agents.changing import OPERATOR, claim, disable
from integration.agents.coming_in import agent_behind
from integration.agents.invitations import accept, invite
from integration.errors import AppError, Conflict, NotFound
from integration.models import Agent, AgentDoor, Session
from tests.ui_embed.agents.people import EMAIL, PASSWORD, add_agent, get, type_in
from tests.ui_embed.world import NOW, World, build_world


@pytest.fixture
def world(tmp_path: Path, schema_url: str) -> Iterator[World]:
    built = build_world(tmp_path, DATABASE_URL=schema_url)
    yield built
    built.services.db.dispose()
    built.services.inbox.dispose()


def at_once(times: int, act: Callable[[int], object]) -> list[object]:
    """What each of these gave, all begun at the same moment; an expected refusal is given too."""
    start, given = threading.Barrier(times), []

    def run(number: int) -> None:
        start.wait()
        try:
            given.append(act(number))
        except AppError as error:
            given.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return given


def count(world: World, model: type) -> int:
    with world.services.db.across_workspaces() as session:
        return int(session.execute(select(func.count()).select_from(model)).scalar_one())


def test_two_who_come_by_a_door_at_once_are_one(world: World) -> None:
    def come(_: int) -> object:
        return agent_behind(
            world.services, world.workspace_id, "owner:1", role="owner", locale=None
        ).id

    assert len(set(at_once(8, come))) == 1
    assert (count(world, Agent), count(world, AgentDoor)) == (1, 1)


def test_an_invitation_that_is_used_twice_at_once_works_once(world: World) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        link = invite(session, email=EMAIL, name="", role="agent", by=OPERATOR, now=NOW)
    given = at_once(
        4, lambda number: accept(world.services, link.token, name=f"N{number}", password=PASSWORD)
    )
    assert sum(not isinstance(each, AppError) for each in given) == 1
    assert sum(isinstance(each, NotFound) for each in given) == 3


def test_two_owners_who_shut_each_other_out_leave_one(world: World) -> None:
    ids = [add_agent(world, email=f"{number}@aegean.example", role="owner") for number in (1, 2)]

    def shut(number: int) -> object:
        with world.services.db.workspace(world.workspace_id, write=True) as session:
            return disable(session, ids[number], by=OPERATOR, now=NOW)

    given = at_once(2, shut)
    assert sum(isinstance(each, Conflict) for each in given) == 1


def test_a_workspace_is_claimed_once(world: World) -> None:
    ids = [add_agent(world, email=f"{number}@aegean.example") for number in range(4)]

    def take(number: int) -> object:
        with world.services.db.workspace(world.workspace_id, write=True) as session:
            return claim(session, ids[number], by=f"agent:{ids[number]}", now=NOW)

    given = at_once(4, take)
    assert sum(isinstance(each, Conflict) for each in given) == 3


def test_an_agent_signs_in_and_out_everywhere(world: World) -> None:
    add_agent(world, role="owner")
    client, other = world.app.test_client(), world.app.test_client()
    assert type_in(client, password="wrong wrong").status_code == 401
    assert type_in(client).status_code == 303
    assert type_in(other).status_code == 303
    for path in ("/settings/me", "/settings/agents", "/settings/stores"):
        assert get(client, path).status_code == 200, path
    bearer = world.bearer()
    assert client.get("/settings/me", headers=bearer).status_code == 200
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        staff = session.execute(select(AgentDoor.agent_id)).scalar_one()
        disable(session, staff, by=OPERATOR, now=NOW)
    assert world.app.test_client().get("/settings/me", headers=bearer).status_code == 403
    assert count(world, Session) == 2
