"""A database for a module's tests, each of which has a workspace of its own."""

from collections.abc import Iterator

import pytest

from integration.db import Database
from tests.factories.databases import sqlite_database, sqlite_template


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """A SQLite file with the schema."""
    folder = tmp_path_factory.mktemp("db")
    database = sqlite_database(sqlite_template(folder), folder)
    yield database
    database.dispose()
