"""What people with aids find in the chat on a shop's page: nothing serious by axe's rules."""

import pytest
from playwright.sync_api import Page, expect

from tests.ui_embed.axe import serious
from tests.ui_embed.widget.chats import FORM
from tests.ui_embed.widget.shop import Shop, open_chat, say

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", ["en", "he"])
def test_a_chat_from_its_button_to_its_end(shop: Shop, page: Page, lang: str) -> None:
    token = f"asking-{lang}"
    shop.add_chat(
        token, asks_name="required", asks_email="required", accent="#ffd23f", invites=True
    )
    found: dict[str, list[object]] = {}
    page.goto(shop.url(lang, channel=token))
    expect(page.locator("tillside-chat .invited")).to_be_visible()
    found["invitation"] = serious(page)
    open_chat(page)
    found["asking"] = serious(page)
    say(page, "Hello")
    expect(page.locator("tillside-chat [aria-invalid=true]").first).to_be_visible()
    found["refused"] = serious(page)
    page.locator("tillside-chat input[name=name]").fill("Dora")
    page.locator("tillside-chat input[name=email]").fill("dora@mail.example")
    page.locator("tillside-chat .send").click()
    expect(page.locator("tillside-chat .notices button").first).to_be_visible()
    found["said"] = serious(page)
    shop.desk.answer(shop.newest(), "Read https://x.example", then="resolved")
    expect(page.locator("tillside-chat .star").first).to_be_visible()
    found["rating"] = serious(page)
    page.route("**/api/widget/messages?*", lambda route: route.abort())
    say(page, "Hello again")
    expect(page.locator("tillside-chat .failed")).to_have_count(1)
    found["offline"] = serious(page)
    assert found == {state: [] for state in found}


@pytest.mark.parametrize("lang", ["en", "he"])
def test_a_form_on_a_page(shop: Shop, page: Page, lang: str) -> None:
    page.goto(shop.url(lang, channel=FORM, form="%23contact"))
    page.locator("tillside-form .primary").click()
    expect(page.locator("tillside-form .why").nth(1)).to_be_visible()
    assert serious(page) == []
