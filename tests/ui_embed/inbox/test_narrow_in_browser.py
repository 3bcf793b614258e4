"""The inbox on a telephone, where names are long."""

import pytest
from playwright.sync_api import expect

from integration.models import Conversation
from tests.ui_embed.inbox.opened import OVERFLOW, Inbox

pytestmark = pytest.mark.browser


def test_a_title_without_a_space_makes_no_page_wider(inbox: Inbox) -> None:
    world, made = inbox.world, inbox.made
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        row = session.get_one(Conversation, made["chat"])
        row.person_name = None
        row.person_address = "konstantinos.papachristodoulopoulos@very-long-domain.example"
    inbox.page.set_viewport_size({"width": 360, "height": 740})
    for locale in ("en", "he"):
        page = inbox.open("chat", f"locale={locale}")
        expect(page.locator("#conversation-title")).to_contain_text("konstantinos")
        assert page.evaluate(OVERFLOW) <= 0


AT_END = """() => {
  const box = document.getElementById("thread-scroll");
  const end = document.querySelector("#thread > :last-child").getBoundingClientRect().bottom;
  return box.scrollHeight > box.clientHeight + 100
    && end <= document.getElementById("composer").getBoundingClientRect().top + 1;
}"""


def test_the_newest_message_is_seen_while_the_composer_grows(inbox: Inbox) -> None:
    inbox.page.set_viewport_size({"width": 360, "height": 640})
    page = inbox.open("long")
    page.wait_for_function(AT_END)
    field = page.locator("#composer-text")
    before = field.bounding_box()
    field.fill("One line\n" * 12)
    page.wait_for_function(AT_END)
    after = field.bounding_box()
    assert before is not None
    assert after is not None
    assert after["height"] > before["height"] + 40
    field.fill("")
    page.wait_for_function(AT_END)


def test_who_reads_further_up_is_left_there_while_the_composer_grows(inbox: Inbox) -> None:
    inbox.page.set_viewport_size({"width": 360, "height": 640})
    page = inbox.open("long")
    page.wait_for_function(AT_END)
    scrolled = page.locator("#thread-scroll")
    scrolled.evaluate("box => { box.scrollTop = 10; }")
    page.locator("#composer-text").fill("One line\n" * 12)
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    assert scrolled.evaluate("box => box.scrollTop") == 10


def test_a_notice_goes_with_its_conversation(inbox: Inbox) -> None:
    page = inbox.open("chat")
    page.locator("[data-key='e']").click()
    expect(page.locator("#toast")).to_contain_text("It is resolved.")
    page.locator(".inbox-row:not([aria-current])").first.click()
    expect(page.locator("#conversation")).not_to_have_attribute(
        "data-open", str(inbox.made["chat"])
    )
    expect(page.locator("#toast")).to_be_empty()


def test_nothing_is_refused_as_lists_and_conversations_change(
    inbox: Inbox, refused: list[str]
) -> None:
    page = inbox.open("chat")
    # As a reader does who draws the field larger: the browser writes a style on it.
    page.locator("#composer-text").evaluate("field => { field.style.height = '140px'; }")
    page.locator(".inbox-row:not([aria-current])").first.click()
    expect(page.locator("#conversation")).not_to_have_attribute(
        "data-open", str(inbox.made["chat"])
    )
    for view in ("unassigned", "open", "resolved"):
        page.locator(f"[data-view='{view}']").first.click()
        expect(page.locator(f"[data-view='{view}']").first).to_have_attribute(
            "aria-current", "true"
        )
    assert refused == []
