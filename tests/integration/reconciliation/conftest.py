"""The application with two workspaces, for what is read of a store's health."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.ui_embed.world import World, build_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two workspaces with a store each."""
    built = build_world(tmp_path)
    yield built
    built.services.db.dispose()
    built.services.inbox.dispose()
