"""Services on two SQLite files, with Shopify's own adapter and one connected store."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.models import Store
from integration.services import Services
from tests.conftest import StandingClock
from tests.webhooks.parts import Sender, add_store, make_services
from webhooks.inbox import open_inbox
from webhooks.pace import Pace
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory
from webhooks.wake import WakeUp


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
def receiver(services: Services) -> Iterator[Receiver]:
    wake = WakeUp(services.jobs)
    inbox = open_inbox(services, on_new=wake)
    yield Receiver(services, inbox, StoreDirectory(services))
    inbox.close()
    wake.close()


@pytest.fixture
def send(receiver: Receiver) -> Sender:
    return Sender(receiver)


@pytest.fixture(autouse=True)
def _no_calls_to_a_store(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("nothing was to be read from the store")

    monkeypatch.setattr("webhooks.rereading.read_again", refuse)


@pytest.fixture(autouse=True)
def _no_pace_of_other_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webhooks.drain._PACE", Pace())
