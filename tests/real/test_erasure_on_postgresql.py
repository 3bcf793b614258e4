"""Erasing persons and stores on PostgreSQL, which minds what still points at what goes."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from integration.db import Database
from integration.services import Services
from integration.upgrade import TARGETS, upgrade_database
from tests.conftest import StandingClock
from tests.integration.privacy import test_conversations, test_identity_traces, test_shops
from tests.integration.privacy.conftest import send, store
from tests.webhooks.parts import make_services

__all__ = ["send", "services", "store"]

pytestmark = pytest.mark.real

for _module in (test_conversations, test_identity_traces, test_shops):
    globals().update(
        {name: value for name, value in vars(_module).items() if name.startswith("test_")}
    )


@pytest.fixture(scope="module")
def server_db(postgres_server: str) -> tuple[str, str]:
    """The address of the server, and of a template with the schema."""
    name = "tillside_erasure_template"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    database = Database(postgres_server.replace("/postgres?", f"/{name}?"), pool_size=1)
    for target in TARGETS:
        upgrade_database(database, target)
    database.dispose()
    return postgres_server, name


@pytest.fixture
def services(
    server_db: tuple[str, str], tmp_path: Path, clock: StandingClock
) -> Iterator[Services]:
    """Services on a PostgreSQL database of their own."""
    server, template = server_db
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE tillside_erasure TEMPLATE {template}")
    db = Database(server.replace("/postgres?", "/tillside_erasure?"), pool_size=4)
    yield replace(make_services(tmp_path, clock), db=db, inbox=db)
    db.dispose()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute("DROP DATABASE tillside_erasure WITH (FORCE)")
