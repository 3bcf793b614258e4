"""A running stand-in: one a module for reading, one a test for changing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulators.shopify.testing import Running, running
from tests.simulators.shopify.harness import Client, app_config
from tests.simulators.webhook_sink import Sink


@pytest.fixture(scope="module")
def reading() -> Iterator[Running]:
    """A stand-in that the module's tests leave as it is."""
    with running(app_config(), orders=60, customers=20) as made:
        yield made


@pytest.fixture(scope="module")
def reader(reading: Running) -> Iterator[Client]:
    client = Client(reading)
    yield client
    client.close()


@pytest.fixture
def stand_in() -> Iterator[Running]:
    """A stand-in of the test's own."""
    with running(app_config(), orders=40, customers=12) as made:
        yield made


@pytest.fixture
def client(stand_in: Running) -> Iterator[Client]:
    made = Client(stand_in)
    yield made
    made.close()


@pytest.fixture
def sink() -> Iterator[Sink]:
    made = Sink("x-shopify-topic")
    yield made
    made.close()
