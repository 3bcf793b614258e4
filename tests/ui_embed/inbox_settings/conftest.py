"""Somebody who may set the inbox up."""

import pytest
from flask.testing import FlaskClient

from integration.models.vocabulary import Role
from tests.ui_embed.sites import sign_in
from tests.ui_embed.world import World


@pytest.fixture
def admin(world: World, client: FlaskClient) -> FlaskClient:
    """A browser of theirs."""
    sign_in(world, client, role=Role.ADMIN, viewer="owner:1")
    return client
