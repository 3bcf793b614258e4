"""A store's health in Chromium: comparing on demand, older rows, keys, right-to-left, narrow."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import FloatRect, Locator, Page, expect

from tests.factories.health_rows import add_comparison
from tests.ui_embed import health_story
from tests.ui_embed.gallery import PEOPLE, State, healthy, open_state, showing
from tests.ui_embed.settling import refresh
from tests.ui_embed.world import NOW, World

pytestmark = pytest.mark.browser

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
FULL = healthy("health", rows=health_story.three_days)


def _box(place: Locator) -> FloatRect:
    found = place.bounding_box()
    assert found is not None
    return found


@pytest.fixture
def opened(shared: tuple[World, str], page: Page) -> Iterator[Page]:
    """The page of a store with three days behind it."""
    world, address = shared
    with showing(world, FULL):
        open_state(page, address, FULL)
        expect(page.locator("#answer")).to_be_visible()
        yield page


def test_what_is_asked_for_is_compared_and_told(
    shared: tuple[World, str], opened: Page, refused: list[str]
) -> None:
    world, _ = shared
    compare = opened.locator("#compare")
    news = opened.get_by_role("status").filter(has_text="ompar")
    compare.focus()
    expect(compare).to_be_focused()
    opened.keyboard.press("Enter")
    expect(news).to_contain_text("We are comparing with the store.")
    expect(compare).to_have_attribute("aria-disabled", "true")
    # Who pressed it keeps their place.
    expect(compare).to_be_focused()
    jobs = world.services.jobs.waiting  # type: ignore[attr-defined]
    assert [name for name, _ in jobs] == ["sync.refresh"]
    jobs.clear()
    refresh(opened, "health")
    expect(news).to_contain_text("We are comparing with the store.")
    place = (world.workspace_id, world.store_id)
    add_comparison(
        world.services, *place, NOW, asked_by="person", stale=2, repaired=2, latest_seconds=60
    )
    refresh(opened, "health")
    expect(news).to_have_text("Compared just now: 2 changes were missing and are put right.")
    expect(compare).to_have_text("Compare now")
    expect(opened.locator(".ledger tbody tr").first).to_contain_text("asked for")
    assert refused == []


def test_older_comparisons_are_added_and_stay(opened: Page) -> None:
    rows = opened.locator("tr[id^=comparison-]")
    expect(rows).to_have_count(30)
    opened.get_by_role("button", name="Show older comparisons").click()
    expect(rows).to_have_count(43)
    refresh(opened, "health")
    expect(opened.locator("#answer")).to_be_visible()
    expect(rows).to_have_count(43)


def test_an_hour_is_drawn_and_stands_in_the_table(opened: Page) -> None:
    expect(opened.locator(".plot-hour")).to_have_count(144)
    expect(opened.locator(".plot-bar[x]")).to_have_count(56)
    expect(opened.locator(".plot-found[x]")).to_have_count(3)
    summary = opened.locator("#hours-table > summary")
    summary.focus()
    expect(summary).to_be_focused()
    opened.keyboard.press("Enter")
    table = opened.locator("#hours-table table")
    expect(table).to_be_visible()
    expect(table.locator("tbody tr")).to_have_count(57)
    # A refresh leaves open what was opened.
    refresh(opened, "health")
    expect(table).to_be_visible()


def test_bars_stand_where_their_hours_are(opened: Page) -> None:
    drawing = _box(opened.locator(".plot-drawing").first)
    newest = _box(opened.locator(".plot-bar[x]").last)
    assert newest["x"] + newest["width"] <= drawing["x"] + drawing["width"] + 1
    assert drawing["x"] + drawing["width"] - newest["x"] < drawing["width"] / 60
    assert newest["y"] + newest["height"] == pytest.approx(drawing["y"] + drawing["height"], abs=1)


def test_time_runs_from_left_to_right_in_hebrew_too(shared: tuple[World, str], page: Page) -> None:
    world, address = shared
    state = healthy("health-he", rows=health_story.three_days, locale="he")
    with showing(world, state):
        open_state(page, address, state)
        expect(page.locator("html")).to_have_attribute("dir", "rtl")
        drawing = _box(page.locator(".plot-drawing").first)
        newest = _box(page.locator(".plot-bar[x]").last)
        button, answer = _box(page.locator("#compare")), _box(page.locator("#answer"))
        assert newest["x"] > drawing["x"] + drawing["width"] * 0.9
        assert button["x"] < answer["x"]


@pytest.mark.parametrize("locale", ["en", "el", "he"])
def test_nothing_is_wider_than_a_telephone(
    shared: tuple[World, str], page: Page, locale: str
) -> None:
    world, address = shared
    state = healthy("health-troubles", rows=health_story.troubles, locale=locale)
    with showing(world, state):
        page.set_viewport_size({"width": 360, "height": 800})
        open_state(page, address, state)
        expect(page.locator("#answer")).to_be_visible()
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        assert page.evaluate(OVERFLOW) <= 0


def test_the_freshness_word_and_the_list_of_stores_lead_there(
    shared: tuple[World, str], page: Page
) -> None:
    world, address = shared
    home = State("home", query="", found=PEOPLE)
    with showing(world, home):
        open_state(page, address, home)
        page.locator("#fresh > summary").click()
        page.locator("#fresh a").click()
        expect(page.locator("#store-name")).to_have_text("Aegean Goods")
        expect(page.locator("#screen")).to_be_focused()
        assert page.url.split("?")[0].endswith("/settings/stores/1")
        expect(page.locator("[data-nav=stores]")).to_have_attribute("aria-current", "page")
        page.locator(".back").click()
        expect(page.locator("#stores")).to_be_visible()
        expect(page.locator("#screen")).to_be_focused()
        page.keyboard.press("j")
        expect(page.locator("[data-row]").first).to_be_focused()
        page.keyboard.press("o")
        expect(page.locator("#answer")).to_contain_text("Every order up to")


def test_a_store_that_nothing_came_from_says_so(shared: tuple[World, str], page: Page) -> None:
    world, address = shared
    state = healthy("health-empty", compared_whole_at=None)
    with showing(world, state):
        open_state(page, address, state)
        expect(page.locator(".plot")).to_have_count(0)
        expect(
            page.get_by_text("The store has told nothing in the last three days")
        ).to_be_visible()
        expect(page.get_by_text("Nothing has been compared yet.")).to_be_visible()
