"""The application with two workspaces, for what is read of a store's health."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import StandingClock
from tests.factories.databases import sqlite_database, sqlite_template
from tests.integration.reconciliation.place import Place
from tests.ui_embed.world import World, build_world


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two workspaces with a store each."""
    built = build_world(tmp_path)
    yield built
    built.services.db.dispose()
    built.services.inbox.dispose()


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the schema."""
    return sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def place(template: Path, tmp_path: Path, clock: StandingClock) -> Iterator[Place]:
    """A store with a copy of it."""
    database = sqlite_database(template, tmp_path)
    yield Place(database, tmp_path, clock)
    database.dispose()
