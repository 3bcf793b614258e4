"""The panel in a store's admin in Chromium: tickets by message, a bearer in memory, deep links."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from tests.ui_embed.settling import hold_live
from tests.ui_embed.woocommerce.stub_admin import Admin, served_admin
from tests.ui_embed.world import change_store

pytestmark = pytest.mark.browser

ORDER = "5000000000001042"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Admin]:
    with served_admin(Path(tmp_path_factory.mktemp("admin"))) as admin:
        yield admin


@pytest.fixture
def admin(shared: Admin) -> Iterator[Admin]:
    """The admin, as a test finds it."""
    shared.gives = "tickets"
    shared.tickets.clear()
    yield shared
    change_store(shared.world.services, shared.store_id, status="active")


def _open(page: Page, admin: Admin, order: str = ORDER) -> FrameLocator:
    hold_live(page)
    page.goto(admin.page(order))
    return page.frame_locator("iframe")


def _name(frame: FrameLocator) -> None:
    expect(frame.locator("#person-name")).to_have_text("Δήμητρα Παπαδοπούλου")


def _await_asking(page: Page) -> None:
    """The skeleton stands before the frame's script runs, which asks for a ticket."""
    page.wait_for_function("() => window.said.some(each => each.type === 'tillside:ready')")


def test_a_ticket_opens_the_order_in_question(admin: Admin, page: Page) -> None:
    seen: list[str] = []
    page.on("request", lambda request: seen.append(request.url))
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if said.type == "error" else None)
    frame = _open(page, admin)
    _name(frame)
    expect(frame.locator(".order[open] .order-name strong")).to_have_text("#1042")
    assert len(admin.tickets) == 1
    assert not any(ticket in url for url in seen for ticket in admin.tickets)
    assert [each for each in refused if "live" not in each and "503" not in each] == []
    assert page.context.cookies() == []


def test_the_frame_tells_its_height_and_the_parent_gives_it(admin: Admin, page: Page) -> None:
    frame = _open(page, admin)
    _name(frame)
    page.wait_for_function(
        "() => Math.abs(document.querySelector('iframe').clientHeight -"
        " (window.said.filter(each => each.type === 'tillside:resize').at(-1)?.height ?? 0)) < 2"
    )
    # The frame has its height a moment after the element around it.
    page.frames[1].wait_for_function(
        "() => document.documentElement.scrollHeight === document.documentElement.clientHeight"
    )
    kinds = page.evaluate("window.said.map(each => each.type)")
    assert kinds.count("tillside:ready") == 1
    assert set(kinds) == {"tillside:ready", "tillside:resize"}


def test_links_inside_work_and_a_reload_finds_its_way_back(admin: Admin, page: Page) -> None:
    frame = _open(page, admin, "")
    frame.get_by_role("link", name="Δήμητρα").click()
    _name(frame)
    frame.get_by_role("button", name="Show older orders").click()
    expect(frame.locator(".order")).to_have_count(25)
    frame.get_by_role("link", name="Stores").click()
    expect(frame.locator("#stores")).to_contain_text("localhost")
    assert "store=" in page.frames[1].url
    assert "/settings/stores" in page.frames[1].url
    expect(frame.get_by_role("button", name="Disconnect")).to_have_count(0)
    expect(frame.get_by_role("button", name="Sign out")).to_have_count(0)
    frame.get_by_role("button", name="Show a code").click()
    expect(frame.locator(".code")).to_be_visible()
    page.frames[1].evaluate("window.isBeforeReload = true")
    page.frames[1].evaluate("location.reload()")
    # Whoever goes back before the reload has begun stops it.
    page.frames[1].wait_for_function("() => !window.isBeforeReload")
    expect(frame.locator("#stores")).to_contain_text("localhost")
    page.evaluate("history.back()")
    _name(frame)
    assert len(admin.tickets) == 2


def test_a_page_of_the_admin_is_opened_by_the_parent(admin: Admin, page: Page) -> None:
    frame = _open(page, admin)
    _name(frame)
    with page.context.expect_page() as opened:
        frame.get_by_role("link", name="Open in the store").first.click()
    assert opened.value.url.startswith(f"{admin.origin}/shop/wp-admin/post.php?post=")
    kinds = page.evaluate("window.said.map(each => each.type)")
    assert kinds.count("tillside:open") == 1
    _name(frame)


def test_a_bearer_that_ended_is_replaced_and_nothing_is_lost(admin: Admin, page: Page) -> None:
    frame = _open(page, admin)
    _name(frame)
    # An hour later: the bearer is unknown by then.
    page.frames[1].evaluate("Date.now = ((now) => () => now() + 3600_000)(Date.now.bind(Date))")
    page.evaluate("Date.now = ((now) => () => now() + 3600_000)(Date.now.bind(Date))")
    frame.get_by_role("link", name="Stores").click()
    expect(frame.locator("#stores")).to_contain_text("localhost")
    kinds = page.evaluate("window.said.map(each => each.type)")
    assert kinds.count("tillside:expired") == 1
    assert len(admin.tickets) == 2


def test_a_parent_that_shows_another_order_takes_the_frame_along(admin: Admin, page: Page) -> None:
    frame = _open(page, admin)
    _name(frame)
    expect(frame.locator(".order[open] .order-name strong")).to_have_text("#1042")
    page.evaluate(
        "([order, origin]) => document.querySelector('iframe').contentWindow.postMessage("
        "{ type: 'tillside:ticket', ticket: 'unused', order, customer: null }, origin)",
        [str(int(ORDER) - 1), admin.app_url],
    )
    expect(frame.locator(".order[open] .order-name strong")).to_have_text("#1041")
    assert len(admin.tickets) == 1


def test_without_a_ticket_the_frame_says_where_to_go(admin: Admin, page: Page) -> None:
    admin.gives = "nothing"
    page.clock.install()
    frame = _open(page, admin)
    expect(frame.locator(".skeleton")).to_be_visible()
    _await_asking(page)
    page.clock.run_for(11_000)
    expect(frame.get_by_role("heading", name="Open Tillside from your WordPress")).to_be_visible()
    expect(frame.locator(".skeleton")).to_be_hidden()
    expect(frame.get_by_role("link", name="Open it there")).to_have_attribute(
        "href", f"{admin.origin}/shop/wp-admin/admin.php?page=tillside"
    )


def test_a_ticket_that_does_not_hold_is_told_so(admin: Admin, page: Page) -> None:
    admin.gives = "nonsense"
    frame = _open(page, admin)
    expect(frame.get_by_role("heading", name="couldn't prove who you are")).to_be_visible()
    assert "Δήμητρα" not in page.frames[1].content()


def test_by_itself_the_empty_page_waits_for_nobody(admin: Admin, page: Page) -> None:
    page.goto(admin.frame_url(ORDER))
    expect(page.get_by_role("heading", name="Open Tillside in your store's admin")).to_be_visible()


def test_another_sites_page_cannot_frame_it(admin: Admin, page: Page) -> None:
    with page.expect_event("framenavigated", lambda each: each.url.startswith("chrome-error:")):
        page.goto(admin.page(ORDER).replace(admin.origin, admin.foreign_origin))
    assert page.frames[1].url.startswith("chrome-error:")
    assert page.evaluate("window.said") == []
    assert admin.tickets == []


def test_a_message_of_a_stranger_is_not_taken_for_a_ticket(admin: Admin, page: Page) -> None:
    admin.gives = "nothing"
    frame = _open(page, admin)
    expect(frame.locator(".skeleton")).to_be_visible()
    _await_asking(page)
    forged = admin.__class__(**{**_fields(admin), "gives": "tickets", "tickets": []}).new_ticket()
    page.frames[1].evaluate(
        "ticket => window.postMessage({ type: 'tillside:ticket', ticket }, location.origin)", forged
    )
    page.wait_for_timeout(300)
    expect(frame.locator(".skeleton")).to_be_visible()
    assert "Δήμητρα" not in page.frames[1].content()


def test_a_store_that_left_is_told_so_in_its_frame(admin: Admin, page: Page) -> None:
    change_store(admin.world.services, admin.store_id, status="disconnected")
    frame = _open(page, admin)
    expect(frame.get_by_role("heading", name="isn't connected to Tillside")).to_be_visible()


def _fields(admin: Admin) -> dict[str, object]:
    return {name: getattr(admin, name) for name in admin.__dataclass_fields__}
