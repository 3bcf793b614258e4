"""Dates and times as the reader's own region writes them, however a part of the page came."""

import re

import pytest
from playwright.sync_api import expect

from tests.ui_embed.inbox.opened import Inbox

pytestmark = pytest.mark.browser


def test_a_part_that_is_fetched_tells_the_time_as_the_whole_page_does(inbox: Inbox) -> None:
    page = inbox.open("hebrew")
    at = page.locator(".message.is-customer time").first
    whole = at.inner_text()
    assert re.fullmatch(r"\d\d:\d\d", whole)
    page.locator(f"[data-conversation='{inbox.made['form']}']").click()
    expect(page.locator("#conversation-title")).to_contain_text("klaus")
    page.locator(f"[data-conversation='{inbox.made['hebrew']}']").click()
    expect(page.locator("#conversation-title")).to_contain_text("איפה")
    expect(at).to_have_text(whole)
