"""Services on a SQLite file with two workspaces, a store each, and a clock that a test turns."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.install.conftest import SettableClock
from tests.ui_embed.world import NOW, World, build_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two workspaces with a store each."""
    built = build_world(tmp_path)
    yield built
    built.services.db.dispose()
    built.services.inbox.dispose()


@pytest.fixture
def clock(world: World) -> SettableClock:
    """The world's clock."""
    made = SettableClock(NOW)
    object.__setattr__(world.services, "now", made)
    return made
