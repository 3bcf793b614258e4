"""The chat in a shop's page in Chromium while the network goes away, and answers get lost."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.ui_embed.widget.shop import LINES, Shop, open_chat, say, shown

pytestmark = pytest.mark.browser


def test_a_stream_that_says_nothing_is_taken_for_dead(shop: Shop, page: Page) -> None:
    page.clock.install()
    page.route("**/api/widget/live*", lambda route: None)
    page.goto(shop.url())
    open_chat(page)
    with page.expect_request("**/api/widget/live*"):
        say(page, "one")
    with page.expect_request("**/api/widget/live*"):
        page.clock.fast_forward(46_000)


def test_an_answer_that_never_comes_leaves_a_message_that_can_be_sent_again(
    shop: Shop, page: Page
) -> None:
    page.clock.install()
    page.goto(shop.url())
    open_chat(page)
    page.route("**/api/widget/messages?*", lambda route: None)
    with page.expect_request("**/api/widget/messages?*"):
        say(page, "one")
    page.clock.fast_forward(31_000)
    expect(page.locator("tillside-chat .failed")).to_contain_text("Not sent")
    page.unroute("**/api/widget/messages?*")
    page.locator("tillside-chat .failed button").first.click()
    expect(page.locator("tillside-chat .mine .state")).to_have_text("Sent")
    assert shop.desk.texts(shop.newest()) == ["one"]


def test_a_dropped_connection_loses_and_doubles_nothing(shop: Shop, visiting: Page) -> None:
    say(visiting, "one")
    expect(visiting.locator("tillside-chat .mine .state")).to_have_text("Sent")
    conversation = shop.newest()
    shop.desk.answer(conversation, "two")
    expect(visiting.locator(LINES).last).to_have_text("two")
    visiting.context.set_offline(True)
    shop.desk.answer(conversation, "three")
    shop.desk.answer(conversation, "four")
    say(visiting, "five")
    expect(visiting.locator("tillside-chat .failed")).to_contain_text("Not sent")
    expect(visiting.locator("tillside-chat .trouble")).to_contain_text("No connection")
    visiting.context.set_offline(False)
    expect(visiting.locator(LINES)).to_have_count(6)
    expect(visiting.locator("tillside-chat .mine.last .state")).to_have_text("Sent")
    said = ["one", "two", "three", "four", "five"]
    assert shown(visiting) == ["Hello! How can we help?", *said]
    assert shop.desk.texts(conversation) == said
    # The stream is back by itself.
    shop.desk.answer(conversation, "six")
    expect(visiting.locator(LINES).last).to_have_text("six")


def test_who_was_away_for_long_hears_at_once_when_they_are_back(shop: Shop, visiting: Page) -> None:
    tried: list[str] = []

    def fail(route: Route) -> None:
        tried.append(route.request.url)
        route.abort()

    # As after hours: the stream is tried ever more seldom.
    visiting.clock.install()
    visiting.reload()
    visiting.route("**/api/widget/live?*", fail)
    say(visiting, "one")
    expect(visiting.locator("tillside-chat .mine .state")).to_have_text("Sent")
    for _ in range(600):
        if len(tried) >= 6:
            break
        # Shorter than what a silent stream is given: each try fails before.
        visiting.clock.run_for(10_000)
    assert len(tried) >= 6
    visiting.unroute("**/api/widget/live?*", fail)
    visiting.clock.pause_at(visiting.evaluate("Date.now() + 1000"))
    visiting.context.set_offline(True)
    with visiting.expect_response("**/api/widget/live?*"):
        visiting.context.set_offline(False)
    shop.desk.answer(shop.newest(), "two")
    expect(visiting.locator(LINES).last).to_have_text("two")


def test_an_answer_that_got_lost_on_its_way_is_asked_for_again(shop: Shop, visiting: Page) -> None:
    lost: list[str] = []

    def lose(route: Route) -> None:
        if route.request.method == "POST" and not lost:
            route.fetch()
            lost.append("one")
            route.abort()
        else:
            route.continue_()

    visiting.route("**/api/widget/messages*", lose)
    say(visiting, "only once")
    visiting.locator("tillside-chat .failed .link").click()
    expect(visiting.locator("tillside-chat .mine .state")).to_have_text("Sent")
    assert lost == ["one"]
    assert shop.desk.texts(shop.newest()) == ["only once"]
