"""Every state of the pages of privacy and of the audit.

`python -m tests.ui_embed.privacy.gallery FOLDER [STATE …]` writes a picture of each state, in both
widths and both schemes; without a folder it renews those that docs/pictures keeps.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, sync_playwright

from scripts import chromium
from tests.conftest import CHROMIUM_ARGUMENTS
from tests.ui_embed.gallery import DOCUMENTS, SCHEMES, WIDTHS, serving
from tests.ui_embed.people_rows import EMAIL
from tests.ui_embed.privacy import story
from tests.ui_embed.sites import session_token
from tests.ui_embed.world import World, build_world

COOKIE = "tillside_session"
ROOT = "/settings/privacy"


@dataclass(frozen=True, slots=True)
class Scene:
    """A page: where it is, what is there before, who looks, what is done on it."""

    name: str
    path: str = ROOT
    locale: str = "en"
    fill: Callable[[World], None] = story.fill
    role: str = "owner"
    act: Callable[[Page], None] | None = None


def _preview(page: Page) -> None:
    page.fill("#f-days", "365")
    page.locator("#class-form button.main").click()
    page.wait_for_selector("#preview")


def _mistyped(page: Page) -> None:
    page.fill("#f-typed", "yes")
    page.locator("button.bad").click()
    page.wait_for_selector("#why-typed")


PERSON = f"{ROOT}/person?email={EMAIL}"
SCENES = (
    Scene("privacy"),
    Scene("privacy-el", locale="el"),
    Scene("privacy-he", locale="he"),
    Scene("privacy-none", fill=story.begin),
    Scene("privacy-late", fill=story.late),
    Scene("privacy-admin", role="admin"),
    Scene("person", PERSON),
    Scene("person-he", PERSON, "he"),
    Scene("person-mistyped", PERSON, act=_mistyped),
    Scene("person-nobody", f"{ROOT}/person?email=nobody@example.gr"),
    Scene("receipts", f"{ROOT}/receipts"),
    Scene("receipt", f"{ROOT}/receipts/2"),
    Scene("receipt-he", f"{ROOT}/receipts/2", "he"),
    Scene("times", f"{ROOT}/retention/audit_events", act=_preview),
    Scene("audit", "/settings/audit"),
    Scene("audit-he", "/settings/audit", "he"),
    Scene("audit-none", "/settings/audit?action=channel.removed"),
    Scene("views", "/settings/audit/views"),
    Scene("views-he", "/settings/audit/views", "he"),
)
DOCUMENTED = {
    "privacy": "privacy",
    "privacy-el": "privacy-el",
    "privacy-he": "privacy-he",
    "privacy-late": "privacy-late",
    "person": "privacy-person",
    "receipt": "privacy-receipt",
    "times": "privacy-times",
    "audit": "audit",
    "audit-he": "audit-he",
    "views": "audit-views",
}


@contextmanager
def playing(
    folder: Path, fill: Callable[[World], None] = story.fill
) -> Iterator[tuple[World, str]]:
    """A world with these requests, on a port."""
    world = build_world(folder, app_url="http://127.0.0.1")
    fill(world)
    with serving(world.app) as address:
        yield world, address
    world.services.db.dispose()
    world.services.inbox.dispose()


def open_scene(page: Page, world: World, address: str, scene: Scene) -> None:
    """Load the page as whoever is signed in, and do what the scene says."""

    def not_live(route: Route) -> None:
        route.fulfill(status=503, body="{}")

    page.route("**/api/v1/live", not_live)
    token = session_token(world, role=scene.role, viewer="agent:1")
    page.context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
    sign = "&" if "?" in scene.path else "?"
    page.goto(f"{address}{scene.path}{sign}locale={scene.locale}")
    # A page that asks again now and then is never idle.
    page.wait_for_load_state("load")
    if scene.act is not None:
        scene.act(page)


def _picture(browser: Browser, folder: Path, scene: Scene, name: str) -> None:
    with tempfile.TemporaryDirectory() as kept, playing(Path(kept), scene.fill) as served:
        for width in WIDTHS:
            for scheme in SCHEMES:
                context = browser.new_context(
                    viewport={"width": width, "height": 720},
                    color_scheme="dark" if scheme == "dark" else "light",
                    device_scale_factor=1.5 if width == WIDTHS[0] else 1,
                )
                page = context.new_page()
                open_scene(page, *served, scene)
                page.evaluate("window.scrollTo(0, 0)")
                page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
                context.close()


def main() -> None:
    """Write the pictures."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCUMENTS
    folder.mkdir(parents=True, exist_ok=True)
    asked = set(sys.argv[2:])
    kept = {each: each for each in (scene.name for scene in SCENES)}
    names = DOCUMENTED if len(sys.argv) == 1 else kept
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(CHROMIUM_ARGUMENTS)
        )
        for scene in SCENES:
            if scene.name in names and (not asked or scene.name in asked):
                _picture(browser, folder, scene, names[scene.name])
        browser.close()


if __name__ == "__main__":
    main()
