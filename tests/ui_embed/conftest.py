"""A fresh application for each test of the people's door."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.ui_embed.world import World, build_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two workspaces with a store each."""
    built = build_world(tmp_path)
    yield built
    built.services.db.dispose()
    built.services.inbox.dispose()


@pytest.fixture
def client(world: World) -> FlaskClient:
    """A browser without cookies of ours."""
    return world.app.test_client()
