"""The real servers: PostgreSQL and Valkey, each started once, each on this machine only."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis import Redis

from integration.db import Database
from integration.processes.valkey import running_valkey
from integration.tenancy import workspace_session
from integration.upgrade import TARGETS, upgrade_database
from tests.real.postgres import own_database, running_postgres


@pytest.fixture(scope="session", autouse=True)
def every_statement_is_looked_at() -> Iterator[None]:
    """As for a role that row-level security doesn't hold: no statement of the program's own may be
    refused there.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workspace_session, "is_driver_held", lambda _driver: False)
        yield


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a running PostgreSQL's first database."""
    with running_postgres() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty database of the test's own."""
    with own_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="session")
def schema(postgres_server: str) -> Iterator[str]:
    """The name of a database with the schema, which is only copied."""
    with own_database(postgres_server) as url:
        database = Database(url, pool_size=1)
        for target in TARGETS:
            upgrade_database(database, target)
        database.dispose()
        yield urlsplit(url).path.removeprefix("/")


@pytest.fixture
def schema_url(postgres_server: str, schema: str) -> Iterator[str]:
    """The URL of a database with the schema, of the test's own."""
    with own_database(postgres_server, schema) as url:
        yield url


@pytest.fixture
def db(schema_url: str) -> Iterator[Database]:
    """A PostgreSQL database with the schema, the inbox beside it, of the test's own."""
    database = Database(schema_url, pool_size=4)
    yield database
    database.dispose()


@pytest.fixture(scope="module")
def module_db(postgres_server: str, schema: str) -> Iterator[Database]:
    """A PostgreSQL database with the schema for a whole module."""
    with own_database(postgres_server, schema) as url:
        database = Database(url, pool_size=4)
        yield database
        database.dispose()


@pytest.fixture(scope="session")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a running Valkey, started the way that `tillside up` does it."""
    folder: Path = tmp_path_factory.mktemp("valkey")
    with running_valkey(folder) as server:
        yield server.url


@pytest.fixture
def valkey_url(valkey_server: str) -> str:
    """The URL of a Valkey without any key."""
    client = Redis.from_url(valkey_server)
    client.flushall()
    client.close()
    return valkey_server
