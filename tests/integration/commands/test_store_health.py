"""`tillside stores health` as an operator types it."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from integration.cli import cli
from integration.commands.store_health import health
from integration.errors import NotFound
from tests.factories.health_rows import add_alarm, add_comparison
from tests.ui_embed.world import DOMAIN, NOW, World, build_world, change_store


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two workspaces with a store each."""
    built = build_world(tmp_path)
    yield built
    built.services.db.dispose()
    built.services.inbox.dispose()


def _run(world: World, *arguments: str) -> Result:
    return CliRunner().invoke(health, arguments, obj=world.services)


def test_it_says_in_lines_what_the_page_says(world: World) -> None:
    place = (world.workspace_id, world.store_id)
    minute = timedelta(minutes=1)
    change_store(world.services, world.store_id, compared_whole_at=NOW - 60 * minute)
    add_comparison(
        world.services, *place, NOW - 9 * minute, missing=1, repaired=1, latest_seconds=840
    )
    add_comparison(
        world.services, *place, NOW - 8 * minute, kind="whole", state="failed", error="no answer"
    )
    add_alarm(world.services, *place, NOW - 5 * minute, message="no delivery came")
    result = _run(world, DOMAIN)
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "aegean.myshopify.com: every order up to 2026-11-22T11:55:00+00:00 is here",
        "held: 0 orders, 0 customers",
        "every id compared: 2026-11-22T11:04:00+00:00",
        "deliveries: 0 waiting; 0 parked",
        "since 2026-11-22T11:55:00+00:00: 1 comparisons of 80 objects; webhooks missed 1, "
        "1 put right, the latest 0:14:00 late; 1 failed",
        "ALARM deliveries_stopped since 2026-11-22T11:59:00+00:00: no delivery came",
        "2026-11-22T11:56:00+00:00  whole failed (no answer): 40 compared, 0 missing, 0 stale, "
        "0 gone, 0 put right",
        "2026-11-22T11:55:00+00:00  changes: 40 compared, 1 missing, 0 stale, 0 gone, "
        "1 put right, 0:14:00 late",
    ]


def test_its_json_is_the_apis(world: World) -> None:
    add_comparison(world.services, world.workspace_id, world.store_id, NOW)
    told = json.loads(_run(world, str(world.store_id), "--json").output)
    client = world.app.test_client()
    there = f"/api/v1/stores/{world.store_id}/health"
    assert told == client.get(there, headers=world.bearer()).json


def test_a_store_that_is_none_is_named(world: World) -> None:
    result = _run(world, "nobody.myshopify.com")
    assert isinstance(result.exception, NotFound)


def test_it_is_a_command_of_the_stores() -> None:
    assert (
        "Whether everything of a store is here"
        in CliRunner().invoke(cli, ["stores", "health", "--help"]).output
    )
