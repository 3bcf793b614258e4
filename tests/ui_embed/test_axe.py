"""What people with aids find in the pages beside the inbox: nothing serious by axe's rules."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from integration.agents.changing import OPERATOR
from integration.agents.invitations import invite
from tests.ui_embed.agents.people import add_agent
from tests.ui_embed.axe import serious
from tests.ui_embed.gallery import serving
from tests.ui_embed.inbox.opened import NAME
from tests.ui_embed.inbox.story import fill
from tests.ui_embed.settling import hold_live
from tests.ui_embed.sites import session_token
from tests.ui_embed.widget.chats import FORM, add_form
from tests.ui_embed.world import NOW, World, build_world

pytestmark = pytest.mark.browser

INSIDE = (
    "/settings/agents",
    "/settings/agents/1",
    "/settings/me",
    "/reports",
    "/inbox/log",
    "/inbox/new",
)
LOCALES = ("en", "he")


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str, str]]:
    """A world of a morning on a port: its address, and an invitation's path."""
    world = build_world(Path(tmp_path_factory.mktemp("axe")), app_url="http://127.0.0.1")
    fill(world)
    add_form(world)
    add_agent(world, email="boss@aegean.example", role="owner")
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        link = invite(
            session, email="new@aegean.example", name="Jana", role="agent", by=OPERATOR, now=NOW
        )
    with serving(world.app) as address:
        yield world, address, f"/invitations/{link.token}"
    world.services.db.dispose()
    world.services.inbox.dispose()


@pytest.fixture(params=LOCALES)
def language(request: pytest.FixtureRequest) -> str:
    """What the reader's browser asks for."""
    return str(request.param)


@pytest.fixture
def reader(page: Page, language: str) -> Page:
    """A page of somebody who reads that language."""
    page.set_extra_http_headers({"Accept-Language": language})
    return page


def test_pages_of_who_is_in(place: tuple[World, str, str], reader: Page) -> None:
    world, address, _ = place
    hold_live(reader)
    reader.context.add_cookies([{"name": NAME, "value": session_token(world), "url": address}])
    found: dict[str, list[object]] = {}
    for path in INSIDE:
        reader.goto(f"{address}{path}")
        expect(reader.locator("h1, h2").first).to_be_visible()
        found[path] = serious(reader)
    assert found == {path: [] for path in INSIDE}


def test_pages_of_the_door(place: tuple[World, str, str], reader: Page, language: str) -> None:
    _, address, invitation = place
    form = f"/form/{FORM}?lang={language}"
    paths = ("/sign-in", invitation, "/invitations/tsi_over", form, "/settings/me")
    found: dict[str, list[object]] = {}
    for path in paths:
        reader.goto(f"{address}{path}")
        found[path] = serious(reader)
    reader.goto(f"{address}/sign-in")
    reader.fill("#email", "nobody@aegean.example")
    reader.fill("#password", "not the one at all")
    reader.locator("button.main").click()
    expect(reader.locator("#why")).to_be_visible()
    found["refused"] = serious(reader)
    reader.goto(f"{address}{form}")
    reader.locator("form").evaluate("form => { form.noValidate = true; form.requestSubmit(); }")
    expect(reader.get_by_role("alert").first).to_be_visible()
    found["form"] = serious(reader)
    assert found == {path: [] for path in (*paths, "refused", "form")}
