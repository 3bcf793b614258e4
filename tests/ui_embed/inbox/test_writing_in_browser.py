"""Writing in the inbox in Chromium: sent once, taken back, kept as a draft, filled in."""

import pytest
from playwright.sync_api import Route, expect
from sqlalchemy import select

from integration.conversations.answers.canned import create_canned
from integration.models import Mention
from tests.ui_embed.inbox.opened import NEWS, Inbox
from tests.ui_embed.world import NOW

pytestmark = pytest.mark.browser


def test_sending_can_be_taken_back_for_a_moment(inbox: Inbox) -> None:
    page = inbox.open("phone")
    page.keyboard.press("n")
    page.keyboard.type("First a note")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.is-note")).to_contain_text("First a note")
    page.clock.install()
    page = inbox.open("asked")
    sent: list[str] = []
    page.on("request", lambda each: sent.append(each.url) if "/answer" in each.url else None)
    page.keyboard.press("r")
    page.keyboard.type("Too early")
    # The moment lasts for as long as the test needs.
    page.clock.pause_at(page.evaluate("Date.now() + 1000"))
    page.get_by_role("button", name="Send", exact=True).click()
    page.clock.run_for(4_000)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#composer-text")).to_have_value("Too early")
    page.clock.run_for(60_000)
    expect(page.locator("#composer-text")).to_have_value("Too early")
    assert sent == []
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


def test_a_canned_answer_fills_the_order_in_and_what_is_missing_does_not_go_out(
    inbox: Inbox,
) -> None:
    with inbox.world.services.db.workspace(inbox.world.workspace_id, write=True) as session:
        for shortcut, text in (
            ("where", "Hello {{customer.first_name}}, {{order.name}} is on its way."),
            ("track", "Follow it here: {{order.tracking_link}}"),
        ):
            create_canned(
                session,
                shortcut=shortcut,
                name=f"{shortcut.title()} it is",
                texts={"en": text},
                by="owner:1",
                now=NOW,
            )
    page = inbox.open("asked", "view=all")
    page.keyboard.press("r")
    page.keyboard.type("/")
    expect(page.locator("#picker-find")).to_be_focused()
    page.keyboard.type("whe")
    expect(page.locator("#picker-list li")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#composer-text")).to_have_value("Hello Δήμητρα, #1042 is on its way.")
    page.locator("#composer-text").fill("")
    page.keyboard.type("/")
    page.keyboard.type("tra")
    expect(page.locator("#picker-list li")).to_have_count(1)
    page.keyboard.press("Enter")
    expect(page.locator("#composer-text")).to_have_value("Follow it here: ⟨order.tracking_link⟩")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#composer-why")).to_contain_text("Something isn't filled in yet")
    expect(page.locator("#sending-bar")).to_be_hidden()
    page.locator("#composer-text").fill("")


def test_a_colleague_is_named_in_a_note(inbox: Inbox) -> None:
    page = inbox.open("resolved")
    page.keyboard.press("n")
    page.keyboard.type("Look at this, @")
    expect(page.locator("#picker-find")).to_be_focused()
    page.keyboard.type("ελ")
    page.keyboard.press("Enter")
    expect(page.locator("#composer-text")).to_have_value("Look at this, @Ελένη Νικολάου ")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.is-note")).to_contain_text("@Ελένη Νικολάου")
    with inbox.world.services.db.workspace(inbox.world.workspace_id) as session:
        assert inbox.made["eleni"] in session.execute(select(Mention.agent_id)).scalars().all()


def test_a_colleague_is_named_however_quickly_it_is_typed(inbox: Inbox) -> None:
    page = inbox.open("phone")
    page.keyboard.press("n")
    page.keyboard.type("Ring them, @")
    page.evaluate(
        """() => {
          const field = document.getElementById("picker-find");
          field.value = "ελ";
          field.dispatchEvent(new Event("input", { bubbles: true }));
          const key = { key: "Enter", bubbles: true, cancelable: true };
          field.dispatchEvent(new KeyboardEvent("keydown", key));
          const text = document.getElementById("composer-text");
          text.dispatchEvent(new KeyboardEvent("keydown", { ...key, ctrlKey: true }));
        }"""
    )
    note = page.locator(".message.is-note").last
    expect(note).to_contain_text("Ring them, @Ελένη Νικολάου")


def test_who_else_is_here_is_said(inbox: Inbox) -> None:
    page = inbox.open("phone")
    about = {"kind": "presence", "subject_id": str(inbox.made["phone"])}
    who = f"agent:{inbox.made['eleni']}"
    page.evaluate(NEWS, {**about, "data": {"who": who, "state": "reading"}})
    expect(page.locator("#who-else")).to_have_text("Ελένη Νικολάου is looking at this too.")
    page.evaluate(NEWS, {**about, "kind": "typing", "data": {"who": who}})
    expect(page.locator("#who-else")).to_have_text("Ελένη Νικολάου is writing an answer.")
    page.evaluate(NEWS, {**about, "data": {"who": who, "state": "left"}})
    expect(page.locator("#who-else")).to_be_hidden()
