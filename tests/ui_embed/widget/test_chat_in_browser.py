"""The chat in a shop's page in Chromium, whose policy is as strict as a shop's can be."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from integration.events import Event
from integration.models import ConversationRead
from tests.ui_embed.widget.shop import LINES, Shop, open_chat, say, shown

pytestmark = pytest.mark.browser

NO_STORAGE = """
for (const name of ['localStorage', 'sessionStorage']) {
  Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });
}"""
HOSTILE = (
    "<img src=x onerror=\"document.title='hit'\"><script>document.title='hit'</script>"
    ' javascript:alert(1) http://good.example/a"onclick="x {time} \u202eevil'
)


def test_from_the_first_word_to_the_answer(shop: Shop, visiting: Page) -> None:
    panel = visiting.locator("tillside-chat .panel")
    expect(panel).to_contain_text("Aegean Goods")
    expect(panel).to_contain_text("Hello! How can we help?")
    # Who writes now is only told to whoever listens now.
    with visiting.expect_response("**/api/widget/live?*"):
        say(visiting, "Where is my parcel?")
    expect(panel.locator(".mine .state")).to_have_text("Sent")
    conversation = shop.newest()
    assert shop.desk.texts(conversation) == ["Where is my parcel?"]
    shop.desk.types(conversation)
    expect(panel.locator(".typing")).to_be_visible()
    shop.desk.answer(conversation, "On its way: https://track.example/ACS4711.")
    expect(panel).to_contain_text("On its way")
    expect(panel.locator(".typing")).to_be_hidden()
    expect(panel.locator(".author").last).to_have_text("Ada Agent")
    link = panel.locator(".log a")
    expect(link).to_have_attribute("href", "https://track.example/ACS4711")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")
    _read_by_the_agent(shop, conversation)
    expect(panel.locator(".mine .state")).to_have_text("Seen")


def _read_by_the_agent(shop: Shop, conversation_id: int) -> None:
    desk = shop.desk
    now = desk.services.now()
    with desk.services.db.workspace(desk.workspace_id, write=True) as session:
        session.add(
            ConversationRead(
                agent_id=desk.agent_id,
                conversation_id=conversation_id,
                last_message_id=10**9,
                read_at=now,
            )
        )
    desk.tell(conversation_id)


def test_what_is_here_already_is_not_asked_for(shop: Shop, visiting: Page) -> None:
    with visiting.expect_response("**/api/widget/live?*"):
        say(visiting, "one")
    expect(visiting.locator("tillside-chat .mine .state")).to_have_text("Sent")
    conversation = shop.newest()
    shop.desk.answer(conversation, "two")
    expect(visiting.locator(LINES).last).to_have_text("two")
    asked: list[str] = []
    visiting.on("request", lambda request: asked.append(f"{request.method} {request.url}"))
    news = {"what": "message", "message": "1", "assignee": ""}
    services, workspace_id = shop.desk.services, shop.desk.workspace_id
    services.events.publish(Event(workspace_id, "conversation", conversation, news))
    shop.desk.types(conversation)
    # What types came after it: so that one was heard too.
    expect(visiting.locator("tillside-chat .typing")).to_be_visible()
    assert [each for each in asked if each.startswith("GET") and "/messages" in each] == []


def test_another_visitor_sees_nothing_of_it(shop: Shop, visiting: Page, browser: Browser) -> None:
    say(visiting, "my secret")
    expect(visiting.locator("tillside-chat .mine .state")).to_have_text("Sent")
    other = browser.new_context().new_page()
    other.goto(shop.url())
    open_chat(other)
    say(other, "somebody else")
    expect(other.locator("tillside-chat .mine .state")).to_have_text("Sent")
    shop.desk.answer(shop.newest(), "to the second")
    expect(other.locator(LINES).last).to_have_text("to the second")
    assert shown(other) == ["Hello! How can we help?", "somebody else", "to the second"]
    assert shown(visiting) == ["Hello! How can we help?", "my secret"]
    other.context.close()


def test_a_draft_and_the_talk_stand_after_a_page_load(shop: Shop, visiting: Page) -> None:
    say(visiting, "kept")
    expect(visiting.locator("tillside-chat .mine .state")).to_have_text("Sent")
    visiting.locator("tillside-chat textarea").fill("a draft")
    visiting.goto(shop.url(path="cart"))
    expect(visiting.locator("tillside-chat textarea")).to_have_value("a draft")
    expect(visiting.locator(LINES).last).to_have_text("kept")


def test_answers_are_counted_while_it_is_closed(shop: Shop, visiting: Page) -> None:
    say(visiting, "hello")
    expect(visiting.locator("tillside-chat .mine .state")).to_have_text("Sent")
    visiting.keyboard.press("Escape")
    button = visiting.locator("tillside-chat .launch")
    expect(button).to_be_focused()
    shop.desk.answer(shop.newest(), "one")
    shop.desk.answer(shop.newest(), "two")
    expect(visiting.locator("tillside-chat .count")).to_have_text("2")
    expect(button).to_have_attribute("aria-label", "Chat with us. New messages: 2")
    button.click()
    expect(visiting.locator("tillside-chat .count")).to_be_hidden()


def test_it_goes_by_keyboard(shop: Shop, page: Page) -> None:
    page.goto(shop.url())
    page.locator("tillside-chat .launch").wait_for()
    page.keyboard.press("Tab")
    expect(page.locator("tillside-chat .launch")).to_be_focused()
    page.keyboard.press("Enter")
    area = page.locator("tillside-chat textarea")
    expect(area).to_be_focused()
    page.keyboard.type("one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("two")
    page.keyboard.press("Enter")
    expect(page.locator(LINES).last).to_have_text("one\ntwo")
    expect(area).to_have_value("")
    page.keyboard.press("Escape")
    expect(page.locator("tillside-chat .panel")).to_be_hidden()
    expect(page.locator("tillside-chat .launch")).to_be_focused()


def test_it_fills_a_small_screen_and_keeps_the_focus(shop: Shop, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    # It rises for a moment otherwise.
    page.emulate_media(reduced_motion="reduce")
    page.goto(shop.url("he"))
    open_chat(page)
    box = page.locator("tillside-chat .panel").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 360, "height": 640}
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0
    for _ in range(12):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.tagName") == "TILLSIDE-CHAT"
    small = page.evaluate(
        """() => [...document.querySelector('tillside-chat').shadowRoot
          .querySelectorAll('button, input, textarea')]
          .filter(each => each.offsetParent && each.type !== 'file')
          .map(each => each.getBoundingClientRect())
          .filter(each => each.width < 44 || each.height < 44).length"""
    )
    assert small == 0


def test_it_reads_from_right_to_left(shop: Shop, page: Page) -> None:
    page.goto(shop.url("he"))
    open_chat(page)
    panel = page.locator("tillside-chat .panel")
    box = panel.bounding_box()
    assert box is not None
    assert box["x"] < 100
    expect(panel).to_contain_text("שלום! איך אפשר לעזור?")
    assert panel.evaluate("each => getComputedStyle(each).direction") == "rtl"
    say(page, "איפה ההזמנה #1042 שלי?")
    expect(page.locator("tillside-chat .mine .state")).to_have_text("נשלח")
    mine = page.locator("tillside-chat .mine .bubble").bounding_box()
    assert mine is not None
    assert mine["x"] - box["x"] < 40


@pytest.mark.parametrize("language", ["en", "el", "he", "cs", "pl"])
def test_every_language_fits(shop: Shop, page: Page, language: str) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(shop.url(language))
    open_chat(page)
    say(page, "x")
    page.locator("tillside-chat .mine .state").wait_for()
    wide = page.evaluate(
        """() => [...document.querySelector('tillside-chat').shadowRoot.querySelectorAll('*')]
          .filter(each => each.scrollWidth > each.clientWidth + 1 && each.clientWidth > 1
            && getComputedStyle(each).overflowX !== 'visible').map(each => each.className)"""
    )
    assert wide == []
    root = page.locator("tillside-chat .root")
    expect(root).to_have_attribute("lang", language)


def test_it_works_where_storage_is_blocked(shop: Shop, page: Page) -> None:
    page.add_init_script(NO_STORAGE)
    page.goto(shop.url())
    open_chat(page)
    say(page, "no storage")
    expect(page.locator("tillside-chat .mine .state")).to_have_text("Sent")
    shop.desk.answer(shop.newest(), "fine")
    expect(page.locator(LINES).last).to_have_text("fine")


def test_hostile_words_are_only_words(shop: Shop, visiting: Page) -> None:
    say(visiting, HOSTILE)
    expect(visiting.locator("tillside-chat .mine .state")).to_have_text("Sent")
    shop.desk.answer(shop.newest(), HOSTILE)
    expect(visiting.locator(LINES)).to_have_count(3)
    found = visiting.evaluate(
        """() => { const root = document.querySelector('tillside-chat').shadowRoot;
          return [document.title, root.querySelectorAll('.log img, .log script').length,
            [...root.querySelectorAll('.log a')].map(each => each.getAttribute('href'))]; }"""
    )
    assert found == ["Lamp", 0, ["http://good.example/a"]]
    assert HOSTILE[:40] in shown(visiting)[2]


def test_a_file_goes_there_and_comes_back(shop: Shop, visiting: Page, tmp_path: Path) -> None:
    file = tmp_path / "invoice <b>.pdf"
    file.write_bytes(b"%PDF-1.7 an invoice")
    visiting.locator("tillside-chat input[type=file]").set_input_files(file)
    expect(visiting.locator("tillside-chat .chosen li")).to_have_count(1)
    visiting.locator("tillside-chat .send").click()
    expect(visiting.locator("tillside-chat .mine .state")).to_have_text("Sent")
    with visiting.expect_download() as downloading:
        visiting.locator("tillside-chat .log .file").click()
    assert Path(downloading.value.path()).read_bytes() == b"%PDF-1.7 an invoice"
