"""The settings of the inbox in Chromium: by keyboard, narrow, refused, copied, nothing outside."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui_embed.axe import serious
from tests.ui_embed.setup_gallery import ROOT, Scene, open_scene, playing
from tests.ui_embed.world import World

pytestmark = pytest.mark.browser

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OUTSIDE = """[...document.querySelectorAll('#screen *')].filter(
  (e) => e.checkVisibility() && !e.closest('.hidden-text, option') &&
    (e.getBoundingClientRect().right > innerWidth + 1 || e.getBoundingClientRect().left < -1)
).map((e) => e.outerHTML.slice(0, 80))"""
UNNAMED = """[...document.querySelectorAll(`#screen input:not([type=hidden]), #screen select,
  #screen textarea, #screen button`)].filter(
  (e) => !e.closest('[aria-hidden]') && !(e.labels?.length || e.ariaLabel || e.textContent.trim()
    || e.getAttribute('aria-labelledby'))
).map((e) => e.outerHTML.slice(0, 80))"""
PAGES = (
    "",
    "/channels",
    "/channels/1",
    "/channels/2",
    "/channels/4",
    "/channels/new/email?preset=gmail",
    "/answers",
    "/answers/1",
    "/rules",
    "/rules/2",
    "/hours",
    "/targets",
    "/automatic",
    "/reasons",
    "/notebook",
    "/notebook/1",
)
NEW_PAGES = (
    "/channels/new/chat",
    "/channels/new/form",
    "/channels/new/phone",
    "/answers/new",
    "/rules/new",
)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    """A world whose inbox is set up, on a port."""
    folder = Path(tmp_path_factory.mktemp("setup"))
    with playing(folder, Scene("any", ROOT)) as served:
        yield served


def _open(page: Page, played: tuple[World, str], path: str, locale: str = "en") -> None:
    open_scene(page, *played, Scene("any", f"{ROOT}{path}", locale))


@pytest.mark.parametrize("locale", ["en", "he"])
def test_nothing_stands_outside_of_a_narrow_page_and_everything_has_a_name(
    played: tuple[World, str], page: Page, refused: list[str], locale: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 720})
    for path in PAGES:
        _open(page, played, path, locale)
        assert page.evaluate(OVERFLOW) <= 0, path
        assert page.evaluate(OUTSIDE) == [], path
        assert page.evaluate(UNNAMED) == [], path
    assert refused == []


def test_what_is_wrong_has_the_focus_and_what_was_typed_stays(
    played: tuple[World, str], page: Page
) -> None:
    _open(page, played, "/channels/new/email")
    page.get_by_label("Name", exact=True).fill("Support")
    page.get_by_label("E-mail address").fill("help@aegean.example")
    page.get_by_label("IMAP server").fill("127.0.0.1")
    page.get_by_label("IMAP server").press("Enter")
    server = page.get_by_label("IMAP server")
    expect(page.locator("#why-imap_host")).to_contain_text("This is an internal address.")
    expect(server).to_be_focused()
    expect(server).to_have_value("127.0.0.1")
    expect(server).to_have_attribute("aria-invalid", "true")


def test_passwords_stay_typed_until_the_channel_is_kept(
    played: tuple[World, str], page: Page
) -> None:
    _open(page, played, "/channels/new/email")
    page.get_by_label("Name", exact=True).fill("Support")
    page.get_by_label("E-mail address").fill("help@aegean.example")
    page.get_by_label("IMAP server").fill("127.0.0.1")
    page.get_by_label("Password", exact=True).fill("for reading")
    page.get_by_label("Password for sending").fill("for sending")
    page.get_by_role("button", name="Test the connection").click()
    expect(page.locator("#why-imap_host")).to_contain_text("This is an internal address.")
    expect(page.get_by_label("Password", exact=True)).to_have_value("for reading")
    expect(page.get_by_label("Password for sending")).to_have_value("for sending")
    assert "for reading" not in page.locator("#setup").evaluate("each => each.outerHTML")
    page.get_by_role("link", name="All channels").click()
    page.get_by_role("link", name="Mailbox Mails to an address").click()
    expect(page.get_by_label("Password", exact=True)).to_have_value("")


@pytest.mark.parametrize("scripts", [True, False])
def test_only_what_the_chosen_way_of_coming_in_needs_is_seen(
    played: tuple[World, str], page: Page, scripts: bool
) -> None:
    if not scripts:
        page.route("**/*.js", lambda route: route.abort())
    _open(page, played, "/channels/new/email")
    server, key = page.locator("#f-imap_host"), page.locator("#f-call_secret")
    way = page.get_by_label("Mails come in")
    expect(server).to_be_visible()
    expect(key).to_be_hidden()
    for chosen in ("mailgun", "signed_calls"):
        way.select_option(chosen)
        expect(server).to_be_hidden()
        expect(key).to_be_visible()
        expect(
            page.get_by_text("Needed where mails come in by a provider's calls.")
        ).to_be_visible()
        expect(page.locator("#f-smtp_host")).to_be_visible()
    way.select_option("imap")
    expect(server).to_be_visible()
    expect(key).to_be_hidden()


def test_a_provider_fills_its_servers_in(played: tuple[World, str], page: Page) -> None:
    _open(page, played, "/channels")
    page.get_by_role("link", name="Mailbox Mails to an address").press("Enter")
    page.get_by_role("link", name="Gmail, Google Workspace").press("Enter")
    expect(page.get_by_label("IMAP server")).to_have_value("imap.gmail.com")
    expect(page.get_by_label("SMTP port")).to_have_value("465")
    expect(page.get_by_text("make an app password there")).to_be_visible()


def test_a_rule_is_moved_by_keyboard_and_keeps_the_focus(
    played: tuple[World, str], page: Page
) -> None:
    _open(page, played, "/rules")
    names = page.locator(".setup-row .row-name a")
    expect(names.nth(2)).to_have_text("Weekend chat")
    page.get_by_role("button", name="Move up: Weekend chat").press("Enter")
    expect(names.nth(1)).to_have_text("Weekend chat")
    expect(page.get_by_role("button", name="Move up: Weekend chat")).to_be_focused()
    page.keyboard.press("Enter")
    expect(names.nth(0)).to_have_text("Weekend chat")
    expect(page.get_by_role("button", name="Move down: Weekend chat")).to_be_focused()


def test_a_rule_that_was_removed_comes_back(played: tuple[World, str], page: Page) -> None:
    _open(page, played, "/rules")
    page.get_by_role("button", name="Remove: Refunds").click()
    expect(page.get_by_text("The rule Refunds was removed.")).to_be_visible()
    expect(page.get_by_role("link", name="Refunds")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("link", name="Refunds")).to_be_visible()


def test_a_snippet_is_copied_or_selected(played: tuple[World, str], page: Page) -> None:
    _open(page, played, "/channels/2")
    snippet = page.get_by_label("Put this before the end of your shop's pages")
    page.locator("[data-copy=snippet]").click()
    done = page.get_by_role("button", name="Copied")
    expect(done.or_(snippet).first).to_be_visible()
    snippet.focus()
    selected = snippet.evaluate("(e) => e.value.slice(e.selectionStart, e.selectionEnd)")
    assert selected.startswith('<script src="http://127.0.0.1/widget.js" data-channel="')


def test_removing_a_channel_is_asked_first(played: tuple[World, str], page: Page) -> None:
    _open(page, played, "/channels/3")
    ends = page.get_by_role("button", name="Remove this channel")
    expect(ends).to_be_hidden()
    page.locator("summary", has_text="Remove this channel").press("Enter")
    ends.click()
    expect(page).to_have_url(f"{played[1]}{ROOT}/channels")
    expect(page.get_by_text("was removed. Its conversations stay.")).to_be_visible()


@pytest.mark.parametrize("locale", ["en", "he"])
def test_axe_finds_nothing_serious(played: tuple[World, str], page: Page, locale: str) -> None:
    for path in (*PAGES, *NEW_PAGES):
        _open(page, played, path, locale)
        assert serious(page) == [], path
