"""One person in two stores, in Chromium: the demo's Shopify shop and its WooCommerce site."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.integration.demo.running_demo import RunningDemo, be_patient, running_demo

pytestmark = pytest.mark.browser

HER = "Δήμητρα Παπαδοπούλου"


@pytest.fixture(scope="module")
def demo(browser: Browser) -> Iterator[RunningDemo]:
    with running_demo() as running:
        yield running


@pytest.fixture
def admin(demo: RunningDemo, page: Page) -> Page:
    """A page of wp-admin in which the shop's manager is signed in, in English."""
    be_patient(page)
    page.goto(f"{demo.site}/wp-admin/")
    page.get_by_role("button", name="Alex Agent").click()
    expect(page.get_by_role("heading", name="Dashboard")).to_be_visible()
    chosen = page.request.post(f"{demo.site}/wp-admin/language", form={"locale": "en_US"})
    assert chosen.ok
    return page


def _orders(demo: RunningDemo, admin: Page) -> list[dict[str, object]]:
    """Her orders at the site by its own books, the oldest first."""
    told = admin.request.get(f"{demo.site}/_control/oracle").json()["result"]["orders"]
    hers = [one for one in told if one["email"] == "dimitra.papadopoulou@example.com"]
    return sorted(hers, key=lambda one: str(one["created_at"]))


def _open_order(demo: RunningDemo, admin: Page, order: object) -> FrameLocator:
    admin.goto(f"{demo.site}/wp-admin/admin.php?page=wc-orders&action=edit&id={order}")
    return _panel(admin)


def _panel(admin: Page) -> FrameLocator:
    return admin.frame_locator(".tillside-panel__frame")


def test_one_profile_holds_the_orders_of_both_stores(demo: RunningDemo, admin: Page) -> None:
    hers = _orders(demo, admin)
    panel = _open_order(demo, admin, hers[-1]["id"])
    expect(panel.get_by_role("heading", name=HER)).to_be_visible()
    expect(panel.locator("div:has(> dt:text-is('orders')) > dd").first).to_have_text("13")
    names = panel.locator(".order > summary")
    expect(names.filter(has_text=str(hers[-1]["name"]))).to_have_count(1)
    expect(names.filter(has_text="#1042")).to_have_count(1)
    # The one that is looked at is open, and says which store it is of.
    opened = panel.locator("details.order[open]")
    expect(opened).to_have_count(1)
    expect(opened).to_contain_text(str(hers[-1]["name"]))
    expect(opened).to_contain_text("Aegean Eyewear — atelier")


def test_no_token_stands_in_any_address(demo: RunningDemo, admin: Page) -> None:
    asked: list[str] = []
    admin.on("request", lambda request: asked.append(request.url))
    panel = _open_order(demo, admin, _orders(demo, admin)[-1]["id"])
    expect(panel.get_by_role("heading", name=HER)).to_be_visible()
    assert any("/panel?store=" in url for url in asked)
    assert not [url for url in asked if "eyJ" in url or "tsb_" in url]


def test_a_refund_in_wp_admin_changes_the_panel_by_itself(demo: RunningDemo, admin: Page) -> None:
    order = _orders(demo, admin)[2]
    panel = _open_order(demo, admin, order["id"])
    statuses = panel.locator("details.order[open] .statuses").first
    expect(statuses).to_contain_text("paid")
    frame = next(frame for frame in admin.frames if "/panel" in frame.url)
    frame.evaluate("window.stillTheSameDocument = true")
    admin.get_by_role("button", name="Refund", exact=True).click()
    admin.get_by_label("Refund amount").fill("5.00")
    admin.get_by_role("button", name="Refund manually").click()
    expect(statuses).to_contain_text("part refunded")
    assert frame.evaluate("window.stillTheSameDocument") is True


def test_the_shops_page_shows_what_she_bought_at_the_site(demo: RunningDemo, admin: Page) -> None:
    name = str(_orders(demo, admin)[-1]["name"])
    admin.goto(f"{demo.admin}/orders")
    admin.get_by_role("button", name="Alex Agent").click()
    admin.wait_for_url("**/admin/orders")
    admin.goto(f"{demo.admin}/apps/tillside?order=%231042")
    home = admin.frame_locator("iframe").first
    expect(home.locator(".order > summary").filter(has_text=name)).to_have_count(1)


def test_a_users_screen_shows_the_same_person(demo: RunningDemo, admin: Page) -> None:
    her = _orders(demo, admin)[-1]["customer_id"]
    admin.goto(f"{demo.site}/wp-admin/user-edit.php?user_id={her}")
    expect(_panel(admin).get_by_role("heading", name=HER)).to_be_visible()


def test_the_store_is_disconnected_and_connected_again(demo: RunningDemo, admin: Page) -> None:
    admin.goto(f"{demo.site}/wp-admin/admin.php?page=tillside")
    expect(_panel(admin).get_by_text(HER).first).to_be_visible()
    # By keyboard: the page moves while the panel above takes its height.
    admin.get_by_role("button", name="Disconnect this store").press("Enter")
    expect(admin.get_by_text("Tillside no longer reads it")).to_be_visible()
    assert admin.request.get(f"{demo.site}/_control/keys").json()["result"] == []
    assert admin.request.get(f"{demo.site}/_control/webhooks").json()["result"] == []
    admin.get_by_role("button", name="Connect", exact=True).click()
    expect(admin.get_by_role("heading", name="Tillside would like to connect")).to_be_visible()
    admin.get_by_role("link", name="Approve").click()
    expect(admin.get_by_role("heading", name="Your store is connected")).to_be_visible()
    admin.get_by_role("link", name="WordPress").click()
    expect(admin).to_have_url(f"{demo.site}/wp-admin/admin.php?page=tillside")
    panel = _open_order(demo, admin, _orders(demo, admin)[-1]["id"])
    expect(panel.get_by_role("heading", name=HER)).to_be_visible()
    expect(panel.locator(".order > summary").filter(has_text="#1042")).to_have_count(1)


def test_wordpress_tools_export_and_erase_a_person(demo: RunningDemo, admin: Page) -> None:
    told = admin.request.get(f"{demo.site}/_control/oracle").json()["result"]["orders"]
    email = next(one["email"] for one in told if (one["email"] or "").endswith("@example.net"))
    _ask(demo, admin, "export", email)
    expect(admin.get_by_role("cell", name=email).first).to_be_visible()
    _ask(demo, admin, "erase", email)
    expect(admin.get_by_text("items were removed")).to_be_visible()
    _ask(demo, admin, "export", email)
    expect(admin.get_by_text("Tillside holds nothing of that person")).to_be_visible()


def _ask(demo: RunningDemo, admin: Page, kind: str, email: str) -> None:
    admin.goto(f"{demo.site}/wp-admin/{kind}-personal-data.php")
    admin.get_by_label("Email address").fill(email)
    admin.get_by_role("button", name=f"{kind.capitalize()} now").click()
