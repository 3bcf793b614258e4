"""What somebody who tries the demo sees: the order page with the panel, a refund, the change."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, expect

from tests.integration.demo.running_demo import (
    RunningDemo,
    alive,
    be_patient,
    descendants,
    running_demo,
)

_LAYOUT_SHIFTS = """() => new Promise(resolve => {
  const seen = [];
  new PerformanceObserver(list => {
    for (const entry of list.getEntries()) {
      if (!entry.hadRecentInput) {
        seen.push([entry.value, entry.sources.map(source => source.node?.outerHTML?.slice(0, 80))]);
      }
    }
  }).observe({type: 'layout-shift', buffered: true});
  setTimeout(() => resolve(seen), 200);
})"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def demo(browser: Browser) -> Iterator[RunningDemo]:
    with running_demo() as running:
        yield running
        _ends_without_a_trace(running)


def _ends_without_a_trace(demo: RunningDemo) -> None:
    started = descendants(demo.process.pid)
    assert len(started) >= 6
    assert demo.interrupt() == 0
    deadline = time.monotonic() + 30
    while alive(started) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert alive(started) == set()
    assert "Traceback" not in "".join(demo.said)


@pytest.fixture
def admin(demo: RunningDemo, page: Page) -> Page:
    be_patient(page)
    page.goto(f"{demo.admin}/orders")
    page.get_by_role("button", name="Alex Agent").click()
    page.wait_for_url("**/admin/orders")
    return page


def _open_order(admin: Page, demo: RunningDemo, name: str) -> FrameLocator:
    admin.goto(f"{demo.admin}/orders?q={name.removeprefix('#')}")
    admin.get_by_role("link", name=name, exact=True).first.click()
    return admin.frame_locator("iframe[title*='Tillside']").first


def test_a_refund_in_the_admin_changes_the_panel_beside_the_order(
    admin: Page, demo: RunningDemo
) -> None:
    panel = _open_order(admin, demo, "#1042")
    expect(panel.get_by_text("Δήμητρα Παπαδοπούλου").first).to_be_visible()
    expect(panel.get_by_text("2 × Aviator sunglasses").first).to_be_visible()
    expect(panel.get_by_text("Paid").first).to_be_visible()
    admin.get_by_role("button", name="Refund", exact=True).first.click()
    admin.get_by_role("button", name="Refund").last.click()
    expect(panel.get_by_text("Refunded").first).to_be_visible(timeout=15_000)


def test_the_app_home_follows_a_new_order_without_a_reload(admin: Page, demo: RunningDemo) -> None:
    admin.goto(f"{demo.admin}/apps/tillside?order=%23987")
    home = admin.frame_locator("iframe").first
    expect(home.get_by_role("heading", name="Δήμητρα Παπαδοπούλου")).to_be_visible()
    expect(home.get_by_text("#987").first).to_be_visible()
    frame = next(frame for frame in admin.frames if "/shopify/app" in frame.url)
    frame.evaluate("window.stillTheSameDocument = true")
    orders = home.locator("div:has(> dt:text-is('orders')) > dd").first
    before = int(orders.inner_text())
    placed = admin.request.post(
        f"{demo.admin.split('/aegean')[0]}/_control/orders/place",
        data={
            "shop": "aegean-eyewear.myshopify.com",
            "email": "dimitra.papadopoulou@example.com",
        },
    )
    assert placed.ok, placed.text()
    expect(orders).to_have_text(str(before + 1))
    assert frame.evaluate("window.stillTheSameDocument") is True


def test_nothing_moves_by_itself_while_the_panel_loads(admin: Page, demo: RunningDemo) -> None:
    admin.goto(f"{demo.admin}/apps/tillside?order=%231042")
    home = admin.frame_locator("iframe").first
    expect(home.get_by_role("heading", name="Δήμητρα Παπαδοπούλου")).to_be_visible()
    admin.wait_for_timeout(1000)
    frame = next(frame for frame in admin.frames if "/shopify/app" in frame.url)
    shifts = frame.evaluate(_LAYOUT_SHIFTS)
    assert sum(value for value, _ in shifts) < 0.02, shifts


def test_a_stores_health_follows_its_orders_and_compares_on_demand(
    admin: Page, demo: RunningDemo
) -> None:
    admin.goto(f"{demo.admin}/apps/tillside")
    home = admin.frame_locator("iframe").first
    home.locator("#fresh > summary").click()
    home.get_by_role("link", name="Store health").click()
    expect(home.locator("#answer")).to_contain_text("Every order up to")
    orders = home.locator(".facts-row dd").first
    before = int(orders.inner_text())
    placed = admin.request.post(
        f"{demo.admin.split('/aegean')[0]}/_control/orders/place",
        data={
            "shop": "aegean-eyewear.myshopify.com",
            "email": "dimitra.papadopoulou@example.com",
        },
    )
    assert placed.ok, placed.text()
    expect(orders).to_have_text(str(before + 1))
    expect(home.locator(".plot-bar[x]").last).to_be_visible()
    home.get_by_role("button", name="Compare now").click()
    news = home.locator(".verdict-news")
    expect(news).to_contain_text("Compared just now")
    expect(home.locator("tr[id^=comparison-]").first).to_contain_text("asked for")
