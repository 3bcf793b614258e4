"""`tillside audit` as an operator types it, and what the operator's other commands leave in it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from integration.cli import cli
from integration.errors import Invalid
from tests.ui_embed.world import DOMAIN, OTHER_DOMAIN, World, build_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    built = build_world(tmp_path)
    yield built
    built.services.db.dispose()
    built.services.inbox.dispose()


def run(world: World, *arguments: str) -> Result:
    return CliRunner().invoke(cli, [*arguments], obj=world.services)


def told(world: World, *arguments: str) -> list[tuple[str, str, str | None]]:
    listed = json.loads(run(world, "audit", "list", DOMAIN, "--json", *arguments).output)
    return [(each["action"], each["actor"], each["target"]) for each in listed]


def test_what_commands_do_is_written_down_as_the_operators(world: World) -> None:
    run(world, "agents", "invite", DOMAIN, "eleni@aegean.example")
    run(world, "agents", "role", DOMAIN, "1", "admin")
    run(world, "agents", "disable", DOMAIN, "1")
    run(world, "agents", "disable", DOMAIN, "1", "--undo")
    run(world, "api-keys", "create", DOMAIN)
    run(world, "api-keys", "revoke", "1")
    run(world, "stores", "join-code", DOMAIN)
    run(world, "channels", "add", "form", DOMAIN, "--name", "Form")
    assert {actor for _, actor, _ in told(world)} == {"command"}
    assert [(action, target) for action, _, target in told(world)] == [
        ("channel.made", "channel:1"),
        ("store.join_code_made", None),
        ("api_key.revoked", "api-key:1"),
        ("api_key.made", "api-key:2"),
        ("agent.enabled", "agent:1"),
        ("agent.disabled", "agent:1"),
        ("agent.changed", "agent:1"),
        ("agent.invited", "agent:1"),
    ]
    assert run(world, "audit", "list", OTHER_DOMAIN).output == ""


def test_it_is_narrowed_and_read_as_lines(world: World) -> None:
    run(world, "agents", "invite", DOMAIN, "eleni@aegean.example")
    run(world, "stores", "join-code", DOMAIN)
    assert [each[0] for each in told(world, "--action", "agent")] == ["agent.invited"]
    assert told(world, "--to", "2026-11-21") == []
    line = run(world, "audit", "list", DOMAIN, "--limit", "1").output
    assert line == "2026-11-22 12:04:00Z  command  store.join_code_made  –\n"
    odd = run(world, "audit", "list", DOMAIN, "--action", "dance")
    assert isinstance(odd.exception, Invalid)


def test_it_is_taken_out_and_that_is_in_it(world: World) -> None:
    run(world, "stores", "join-code", DOMAIN)
    told = run(world, "audit", "export", DOMAIN)
    assert told.exit_code == 0, told.exception
    table = told.output
    assert '"store.join_code_made"' in table
    lines = run(world, "audit", "export", DOMAIN, "--json").output.splitlines()
    assert [json.loads(line)["action"] for line in lines] == [
        "audit.exported",
        "audit.exported",
        "store.join_code_made",
    ]
    assert run(world, "audit", "export", DOMAIN, "--views", "--json").output == ""
