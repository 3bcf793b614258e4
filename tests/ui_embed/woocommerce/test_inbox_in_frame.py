"""The inbox in a store's admin in Chromium: files come and go by the bearer, without cookies.

So does a mail as it was sent, which stands in a frame of its own within ours.
"""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import FrameLocator, Page, expect
from sqlalchemy import select

from channels.records import File
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.thread import thread_of
from integration.models import Conversation
from integration.privacy.exports.data_requests import prepare_exports
from integration.privacy.requests.asking import ask_for_data
from tests.factories.conversations import mail_of, make_channel, receive_message
from tests.ui_embed.inbox.mails import HOSTILE, STYLED
from tests.ui_embed.people_rows import EMAIL
from tests.ui_embed.settling import hold_live
from tests.ui_embed.woocommerce.stub_admin import Admin, served_admin

pytestmark = pytest.mark.browser

PDF = b"%PDF-1.7 the invoice of a customer"


@pytest.fixture(scope="module")
def admin(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Admin]:
    """An admin whose store's inbox has a mail with a file."""
    with served_admin(Path(tmp_path_factory.mktemp("admin"))) as served:
        services = served.world.services
        channel = make_channel(services.db, served.workspace_id, ring=services.keyring)
        mail = mail_of("dora@mail.example", "Here is my invoice.", subject="An invoice")
        file = File("τιμολόγιο 7.pdf", "application/pdf", PDF, len(PDF))
        receive_message(
            services.db,
            served.workspace_id,
            channel,
            replace(mail, files=(file,), html=STYLED + HOSTILE),
            ring=services.keyring,
        )
        yield served


def _opened(page: Page, admin: Admin) -> FrameLocator:
    hold_live(page)
    page.goto(admin.page(""))
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="Inbox").first.click()
    frame.locator("[data-conversation]").first.click()
    expect(frame.locator("#conversation-title")).to_contain_text("An invoice")
    return frame


def _said(admin: Admin) -> list[tuple[str, str, list[str]]]:
    services = admin.world.services
    with services.db.workspace(admin.workspace_id) as session:
        conversation_id = session.execute(select(Conversation.id)).scalar_one()
        thread = thread_of(session, ChannelKeys(services.keyring), conversation_id)
    return [
        (each.kind, each.text, [file.name for file in each.files])
        for each in thread.messages
        if each.kind != "event"
    ]


def test_a_customers_file_is_kept_under_its_name(admin: Admin, page: Page) -> None:
    frame = _opened(page, admin)
    with page.expect_download() as downloading:
        frame.get_by_role("link", name="τιμολόγιο 7.pdf").click()
    assert downloading.value.suggested_filename == "τιμολόγιο 7.pdf"
    assert Path(downloading.value.path()).read_bytes() == PDF
    assert page.context.cookies() == []


def test_a_mail_as_it_was_sent_stands_in_a_frame_within_the_frame(admin: Admin, page: Page) -> None:
    frame = _opened(page, admin)
    page.evaluate("window.said.length = 0")
    frame.get_by_text("Show the mail as it was sent").click()
    mail = frame.locator("iframe.mail").content_frame
    styled = mail.locator("#styled")
    expect(styled).to_have_css("color", "rgb(12, 34, 56)")
    expect(styled).to_have_css("text-align", "center")
    within = styled.element_handle().owner_frame()
    assert within is not None
    assert within.title() == "The mail as it was sent"
    assert "ran" not in page.evaluate("window.said")
    assert page.context.cookies() == []


def test_a_file_goes_out_with_an_answer(admin: Admin, page: Page, tmp_path: Path) -> None:
    picture = tmp_path / "label <b>.txt"
    picture.write_bytes(b"to be stuck on the parcel")
    frame = _opened(page, admin)
    frame.locator("[data-files]").set_input_files(picture)
    expect(frame.locator("#composer-files")).to_contain_text("label <b>.txt")
    frame.locator("#composer-text").fill("Here is the label.")
    frame.locator("#composer-text").press("Control+Enter")
    expect(frame.locator(".message.is-answer")).to_contain_text("Here is the label.")
    assert _said(admin)[-1] == ("answer", "Here is the label.", ["label <b>.txt"])
    assert page.context.cookies() == []


def test_a_report_is_kept_as_a_file(admin: Admin, page: Page) -> None:
    hold_live(page)
    page.goto(admin.page(""))
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="Reports").first.click()
    with page.expect_download() as downloading:
        frame.get_by_role("link", name="Save as a file").click()
    assert downloading.value.suggested_filename.endswith(".csv")
    assert Path(downloading.value.path()).read_bytes().count(b"\n") > 1
    assert page.context.cookies() == []


def test_a_persons_data_is_fetched_as_a_file(admin: Admin, page: Page) -> None:
    services = admin.world.services
    asked = {"email": EMAIL, "by": "owner:1", "now": services.now()}
    ask_for_data(services, admin.workspace_id, **asked)
    assert prepare_exports(services) == 1
    hold_live(page)
    page.goto(admin.page(""))
    frame = page.frame_locator("iframe")
    frame.get_by_role("link", name="Settings").first.click()
    frame.get_by_role("link", name="Privacy").first.click()
    with page.expect_download() as downloading:
        frame.get_by_role("button", name="Fetch").click()
    assert downloading.value.suggested_filename.endswith(".zip")
    with ZipFile(downloading.value.path()) as file:
        assert file.testzip() is None
        assert len(file.namelist()) > 1
    assert page.context.cookies() == []
