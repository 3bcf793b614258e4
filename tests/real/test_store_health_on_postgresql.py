"""What is told of a store's health, read from a real PostgreSQL."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.integration.reconciliation import test_health as cases
from tests.ui_embed.world import World, build_world

pytestmark = pytest.mark.real

CASES = [case for name, case in vars(cases).items() if name.startswith("test_")]


@pytest.fixture
def world(tmp_path: Path, schema_url: str) -> Iterator[World]:
    """Two workspaces with a store each."""
    built = build_world(tmp_path, DATABASE_URL=schema_url)
    yield built
    built.services.db.dispose()
    built.services.inbox.dispose()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.__name__)
def test_it_is_the_same_as_on_sqlite(world: World, case: Callable[[World], None]) -> None:
    assert not world.services.db.is_sqlite
    case(world)
