"""The report, the settings, the contact form and the sign-in, in each of our languages.

`python -m tests.ui_embed.languages_gallery [FOLDER] [LANGUAGE …]` writes a picture of each; without
a folder it renews those that docs/pictures keeps.
"""

import sys
import tempfile
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, Route, sync_playwright

from integration.models import Conversation
from scripts import chromium
from tests.conftest import CHROMIUM_ARGUMENTS
from tests.factories.conversations import make_channel
from tests.ui_embed import setup_story
from tests.ui_embed.gallery import DOCUMENTS, serving
from tests.ui_embed.inbox.pictured import fill_for_pictures
from tests.ui_embed.sites import session_token
from tests.ui_embed.world import NOW, World, build_world
from ui_embed.inbox_settings.screen import LANGUAGES

COOKIE = "tillside_session"
FORM = "form-of-the-gallery"
WIDTH, HEIGHT = 1024, 720


def pages_in(language: str) -> tuple[tuple[str, str, bool], ...]:
    """What is pictured: its name, its address, and whether somebody is signed in there."""
    return (
        ("report", f"/reports?locale={language}", True),
        ("inbox-settings", f"/settings/inbox?locale={language}", True),
        ("form", f"/form/{FORM}?lang={language}", False),
        ("sign-in", "/sign-in", False),
    )


def fill(world: World) -> None:
    """An inbox that was set up, with some conversations answered and resolved."""
    made = fill_for_pictures(world)
    setup_story.fill(world)
    services = world.services
    make_channel(
        services.db, world.workspace_id, "form", ring=services.keyring, token=FORM, name="Form"
    )
    with services.db.workspace(world.workspace_id, write=True) as session:
        for number, word in enumerate(("resolved", "hebrew", "asked", "form"), start=1):
            held = session.get_one(Conversation, made[word])
            held.first_answered_by = held.resolved_by = made["eleni"]
            held.answered_seconds = held.answered_office_seconds = 420 * number**2
            held.resolved_seconds = held.resolved_office_seconds = 9_000 * number
            held.resolved_at = NOW - timedelta(hours=number)
            held.first_contact = number < 3
            held.rating = 6 - number


def picture(browser: Browser, world: World, address: str, language: str, to: Path) -> None:
    """Write the pictures of one language."""

    def not_live(route: Route) -> None:
        route.fulfill(status=503, body="{}")

    for name, path, is_in in pages_in(language):
        context = browser.new_context(
            viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light", locale=language
        )
        if is_in:
            token = session_token(world)
            context.add_cookies([{"name": COOKIE, "value": token, "url": address}])
        page = context.new_page()
        page.route("**/api/v1/live*", not_live)
        page.goto(f"{address}{path}")
        page.wait_for_load_state("networkidle")
        page.screenshot(path=to / f"{name}-{language}-{WIDTH}-light.png", full_page=True)
        context.close()


def main(folder: str | None, only: list[str]) -> None:
    """Write all pictures, or those of the named languages."""
    to = Path(folder) if folder else DOCUMENTS
    to.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as data, sync_playwright() as playwright:
        world = build_world(Path(data), app_url="http://127.0.0.1")
        fill(world)
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(CHROMIUM_ARGUMENTS)
        )
        with serving(world.app) as address:
            for language in LANGUAGES:
                if not only or language in only:
                    picture(browser, world, address, language, to)
        browser.close()
        world.services.db.dispose()
        world.services.inbox.dispose()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None, sys.argv[2:])
