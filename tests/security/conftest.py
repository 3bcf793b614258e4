"""The application with both its doors: people's routes, and the receiver of deliveries."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from integration.services import Services
from tests.conftest import StandingClock
from tests.ui_embed.world import World, build_world
from tests.webhooks.parts import make_services
from webhooks.inbox import open_inbox
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """Two workspaces with a store each."""
    built = build_world(tmp_path)
    yield built
    built.services.db.dispose()
    built.services.inbox.dispose()


@pytest.fixture
def client(world: World) -> FlaskClient:
    """A browser without cookies of ours."""
    return world.app.test_client()


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock) -> Iterator[Services]:
    """What the receiver of deliveries has, without any store."""
    folder = tmp_path / "received"
    folder.mkdir()
    made = make_services(folder, clock)
    yield made
    made.db.dispose()
    made.inbox.dispose()


@pytest.fixture
def receiver(services: Services) -> Iterator[Receiver]:
    """The door for deliveries."""
    inbox = open_inbox(services, on_new=lambda: None)
    yield Receiver(services, inbox, StoreDirectory(services))
    inbox.close()
