"""A database for a module's tests, and a mirror to tell things."""

from collections.abc import Iterator

import pytest

from integration.db import Database
from tests.factories.databases import sqlite_database, sqlite_template
from tests.factories.mirror import Mirror


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A SQLite file with the schema."""
    folder = tmp_path_factory.mktemp("db")
    database = sqlite_database(sqlite_template(folder), folder)
    yield database
    database.dispose()


@pytest.fixture
def mirror(db: Database, request: pytest.FixtureRequest) -> Mirror:
    """A store in a workspace of its own."""
    return Mirror(db, f"{request.node.name}.myshopify.com")
