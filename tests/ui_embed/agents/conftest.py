"""A clock that a test turns, and a browser of an owner."""

import pytest
from flask.testing import FlaskClient

from tests.integration.install.conftest import SettableClock
from tests.ui_embed.agents.people import add_agent, type_in
from tests.ui_embed.world import NOW, World


@pytest.fixture
def clock(world: World) -> SettableClock:
    """The world's clock."""
    made = SettableClock(NOW)
    object.__setattr__(world.services, "now", made)
    return made


@pytest.fixture
def boss(world: World, client: FlaskClient) -> FlaskClient:
    """A browser of an owner."""
    add_agent(world, role="owner")
    type_in(client)
    return client
