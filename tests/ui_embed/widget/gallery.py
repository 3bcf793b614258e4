"""Pictures of the chat: `python -m tests.ui_embed.widget.gallery FOLDER`."""

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts import chromium
from tests.conftest import CHROMIUM_ARGUMENTS
from tests.ui_embed.widget.shop import Shop, open_chat, open_shop, say

DOCUMENTS = Path(__file__).resolve().parents[3] / "docs" / "pictures"
SAID = {
    "en": (
        "Where is my order #1042?",
        "Good morning! It left us yesterday: https://t.example/ACS4711",
    ),
    "el": ("Πού είναι η παραγγελία #1042;", "Καλημέρα! Έφυγε χθες: https://t.example/ACS4711"),
    "he": ("איפה ההזמנה שלי #1042?", "בוקר טוב! היא יצאה אתמול: https://t.example/ACS4711"),
    "cs": ("Kde je objednávka #1042?", "Dobré ráno! Odešla včera: https://t.example/ACS4711"),
    "pl": (
        "Gdzie jest zamówienie #1042?",
        "Dzień dobry! Wyszło wczoraj: https://t.example/ACS4711",
    ),
}


def chatted(shop: Shop, page: Page, language: str) -> None:
    """A question and its answer, in that language."""
    asked, answered = SAID[language]
    page.goto(shop.url(language))
    open_chat(page)
    say(page, asked)
    page.locator("tillside-chat .mine time").wait_for()
    shop.desk.answer(shop.desk.conversations()[-1].id, answered)
    page.locator("tillside-chat .log a").wait_for()
    page.wait_for_timeout(400)


def pictures(shop: Shop, browser: Browser, to: Path) -> None:
    """Each language, in turn wide and light, narrow and dark."""
    for language in SAID:
        for width, scheme in ((900, "light"), (360, "dark")):
            context = browser.new_context(
                viewport={"width": width, "height": 680},
                color_scheme="dark" if scheme == "dark" else "light",
                device_scale_factor=1.5 if width == 360 else 1,
                locale=language,
            )
            page = context.new_page()
            chatted(shop, page, language)
            page.screenshot(path=to / f"chat-{language}-{width}-{scheme}.png")
            context.close()


def main(folder: str | None) -> None:
    """Write all pictures."""
    to = Path(folder) if folder else DOCUMENTS
    to.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as data,
        open_shop(Path(data)) as shop,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(CHROMIUM_ARGUMENTS)
        )
        pictures(shop, browser, to)
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else None)
