"""The real servers: PostgreSQL and Valkey, each started once, each on this machine only."""

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from integration.valkey import running_valkey
from tests.real.postgres import running_postgres


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a running PostgreSQL's first database."""
    with running_postgres() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty database of the test's own."""
    name = "tillside_test"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
    try:
        yield postgres_server.replace("/postgres?", f"/{name}?")
    finally:
        with psycopg.connect(postgres_server, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


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
