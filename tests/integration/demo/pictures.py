"""Pictures of the WooCommerce site of the demo, its connecting and the panel beside an order.

`python -m tests.integration.demo.pictures [FOLDER]` starts a demo and writes them, to docs/pictures
without a folder.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts import chromium
from tests.conftest import CHROMIUM_ARGUMENTS
from tests.integration.demo.running_demo import RunningDemo, running_demo

DOCUMENTS = Path(__file__).resolve().parents[3] / "docs" / "pictures"
SCHEMES = ("light", "dark")
HER = "Δήμητρα Παπαδοπούλου"
# As high as the order's screen is with the panel: a frame isn't painted beyond the window.
NARROW = {"width": 360, "height": 4200}
WIDE = {"width": 1280, "height": 1400}


@contextmanager
def _admin(browser: Browser, demo: RunningDemo, scheme: str, locale: str) -> Iterator[Page]:
    """A page of the site's admin, of its manager, who reads that language."""
    context = browser.new_context(
        viewport=WIDE, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(f"{demo.site}/wp-admin/")
    page.get_by_role("button", name="Alex Agent").click()
    page.get_by_role("heading", name="Dashboard").wait_for()
    page.request.post(f"{demo.site}/wp-admin/language", form={"locale": locale})
    yield page
    context.close()


def _open_order(page: Page, demo: RunningDemo) -> None:
    """Her newest order but one, partly refunded, with the panel beside it quiet."""
    page.goto(f"{demo.site}/wp-admin/admin.php?page=wc-orders&s=dimitra")
    page.locator("td a").nth(1).click()
    page.frame_locator(".tillside-panel__frame").get_by_role("heading", name=HER).wait_for()
    page.wait_for_timeout(1200)


def _order(browser: Browser, demo: RunningDemo, to: Path, scheme: str) -> None:
    with _admin(browser, demo, scheme, "en_US") as page:
        _open_order(page, demo)
        page.screenshot(path=to / f"woocommerce-order-1280-{scheme}.png")
        page.set_viewport_size(NARROW)
        page.wait_for_timeout(1200)
        box = page.locator("#tillside")
        box.screenshot(path=to / f"woocommerce-order-360-{scheme}.png")


def _hebrew(browser: Browser, demo: RunningDemo, to: Path, scheme: str) -> None:
    with _admin(browser, demo, scheme, "he_IL") as page:
        _open_order(page, demo)
        page.screenshot(path=to / f"woocommerce-order-he-1280-{scheme}.png")


def _connect(browser: Browser, demo: RunningDemo, to: Path, scheme: str) -> None:
    for width in (360, 1280):
        context = browser.new_context(
            viewport={"width": width, "height": 800},
            color_scheme="dark" if scheme == "dark" else "light",
            device_scale_factor=1.5 if width == 360 else 1,
        )
        page = context.new_page()
        page.goto(f"{demo.app}/woocommerce/connect")
        page.screenshot(path=to / f"woocommerce-connect-{width}-{scheme}.png", full_page=True)
        context.close()


def _plugin_page(browser: Browser, demo: RunningDemo, to: Path) -> None:
    """How the plugin's page looks before the store is connected, then the store's own page."""
    with _admin(browser, demo, "light", "en_US") as page:
        page.set_viewport_size({"width": 1280, "height": 640})
        page.goto(f"{demo.site}/wp-admin/admin.php?page=tillside")
        page.frame_locator(".tillside-panel__frame").get_by_text(HER).first.wait_for()
        button = page.get_by_role("button", name="Disconnect this store")
        button.scroll_into_view_if_needed()
        page.wait_for_timeout(500)
        button.click()
        page.get_by_role("button", name="Connect", exact=True).wait_for()
        page.goto(f"{demo.site}/wp-admin/admin.php?page=tillside")
        page.screenshot(path=to / "woocommerce-plugin-1280-light.png")


def main(folder: str | None) -> None:
    """Write all of them."""
    to = Path(folder) if folder else DOCUMENTS
    to.mkdir(parents=True, exist_ok=True)
    with running_demo() as demo, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(CHROMIUM_ARGUMENTS)
        )
        for scheme in SCHEMES:
            _connect(browser, demo, to, scheme)
            _order(browser, demo, to, scheme)
            _hebrew(browser, demo, to, scheme)
        _plugin_page(browser, demo, to)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
