"""A chat, a form and an agent in the application of the tests, and a shop's page for browsers."""

from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from tests.ui_embed.widget.chats import Desk, Visitor, add_chat, add_form, desk
from tests.ui_embed.widget.shop import Shop, open_chat, open_shop
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


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A shop with a chat."""
    with open_shop(tmp_path_factory.mktemp("shop")) as opened:
        yield opened


@pytest.fixture
def visiting(shop: Shop, page: Page, refused: list[str]) -> Iterator[Page]:
    """A page of the shop's with the chat open; nothing of it was refused by the shop's policy."""
    page.goto(shop.url())
    open_chat(page)
    yield page
    assert refused == []
