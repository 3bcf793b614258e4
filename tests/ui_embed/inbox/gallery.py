"""Every state of the inbox, as the owner in a browser of their own sees it.

`python -m tests.ui_embed.inbox.gallery FOLDER [STATE …]` writes a picture of each state, narrow and
wide, light and dark; without a folder it renews those that docs/pictures keeps.
"""

import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, sync_playwright

from scripts import chromium
from tests.conftest import CHROMIUM_ARGUMENTS
from tests.ui_embed.gallery import DOCUMENTS, SCHEMES, serving
from tests.ui_embed.inbox.pictured import fill_for_pictures
from tests.ui_embed.sites import session_token
from tests.ui_embed.world import World, build_world

NAME = "tillside_session"
SIZES = ((360, 740), (1440, 900))
DOCUMENTED = (
    "inbox",
    "inbox-el",
    "inbox-he",
    "inbox-cs",
    "inbox-pl",
    "inbox-list",
    "inbox-unverified",
    "inbox-answering",
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A page: which conversation, in which language, what is done on it."""

    name: str
    word: str = "asked"
    locale: str = "en"
    act: Callable[[Page], None] | None = None
    role: str = "owner"


def _write(page: Page) -> None:
    page.keyboard.press("r")
    page.keyboard.type("Καλημέρα σας,\n\nτο δέμα σας φτάνει σήμερα το απόγευμα.\n")


def _note(page: Page) -> None:
    page.keyboard.press("n")
    page.keyboard.type("Ask ACS again at noon.")


def _press(key: str) -> Callable[[Page], None]:
    return lambda page: page.keyboard.press(key)


def _resolve(page: Page) -> None:
    page.keyboard.press("e")
    page.wait_for_selector(".toast-card")


def _send(page: Page) -> None:
    _write(page)
    page.keyboard.press("Control+Enter")
    page.wait_for_selector("#sending-bar:not([hidden])")


SCENES = (
    Scene("inbox"),
    Scene("inbox-el", locale="el"),
    Scene("inbox-he", word="hebrew", locale="he"),
    Scene("inbox-cs", word="resolved", locale="cs"),
    Scene("inbox-pl", word="form", locale="pl"),
    Scene("inbox-list", word=""),
    Scene("inbox-list-he", word="", locale="he"),
    Scene("inbox-unverified", word="forged"),
    Scene("inbox-long", word="long", locale="el"),
    Scene("inbox-chat", word="chat"),
    Scene("inbox-phone", word="phone", locale="pl"),
    Scene("inbox-answering", act=_write),
    Scene("inbox-note", act=_note),
    Scene("inbox-sending", act=_send),
    Scene("inbox-assign", act=_press("a")),
    Scene("inbox-snooze", act=_press("z"), locale="el"),
    Scene("inbox-more", act=lambda page: page.locator("#menu-more > summary").click()),
    Scene("inbox-person", act=_press("p")),
    Scene("inbox-resolved", word="chat", act=_resolve),
    Scene("inbox-reading", role="read_only"),
    Scene("inbox-merge", act=lambda page: page.keyboard.press("m")),
    Scene("inbox-keys", act=_press("?")),
    Scene("inbox-signed", word="signed", locale="he"),
    Scene("inbox-order", act=_press("b")),
)


def open_scene(page: Page, world: World, address: str, made: dict[str, int], scene: Scene) -> None:
    """Load the page as whoever is signed in, and do what the scene says."""

    def not_live(route: Route) -> None:
        route.fulfill(status=503, body="{}")

    page.route("**/api/v1/live*", not_live)
    viewer = "owner:1" if scene.role == "owner" else "shopify-staff:9"
    token = session_token(world, role=scene.role, viewer=viewer)
    page.context.add_cookies([{"name": NAME, "value": token, "url": address}])
    path = f"/inbox/{made[scene.word]}" if scene.word else "/inbox"
    page.goto(f"{address}{path}?locale={scene.locale}")
    page.wait_for_selector("html[data-inbox]", state="attached")
    if scene.word:
        page.wait_for_selector("#beside-body", state="attached")
    page.wait_for_timeout(400)
    if scene.act is not None:
        scene.act(page)
        page.wait_for_timeout(300)


def picture(browser: Browser, scene: Scene, to: Path) -> None:
    """Write the pictures of one scene, in a world of its own."""
    with tempfile.TemporaryDirectory() as data:
        world = build_world(Path(data), app_url="http://127.0.0.1")
        made = fill_for_pictures(world)
        with serving(world.app) as address:
            for width, height in SIZES:
                for scheme in SCHEMES:
                    context = browser.new_context(
                        viewport={"width": width, "height": height},
                        color_scheme="dark" if scheme == "dark" else "light",
                        device_scale_factor=1.5 if width == SIZES[0][0] else 1,
                    )
                    page = context.new_page()
                    open_scene(page, world, address, made, scene)
                    page.screenshot(path=to / f"{scene.name}-{width}-{scheme}.png")
                    context.close()
        world.services.db.dispose()
        world.services.inbox.dispose()


def main(folder: str | None, only: list[str]) -> None:
    """Write all pictures, those of the named scenes, or those of the documents."""
    to = Path(folder) if folder else DOCUMENTS
    to.mkdir(parents=True, exist_ok=True)
    wanted = only or ([scene.name for scene in SCENES] if folder else DOCUMENTED)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(CHROMIUM_ARGUMENTS)
        )
        for scene in SCENES:
            if scene.name in wanted:
                picture(browser, scene, to)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None, sys.argv[2:])
