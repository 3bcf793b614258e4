"""Every key of the inbox does what the list of keys says, and the focus is never lost."""

import pytest
from playwright.sync_api import expect

from tests.ui_embed.inbox.opened import Inbox

pytestmark = pytest.mark.browser


def test_who_leaves_a_field_stands_where_they_can_go_on(inbox: Inbox) -> None:
    page = inbox.open("asked")
    page.keyboard.press("r")
    expect(page.locator("#composer-text")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#thread-scroll")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#inbox-search")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".inbox-row[aria-current]")).to_be_focused()


def test_after_an_act_of_a_menu_the_focus_is_on_its_button(inbox: Inbox) -> None:
    page = inbox.open("phone")
    page.keyboard.press("a")
    expect(page.locator("#menu-assign")).to_have_attribute("open", "")
    page.get_by_role("button", name="Ελένη Νικολάου").press("Enter")
    expect(page.locator("#toast")).to_contain_text("Assigned to Ελένη Νικολάου.")
    expect(page.locator("#menu-assign > summary")).to_be_focused()
    page.keyboard.press(".")
    expect(page.locator("#menu-more")).to_have_attribute("open", "")
    page.keyboard.press("Escape")
    expect(page.locator("#menu-more > summary")).to_be_focused()


@pytest.mark.parametrize("width", [1440, 360])
def test_what_stands_beside_is_reached_and_left_by_keyboard(inbox: Inbox, width: int) -> None:
    inbox.page.set_viewport_size({"width": width, "height": 740})
    page = inbox.open("asked")
    page.keyboard.press("p")
    expect(page.locator("#beside")).to_be_focused()
    expect(page.get_by_text("The order in question")).to_be_visible()
    if width == 360:
        page.keyboard.press("Escape")
        expect(page.locator("#beside")).to_be_hidden()
        expect(page.locator("[data-beside]")).to_be_focused()


@pytest.mark.parametrize(
    ("key", "title"),
    [
        ("b", "Which order is it about?"),
        ("w", "Who is this?"),
        ("m", "Merge"),
        ("c", "Write down"),
        ("i", "New message"),
    ],
)
def test_a_key_opens_its_page(inbox: Inbox, key: str, title: str) -> None:
    page = inbox.open("asked")
    page.keyboard.press(key)
    expect(page.locator("#screen .narrow h1")).to_contain_text(title)


def test_the_list_of_keys_names_every_one(inbox: Inbox) -> None:
    page = inbox.open()
    page.keyboard.press("?")
    keys = set(page.locator("#keys kbd").all_inner_texts())
    assert keys >= set("jko/nyu?raezetm.pwbcgi@") | {"Esc", "Enter", "Ctrl"}
