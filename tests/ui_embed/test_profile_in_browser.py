"""A person's page in Chromium: notes, tags and the way back, tabs, the timeline, the keyboard."""

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import delete, select

from integration.models import Profile, ProfileNote
from tests.ui_embed.gallery import State, open_state
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.settling import refresh
from tests.ui_embed.world import World

pytestmark = pytest.mark.browser

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FOCUSED = "document.activeElement?.id || document.activeElement?.className"


@pytest.fixture(scope="module")
def dimitra(shared: tuple[World, str]) -> int:
    """Dimitra with more orders than a page of the timeline holds."""
    return add_person(shared[0], orders=40)


@pytest.fixture
def at(shared: tuple[World, str], dimitra: int, page: Page) -> Any:
    """Opens a part of Dimitra's page, of whom nobody has written anything yet."""
    world, address = shared
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        session.execute(delete(ProfileNote))
        for profile in session.execute(select(Profile)).scalars():
            profile.own_tags = []

    def open_part(view: str = "") -> Page:
        open_state(page, address, State("real", f"/profiles/{dimitra}", view and f"view={view}"))
        return page

    return open_part


def _notes(world: World) -> list[tuple[str, bool]]:
    with world.services.db.workspace(world.workspace_id) as session:
        rows = session.execute(select(ProfileNote).order_by(ProfileNote.id)).scalars()
        return [(row.text, row.deleted_at is not None) for row in rows]


def test_a_note_by_keyboard_alone(shared: tuple[World, str], at: Any) -> None:
    page = at()
    page.keyboard.press("n")
    expect(page.locator("#note-text")).to_be_focused()
    assert "view=notes" in page.url
    page.keyboard.type("Call before noon?")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".note-row")).to_have_count(1)
    expect(page.locator("#note-text")).to_have_value("")
    expect(page.locator("#note-text")).to_be_focused()
    expect(page.locator("#note-count")).to_have_text("1")
    expect(page.locator("#news")).to_have_text("The note was added.")
    assert _notes(shared[0]) == [("Call before noon?", False)]


def test_a_note_is_undone_and_put_back_and_the_focus_stays(
    shared: tuple[World, str], at: Any
) -> None:
    page = at("notes")
    page.locator("#note-text").fill("Not this one.")
    page.get_by_role("button", name="Add the note").click()
    page.get_by_role("button", name="Undo this note").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".note-row.is-gone")).to_contain_text("The note was removed.")
    expect(page.locator("#note-count")).to_be_hidden()
    assert _notes(shared[0]) == [("Not this one.", True)]
    refresh(page)
    undo = page.locator(".note-row").get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".note-text")).to_have_text("Not this one.")
    expect(page.get_by_role("button", name="Remove this note")).to_be_focused()
    assert _notes(shared[0]) == [("Not this one.", False)]


def test_what_is_being_typed_stays_through_a_refresh(at: Any) -> None:
    page = at("notes")
    page.locator("#note-text").fill("Half a thou")
    page.locator("#note-text").press("End")
    refresh(page)
    expect(page.locator("#note-text")).to_have_value("Half a thou")
    expect(page.locator("#note-text")).to_be_focused()
    page.keyboard.type("ght")
    expect(page.locator("#note-text")).to_have_value("Half a thought")


def test_a_note_that_could_not_be_kept_stays_in_its_field(at: Any) -> None:
    page = at("notes")
    page.locator("#note-text").fill("Worth keeping")
    page.route("**/notes", lambda route: route.fulfill(status=503, body="<h1>no</h1>"))
    page.keyboard.press("Tab")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator("#trouble [data-failed]")).to_be_visible()
    expect(page.locator("#note-text")).to_have_value("Worth keeping")
    expect(page.locator("#note-list")).to_contain_text("No notes yet.")
    page.unroute("**/notes")
    page.locator("#note-text").fill("   ")
    page.get_by_role("button", name="Add the note").click()
    expect(page.locator("#note-why")).to_have_text("There is nothing in it yet.")
    expect(page.locator("#note-list")).to_contain_text("No notes yet.")


def test_tags_are_added_removed_and_undone(
    at: Any, dimitra: int, shared: tuple[World, str]
) -> None:
    page = at()
    page.get_by_text("Add a tag").click()
    page.locator("#tag-text").fill("call back")
    page.keyboard.press("Enter")
    expect(page.locator(".own-tag")).to_have_text("call back")
    expect(page.locator("#tag-text")).to_have_value("")
    expect(page.locator("#tag-text")).to_be_focused()
    page.get_by_role("button", name="Remove this tag").click()
    expect(page.locator(".own-tag")).to_have_count(0)
    undo = page.locator("#tags .undo").get_by_role("button", name="Undo")
    expect(undo).to_be_focused()
    refresh(page)
    expect(undo).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".own-tag")).to_have_text("call back")
    assert page.locator("#tag-edit").evaluate("each => each.open") is True


def test_older_happenings_follow_and_the_focus_goes_on(at: Any) -> None:
    page = at("timeline")
    expect(page.locator(".event")).to_have_count(30)
    more = page.get_by_role("button", name="Show what was before")
    more.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".event")).to_have_count(40)
    expect(more).to_have_count(0)
    row = page.evaluate("document.activeElement.closest('.event')?.id")
    assert row == page.locator(".event").nth(30).get_attribute("id")
    refresh(page)
    expect(page.locator(".event")).to_have_count(40)


def test_a_happening_leads_to_its_order(at: Any) -> None:
    page = at("timeline")
    page.keyboard.press("j")
    while page.evaluate("document.activeElement.textContent") != "#1040":
        page.keyboard.press("j")
    page.keyboard.press("o")
    order = page.locator("details.order[open]")
    expect(order).to_have_count(1)
    expect(order.locator("strong")).to_have_text("#1040")
    expect(order.locator("summary")).to_be_focused()
    expect(order.locator("summary")).to_be_in_viewport()
    expect(page.locator("#tab-orders")).to_have_attribute("aria-current", "true")


def test_tabs_move_nothing_and_keep_the_focus(at: Any) -> None:
    page = at()
    page.set_viewport_size({"width": 1280, "height": 720})
    before = page.locator("#person-name").bounding_box()
    page.locator("#tab-timeline").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#part-timeline")).to_be_visible()
    expect(page.locator("#tab-timeline")).to_be_focused()
    assert "view=timeline" in page.url
    assert page.locator("#person-name").bounding_box() == before
    page.go_back()
    expect(page.locator("#orders")).to_be_visible()


@pytest.mark.parametrize(("width", "is_open"), [(360, False), (1280, True)])
def test_habits_are_folded_in_the_panel_and_open_on_the_page(
    at: Any, width: int, is_open: bool
) -> None:
    page = at()
    page.set_viewport_size({"width": width, "height": 720})
    expect(page.locator("#habits dl")).to_be_visible(visible=is_open)
    expect(page.locator("#habits summary")).to_be_visible(visible=not is_open)
    assert page.evaluate(OVERFLOW) <= 0


def test_the_sheet_of_keys_has_the_note(at: Any) -> None:
    page = at()
    page.keyboard.press("?")
    expect(page.locator("#keys")).to_contain_text("write a note")
