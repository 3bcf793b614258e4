"""A Valkey, and the pacing of several processes on it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis

from integration.pacing.shared import SharedPacing
from integration.processes.valkey import running_valkey


@pytest.fixture(scope="package")
def valkey_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_valkey(Path(tmp_path_factory.mktemp("valkey"))) as server:
        yield server.url


@pytest.fixture
def valkey(valkey_server: str) -> Iterator[Redis]:
    client = Redis.from_url(valkey_server)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def process(valkey_server: str, valkey: Redis) -> Iterator[Callable[[], SharedPacing]]:
    """Makes the pacing of one more process."""
    made: list[SharedPacing] = []

    def make() -> SharedPacing:
        made.append(SharedPacing(valkey_server))
        return made[-1]

    yield make
    for pacing in made:
        pacing.close()
