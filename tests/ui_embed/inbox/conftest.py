"""An inbox of a morning, and the owner who looks at it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import Page

from tests.ui_embed.gallery import serving
from tests.ui_embed.inbox.mails import Mailbox, mailbox_of
from tests.ui_embed.inbox.opened import NAME, Inbox
from tests.ui_embed.inbox.story import fill
from tests.ui_embed.settling import hold_live
from tests.ui_embed.sites import session_token, sign_in
from tests.ui_embed.world import World, build_world


@pytest.fixture
def made(world: World) -> dict[str, int]:
    """The ids of what is in the inbox, by a word each."""
    return fill(world)


@pytest.fixture
def owner(world: World, made: dict[str, int], client: FlaskClient) -> FlaskClient:
    """A browser signed in as the owner of the Aegean store's workspace."""
    sign_in(world, client)
    return client


@pytest.fixture
def mailbox(world: World, client: FlaskClient) -> Mailbox:
    """A mailbox with a styled mail, and the owner in a browser."""
    sign_in(world, client)
    return mailbox_of(world, client)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str, dict[str, int]]]:
    """An inbox on a port: its world, its address, the ids of what is in it."""
    world = build_world(Path(tmp_path_factory.mktemp("inbox")), app_url="http://127.0.0.1")
    made = fill(world)
    with serving(world.app) as address:
        yield world, address, made
    world.services.db.dispose()
    world.services.inbox.dispose()


@pytest.fixture
def inbox(page: Page, place: tuple[World, str, dict[str, int]]) -> Inbox:
    """The inbox, signed in as the owner; nothing comes live but what a test sends."""
    world, address, made = place
    hold_live(page)
    page.context.add_cookies([{"name": NAME, "value": session_token(world), "url": address}])
    return Inbox(page, world, address, made)
