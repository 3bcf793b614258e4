"""A message that begins a conversation, in Chromium: by keyboard alone, on a telephone, once."""

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from integration.conversations.answers.canned import create_canned
from integration.models import Conversation, Message, Sending
from tests.ui_embed.axe import serious
from tests.ui_embed.inbox.opened import OVERFLOW, Inbox
from tests.ui_embed.people_rows import EMAIL
from tests.ui_embed.world import NOW

pytestmark = pytest.mark.browser


def _in_the_outbox(inbox: Inbox, subject: str) -> int:
    with inbox.world.services.db.workspace(inbox.world.workspace_id) as session:
        asked = (
            select(func.count(Sending.message_id))
            .join(Message, Message.id == Sending.message_id)
            .join(Conversation, Conversation.id == Message.conversation_id)
            .where(Conversation.subject == subject)
        )
        return session.execute(asked).scalar_one()


def test_a_message_is_begun_by_keyboard_and_goes_out_once(inbox: Inbox) -> None:
    with inbox.world.services.db.workspace(inbox.world.workspace_id, write=True) as session:
        create_canned(
            session,
            shortcut="soon",
            name="Soon",
            texts={"en": "Dear {{customer.first_name}}, it comes soon."},
            by="owner:1",
            now=NOW,
        )
    page = inbox.open("asked")
    page.keyboard.press("i")
    expect(page.locator("#screen .narrow h1")).to_have_text("New message")
    page.locator("#f-subject").fill("It is on its way")
    page.locator("#f-to").fill("Δήμητρα")
    page.keyboard.press("Enter")
    page.locator(".found-people button").first.press("Enter")
    expect(page.locator("#f-to")).to_have_value(EMAIL)
    expect(page.locator("#f-subject")).to_have_value("It is on its way")
    page.locator("#begin-text").focus()
    page.keyboard.type("/")
    expect(page.locator("#picker-find")).to_be_focused()
    page.keyboard.type("soon")
    page.keyboard.press("Enter")
    expect(page.locator("#begin-text")).to_have_value("Dear Δήμητρα, it comes soon.")
    page.locator("#begin-form").evaluate(
        "form => { const send = form.querySelector('.main'); send.click(); send.click(); }"
    )
    expect(page.locator("#conversation-title")).to_contain_text("It is on its way")
    expect(page.locator("#thread")).to_contain_text("it comes soon.")
    assert page.url.rpartition("/")[2].isdigit()
    assert _in_the_outbox(inbox, "It is on its way") == 1


@pytest.mark.parametrize("locale", ["en", "he"])
def test_a_refusal_keeps_what_was_typed_on_a_telephone(inbox: Inbox, locale: str) -> None:
    page = inbox.page
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{inbox.address}/inbox/new?locale={locale}")
    expect(page.locator("html")).to_have_attribute("data-inbox", "ready")
    assert serious(page) == []
    page.locator("#f-to").fill("nobody-of-that-name")
    page.locator("#f-subject").fill("A subject")
    page.locator("#begin-text").fill("A text")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#why-to")).to_be_visible()
    expect(page.locator("#f-to")).to_be_focused()
    expect(page.locator("#begin-text")).to_have_value("A text")
    assert page.evaluate(OVERFLOW) <= 0
    assert serious(page) == []
    page.locator("#f-to").fill("Δήμητρα")
    page.keyboard.press("Enter")
    expect(page.locator(".found-people button")).to_be_visible()
    # The button that Enter presses is nobody's to see.
    expect(page.locator("#begin-form > button")).to_be_hidden()
    assert page.evaluate(OVERFLOW) <= 0
    assert _in_the_outbox(inbox, "A subject") == 0
