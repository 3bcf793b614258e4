"""A running stand-in: one a module for reading, one a test for changing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from simulators.woocommerce.testing import Running, running
from tests.simulators.webhook_sink import Sink
from tests.simulators.woocommerce.harness import Client


@pytest.fixture(scope="module")
def reading() -> Iterator[Running]:
    """A stand-in that the module's tests leave as it is."""
    with running(orders=40, customers=12) as made:
        yield made


@pytest.fixture(scope="module")
def reader(reading: Running) -> Iterator[Client]:
    client = Client(reading)
    yield client
    client.close()


@pytest.fixture
def stand_in() -> Iterator[Running]:
    """A stand-in of the test's own."""
    with running(orders=12, customers=6) as made:
        yield made


@pytest.fixture
def client(stand_in: Running) -> Iterator[Client]:
    """Of the laboratory's twin, which stands in a subdirectory."""
    made = Client(stand_in, "/shop")
    yield made
    made.close()


@pytest.fixture
def sink() -> Iterator[Sink]:
    made = Sink("x-wc-webhook-topic")
    yield made
    made.close()
