"""A mail as it was sent, in Chromium: its styles count, and nothing of it runs or is fetched."""

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.factories.conversations import mail_of, receive_message
from tests.ui_embed.gallery import State, open_state
from tests.ui_embed.inbox.mails import HOSTILE, LINK, STYLED, mailbox_of
from tests.ui_embed.inbox.opened import NEWS, OVERFLOW, Inbox
from tests.ui_embed.world import NOW, World

pytestmark = pytest.mark.browser

LOOKS = """element => {
  const { color, fontSize, textAlign } = getComputedStyle(element);
  return [color, fontSize, textAlign];
}"""
STYLED_SO = ["rgb(12, 34, 56)", "22px", "center"]


@pytest.fixture(scope="module")
def sent(place: tuple[World, str, dict[str, int]]) -> int:
    """The conversation with a mail that is styled and hostile."""
    return mailbox_of(place[0], place[0].app.test_client(), STYLED + HOSTILE).conversation_id


def _opened(inbox: Inbox, conversation_id: int) -> Page:
    inbox.made["sent"] = conversation_id
    return inbox.open("sent")


def _mail(page: Page) -> Frame:
    """Unfold the mail; its frame."""
    page.get_by_text("Show the mail as it was sent").click()
    place = page.locator("iframe.mail")
    expect(place.content_frame.locator("#styled")).to_be_visible()
    frame = place.element_handle().content_frame()
    assert frame is not None
    return frame


def _is_only_shown(frame: Frame) -> None:
    assert frame.locator("#styled").evaluate(LOOKS) == STYLED_SO
    cell = frame.locator("td").first.evaluate("each => getComputedStyle(each).padding")
    assert cell == "16px"
    assert frame.title() == "The mail as it was sent"


def test_a_mails_own_styles_count_and_nothing_of_it_runs(
    inbox: Inbox, sent: int, refused: list[str]
) -> None:
    page = _opened(inbox, sent)
    gone: list[str] = []
    stopped: dict[str, str | None] = {}
    page.on("requestfinished", lambda request: gone.append(request.url))
    page.on("requestfailed", lambda request: stopped.update({request.url: request.failure}))
    page.evaluate("window.heard = []; addEventListener('message', e => heard.push(e.data))")
    frame = _mail(page)
    _is_only_shown(frame)
    assert page.evaluate("window.heard") == []
    assert refused == []
    # Not even its pictures: they would tell that it is read.
    pictures = ("https://tracker.example/pixel.gif", f"{inbox.address}/inbox/x")
    assert [stopped.get(each) for each in pictures] == ["csp", "csp"]
    # Its forms lead nowhere.
    frame.get_by_role("button", name="Win").click()
    expect(frame.locator("#styled")).to_be_visible()
    assert [each for each in gone if not each.startswith(inbox.address)] == []
    assert [each for each in gone if each.endswith("/inbox/x")] == []


def test_it_stays_while_the_thread_is_read_again(
    inbox: Inbox, sent: int, place: tuple[World, str, dict[str, int]]
) -> None:
    world = place[0]
    page = _opened(inbox, sent)
    frame = _mail(page)
    frame.locator("#styled").evaluate("each => each.title = 'the same'")
    receive_message(
        world.services.db,
        world.workspace_id,
        inbox.conversation("sent").channel_id,
        mail_of("kalliope@mail.example", "I found the lid."),
        ring=world.services.keyring,
        now=NOW,
        conversation_id=sent,
    )
    page.evaluate(NEWS, {"kind": "conversation", "subject_id": str(sent)})
    expect(page.locator("#thread")).to_contain_text("I found the lid.")
    expect(frame.locator("#styled")).to_have_attribute("title", "the same")


def test_each_time_it_is_unfolded_by_a_new_link(inbox: Inbox, sent: int) -> None:
    page = _opened(inbox, sent)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    _mail(page)
    summary = page.get_by_text("Show the mail as it was sent")
    summary.click()
    expect(page.locator("iframe.mail")).to_have_count(0)
    _mail(page)
    assert len([each for each in asked if each.endswith("/mail")]) == 2
    assert len([each for each in asked if LINK in each]) == 2


def test_a_link_that_has_ended_is_told_within_the_frame(
    inbox: Inbox, sent: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = _opened(inbox, sent)
    monkeypatch.setattr("ui_embed.inbox.mail_frame.expiry", lambda _: 1)
    page.get_by_text("Show the mail as it was sent").click()
    words = page.locator("iframe.mail").content_frame.locator("body")
    expect(words).to_contain_text("This link doesn't work any more")


@pytest.mark.parametrize("width", [360, 1280])
def test_it_fits(inbox: Inbox, sent: int, width: int) -> None:
    inbox.page.set_viewport_size({"width": width, "height": 800})
    page = _opened(inbox, sent)
    _mail(page)
    assert page.evaluate(OVERFLOW) <= 0
    inside, around = page.locator("iframe.mail"), page.locator("article:has(iframe.mail)")
    mail, message = inside.bounding_box(), around.bounding_box()
    assert mail is not None
    assert message is not None
    assert message["x"] < mail["x"]
    assert mail["x"] + mail["width"] < message["x"] + message["width"] <= width


def test_staff_in_an_admin_see_it_by_the_bearer_alone(
    page: Page, place: tuple[World, str, dict[str, int]], sent: int
) -> None:
    open_state(page, place[1], State("real", f"/inbox/{sent}", ""))
    _is_only_shown(_mail(page))
    assert page.context.cookies() == []
