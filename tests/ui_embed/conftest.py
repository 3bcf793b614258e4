"""A fresh application for each test of the people's door, and one on a port for browsers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from playwright.sync_api import ConsoleMessage, Page

from tests.factories.fake_handover import FakeSite
from tests.ui_embed.gallery import serving
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.sites import OTHER_SITE, SITE, put_sites, sign_in
from tests.ui_embed.world import World, build_world


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
def site(world: World) -> FakeSite:
    """A store that hands keys over; there is another one besides."""
    made = FakeSite(SITE, keys={"ck_1": "read_write", "ada:abcd efgh": "read_write"})
    put_sites(world, made, FakeSite(OTHER_SITE, name="Bazaar", keys={"ck_1": "read_write"}))
    return made


@pytest.fixture
def owner(world: World, site: FakeSite, client: FlaskClient) -> FlaskClient:
    """A browser signed in as the owner of the Aegean store's workspace, which knows Dimitra."""
    add_person(world)
    sign_in(world, client)
    return client


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    """The application on a port, for a module's pages in a browser: its world, its address."""
    world = build_world(Path(tmp_path_factory.mktemp("door")))
    with serving(world.app) as address:
        yield world, address
    world.services.db.dispose()
    world.services.inbox.dispose()


@pytest.fixture
def refused(page: Page) -> list[str]:
    """What the page's policy refused; what a mail's frame refuses is the mail's own."""
    seen: list[str] = []

    def note(said: ConsoleMessage) -> None:
        if "Content Security Policy" in said.text and "/inbox/mail?" not in said.location["url"]:
            seen.append(said.text)

    page.on("console", note)
    return seen
