"""Joining and parting in Chromium: by mouse, by keyboard alone, right to left, narrow."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui_embed import identity_gallery as gallery
from tests.ui_embed.identity_gallery import SCENES, Scene, open_scene, playing
from tests.ui_embed.identity_story import Cast
from tests.ui_embed.settling import refresh
from tests.ui_embed.test_in_browser import NARROWEST, SHIFTS
from tests.ui_embed.world import World

pytestmark = pytest.mark.browser

OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
UNFOLD = "document.querySelectorAll('details').forEach(each => { each.open = true; })"
PROFILE = Scene("profile", gallery.profile)
LISTED = Scene("listed", lambda _: "/suggestions")

Played = tuple[World, Cast, str]


@pytest.fixture
def played(tmp_path: Path) -> Iterator[Played]:
    """The story in a world of its own, on a port."""
    with playing(tmp_path, PROFILE) as made:
        yield made


@pytest.fixture(scope="module")
def plays(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[Scene], Played]]:
    """The world of a scene; scenes before which the same happened share it."""
    with ExitStack() as stack:

        @cache
        def world_in_which(before: Callable[[World, Cast], None] | None) -> Played:
            folder = Path(tmp_path_factory.mktemp("story"))
            return stack.enter_context(playing(folder, Scene("", gallery.profile, before)))

        yield lambda scene: world_in_which(scene.before)


@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.name)
def test_each_scene_fits_and_breaks_no_rule(
    plays: Callable[[Scene], Played], page: Page, refused: list[str], scene: Scene
) -> None:
    _, cast, address = plays(scene)
    page.set_viewport_size({"width": NARROWEST, "height": 800})
    open_scene(page, address, cast, scene)
    assert page.evaluate(OVERFLOW) <= 0
    assert page.evaluate(SHIFTS) < 0.02
    page.evaluate(UNFOLD)
    assert page.evaluate(OVERFLOW) <= 0
    assert refused == []


def test_a_suggestion_is_accepted_and_undone(
    played: Played, page: Page, refused: list[str]
) -> None:
    _, cast, address = played
    open_scene(page, address, cast, PROFILE)
    card = page.locator(f"#maybe-{cast.guest}")
    expect(card).to_contain_text("The same phone")
    card.get_by_role("button", name="Same person").click()
    told = page.locator("#told")
    expect(told).to_contain_text("Joined with Dimitra Papadopoulou.")
    expect(page.locator("#orders .order")).to_have_count(6)
    expect(page.locator("#open-count")).to_have_text("1 open")
    assert f"/profiles/{cast.dimitra}?told=" in page.url
    # The notice stays while the page reads itself again, and after a reload.
    refresh(page)
    expect(told).to_be_visible()
    told.get_by_role("button", name="Undo").click()
    expect(told).to_contain_text("two people, as before.")
    expect(page.locator("#orders .order")).to_have_count(4)
    expect(page.locator("#open-count")).to_have_text("2 open")
    expect(card).to_be_visible()
    assert refused == []


def test_what_was_joined_is_undone_from_the_history_after_a_page_change(
    played: Played, page: Page
) -> None:
    _, cast, address = played
    open_scene(page, address, cast, PROFILE)
    page.locator(f"#maybe-{cast.guest}").get_by_role("button", name="Same person").click()
    expect(page.locator("#told")).to_be_visible()
    page.locator("a[data-nav=stores]").click()
    expect(page.locator("#stores")).to_be_visible()
    page.locator("a[data-nav=people]").click()
    page.locator("[data-row]", has_text="Δήμητρα").first.click()
    expect(page.locator("#told")).to_have_count(0)
    page.locator("#evidence > summary").click()
    page.locator(".history li").first.get_by_role("button", name="Undo").click()
    expect(page.locator("#told")).to_contain_text("two people, as before.")
    expect(page.locator("#orders .order")).to_have_count(4)


def test_a_dismissed_suggestion_stays_dismissed(played: Played, page: Page) -> None:
    _, cast, address = played
    open_scene(page, address, cast, PROFILE)
    page.locator(f"#maybe-{cast.guest}").get_by_role("button", name="Not the same").click()
    expect(page.locator("#told")).to_contain_text("Not the same person as Dimitra Papadopoulou.")
    expect(page.locator(f"#maybe-{cast.guest}")).to_have_count(0)
    page.locator("a[data-nav=suggestions]").click()
    expect(page.locator("#suggestions [data-suggestion]")).to_have_count(1)
    expect(page.locator("#suggestions")).not_to_contain_text("papadopoulou")


def test_an_account_is_parted_after_it_was_shown(played: Played, page: Page) -> None:
    _, cast, address = played
    open_scene(page, address, cast, PROFILE)
    page.locator("#evidence > summary").click()
    page.locator(".known li", has_text="Aegean Outlet").get_by_text("Not the same person").click()
    expect(page.locator("#parting")).to_contain_text("What goes")
    page.get_by_label("Why").fill("Another Dimitra")
    page.get_by_role("button", name="Take apart").click()
    expect(page.locator("#told")).to_contain_text("Somebody else's: the account 311.")
    expect(page.locator("#orders .order")).to_have_count(3)
    page.locator("#told").get_by_role("button", name="Undo").click()
    expect(page.locator("#orders .order")).to_have_count(4)


def test_two_are_joined_by_hand(played: Played, page: Page) -> None:
    _, cast, address = played
    open_scene(page, address, cast, PROFILE)
    page.locator("#evidence > summary").click()
    page.get_by_role("link", name="Join with somebody else").click()
    expect(page.locator("#join-search")).to_be_focused()
    page.keyboard.type("noa")
    page.locator("#join-found [data-row]", has_text="Noa Ben David").click()
    expect(page.locator("#beside")).to_contain_text("Joined, they will be")
    page.get_by_role("button", name="Join them").click()
    expect(page.locator("#told")).to_contain_text("Joined with Noa Ben David.")


def test_suggestions_go_by_keyboard_alone(played: Played, page: Page, refused: list[str]) -> None:
    _, cast, address = played
    open_scene(page, address, cast, LISTED)
    noa = page.locator(f"#pair-{cast.noa}-{cast.noa_elsewhere}")
    dimitra = page.locator(f"#pair-{cast.dimitra}-{cast.guest}")
    page.keyboard.press("y")
    expect(page.locator(".is-told")).to_have_count(0)
    page.keyboard.press("j")
    expect(noa).to_be_focused()
    page.keyboard.press("y")
    expect(noa).to_contain_text("are one person now.")
    expect(noa).to_be_focused()
    page.keyboard.press("j")
    expect(dimitra).to_be_focused()
    page.keyboard.press("n")
    expect(dimitra).to_contain_text("They aren't suggested again.")
    expect(page.locator("#open-count")).to_have_text("")
    page.keyboard.press("u")
    expect(dimitra).to_contain_text("The same phone")
    expect(dimitra).to_be_focused()
    page.keyboard.press("k")
    expect(noa).to_be_focused()
    page.keyboard.press("u")
    expect(noa).to_contain_text("Addresses of one mailbox")
    expect(page.locator("#open-count")).to_have_text("2 open")
    page.keyboard.press("o")
    expect(page.locator("#beside")).to_be_visible()
    assert refused == []


def test_a_pressed_button_leaves_the_focus_on_its_row(played: Played, page: Page) -> None:
    _, cast, address = played
    open_scene(page, address, cast, LISTED)
    row = page.locator(f"#pair-{cast.dimitra}-{cast.guest}")
    row.get_by_role("button", name="Not the same").focus()
    page.keyboard.press("Enter")
    expect(row).to_contain_text("They aren't suggested again.")
    expect(row).to_be_focused()
