"""The pages of privacy and of the audit in Chromium: by keyboard, narrow, axe, files, refusals."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from integration.privacy.exports.data_requests import prepare_exports
from tests.ui_embed.axe import serious
from tests.ui_embed.inbox_settings.test_in_browser import OUTSIDE, OVERFLOW, UNNAMED
from tests.ui_embed.people_rows import EMAIL
from tests.ui_embed.privacy import story
from tests.ui_embed.privacy.asked import request_row
from tests.ui_embed.privacy.gallery import PERSON, ROOT, Scene, open_scene, playing
from tests.ui_embed.world import World

pytestmark = pytest.mark.browser

PAGES = (
    ROOT,
    PERSON,
    f"{ROOT}/receipts",
    f"{ROOT}/receipts/2",
    f"{ROOT}/retention/conversations",
    "/settings/audit",
    "/settings/audit/views",
    "/settings/agents",
)


@pytest.fixture(scope="module")
def played(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str]]:
    """A world with requests of each kind, one of them late, on a port. Nobody changes it."""
    with playing(Path(tmp_path_factory.mktemp("privacy")), story.late) as served:
        yield served


@pytest.fixture
def own(tmp_path: Path) -> Iterator[tuple[World, str]]:
    """One of its own, to be changed, in which nothing is asked."""
    with playing(tmp_path, story.begin) as served:
        yield served


def _open(page: Page, played: tuple[World, str], path: str, locale: str = "en") -> None:
    open_scene(page, *played, Scene("any", path, locale))


@pytest.mark.parametrize("locale", ["en", "he"])
def test_axe_finds_nothing_in_either_scheme(
    played: tuple[World, str], page: Page, refused: list[str], locale: str
) -> None:
    for path in PAGES:
        _open(page, played, path, locale)
        assert serious(page) == [], path
    assert refused == []


@pytest.mark.parametrize("locale", ["en", "he"])
def test_nothing_stands_outside_of_a_narrow_page_and_everything_has_a_name(
    played: tuple[World, str], page: Page, locale: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 720})
    for path in PAGES:
        _open(page, played, path, locale)
        assert page.evaluate(OVERFLOW) <= 0, path
        assert page.evaluate(OUTSIDE) == [], path
        assert page.evaluate(UNNAMED) == [], path


def test_somebody_is_erased_by_keyboard_and_it_is_taken_back(
    own: tuple[World, str], page: Page, refused: list[str]
) -> None:
    _open(page, own, ROOT)
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    page.locator("#f-email").fill(EMAIL)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What is held")).to_be_visible()
    typed = page.get_by_label("To erase, type")
    typed.fill("yes")
    page.keyboard.press("Enter")
    expect(page.locator("#why-typed")).to_have_text("Type it exactly as it stands there.")
    page.get_by_label("To erase, type").fill(EMAIL)
    page.keyboard.press("Enter")
    expect(page.get_by_text("It begins in 24 hours. Until then")).to_be_visible()
    row = page.locator("#request-1")
    expect(row).to_contain_text(f"Erase a person: {EMAIL}")
    expect(row).to_contain_text("due in 30 days")
    row.get_by_role("button", name="Take it back").press("Enter")
    expect(page.get_by_text("It is taken back. Nothing was erased.")).to_be_visible()
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    assert request_row(own[0], 1).state == "refused"
    assert refused == []


def test_data_becomes_ready_by_itself_and_is_fetched(own: tuple[World, str], page: Page) -> None:
    world = own[0]
    _open(page, own, PERSON)
    page.get_by_role("button", name="Make the file").click()
    row = page.locator("#request-1")
    expect(row).to_contain_text("being made ready")
    prepare_exports(world.services)
    # The page asks again every five seconds.
    expect(row).to_contain_text("ready to fetch", timeout=12_000)
    with page.expect_download() as fetched:
        row.get_by_role("button", name="Fetch").click()
    assert fetched.value.suggested_filename.endswith(".zip")
    page.reload()
    expect(page.get_by_text("handed out", exact=True)).to_be_visible()


def test_a_shorter_time_is_seen_before_it_is_kept(own: tuple[World, str], page: Page) -> None:
    _open(page, own, ROOT)
    page.get_by_role("link", name="Page and cart of the chat's visitors").click()
    days = page.get_by_role("textbox", name="Days")
    days.fill("0")
    page.get_by_role("button", name="See what would go").click()
    expect(page.locator("#why-days")).to_have_text("Choose from 1 to 365 days.")
    page.get_by_role("textbox", name="Days").fill("7")
    page.get_by_role("button", name="See what would go").click()
    expect(page.locator("#preview")).to_contain_text("Nothing would go now")
    page.get_by_role("button", name="Keep this time").click()
    expect(page.get_by_text("7 days")).to_be_visible()
    expect(page.get_by_text("chosen by Ελένη")).to_be_visible()


def test_the_audit_is_narrowed_and_taken_out(played: tuple[World, str], page: Page) -> None:
    _open(page, played, "/settings/audit")
    page.locator("select[name=agent]").select_option(label="Jana Nováková")
    page.get_by_role("button", name="Show", exact=True).click()
    rows = page.locator(".audit-rows > li")
    expect(rows.filter(has_text="Office hours")).to_have_count(1)
    expect(rows.filter(has_text="Made a code for one more store")).to_have_count(0)
    with page.expect_download() as fetched:
        page.get_by_role("link", name="As a table (CSV)").click()
    assert fetched.value.suggested_filename.startswith("tillside-audit-")
    text = Path(fetched.value.path()).read_text(encoding="utf-8-sig")
    assert "settings.changed" in text
    assert "store.join_code_made" not in text


def test_everybody_is_signed_out_at_once(own: tuple[World, str], page: Page) -> None:
    _open(page, own, "/settings/agents")
    page.get_by_text("Sign everybody out").first.click()
    page.get_by_role("button", name="Sign everybody out").click()
    expect(page.get_by_text("Everybody is signed out, but for you here.")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Team")).to_be_visible()
