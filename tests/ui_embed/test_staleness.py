"""An old copy is checked in the background, once, and the page says so without waiting."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.ui_embed.people_rows import add_person
from tests.ui_embed.world import NOW, World, change_store

OLD = {"complete_until": NOW - timedelta(minutes=21)}


def _waiting(world: World) -> list[Any]:
    return list(world.services.jobs.waiting)  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/panel?order=1042", "/panel"])
def test_an_old_copy_is_checked_with_the_store(
    world: World, client: FlaskClient, path: str
) -> None:
    add_person(world)
    change_store(world.services, world.store_id, **OLD)
    for _ in range(2):
        page = client.get(path, headers=world.bearer()).text
        assert "checking with the store" in page
    ids = {"workspace_id": world.workspace_id, "store_id": world.store_id}
    assert _waiting(world) == [("sync.refresh", ids)]


@pytest.mark.parametrize(
    "changes",
    [
        {"complete_until": NOW - timedelta(minutes=19)},
        {**OLD, "error": "the store didn't answer in time"},
        {**OLD, "status": "reauthorize"},
        {**OLD, "backfill_state": "running"},
        {**OLD, "claimed_until": NOW + timedelta(minutes=1)},
    ],
    ids=str,
)
def test_else_nobody_is_hurried(world: World, client: FlaskClient, changes: Any) -> None:
    add_person(world)
    change_store(world.services, world.store_id, **changes)
    assert client.get("/panel?order=1042", headers=world.bearer()).status_code == 200
    assert _waiting(world) == []
