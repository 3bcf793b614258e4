"""The admin in a real browser: the plugin's own script in it, forms that stay, narrow windows."""

from __future__ import annotations

import pytest
from playwright.sync_api import FrameLocator, Page, expect

from simulators.woocommerce.model.order import Order
from simulators.woocommerce.seed.demo import HEROINE_EMAIL
from tests.simulators.woocommerce.admin.conftest import World

pytestmark = pytest.mark.browser


@pytest.fixture
def staff(page: Page, world: World) -> Page:
    """A page in which the shop's manager is signed in."""
    page.goto(world.at(""))
    page.get_by_role("button", name="Alex Agent").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    return page


@pytest.fixture
def newest(world: World) -> Order:
    """The heroine's newest order."""
    mine = (one for one in world.site.orders.values() if one.billing["email"] == HEROINE_EMAIL)
    return max(mine, key=lambda order: order.created_at)


def _open(page: Page, world: World, order: Order) -> FrameLocator:
    page.goto(world.at(f"admin.php?page=wc-orders&action=edit&id={order.id}"))
    return page.frame_locator(".tillside-panel__frame")


def test_the_plugins_script_hands_the_frame_a_ticket(
    staff: Page, world: World, newest: Order
) -> None:
    frame = _open(staff, world, newest)
    origin = world.state.base_url
    said = f"200 order {newest.id} customer null from {origin}"
    expect(frame.locator("#answer")).to_have_text(said)
    (claims,) = world.service.panels
    assert (claims["use"], claims["order"], claims["iss"]) == ("panel", str(newest.id), origin)
    expect(staff.locator("iframe")).to_have_css("height", "900px")
    assert "ticket" not in "".join(one.url for one in staff.frames)


def test_a_users_screen_has_the_panel_too(staff: Page, world: World, newest: Order) -> None:
    staff.goto(world.at(f"user-edit.php?user_id={newest.customer_id}"))
    answer = staff.frame_locator(".tillside-panel__frame").locator("#answer")
    expect(answer).to_contain_text(f"200 order null customer {newest.customer_id}")


def test_a_refund_leaves_the_frame_where_it_is(staff: Page, world: World, newest: Order) -> None:
    frame = _open(staff, world, newest)
    expect(frame.locator("#answer")).to_contain_text("200")
    staff.get_by_role("button", name="Refund", exact=True).click()
    staff.get_by_label("Refund amount").fill("5")
    staff.get_by_role("button", name="Refund manually").click()
    expect(staff.get_by_text("Net Payment:")).to_be_visible()
    expect(staff.get_by_text("Refunded.")).to_be_visible()
    assert len(world.service.panels) == 1
    expect(frame.locator("#answer")).to_contain_text("200")


def test_the_frame_opens_pages_of_this_admin_only(staff: Page, world: World, newest: Order) -> None:
    frame = _open(staff, world, newest)
    expect(frame.locator("#answer")).to_contain_text("200")
    frame.locator("#to").fill("https://evil.example/wp-admin/")
    frame.get_by_role("button", name="Open").click()
    frame.locator("#to").fill(world.at("users.php"))
    with staff.context.expect_page() as opened:
        frame.get_by_role("button", name="Open").click()
    expect(opened.value).to_have_url(world.at("users.php"))
    assert len(staff.context.pages) == 2


def test_a_session_that_ended_is_told(staff: Page, world: World, newest: Order) -> None:
    staff.route(
        "**/tillside/v1/ticket", lambda route: route.fulfill(status=403, body='{"code":"x"}')
    )
    _open(staff, world, newest)
    expect(staff.get_by_text("WordPress did not let you into the panel.")).to_be_visible()
    staff.unroute("**/tillside/v1/ticket")
    staff.get_by_role("button", name="Try again").click()
    answer = staff.frame_locator(".tillside-panel__frame").locator("#answer")
    expect(answer).to_contain_text("200")


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_the_window(
    staff: Page, world: World, newest: Order, width: int
) -> None:
    staff.set_viewport_size({"width": width, "height": 800})
    pages = [
        "", "admin.php?page=wc-orders", f"admin.php?page=wc-orders&action=edit&id={newest.id}",
        "users.php", f"user-edit.php?user_id={newest.customer_id}", "admin.php?page=tillside",
        "plugins.php", "options-permalink.php", "admin.php?page=wc-settings&section=keys",
        "admin.php?page=wc-settings&section=webhooks", "admin.php?page=stand-in",
        "export-personal-data.php", "../storefront/",
    ]  # fmt: skip
    for path in pages:
        staff.goto(world.at(path))
        wide = staff.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, path


def test_a_narrow_window_folds_the_menu(staff: Page, world: World) -> None:
    staff.set_viewport_size({"width": 360, "height": 800})
    users = staff.get_by_role("link", name="Users", exact=True)
    expect(users).to_be_hidden()
    staff.get_by_role("button", name="Menu").click()
    users.click()
    expect(staff).to_have_url(world.at("users.php"))


def test_the_language_is_chosen_in_the_bar(staff: Page, world: World) -> None:
    staff.wait_for_load_state()
    with staff.expect_navigation():
        staff.get_by_label("Your language").select_option("he_IL")
    expect(staff.get_by_label("Your language")).to_have_value("he_IL")
    manager = next(user for user in world.site.users.values() if user.username == "alex")
    assert manager.locale == "he_IL"
