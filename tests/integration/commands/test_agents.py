"""`tillside agents` as an operator types it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from integration.agents.invitations import accept, open_invitation
from integration.cli import cli
from integration.errors import Conflict, Invalid, NotFound
from tests.ui_embed.world import DOMAIN, OTHER_DOMAIN, World, build_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    built = build_world(tmp_path)
    yield built
    built.services.db.dispose()
    built.services.inbox.dispose()


def run(world: World, *arguments: str) -> Result:
    return CliRunner().invoke(cli, ["agents", *arguments], obj=world.services)


def token_of(told: Result) -> str:
    found = re.search(r"https://tillside\.example/invitations/(\S+)", told.output)
    assert found, told.output
    return found[1]


def test_an_owner_is_let_in_by_the_operator(world: World) -> None:
    told = run(world, "invite", DOMAIN, "Eleni@Aegean.example", "--name", "Ελένη", "--owner")
    assert "Good once, until 2026-11-29 12:04 UTC." in told.output
    accept(world.services, token_of(told), name="", password="blue boats at noon")
    assert run(world, "list", DOMAIN).output == "1  Ελένη  eleni@aegean.example  owner  active\n"
    (listed,) = json.loads(run(world, "list", DOMAIN, "--json").output)
    assert (listed["id"], listed["role"], listed["capacity"]) == ("1", "owner", None)
    assert run(world, "list", OTHER_DOMAIN).output == ""


def test_a_known_address_gets_a_link_for_a_new_password(world: World) -> None:
    first = token_of(run(world, "invite", DOMAIN, "eleni@aegean.example"))
    accept(world.services, first, name="Ελένη", password="blue boats at noon")
    again = token_of(run(world, "invite", DOMAIN, "eleni@aegean.example", "--owner"))
    assert open_invitation(world.services, again).purpose == "reset"
    assert "owner  active" in run(world, "list", DOMAIN).output


def test_roles_are_given_and_somebody_is_shut_out(world: World) -> None:
    run(world, "invite", DOMAIN, "eleni@aegean.example", "--owner")
    run(world, "invite", DOMAIN, "jana@aegean.example")
    assert run(world, "role", DOMAIN, "2", "admin").output == "jana is admin now.\n"
    assert run(world, "disable", DOMAIN, "2").output == "jana is shut out.\n"
    assert "admin  disabled" in run(world, "list", DOMAIN).output
    assert run(world, "disable", DOMAIN, "2", "--undo").output == "jana can come in again.\n"


def test_what_cant_be_is_a_sentence(world: World) -> None:
    assert isinstance(run(world, "invite", DOMAIN, "nobody").exception, Invalid)
    assert isinstance(run(world, "role", DOMAIN, "7", "admin").exception, NotFound)
    assert isinstance(run(world, "list", "unknown.example").exception, NotFound)
    assert run(world, "role", DOMAIN, "1", "emperor").exit_code == 2
    link = token_of(run(world, "invite", DOMAIN, "eleni@aegean.example", "--owner"))
    accept(world.services, link, name="", password="blue boats at noon")
    assert isinstance(run(world, "disable", DOMAIN, "1").exception, Conflict)
    assert isinstance(run(world, "role", OTHER_DOMAIN, "1", "agent").exception, NotFound)
