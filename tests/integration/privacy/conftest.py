"""Services whose stores come and go, and a way to send them genuine deliveries."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.models import Store
from integration.services import Services
from tests.conftest import StandingClock
from tests.webhooks.parts import Sender, add_store, make_services
from webhooks.inbox import open_inbox
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock) -> Iterator[Services]:
    made = make_services(tmp_path, clock)
    yield made
    made.db.dispose()
    made.inbox.dispose()


@pytest.fixture
def store(services: Services) -> Store:
    return add_store(services)


@pytest.fixture
def send(services: Services) -> Iterator[Sender]:
    inbox = open_inbox(services)
    # Nothing is remembered, since these tests uninstall and reinstall.
    yield Sender(Receiver(services, inbox, StoreDirectory(services, ttl_seconds=-1)))
    inbox.close()
