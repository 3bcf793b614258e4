"""Every state of the inbox's settings, as an owner in a browser of their own sees them.

`python -m tests.ui_embed.setup_gallery FOLDER [STATE …]` writes a picture of each state, as
`tests.ui_embed.gallery` does; without a folder it renews those that docs/pictures keeps.
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
from tests.ui_embed import setup_story as story
from tests.ui_embed.gallery import DOCUMENTS, SCHEMES, WIDTHS, serving
from tests.ui_embed.sites import session_token
from tests.ui_embed.world import World, build_world

NAME = "tillside_session"
ROOT = "/settings/inbox"


@dataclass(frozen=True, slots=True)
class Scene:
    """A page: where it is, what is there before, what is done on it."""

    name: str
    path: str
    locale: str = "en"
    is_filled: bool = True
    role: str = "owner"
    act: Callable[[Page], None] | None = None


def _refused(page: Page) -> None:
    page.fill("#f-name", "Support")
    page.fill("#f-address", "support@amber")
    page.fill("#f-imap_host", "192.168.1.20")
    page.fill("#f-imap_port", "99999")
    page.locator("#channel-form").get_by_role("button", name="Set up").click()
    page.wait_for_selector("#why-imap_host")


def _phone(page: Page) -> None:
    page.fill("#f-name", "Shop line")
    page.fill("#f-number", "+302101234567")
    page.select_option("#f-told_by", "signed")
    page.locator("#channel-form").get_by_role("button", name="Set up").click()
    page.wait_for_selector("#made-signing_secret")


def _preview(page: Page) -> None:
    page.get_by_role("button", name="Preview").click()
    page.wait_for_selector(".said")


SCENES = (
    Scene("overview", ROOT),
    Scene("overview-he", ROOT, "he"),
    Scene("channels", f"{ROOT}/channels"),
    Scene("channels-el", f"{ROOT}/channels", "el"),
    Scene("channels-he", f"{ROOT}/channels", "he"),
    Scene("channels-none", f"{ROOT}/channels", is_filled=False),
    Scene("mailbox", f"{ROOT}/channels/1"),
    Scene("mailbox-he", f"{ROOT}/channels/1", "he"),
    Scene("mailbox-read-only", f"{ROOT}/channels/1", role="read_only"),
    Scene("mailbox-new", f"{ROOT}/channels/new/email?preset=gmail"),
    Scene("mailbox-refused", f"{ROOT}/channels/new/email", act=_refused),
    Scene("chat", f"{ROOT}/channels/2"),
    Scene("form", f"{ROOT}/channels/3"),
    Scene("phone", f"{ROOT}/channels/4"),
    Scene("phone-made", f"{ROOT}/channels/new/phone", is_filled=False, act=_phone),
    Scene("answers", f"{ROOT}/answers"),
    Scene("answer", f"{ROOT}/answers/1", act=_preview),
    Scene("answer-he", f"{ROOT}/answers/1", "he"),
    Scene("rules", f"{ROOT}/rules"),
    Scene("rules-he", f"{ROOT}/rules", "he"),
    Scene("rule", f"{ROOT}/rules/2"),
    Scene("hours", f"{ROOT}/hours"),
    Scene("hours-he", f"{ROOT}/hours", "he"),
    Scene("targets", f"{ROOT}/targets"),
    Scene("automatic", f"{ROOT}/automatic"),
    Scene("reasons", f"{ROOT}/reasons"),
    Scene("notebook", f"{ROOT}/notebook"),
    Scene("notebook-case", f"{ROOT}/notebook/1"),
)
DOCUMENTED = {
    each: f"inbox-settings-{each}"
    for each in (
        "overview",
        "channels",
        "channels-el",
        "channels-he",
        "mailbox",
        "mailbox-refused",
        "chat",
        "phone-made",
        "answer",
        "rules",
        "rules-he",
        "rule",
        "hours",
        "targets",
        "reasons",
        "notebook",
    )
}


@contextmanager
def playing(folder: Path, scene: Scene) -> Iterator[tuple[World, str]]:
    """A world of its own with these channels, on a port."""
    world = build_world(folder, app_url="http://127.0.0.1")
    if scene.is_filled:
        story.fill(world)
    with serving(world.app) as address:
        yield world, address
    world.services.db.dispose()
    world.services.inbox.dispose()


def open_scene(page: Page, world: World, address: str, scene: Scene) -> None:
    """Load the page as whoever is signed in, and do what the scene says."""

    def not_live(route: Route) -> None:
        route.fulfill(status=503, body="{}")

    page.route("**/api/v1/live", not_live)
    token = session_token(world, role=scene.role)
    page.context.add_cookies([{"name": NAME, "value": token, "url": address}])
    sign = "&" if "?" in scene.path else "?"
    page.goto(f"{address}{scene.path}{sign}locale={scene.locale}")
    page.wait_for_load_state("networkidle")
    if scene.act is not None:
        scene.act(page)


def picture(browser: Browser, scene: Scene, name: str, to: Path) -> None:
    """Write the pictures of one scene."""
    for width in WIDTHS:
        for scheme in SCHEMES:
            with (
                tempfile.TemporaryDirectory() as folder,
                playing(Path(folder), scene) as (world, address),
            ):
                context = browser.new_context(
                    viewport={"width": width, "height": 720},
                    color_scheme="dark" if scheme == "dark" else "light",
                    device_scale_factor=1.5 if width == WIDTHS[0] else 1,
                )
                page = context.new_page()
                open_scene(page, world, address, scene)
                page.evaluate("window.scrollTo(0, 0)")
                page.screenshot(path=to / f"{name}-{width}-{scheme}.png", full_page=True)
                context.close()


def main(folder: str | None, only: list[str]) -> None:
    """Write all pictures, those of the named scenes, or those of the documents."""
    to = Path(folder) if folder else DOCUMENTS
    to.mkdir(parents=True, exist_ok=True)
    names = {scene.name: scene.name for scene in SCENES} if folder else DOCUMENTED
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(CHROMIUM_ARGUMENTS)
        )
        for scene in SCENES:
            if scene.name in names and (not only or scene.name in only):
                picture(browser, scene, names[scene.name], to)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None, sys.argv[2:])
