"""Every state of the pages of segments, as the owner in a browser of their own sees them.

`python -m tests.ui_embed.segment_gallery FOLDER [STATE …]` writes a picture of each state, as
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
from tests.ui_embed import segment_story as story
from tests.ui_embed.gallery import DOCUMENTS, SCHEMES, WIDTHS, serving
from tests.ui_embed.sites import session_token
from tests.ui_embed.world import World, build_world

NAME = "tillside_session"
DOCUMENTED = {
    "segments": "segments",
    "segments-he": "segments-he",
    "segment": "segment",
    "segment-el": "segment-el",
    "segment-form": "segment-form",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A page: where it is, what is there before, what is done on it."""

    name: str
    path: str
    locale: str = "en"
    people: int = 12
    is_filled: bool = True
    act: Callable[[Page], None] | None = None


def _add(page: Page, kind: str) -> None:
    page.select_option("#new-kind", kind)
    page.get_by_role("button", name="Add condition").click()
    page.wait_for_selector(f'input[value="{kind}"]', state="attached")


def _type(page: Page) -> None:
    page.fill("#segment-name", "Not seen since summer")
    _add(page, "spent_at_least")
    page.fill("#value-1", "200")
    _add(page, "last_order_days_over")
    _add(page, "language")
    page.get_by_role("button", name="Save segment").click()
    page.wait_for_selector("#why-2")


def _remove(page: Page) -> None:
    page.get_by_role("button", name="Remove").click()
    page.wait_for_selector(".told")


SCENES = (
    Scene("segments", "/segments"),
    Scene("segments-he", "/segments", "he"),
    Scene("segments-el", "/segments", "el"),
    Scene("segments-none", "/segments", is_filled=False),
    Scene("segment", "/segments/1", people=80),
    Scene("segment-el", "/segments/2", "el"),
    Scene("segment-he", "/segments/2", "he"),
    Scene("segment-nobody", "/segments/3"),
    Scene("segment-form", "/segments/new", act=_type),
    Scene("segment-change", "/segments/3/change"),
    Scene("segment-change-he", "/segments/3/change", "he"),
    Scene("segment-removed", "/segments/3", act=_remove),
)


@contextmanager
def playing(folder: Path, scene: Scene) -> Iterator[tuple[World, str]]:
    """A world of its own with these segments, on a port."""
    world = build_world(folder, app_url="http://127.0.0.1")
    story.add_people(world, scene.people)
    if scene.is_filled:
        numbers = story.add_segments(world)
        story.add_exports(world, numbers[0])
    with serving(world.app) as address:
        yield world, address
    world.services.db.dispose()
    world.services.inbox.dispose()


def open_scene(page: Page, world: World, address: str, scene: Scene) -> None:
    """Load the page as the signed-in owner, and do what the scene says."""

    def not_live(route: Route) -> None:
        route.fulfill(status=503, body="{}")

    page.route("**/api/v1/live", not_live)
    page.context.add_cookies([{"name": NAME, "value": session_token(world), "url": address}])
    page.goto(f"{address}{scene.path}?locale={scene.locale}")
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
