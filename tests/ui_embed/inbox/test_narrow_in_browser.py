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
