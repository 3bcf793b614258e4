"""The panel in Chromium: nothing refused by its policy, keys, refreshes that disturb nothing."""

import pytest
from playwright.sync_api import Page, expect

from tests.ui_embed import samples
from tests.ui_embed.gallery import PEOPLE, STATES, State, open_state, showing
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.settling import refresh, refuse_live
from tests.ui_embed.world import World

pytestmark = pytest.mark.browser

NARROWEST = 320
SHIFTS = """() => new Promise(resolve => {
  let sum = 0;
  new PerformanceObserver(list => list.getEntries().forEach(each => { sum += each.value; }))
    .observe({type: 'layout-shift', buffered: true});
  setTimeout(() => resolve(sum), 200);
})"""


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.name)
def test_each_state_fits_and_breaks_no_rule(
    shared: tuple[World, str], page: Page, refused: list[str], state: State
) -> None:
    world, address = shared
    with showing(world, state):
        page.set_viewport_size({"width": NARROWEST, "height": 800})
        open_state(page, address, state)
        overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.evaluate(overflow) <= 0
        assert page.evaluate(SHIFTS) < 0.02
        page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
        assert page.evaluate(overflow) <= 0
    assert refused == []


def test_the_token_does_not_stay_in_the_address(shared: tuple[World, str], page: Page) -> None:
    world, address = shared
    with showing(world, State("person")):
        open_state(page, address, State("person"))
        assert "id_token" not in page.url
        assert "order=1042" in page.url


def test_the_panel_goes_by_keyboard(shared: tuple[World, str], page: Page) -> None:
    world, address = shared
    home = State("home", query="", found=PEOPLE)
    with showing(world, home):
        open_state(page, address, home)
        page.keyboard.press("j")
        page.keyboard.press("j")
        page.keyboard.press("k")
        expect(page.locator("[data-row]").first).to_be_focused()
        page.keyboard.press("?")
        expect(page.locator("#keys")).to_be_visible()
        page.keyboard.press("Escape")
        expect(page.locator("#keys")).to_be_hidden()
        page.locator("[data-row]").first.focus()
        page.keyboard.press("o")
        expect(page.locator("#person-name")).to_have_text("Δήμητρα Παπαδοπούλου")
        assert "/profiles/12" in page.url
        # Only then the new screen has taken the focus.
        expect(page.locator("#screen")).to_be_focused()
        page.keyboard.press("j")
        page.keyboard.press("/")
        expect(page.locator("#search")).to_be_focused()
        page.keyboard.type("jo?")
        expect(page.locator("#search")).to_have_value("jo?")
        expect(page.locator("#people")).to_contain_text("5 people found")
        page.go_back()
        expect(page.locator("#people")).to_be_visible()


def test_a_refresh_keeps_what_was_opened_and_marks_what_changed(
    shared: tuple[World, str], page: Page
) -> None:
    world, address = shared
    with showing(world, State("person")):
        open_state(page, address, State("person"))
        page.locator("#order-987 > summary").click()
        page.locator("#order-1042 > summary").click()
        page.locator("#evidence > summary").click()
        page.locator("#order-987 > summary").focus()
    orders = samples.dimitra().orders
    changed = samples.order(987, 24, financial_status="refunded", refunded_minor=8990)
    news = samples.dimitra(orders=(orders[0], changed, *orders[2:]))
    with showing(world, State("person", answer=lambda: news)):
        refresh(page)
        statuses = page.locator("#order-987 .statuses")
        expect(statuses).to_contain_text("refunded")
        expect(statuses).not_to_contain_text("part refunded")
        assert "changed" in (statuses.get_attribute("class") or "")
        for name, is_open in (("order-987", True), ("order-1042", False), ("evidence", True)):
            assert page.locator(f"#{name}").evaluate("each => each.open") is is_open, name
        expect(page.locator("#order-987 > summary")).to_be_focused()


def test_a_failed_refresh_leaves_what_stands(shared: tuple[World, str], page: Page) -> None:
    world, address = shared
    with showing(world, State("person")):
        open_state(page, address, State("person"))
        page.route("**/profiles/**", lambda route: route.fulfill(status=502, body="<p>no</p>"))
        refresh(page)
        expect(page.locator("#person-name")).to_have_text("Δήμητρα Παπαδοπούλου")
        page.unroute("**/profiles/**")
        page.route("**/profiles/**", lambda route: route.abort())
        refresh(page)
        expect(page.locator("#trouble")).to_be_visible()
        expect(page.locator("#person-name")).to_be_visible()


def test_being_offline_is_told_and_mended(shared: tuple[World, str], page: Page) -> None:
    world, address = shared
    with showing(world, State("person")):
        open_state(page, address, State("person"))
        page.context.set_offline(True)
        # Its words always stand in the page.
        expect(page.locator("#trouble [data-offline]")).to_be_visible()
        page.context.set_offline(False)
        expect(page.locator("#trouble")).to_be_hidden()


def test_without_a_stream_the_page_asks_by_itself(shared: tuple[World, str], page: Page) -> None:
    world, address = shared
    with showing(world, State("person")):
        with page.expect_response("**/profiles/**"):
            open_state(page, address, State("person"), refuse_live)
        expect(page.locator("#person-name")).to_be_visible()


def test_older_orders_stay_through_a_refresh(shared: tuple[World, str], page: Page) -> None:
    world, address = shared
    add_person(world, orders=25)
    open_state(page, address, State("real", query="order=1042"))
    assert page.locator(".order").count() == 20
    page.get_by_role("button", name="Show older orders").click()
    expect(page.locator(".order")).to_have_count(25)
    refresh(page)
    expect(page.locator(".order")).to_have_count(25)


def test_a_picture_that_is_gone_leaves_its_icon(shared: tuple[World, str], page: Page) -> None:
    world, address = shared
    line = samples.line(image_url="https://pictures.example/gone.jpg")
    context = samples.dimitra(orders=(samples.order(1042, 3, lines=(line,)),))
    with showing(world, State("person", answer=lambda: context)):
        open_state(page, address, State("person"))
        expect(page.locator(".picture img")).to_be_hidden()
        expect(page.locator(".picture svg")).to_be_visible()
