"""Every state of joining and parting persons, on the real application with the story's rows.

`python -m tests.ui_embed.identity_gallery FOLDER [STATE …]` writes a picture of each state, as
`tests.ui_embed.gallery` does; without a folder it renews those that docs/pictures keeps.
"""

import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts import chromium
from tests.conftest import CHROMIUM_ARGUMENTS
from tests.ui_embed import identity_story as story
from tests.ui_embed.gallery import DOCUMENTS, SCHEMES, WIDTHS, State, open_state, serving
from tests.ui_embed.identity_story import Cast
from tests.ui_embed.world import World, build_world

Path_ = Callable[[Cast], str]
OPEN = "document.getElementById('evidence').open = true"
DOCUMENTED = {
    "suggestions": "suggestions",
    "suggestions-el": "suggestions-el",
    "suggestions-he": "suggestions-he",
    "side-by-side": "side-by-side",
    "side-by-side-he": "side-by-side-he",
    "joined": "joined",
    "joined-el": "joined-el",
    "joined-he": "joined-he",
}


@dataclass(frozen=True, slots=True)
class Scene:
    """A page of the story: what happened before, where it is, whether the fold is opened."""

    name: str
    path: Path_
    before: Callable[[World, Cast], None] | None = None
    query: str = ""
    locale: str = "en"
    is_unfolded: bool = False


def profile(cast: Cast) -> str:
    """Dimitra's page."""
    return f"/profiles/{cast.dimitra}"


def _join(world: World, cast: Cast) -> None:
    story.join(world, cast.dimitra, cast.guest, reason="She called: the same phone and street")


def _decide(world: World, cast: Cast) -> None:
    story.join(world, cast.dimitra, cast.guest, story.OTHER_AGENT, "The same phone and street")
    story.share(world, "phone", "+306972418350", story.OTHER_AGENT)


def _answer_all(world: World, cast: Cast) -> None:
    story.join(world, cast.dimitra, cast.guest)
    story.join(world, cast.noa, cast.noa_elsewhere)


def _beside(cast: Cast) -> str:
    return f"/profiles/{cast.dimitra}/join/{cast.guest}"


def _noa_beside(cast: Cast) -> str:
    return f"/profiles/{cast.noa}/join/{cast.noa_elsewhere}"


SCENES = (
    Scene("suggested", profile),
    Scene("suggested-el", profile, locale="el"),
    Scene("suggested-he", lambda cast: f"/profiles/{cast.noa}", locale="he"),
    Scene("evidence", profile, is_unfolded=True),
    Scene("joined", profile, _join, "told=1", is_unfolded=True),
    Scene("joined-el", profile, _join, "told=1", "el", is_unfolded=True),
    Scene("joined-he", profile, _join, "told=1", "he", is_unfolded=True),
    Scene("joined-cs", profile, _join, "told=1", "cs", is_unfolded=True),
    Scene("joined-pl", profile, _join, "told=1", "pl", is_unfolded=True),
    Scene("shared", profile, _decide, is_unfolded=True),
    Scene("suggestions", lambda _: "/suggestions"),
    Scene("suggestions-el", lambda _: "/suggestions", locale="el"),
    Scene("suggestions-he", lambda _: "/suggestions", locale="he"),
    Scene("suggestions-none", lambda _: "/suggestions", _answer_all),
    Scene("side-by-side", _beside),
    Scene("side-by-side-el", _beside, locale="el"),
    Scene("side-by-side-he", _noa_beside, locale="he"),
    Scene("side-by-side-one", _beside, _join),
    Scene("pick", lambda cast: f"/profiles/{cast.dimitra}/join", query="search=noa"),
    Scene("pick-empty", lambda cast: f"/profiles/{cast.dimitra}/join"),
    Scene(
        "part",
        lambda cast: f"/profiles/{cast.dimitra}/part",
        query="kind=customer&value=3:311",
    ),
    Scene("part-link", lambda cast: f"/profiles/{cast.dimitra}/part", _join, "other=4"),
    Scene("part-refused", lambda cast: f"/profiles/{cast.dimitra}/part", query="other=5"),
)


@contextmanager
def playing(folder: Path, scene: Scene) -> Iterator[tuple[World, Cast, str]]:
    """A world of its own in which that happened, on a port."""
    world = build_world(folder)
    cast = story.tell(world)
    if scene.before is not None:
        scene.before(world, cast)
    with serving(world.app) as address:
        yield world, cast, address
    world.services.db.dispose()
    world.services.inbox.dispose()


def open_scene(page: Page, address: str, cast: Cast, scene: Scene) -> None:
    """Load the page as the admin would, unfolded where the scene says so."""
    where = State(scene.name, path=scene.path(cast), query=scene.query, locale=scene.locale)
    open_state(page, address, where)
    if scene.is_unfolded:
        page.evaluate(OPEN)


def picture(browser: Browser, scene: Scene, name: str, to: Path) -> None:
    """Write the pictures of one scene."""
    with (
        tempfile.TemporaryDirectory() as folder,
        playing(Path(folder), scene) as (_, cast, address),
    ):
        for width in WIDTHS:
            for scheme in SCHEMES:
                context = browser.new_context(
                    viewport={"width": width, "height": 720},
                    color_scheme="dark" if scheme == "dark" else "light",
                    device_scale_factor=1.5 if width == WIDTHS[0] else 1,
                )
                page = context.new_page()
                open_scene(page, address, cast, scene)
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
