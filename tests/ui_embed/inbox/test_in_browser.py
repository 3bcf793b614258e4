"""A day in the inbox in Chromium: by keyboard, with drafts kept, sent once, and nothing moving."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select

from integration.conversations.channel_keys import ChannelKeys
from integration.conversations.contents import MessageContent, seal_content
from integration.conversations.thread import thread_of
from integration.models import Conversation, ConversationTag, Message
from tests.factories.conversations import mail_of, receive_message
from tests.ui_embed.gallery import serving
from tests.ui_embed.inbox.story import fill
from tests.ui_embed.sites import session_token
from tests.ui_embed.world import NOW, World, build_world

pytestmark = pytest.mark.browser

NAME = "tillside_session"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NEWS = "detail => document.dispatchEvent(new CustomEvent('tillside:news', {detail}))"


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[World, str, dict[str, int]]]:
    """An inbox on a port: its world, its address, the ids of what is in it."""
    world = build_world(Path(tmp_path_factory.mktemp("inbox")), app_url="http://127.0.0.1")
    made = fill(world)
    with serving(world.app) as address:
        yield world, address, made
    world.services.db.dispose()
    world.services.inbox.dispose()


class Inbox:
    """The inbox as the owner sees it, signed in."""

    def __init__(self, page: Page, world: World, address: str, made: dict[str, int]) -> None:
        self.page, self.world, self.address, self.made = page, world, address, made

    def open(self, word: str = "", query: str = "") -> Page:
        """Load the list, or the conversation of that word."""
        path = f"/inbox/{self.made[word]}" if word else "/inbox"
        self.page.goto(f"{self.address}{path}{f'?{query}' if query else ''}")
        expect(self.page.locator("html")).to_have_attribute("data-inbox", "ready")
        return self.page

    def conversation(self, word: str) -> Conversation:
        """Its row."""
        with self.world.services.db.workspace(self.world.workspace_id) as session:
            return session.get_one(Conversation, self.made[word])

    def texts(self, word: str, kind: str) -> list[str]:
        """What was said in it, of one kind."""
        keys = ChannelKeys(self.world.services.keyring)
        with self.world.services.db.workspace(self.world.workspace_id) as session:
            thread = thread_of(session, keys, self.made[word], limit=500)
        return [each.text for each in thread.messages if each.kind == kind]

    def comes(self, word: str, text: str) -> None:
        """A further message of the customer's in it, and the page is told."""
        receive_message(
            self.world.services.db,
            self.world.workspace_id,
            self.conversation(word).channel_id,
            mail_of("klaus@example.de", text),
            ring=self.world.services.keyring,
            now=NOW,
            conversation_id=self.made[word],
        )
        self.page.evaluate(NEWS, {"kind": "conversation", "subject_id": str(self.made[word])})


@pytest.fixture
def inbox(page: Page, place: tuple[World, str, dict[str, int]]) -> Inbox:
    world, address, made = place

    def not_live(route: Route) -> None:
        route.fulfill(status=503, body="{}")

    page.route("**/api/v1/live*", not_live)
    page.context.add_cookies([{"name": NAME, "value": session_token(world), "url": address}])
    return Inbox(page, world, address, made)


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


def test_sending_can_be_taken_back_for_a_moment(inbox: Inbox) -> None:
    page = inbox.open("phone")
    page.keyboard.press("n")
    page.keyboard.type("First a note")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.is-note")).to_contain_text("First a note")
    page = inbox.open("asked")
    page.keyboard.press("r")
    page.keyboard.type("Too early")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#composer-text")).to_have_value("Too early")
    page.wait_for_timeout(300)
    assert "Too early" not in inbox.texts("asked", "answer")


def test_a_press_too_many_and_a_lost_answer_send_once(inbox: Inbox) -> None:
    page = inbox.open("form")
    page.keyboard.press("r")
    page.keyboard.type("We do ship to Austria.")
    lost: list[str] = []

    def lose(route: Route) -> None:
        if lost:
            route.continue_()
            return
        headers = {**route.request.headers, "sec-fetch-site": "same-origin"}
        lost.append(route.fetch(headers=headers).text())
        route.abort()

    page.route("**/answer*", lose)
    for _ in range(2):
        page.locator("#composer").evaluate(
            "each => each.requestSubmit(each.querySelector('[value=open]'))"
        )
    expect(page.locator("#composer-why")).to_contain_text("Your text is still here")
    expect(page.locator("#composer-text")).to_have_value("We do ship to Austria.")
    page.get_by_role("button", name="Send, stay open").click()
    expect(page.locator("#composer-text")).to_have_value("")
    assert inbox.texts("form", "answer") == ["We do ship to Austria."]


def test_a_draft_is_kept_by_conversation_and_by_kind(inbox: Inbox) -> None:
    page = inbox.open("hebrew")
    page.keyboard.press("r")
    page.keyboard.type("An answer")
    page.get_by_role("button", name="Note", exact=True).click()
    expect(page.locator("#composer-text")).to_have_value("")
    page.keyboard.type("A note")
    expect(page.locator("#draft-state")).to_contain_text("kept")
    page = inbox.open("asked")
    page = inbox.open("hebrew")
    expect(page.locator("#composer-text")).to_have_value("A note")
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.locator("#composer-text")).to_have_value("An answer")
    assert inbox.texts("hebrew", "note") == []


def test_a_message_that_comes_while_writing_leaves_the_draft(inbox: Inbox) -> None:
    page = inbox.open("form")
    page.keyboard.press("r")
    page.keyboard.type("Half a sen")
    inbox.comes("form", "And to Switzerland?")
    expect(page.locator(".message.is-customer").last).to_contain_text("And to Switzerland?")
    expect(page.locator("#thread-news")).to_contain_text("And to Switzerland?")
    expect(page.locator("#composer-text")).to_be_focused()
    page.keyboard.type("tence")
    expect(page.locator("#composer-text")).to_have_value("Half a sentence")


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
    before = page.locator(".inbox-row").all_inner_texts()
    inbox.comes("long", "Any news?")
    expect(page.locator("#inbox-news")).to_be_visible()
    assert page.locator(".inbox-row").all_inner_texts() == before
    page.get_by_role("button", name="Show what is new").click()
    expect(page.locator(f"#row-{inbox.made['long']}")).to_contain_text("Any news?")
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
    page.wait_for_timeout(200)
    assert page.evaluate(OVERFLOW) <= 0
    if word:
        expect(page.locator("#composer-text")).to_be_visible()
        expect(page.locator("#inbox-rows")).to_be_visible(visible=width > 700)
    # The one thing that is refused is a mail's own picture: that is the rule.
    assert [each for each in refused if "tracker.example" not in each] == []
