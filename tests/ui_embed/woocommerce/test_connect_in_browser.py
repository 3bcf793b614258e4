"""Connecting a store in Chromium: our form, the stand-in's own pages, and back as the owner."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from flask import request
from playwright.sync_api import Page, expect

from simulators.woocommerce.seed.stores import PASSWORD
from simulators.woocommerce.testing import Running, running
from tests.ui_embed.gallery import serving
from tests.ui_embed.sites import CONNECT, prove_all
from tests.ui_embed.woocommerce.stub_admin import free_ports
from tests.ui_embed.world import World, build_world
from ui_embed.connecting import pages

pytestmark = pytest.mark.browser

LAB = "/shop"


@dataclass(slots=True)
class Place:
    """Tillside at `url`, and the stand-in's stores."""

    world: World
    url: str
    stores: Running

    @property
    def form(self) -> str:
        """Where a store is connected."""
        return f"{self.url}{CONNECT}"


@pytest.fixture(scope="module")
def stores() -> Iterator[Running]:
    with running(orders=6, customers=4) as made:
        yield made


@pytest.fixture
def place(stores: Running, tmp_path: Path) -> Iterator[Place]:
    """A Tillside that knows none of the stores."""
    (port,) = free_ports(1)
    url = f"http://127.0.0.1:{port}"
    world = build_world(tmp_path, app_url=url, ALLOW_PRIVATE_ADDRESSES="1")
    with serving(world.app, port):
        yield Place(world, url, stores)
    stores.site(LAB).pretty_permalinks = True
    world.services.db.dispose()
    world.services.inbox.dispose()


@pytest.fixture
def refused(page: Page) -> Iterator[None]:
    """Nothing that a page's policy forbids is tried."""
    seen: list[str] = []
    page.on(
        "console",
        lambda said: seen.append(said.text) if "Content Security Policy" in said.text else None,
    )
    yield
    assert seen == []


def _to_consent(page: Page, place: Place) -> None:
    page.goto(place.form)
    expect(page.get_by_label("Address of your store")).to_be_focused()
    expect(page.get_by_label("Address of your store")).to_be_focused()
    page.keyboard.type(place.stores.url(LAB))
    page.get_by_role("button", name="Go on to your store").click()
    page.get_by_label("Username").fill("admin")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
    expect(page.get_by_text("would like to connect to your store")).to_be_visible()


@pytest.mark.usefixtures("refused")
def test_from_the_form_to_the_panel_as_the_owner(place: Place, page: Page) -> None:
    _to_consent(page, place)
    page.get_by_role("link", name="Approve").click()
    expect(page.get_by_role("heading", name="Trying the keys")).to_be_visible()
    assert f"{place.url}/woocommerce/return/" in page.url
    prove_all(place.world)
    page.wait_for_url(f"{place.url}/panel")
    expect(page.locator("#people")).to_contain_text("Reading your store")
    names = {cookie["name"] for cookie in page.context.cookies(place.url)}
    assert "tillside_session" in names
    assert "tillside_install" not in names
    page.get_by_role("link", name="Stores").click()
    expect(page.locator("#stores")).to_contain_text("127.0.0.1")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    page.goto(f"{place.url}/panel")
    expect(page.get_by_role("heading", name="Open Tillside in your store's admin")).to_be_visible()


def test_a_slow_answer_is_waited_for_and_not_asked_for_again(
    place: Place, page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine, asked = pages.single_arguments, list[str]()

    def slow() -> dict[str, str]:
        kind = request.headers.get("HX-Request-Type", "whole")
        if kind == "whole" and request.path.startswith("/woocommerce/return/"):
            asked.append(kind)
            time.sleep(3)
        return genuine()

    _to_consent(page, place)
    page.get_by_role("link", name="Approve").click()
    expect(page.get_by_role("heading", name="Trying the keys")).to_be_visible()
    monkeypatch.setattr(pages, "single_arguments", slow)
    prove_all(place.world)
    page.wait_for_url(f"{place.url}/panel")
    assert asked == ["whole"]


@pytest.mark.usefixtures("refused")
def test_an_owner_disconnects_a_store_and_is_led_back(place: Place, page: Page) -> None:
    _to_consent(page, place)
    page.get_by_role("link", name="Approve").click()
    expect(page.get_by_role("heading", name="Trying the keys")).to_be_visible()
    prove_all(place.world)
    page.wait_for_url(f"{place.url}/panel")
    page.goto(f"{place.url}/settings/stores")
    page.get_by_text("Disconnect", exact=True).click()
    keys = set(place.stores.site(LAB).keys)
    page.get_by_role("button", name="Disconnect this store").click()
    expect(page.get_by_role("heading", name="is disconnected")).to_be_visible()
    assert set(place.stores.site(LAB).keys) <= keys
    page.get_by_role("link", name="Connect again").click()
    expect(page.get_by_label("Address of your store")).to_have_value(place.stores.url(LAB))


@pytest.mark.usefixtures("refused")
def test_a_denial_comes_back_with_the_address(place: Place, page: Page) -> None:
    _to_consent(page, place)
    page.get_by_role("link", name="Deny").click()
    expect(page.get_by_role("heading", name="The store didn't let Tillside in")).to_be_visible()
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_label("Address of your store")).to_have_value(place.stores.url(LAB))


@pytest.mark.usefixtures("refused")
def test_a_refusal_stands_beside_the_field_and_is_read_out(place: Place, page: Page) -> None:
    place.stores.site(LAB).pretty_permalinks = False
    page.goto(place.form)
    expect(page.get_by_label("Address of your store")).to_be_focused()
    page.keyboard.type(place.stores.url(LAB))
    page.keyboard.press("Enter")
    field = page.get_by_label("Address of your store")
    expect(field).to_be_focused()
    expect(field).to_have_value(place.stores.url(LAB))
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(re.compile("plain permalinks.*As you see it"))


@pytest.mark.usefixtures("refused")
def test_an_application_password_where_keys_cannot_be_handed_over(place: Place, page: Page) -> None:
    typed = place.stores.control("application-passwords/create", site=LAB)
    place.stores.site(LAB).pretty_permalinks = False
    page.goto(place.form)
    expect(page.get_by_label("Address of your store")).to_be_focused()
    page.keyboard.type(place.stores.url(LAB))
    page.keyboard.press("Enter")
    # The other way stands open by now.
    page.get_by_label("WordPress user name").fill(typed["username"])
    page.get_by_label("Application password", exact=True).fill(typed["password"])
    page.get_by_role("button", name="Go on to your store").click()
    expect(page.get_by_role("heading", name="Trying the keys")).to_be_visible()
    prove_all(place.world)
    page.wait_for_url(f"{place.url}/panel")


def test_keys_that_were_taken_back_meanwhile_are_told(place: Place, page: Page) -> None:
    _to_consent(page, place)
    page.get_by_role("link", name="Approve").click()
    expect(page.get_by_role("heading", name="Trying the keys")).to_be_visible()
    place.stores.site(LAB).keys.clear()
    prove_all(place.world)
    expect(page.get_by_role("heading", name="The store couldn't be connected")).to_be_visible()
    page.get_by_role("link", name="Try again").click()
    expect(page.get_by_label("Address of your store")).to_have_value(place.stores.url(LAB))


def test_it_all_works_without_scripts(place: Place, page: Page) -> None:
    browser = page.context.browser
    assert browser is not None
    context = browser.new_context(java_script_enabled=False)
    plain = context.new_page()
    _to_consent(plain, place)
    plain.get_by_role("link", name="Approve").click()
    expect(plain.get_by_role("heading", name="Trying the keys")).to_be_visible()
    prove_all(place.world)
    plain.wait_for_url(f"{place.url}/panel")
    expect(plain.get_by_text("Reading your store")).to_be_visible()
    context.close()
