"""What the chat asks and offers in a shop's page, and the form, in Chromium."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.ui_embed.widget.shop import LINES, Shop, open_chat, say

pytestmark = pytest.mark.browser


def test_the_form_before_the_chat_asks_as_it_is_set(shop: Shop, page: Page) -> None:
    shop.add_chat("asking", asks_name="required", asks_email="required")
    page.goto(shop.url(channel="asking"))
    open_chat(page)
    say(page, "Hello")
    expect(page.locator("tillside-chat .why").first).to_have_text("Please fill this in.")
    page.get_by_label("Your name").fill("Dora <b>")
    page.get_by_label("Your e-mail address").fill("no address")
    page.locator("tillside-chat .send").click()
    expect(page.locator("#why-email")).to_have_text(re.compile("isn’t an e-mail address"))
    page.get_by_label("Your e-mail address").fill("dora@mail.example")
    page.locator("tillside-chat .send").click()
    expect(page.locator("tillside-chat .mine .state")).to_have_text("Sent")
    expect(page.locator("tillside-chat .asking")).to_be_hidden()
    conversation = shop.desk.conversations()[-1]
    assert (conversation.person_name, conversation.trust) == ("Dora <b>", "claimed")
    assert conversation.person_value == "dora@mail.example"


def test_an_invitation_shows_when_its_rules_hold_and_never_again(shop: Shop, page: Page) -> None:
    rules = {"invites": True, "invitation": "A lamp?", "invites_on": "/products/"}
    shop.add_chat("inviting", **rules, invites_over=50)
    shop.cart = {"currency": "EUR", "total_price": 4900, "items": []}
    bubble = page.locator("tillside-chat .invited")
    page.goto(shop.url(channel="inviting", cart="/cart.js"))
    page.wait_for_timeout(300)
    expect(bubble).to_have_count(0)
    shop.cart = {"currency": "EUR", "total_price": 5000, "items": []}
    page.goto(shop.url(path="about", channel="inviting", cart="/cart.js"))
    page.wait_for_timeout(300)
    expect(bubble).to_have_count(0)
    page.goto(shop.url(channel="inviting", cart="/cart.js"))
    expect(bubble).to_have_text("A lamp?")
    assert page.evaluate("document.activeElement.tagName") == "BODY"
    page.locator("tillside-chat .invitation .plain").click()
    page.goto(shop.url(channel="inviting", cart="/cart.js"))
    page.wait_for_timeout(300)
    expect(bubble).to_have_count(0)


def test_the_page_and_the_cart_are_shown_with_consent_only(shop: Shop, page: Page) -> None:
    shop.add_chat("sharing", asks_email="no", mails_when_away=False)
    shop.cart = {
        "currency": "JPY",
        "total_price": 100000,
        "items": [{"title": "Lamp", "quantity": 2, "final_line_price": 100000}],
    }
    sent: list[str] = []
    page.on("request", lambda each: sent.append(each.url) if "/page?" in each.url else None)
    page.goto(shop.url(channel="sharing", cart="/cart.js"))
    open_chat(page)
    say(page, "Hello")
    panel = page.locator("tillside-chat .panel")
    expect(panel.get_by_role("group")).to_contain_text("May we see the page")
    assert sent == []
    with page.expect_response("**/api/widget/page?*"):
        panel.get_by_role("button", name="Yes").click()
    visitor = shop.visitor_of(shop.newest())
    assert visitor.page == {
        "url": f"http://127.0.0.1:{shop.port}/en/products/lamp",
        "title": "Lamp",
    }
    # Shopify tells hundredths of everything; the yen has none.
    assert visitor.cart is not None
    assert (visitor.cart["currency"], visitor.cart["total_minor"]) == ("JPY", 1000)
    with page.expect_response("**/api/widget/page?*"):
        panel.get_by_role("button", name="Stop").click()
    visitor = shop.visitor_of(shop.newest())
    assert (visitor.page, visitor.cart, visitor.consented_at) == (None, None, None)


def test_who_signs_out_leaves_an_empty_chat(shop: Shop, page: Page) -> None:
    shop.proof["proof"] = shop.signed("7001")
    page.goto(shop.url(**{"proof-url": "/proof"}))
    open_chat(page)
    # Whoever is known isn't asked for a name.
    expect(page.locator("tillside-chat .asking")).to_be_hidden()
    say(page, "my secret")
    expect(page.locator("tillside-chat .mine .state")).to_have_text("Sent")
    assert shop.desk.conversations()[-1].trust == "signed"
    shop.proof["proof"] = None
    page.goto(shop.url(**{"proof-url": "/proof"}))
    expect(page.locator("tillside-chat .asking")).to_be_visible()
    expect(page.locator(LINES)).to_have_count(1)
    assert "my secret" not in page.locator("tillside-chat .panel").inner_text()


def test_what_was_typed_and_not_sent_is_not_the_next_ones(shop: Shop, page: Page) -> None:
    shop.add_chat("leaving", asks_name="optional", asks_email="optional")
    shop.proof["proof"] = None
    page.goto(shop.url(channel="leaving", **{"proof-url": "/proof"}))
    open_chat(page)
    page.get_by_label("Your name").fill("Dora")
    page.get_by_label("Your e-mail address").fill("dora@mail.example")
    say(page, "Hello")
    expect(page.locator("tillside-chat .mine .state")).to_have_text("Sent")
    shop.proof["proof"] = shop.signed("7001")
    page.goto(shop.url(channel="leaving", **{"proof-url": "/proof"}))
    expect(page.locator(LINES)).to_have_count(2)
    page.route("**/api/widget/messages?*", lambda route: route.abort())
    say(page, "my secret")
    expect(page.locator("tillside-chat .failed")).to_have_count(1)
    page.locator("tillside-chat textarea").fill("half a secret")
    page.unroute("**/api/widget/messages?*")
    shop.proof["proof"] = None
    page.goto(shop.url(channel="leaving", **{"proof-url": "/proof"}))
    expect(page.locator("tillside-chat .asking")).to_be_visible()
    expect(page.locator("tillside-chat textarea")).to_have_value("")
    expect(page.get_by_label("Your name")).to_have_value("")
    expect(page.get_by_label("Your e-mail address")).to_have_value("")
    expect(page.locator(LINES)).to_have_count(1)
    assert shop.desk.texts(shop.newest()) == ["Hello"]


def test_another_tab_goes_on_as_who_signed_in(shop: Shop, page: Page) -> None:
    shop.proof["proof"] = None
    page.goto(shop.url(**{"proof-url": "/proof"}))
    open_chat(page)
    say(page, "Hello")
    expect(page.locator("tillside-chat .mine .state")).to_have_text("Sent")
    shop.proof["proof"] = shop.signed("7009")
    other = page.context.new_page()
    other.goto(shop.url(**{"proof-url": "/proof"}))
    expect(other.locator(LINES)).to_have_count(2)
    say(page, "from the first tab")
    expect(page.locator("tillside-chat .mine .state").last).to_have_text("Sent")
    expect(page.locator(LINES)).to_have_count(3)
    expect(other.locator(LINES)).to_have_count(3)
    conversation = shop.desk.conversations()[-1]
    assert conversation.trust == "signed"
    assert shop.desk.texts(conversation.id) == ["Hello", "from the first tab"]
    other.close()


def test_a_file_that_is_sent_before_the_chat_has_begun_arrives(
    shop: Shop, page: Page, tmp_path: Path
) -> None:
    shop.add_chat("late")
    page.goto(shop.url(channel="late"))
    page.route("**/api/widget/start?*", lambda route: route.abort())
    open_chat(page)
    expect(page.locator("tillside-chat .trouble")).to_be_visible()
    page.unroute("**/api/widget/start?*")
    file = tmp_path / "invoice.pdf"
    file.write_bytes(b"%PDF-1.7 an invoice")
    page.locator("tillside-chat input[type=file]").set_input_files(file)
    expect(page.locator("tillside-chat .chosen li")).to_have_count(1)
    page.locator("tillside-chat .send").click()
    expect(page.locator("tillside-chat .mine .state")).to_have_text("Sent")
    expect(page.locator("tillside-chat .log .file")).to_have_count(1)


def test_a_rating_is_asked_for_at_the_end(shop: Shop, visiting: Page) -> None:
    say(visiting, "Hello")
    expect(visiting.locator("tillside-chat .mine .state")).to_have_text("Sent")
    shop.desk.answer(shop.newest(), "Done", then="resolved")
    visiting.get_by_role("button", name="5 of 5").click()
    expect(visiting.locator("tillside-chat .notices")).to_have_text("Thank you for telling us.")
    assert shop.desk.conversations()[-1].rating == 5


def test_a_form_on_a_page_is_sent_without_leaving_it(
    shop: Shop, page: Page, refused: list[str]
) -> None:
    page.goto(shop.url(channel="form-token-of-the-aegean-store", form="%23contact"))
    page.get_by_role("button", name="Send message").click()
    expect(page.locator("tillside-form .why").nth(1)).to_have_text("Please fill this in.")
    page.get_by_label("Your e-mail address").fill("dora@mail.example")
    page.get_by_label("Order number").fill("#1042")
    page.get_by_label("Your message").fill("Where is it?")
    page.wait_for_timeout(2100)
    page.get_by_role("button", name="Send message").click()
    expect(page.locator("tillside-form .thanks")).to_contain_text("Thank you.")
    conversation = shop.desk.conversations()[-1]
    assert (conversation.channel_kind, conversation.trust) == ("form", "claimed")
    assert shop.desk.texts(conversation.id) == ["Where is it?"]
    assert refused == []
