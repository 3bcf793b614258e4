"""A merchant's day in real processes and a real browser, as its people see it, part after part.

Two stores of one merchant, a shop on Shopify and a site on WooCommerce; a mail about an order of
the one, chats on the pages of both, three agents, one of them in Hebrew on a telephone; and another
merchant. Each part goes on where the one before it ended.
"""

import re
from io import BytesIO
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect
from pypdf import PdfReader

from integration.demo.world import HEROINE, HEROINE_NAME, HEROINE_ORDER, SHOP
from tests.real.day.conftest import Day
from tests.real.day.house import OTHER_SHOP
from tests.real.day.setting_up import (
    PROVIDERS_KEY,
    invite,
    keep_office_hours,
    make_rule,
    set_chat_up,
    set_mailbox_up,
    write_canned_answer,
)

pytestmark = [pytest.mark.real, pytest.mark.browser]

SUPPORT = "support@aegean-eyewear.example"
SUBJECT = "Η παραγγελία μου"
ASKED = f"Καλησπέρα, πού βρίσκεται η παραγγελία {HEROINE_ORDER};"
THANKED = "Ευχαριστώ πολύ! Πότε ακριβώς φτάνει;"
NOAM = "נועם אברהם"
ASKED_IN_HEBREW = "שלום, מתי תגיע ההזמנה #45 שלי?"
ANSWERED_IN_HEBREW = "שלום נועם, ההזמנה בדרך אליך."
REASON = "Where is my order"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def test_an_owner_sets_the_inbox_up_by_clicking(day: Day) -> None:
    house, owner = day.house, day.owner()
    owner.come(house.invite_owner(SHOP, "eleni@aegean.example", "Ελένη Νικολάου"))
    day.maria().come(invite(owner.page, "maria@aegean.example", "Μαρία"))
    day.noa().come(invite(owner.page, "noa@aegean.example", "נועה"))
    url = set_mailbox_up(owner.page, SUPPORT, house.world.smtp_port)
    assert url.endswith("?mime")
    house.mail.ask("hand-on", {"address": SUPPORT, "url": url, "key": PROVIDERS_KEY})
    code = set_chat_up(owner.page, "Chat of the site", "Aegean Eyewear — atelier")
    house.walk.site.do("chat", code=code)
    code = set_chat_up(owner.page, "Chat of the shop", "Aegean Eyewear")
    house.walk.shops.ask("chat", {"shop": SHOP, "address": house.app, "channel": code})
    keep_office_hours(owner.page)
    write_canned_answer(owner.page)
    make_rule(owner.page, "Μαρία")
    day.done.append("set up")


def test_a_mail_comes_in_live_and_goes_where_the_rule_says(day: Day) -> None:
    day.after("set up")
    maria = day.maria()
    maria.open_inbox("open")
    expect(maria.page.locator(".inbox-nothing")).to_be_visible()
    day.dimitra().write(HEROINE_NAME, SUBJECT, f"{ASKED}\nΔήμητρα")
    row = maria.row(SUBJECT)
    expect(row).to_contain_text(HEROINE_NAME)
    expect(row).to_contain_text("ελληνικά")
    expect(row).to_contain_text("Μαρία")
    maria.open(SUBJECT)
    expect(maria.facts()).to_contain_text("assigned to you")
    expect(maria.page.locator("#beside-body h1")).to_have_text(HEROINE_NAME)
    assert maria.orders_beside()[0] == HEROINE_ORDER
    assert maria.never_reloaded()
    day.done.append("came in")


def test_the_canned_answer_takes_this_orders_link_to_her_mailbox_in_her_language(day: Day) -> None:
    day.after("came in")
    maria = day.maria()
    link = day.house.walk.order(HEROINE_ORDER)["fulfillments"][0]["tracking"][0]["url"]
    maria.page.keyboard.press("r")
    maria.page.keyboard.type("/")
    expect(maria.page.locator("#picker-find")).to_be_focused()
    maria.page.keyboard.type("track")
    maria.page.keyboard.press("Enter")
    answer = f"Γεια σας Δήμητρα, η {HEROINE_ORDER}: {link}"
    expect(maria.page.locator("#composer-text")).to_have_value(answer)
    maria.send()
    maria.see_sent("answer")
    expect(maria.facts()).to_contain_text("waiting for the customer")
    assert day.dimitra().open_newest().startswith(answer)
    (mail,) = day.house.mails_to(HEROINE)
    assert mail["headers"]["From"] == f'"Μαρία (Aegean Eyewear)" <{SUPPORT}>'
    assert mail["headers"]["Subject"] == f"Re: {SUBJECT}"
    day.done.append("answered")


def test_a_colleague_is_named_it_is_resolved_and_her_reply_opens_it_again(day: Day) -> None:
    day.after("answered")
    maria, owner = day.maria(), day.owner()
    owner.open_inbox("mentions")
    expect(owner.page.locator(".inbox-row")).to_have_count(0)
    maria.note("It was at the depot on Friday,", names="ελ")
    expect(maria.said("note")).to_contain_text("@Ελένη Νικολάου")
    expect(owner.row("It was at the depot on Friday")).to_have_count(1)
    assert owner.never_reloaded()
    maria.resolve()
    expect(maria.facts()).to_contain_text("resolved")
    day.dimitra().reply(THANKED)
    expect(maria.said("customer").last).to_contain_text(THANKED)
    expect(maria.said("customer")).to_have_count(2)
    expect(maria.facts()).not_to_contain_text("resolved")
    assert maria.never_reloaded()
    assert "depot" not in "".join(each["text"] for each in day.house.mails_to(HEROINE))
    day.done.append("reopened")


def test_a_chat_is_answered_in_hebrew_on_a_telephone_and_handed_over(day: Day) -> None:
    day.after("set up")
    noa, noam = day.noa(), day.noam()
    noa.open_inbox("unassigned")
    noa.open_inbox("open")
    noam.sign_in(f"{day.house.world.site_origin}/storefront/", NOAM)
    noam.say(ASKED_IN_HEBREW)
    expect(noa.row(NOAM)).to_contain_text(ASKED_IN_HEBREW)
    noa.open(NOAM)
    assert noa.page.evaluate(OVERFLOW) <= 0
    noa.page.locator("[data-beside]").click()
    expect(noa.page.locator("#beside-body h1")).to_have_text(NOAM)
    assert noa.orders_beside()[0] == "#45"
    assert noa.page.evaluate(OVERFLOW) <= 0
    noa.page.locator("[data-beside]").click()
    noa.page.locator("#composer-text").fill(ANSWERED_IN_HEBREW)
    noa.send()
    expect(noam.lines().last).to_contain_text(ANSWERED_IN_HEBREW)
    expect(noa.said("answer").locator(".message-foot")).to_contain_text("נצפה")
    noa.hand_over("Μαρία")
    assert noa.never_reloaded()
    maria = day.maria()
    maria.open_inbox("mine")
    maria.open(NOAM)
    expect(maria.facts()).to_contain_text("assigned to you")
    maria.page.locator("#composer-text").fill("It comes tomorrow.")
    maria.send()
    expect(noam.lines().last).to_contain_text("It comes tomorrow.")
    expect(noam.lines().last).to_contain_text("Μαρία")
    maria.give_reason(REASON)
    maria.resolve()
    day.done.append("chatted")


def test_the_same_customer_is_known_when_she_chats_in_the_shop(day: Day) -> None:
    day.after("reopened")
    maria, dimitra = day.maria(), day.dimitra_in_the_shop()
    maria.open_inbox("open")
    dimitra.sign_in(f"{day.house.world.admin_origin}/{SHOP}/storefront", HEROINE)
    dimitra.say("And can I still change the address?")
    maria.open("And can I still change the address?")
    expect(maria.page.locator("#beside-body h1")).to_have_text(HEROINE_NAME)
    expect(maria.page.locator(".other-list")).to_contain_text(SUBJECT)
    maria.page.locator("#composer-text").fill("I'm afraid it left already.")
    maria.send()
    expect(dimitra.lines().last).to_contain_text("I'm afraid it left already.")
    day.done.append("chatted in the shop")


def test_it_is_printed_saved_and_mailed(day: Day) -> None:
    day.after("chatted in the shop")
    maria = day.maria()
    maria.page.locator(".other-list a", has_text=SUBJECT).click()
    expect(maria.page.locator("#conversation-title")).to_have_text(SUBJECT)
    with maria.page.context.expect_page() as opening:
        maria.more().get_by_role("link", name="Print").click()
    paper = opening.value
    for text in (ASKED, THANKED, HEROINE_ORDER):
        expect(paper.locator("main")).to_contain_text(text)
    expect(paper.locator("main")).not_to_contain_text("depot")
    with paper.expect_download() as saving:
        paper.get_by_role("link", name="Save as PDF").click()
    saved = _words_of(Path(saving.value.path()).read_bytes())
    assert _letters(ASKED) in saved
    assert _letters(THANKED) in saved
    paper.close()
    before, automatic = len(day.house.mails_to(HEROINE)), maria.said("automatic").count()
    maria.more().get_by_role("button", name="Mail it to the customer").click()
    # Not the receipt that went before it.
    expect(maria.said("automatic")).to_have_count(automatic + 1)
    maria.see_sent("automatic")
    mail, *_ = mails = day.house.mails_to(HEROINE)
    assert len(mails) == before + 1
    assert THANKED in mail["text"]
    assert re.search(r"Μαρία · \d+ \w+ου \d{4}", mail["text"]), mail["text"]
    day.done.append("printed")


def test_hebrew_stands_on_paper_too(day: Day) -> None:
    day.after("chatted")
    noa = day.noa()
    number = noa.page.locator("[data-open]").get_attribute("data-open")
    told = noa.page.context.request.get(f"{day.house.app}/conversations/{number}/transcript.pdf")
    saved = _words_of(told.body())
    assert all(_letters(word) in saved or _letters(word[::-1]) in saved for word in NOAM.split())
    for word in ("ההזמנה", "בדרך", "אליך"):
        assert word in saved or word[::-1] in saved


def test_the_report_counts_the_day(day: Day) -> None:
    day.after("printed")
    maria = day.maria()
    maria.give_reason(REASON)
    maria.resolve()
    maria.page.locator("[data-nav=reports]").click()
    tiles = maria.page.locator(".tiles")
    expect(_tile(day, "Conversations")).to_contain_text("3")
    expect(_tile(day, "Conversations")).to_contain_text("0 without an answer yet")
    expect(tiles).to_contain_text("First answer, office hours")
    for name in ("First answer", "Until resolved"):
        expect(_tile(day, name).locator(".tile-value")).to_contain_text("sec")
    expect(_tile(day, "Came back")).to_contain_text("1 conversation")
    reasons = maria.page.locator("section[aria-labelledby=by-reasons] tbody tr")
    expect(reasons.filter(has_text=REASON).locator("td").first).to_have_text("2")
    agents = maria.page.locator("section[aria-labelledby=by-agents] tbody tr")
    expect(agents.filter(has_text="נועה").locator("td").first).to_have_text("1")
    day.done.append("counted")


def test_another_merchant_sees_nothing_of_all_this(day: Day) -> None:
    day.after("set up")
    stranger, house = day.stranger(), day.house
    stranger.come(house.invite_owner(OTHER_SHOP, "kenji@kyoto.example", "健二"))
    stranger.open_inbox("open")
    for view in ("open", "resolved", "mentions"):
        stranger.page.locator(f"[data-view={view}]").click()
        expect(stranger.page.locator(f"[data-view={view}]")).to_have_attribute(
            "aria-current", "true"
        )
        expect(stranger.page.locator(".inbox-nothing")).to_be_visible()
    asked = stranger.page.context.request
    for number in (1, 2, 3):
        for path in (f"inbox/{number}", f"conversations/{number}/transcript", _pdf(number)):
            told = asked.get(f"{house.app}/{path}")
            assert (told.status, SUBJECT in told.text()) == (404, False)
    for path in ("inbox?view=all&q=Δήμητρα", "reports", "settings/inbox/answers"):
        told = asked.get(f"{house.app}/{path}")
        assert told.status == 200
        for word in (SUBJECT, HEROINE, NOAM, "/tracking", SUPPORT):
            assert word not in told.text()


def _tile(day: Day, name: str) -> Locator:
    title = day.maria().page.get_by_text(name, exact=True)
    return day.maria().page.locator(".tile", has=title)


def _pdf(number: int) -> str:
    return f"conversations/{number}/transcript.pdf"


def _words_of(pdf: bytes) -> str:
    """What a PDF says, without what stands between its words."""
    return _letters("".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def _letters(text: str) -> str:
    return "".join(text.split())
