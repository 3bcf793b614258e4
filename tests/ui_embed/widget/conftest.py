"""A chat, a form and an agent in the application of the tests."""

import pytest
from flask.testing import FlaskClient

from tests.ui_embed.widget.chats import Desk, Visitor, add_chat, add_form, desk
from tests.ui_embed.world import World


@pytest.fixture
def agent(world: World) -> Desk:
    """An agent of the workspace, which has a chat and a form."""
    add_chat(world)
    add_form(world)
    return desk(world)


@pytest.fixture
def visitor(agent: Desk, client: FlaskClient) -> Visitor:
    """A browser on a page of the store's, before it has said anything."""
    assert agent
    return Visitor(client)
