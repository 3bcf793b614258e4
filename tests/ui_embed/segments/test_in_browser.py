"""Segments in Chromium: made by keyboard, refused, changed, removed and back, taken out, narrow."""

import csv
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from integration.models import PeopleExport
from tests.ui_embed.segment_gallery import SCENES, Scene, open_scene, playing
from tests.ui_embed.sites import count
from tests.ui_embed.world import World

pytestmark = pytest.mark.browser

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OUTSIDE = """[...document.querySelectorAll('#screen *')].filter(
  (e) => e.checkVisibility() && !e.closest('.hidden-text, option') &&
    (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)
).map((e) => e.outerHTML.slice(0, 80))"""


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    """A world with segments, on a port."""
    folder = Path(tmp_path_factory.mktemp("segments"))
    with playing(folder, Scene("any", "/segments", people=80)) as served:
        yield served


def _open(page: Page, played: tuple[World, str], path: str, locale: str = "en") -> None:
    open_scene(page, *played, Scene("any", path, locale))


def test_one_is_made_by_keyboard_and_what_is_wrong_stays_typed(
    played: tuple[World, str], page: Page, refused: list[str]
) -> None:
    _open(page, played, "/segments")
    page.get_by_role("link", name="New segment").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{played[1]}/segments/new")
    page.get_by_label("Name").fill("Big spenders")
    page.get_by_label("A condition more").select_option("spent_at_least")
    page.get_by_role("button", name="Add condition").click()
    amount = page.get_by_label("Spent, at least", exact=True)
    expect(amount).to_be_visible()
    amount.fill("lots")
    amount.press("Enter")
    expect(page.get_by_text("Give an amount and its currency.")).to_be_visible()
    expect(amount).to_have_value("lots")
    expect(page.get_by_label("Name")).to_have_value("Big spenders")
    amount.fill("650")
    page.get_by_role("button", name="How many?").click()
    expect(page.get_by_role("status").filter(has_text="people")).to_have_text("4 people")
    amount.press("Enter")
    expect(page.get_by_role("heading", name="Big spenders")).to_be_visible()
    expect(page).to_have_url(f"{played[1]}/segments/5")
    expect(page.locator("#screen .row")).to_have_count(4)
    expect(page.locator('[data-nav="segments"]')).to_have_attribute("aria-current", "page")
    assert refused == []


def test_one_is_removed_and_comes_back(played: tuple[World, str], page: Page) -> None:
    _open(page, played, "/segments/2")
    page.get_by_role("button", name="Remove this segment").click()
    expect(page.get_by_text("Χονδρική · wholesale was removed.")).to_be_visible()
    expect(page).to_have_url(f"{played[1]}/segments")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("The segment is back.")).to_be_visible()
    expect(page.get_by_role("link", name="Χονδρική · wholesale")).to_be_visible()


def test_its_people_come_page_by_page_and_by_keys(played: tuple[World, str], page: Page) -> None:
    _open(page, played, "/segments/1")
    rows = page.locator("#screen .row")
    expect(rows).to_have_count(28)
    page.keyboard.press("j")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.matches('[data-row]')")
    _open(page, played, "/segments/new")
    page.get_by_label("Name").fill("Everybody")
    page.get_by_label("A condition more").select_option("orders_at_least")
    page.get_by_role("button", name="Add condition").click()
    page.get_by_label("Number of orders, at least", exact=True).fill("0")
    page.get_by_role("button", name="Save segment").last.click()
    expect(rows).to_have_count(50)
    page.get_by_role("button", name="Show more people").click()
    expect(rows).to_have_count(80)


def test_they_are_taken_out_as_a_file(played: tuple[World, str], page: Page) -> None:
    before = count(played[0], PeopleExport)
    _open(page, played, "/segments/1")
    with page.expect_download() as waited:
        page.get_by_role("link", name="Download as a file").click()
    assert waited.value.suggested_filename == "tillside-Regulars-2026-11-22.csv"
    with Path(waited.value.path()).open(encoding="utf-8-sig", newline="") as file:
        assert len(list(csv.DictReader(file))) == 28
    assert count(played[0], PeopleExport) == before + 1
    page.get_by_role("link", name="All segments").click()
    expect(page.locator(".taken li").first).to_contain_text("28 people")


@pytest.mark.parametrize("is_filled", [True, False])
def test_nothing_stands_out_of_a_narrow_page(tmp_path: Path, page: Page, is_filled: bool) -> None:
    scenes = [each for each in SCENES if each.act is None and each.is_filled is is_filled]
    with playing(tmp_path, scenes[0]) as served:
        for scene in scenes:
            for width in (320, 360):
                page.set_viewport_size({"width": width, "height": 720})
                open_scene(page, *served, scene)
                assert page.evaluate(OVERFLOW) <= 0, scene.name
                assert page.evaluate(OUTSIDE) == [], scene.name
