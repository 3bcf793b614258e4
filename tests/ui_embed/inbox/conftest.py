"""An inbox of a morning, and the owner who looks at it."""

import pytest
from flask.testing import FlaskClient

from tests.ui_embed.inbox.story import fill
from tests.ui_embed.sites import sign_in
from tests.ui_embed.world import World


@pytest.fixture
def made(world: World) -> dict[str, int]:
    """The ids of what is in the inbox, by a word each."""
    return fill(world)


@pytest.fixture
def owner(world: World, made: dict[str, int], client: FlaskClient) -> FlaskClient:
    """A browser signed in as the owner of the Aegean store's workspace."""
    sign_in(world, client)
    return client
