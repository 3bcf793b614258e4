"""A day in the inbox in Chromium: by keyboard, undone, narrow and wide, with nothing moving."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import MessageContent, seal_content
from integration.models import Conversation, ConversationTag, Message
from tests.ui_embed.gallery import State, open_state
from tests.ui_embed.inbox.opened import OVERFLOW, Inbox
from tests.ui_embed.world import NOW, World

pytestmark = pytest.mark.browser

AXE = Path(__file__).resolve().parents[1] / "vendor" / "axe-4.14.1.min.js"
FOUND = """async () => (await axe.run(document, {resultTypes: ["violations"]})).violations
  .filter(each => ["serious", "critical"].includes(each.impact))
  .map(each => [each.id, each.nodes.map(node => node.html.slice(0, 160))])"""


def test_a_conversation_is_found_opened_and_answered_by_keyboard_alone(inbox: Inbox) -> None:
    page = inbox.open()
    page.keyboard.press("j")
    expect(page.locator(".inbox-row").first).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#inbox-search")).to_be_focused()
    page.keyboard.press("Escape")
    row = page.locator(f"[data-conversation='{inbox.made['long']}']")
    row.focus()
    page.keyboard.press("o")
    expect(page.locator("#conversation-title")).to_contain_text("Τιμολόγιο")
    assert f"/inbox/{inbox.made['long']}" in page.url
    expect(row).to_have_attribute("aria-current", "true")
    page.keyboard.press("r")
    expect(page.locator("#composer-text")).to_be_focused()
    page.keyboard.type("Το τιμολόγιο έρχεται.")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#sending-bar")).to_be_visible()
    expect(page.locator(".message.is-answer")).to_contain_text("Το τιμολόγιο έρχεται.")
    expect(page.locator("#composer-text")).to_have_value("")
    assert inbox.texts("long", "answer") == ["Το τιμολόγιο έρχεται."]
    assert inbox.conversation("long").status == "pending"


def test_what_is_done_can_be_undone_from_the_notice(inbox: Inbox) -> None:
    page = inbox.open("chat")
    page.keyboard.press("e")
    expect(page.locator("#toast")).to_contain_text("It is resolved.")
    assert inbox.conversation("chat").status == "resolved"
    page.keyboard.press("u")
    expect(page.locator("#toast")).to_contain_text("It is open again.")
    assert inbox.conversation("chat").status == "open"
    page.keyboard.press("a")
    page.get_by_role("button", name="Ελένη Νικολάου").click()
    expect(page.locator("#toast")).to_contain_text("Assigned to Ελένη Νικολάου.")
    assert inbox.conversation("chat").assignee_id == inbox.made["eleni"]
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toast")).to_contain_text("Assigned to nobody.")
    page.keyboard.press("z")
    page.get_by_role("button", name="Tomorrow morning").click()
    expect(page.locator("#toast")).to_contain_text("It comes back")
    assert inbox.conversation("chat").status == "snoozed"
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#toast")).to_contain_text("It is open again.")


def test_tags_go_on_and_off(inbox: Inbox) -> None:
    page = inbox.open("phone")
    page.keyboard.press("t")
    expect(page.locator("#new-tag")).to_be_focused()
    page.keyboard.type("opening hours")
    page.keyboard.press("Enter")
    expect(page.locator(".conv-facts")).to_contain_text("opening hours")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".conv-facts")).not_to_contain_text("opening hours")
    with inbox.world.services.db.workspace(inbox.world.workspace_id) as session:
        asked = select(ConversationTag.tag).where(
            ConversationTag.conversation_id == inbox.made["phone"]
        )
        assert session.execute(asked).scalars().all() == []


def test_the_list_says_that_there_is_news_and_moves_nothing_under_who_reads_it(
    inbox: Inbox,
) -> None:
    page = inbox.open()
    page.locator(".inbox-row").nth(2).hover()
    # Not their whole texts: how long ago it was goes on by itself.
    before = page.locator(".inbox-row .inbox-subject").all_inner_texts()
    told = page.locator(f"#row-{inbox.made['long']}").get_by_text("Any news?")
    inbox.comes("long", "Any news?")
    expect(page.locator("#inbox-news")).to_be_visible()
    assert page.locator(".inbox-row .inbox-subject").all_inner_texts() == before
    expect(told).to_have_count(0)
    page.get_by_role("button", name="Show what is new").click()
    expect(told).to_have_count(1)
    expect(page.locator("#inbox-news")).to_be_hidden()


def test_many_messages_come_a_page_at_a_time(inbox: Inbox) -> None:
    world, made = inbox.world, inbox.made
    keys = ChannelKeys(world.services.keyring)
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        for number in range(120):
            session.add(_plain(made, keys, session, number))
    page = inbox.open("snoozed")
    shown = page.locator("#thread .message").count()
    assert 40 <= shown <= 50
    page.get_by_role("button", name="Show earlier messages").click()
    expect(page.locator("#thread-earlier .message")).to_have_count(50)
    assert page.evaluate(OVERFLOW) <= 0


def _plain(made: dict[str, int], keys: ChannelKeys, session: Any, number: int) -> Message:
    key = f"many{number}"
    channel_id = made["channel-form"]
    sealed = seal_content(
        keys.by_id(session, channel_id), channel_id, key, MessageContent(f"Message {number}")
    )
    return Message(
        conversation_id=made["snoozed"],
        channel_id=channel_id,
        kind="customer",
        key=key,
        sealed_content=sealed,
        created_at=NOW,
    )


@pytest.mark.parametrize("width", [320, 900, 1280])
@pytest.mark.parametrize("word", ["", "asked", "forged", "long", "hebrew"])
def test_it_fits_and_breaks_no_rule(
    inbox: Inbox, refused: list[str], width: int, word: str
) -> None:
    inbox.page.set_viewport_size({"width": width, "height": 800})
    page = inbox.open(word)
    assert page.evaluate(OVERFLOW) <= 0
    if word:
        expect(page.locator("#composer-text")).to_be_visible()
        expect(page.locator("#inbox-rows")).to_be_visible(visible=width > 700)
    # The one thing that is refused is a mail's own picture: that is the rule.
    assert [each for each in refused if "tracker.example" not in each] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("word", ["", "asked", "forged", "hebrew", "resolved"])
def test_axe_finds_nothing_serious(inbox: Inbox, word: str, scheme: Any) -> None:
    inbox.page.emulate_media(color_scheme=scheme)
    page = inbox.open(word)
    expect(page.locator("#beside-body")).to_be_visible(visible=bool(word))
    page.evaluate(AXE.read_text(encoding="utf-8"))
    assert page.evaluate(FOUND) == []
    if word == "asked":
        page.keyboard.press("a")
        assert page.evaluate(FOUND) == []


def test_one_part_at_a_time_on_a_narrow_screen(inbox: Inbox) -> None:
    inbox.page.set_viewport_size({"width": 360, "height": 740})
    page = inbox.open()
    expect(page.locator("#conversation")).to_be_hidden()
    page.locator(f"[data-conversation='{inbox.made['forged']}']").click()
    expect(page.locator("#conversation-title")).to_have_text("Change my address")
    expect(page.locator("#inbox-rows")).to_be_hidden()
    page.keyboard.press("p")
    expect(page.locator("#beside")).to_be_visible()
    expect(page.locator("#composer-text")).to_be_hidden()
    page.keyboard.press("p")
    expect(page.locator("#composer-text")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#inbox-rows")).to_be_visible()
    expect(page.locator("#conversation")).to_be_hidden()


def test_a_view_is_gone_to_by_two_keys(inbox: Inbox) -> None:
    page = inbox.open()
    # The second key counts for a moment only, which a busy machine can outlast.
    page.evaluate("Date.now = ((now) => () => now)(Date.now())")
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page.locator("[data-view=snoozed]")).to_have_attribute("aria-current", "true")
    assert "view=snoozed" in page.url


def test_the_person_beside_is_told_in_the_readers_language(inbox: Inbox) -> None:
    page = inbox.open("asked", "locale=el")
    expect(page.locator("#beside-body")).to_contain_text("Τελευταία παραγγελία")
    expect(page.locator("#beside-body")).not_to_contain_text("Last order")
    page.locator(f"[data-conversation='{inbox.made['form']}']").click()
    expect(page.locator("#beside-body")).to_contain_text("Ορισμός του ατόμου")


def test_it_works_inside_a_stores_admin_by_the_bearer_alone(
    page: Page, place: tuple[World, str, dict[str, int]]
) -> None:
    world, address, made = place
    open_state(page, address, State("real", f"/inbox/{made['forged']}", ""))
    expect(page.locator("#beside-body")).to_contain_text("May be")
    page.keyboard.press("n")
    page.keyboard.type("From within the admin.")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.is-note")).to_contain_text("From within the admin.")
    page.locator("#menu-more > summary").click()
    page.locator("#menu-more").get_by_role("link", name="Say who this is").click()
    # Beside the conversation stands a button of the same name.
    expect(page.get_by_role("heading", name="Who is this?")).to_be_visible()
    page.get_by_role("button", name="It is this person").first.click()
    expect(page.locator("#beside-body")).to_contain_text("€89.90")
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.get_one(Conversation, made["forged"]).trust == "agent"
    assert page.context.cookies() == []
