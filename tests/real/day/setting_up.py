"""What an owner sets up in the settings of the inbox, page by page, by clicking and typing."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

PROVIDERS_KEY = "what the provider signs with"
TRACKING = {
    "English": "Hello {{customer.first_name}}, follow {{order.name}}: {{order.tracking_link}}",
    "Ελληνικά": "Γεια σας {{customer.first_name}}, η {{order.name}}: {{order.tracking_link}}",
}
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def open_settings(page: Page, name: str) -> None:
    """From anywhere, by the bar: one page of the settings."""
    page.get_by_role("link", name="Settings", exact=True).click()
    expect(page.get_by_role("heading", name="Settings of the inbox")).to_be_visible()
    page.locator("#setup").get_by_role("link", name=name, exact=True).click()
    expect(page.locator("#setup").get_by_role("link", name="Settings of the inbox")).to_be_visible()


def invite(page: Page, email: str, name: str) -> str:
    """Invite somebody to the team; their link."""
    page.get_by_role("link", name="Settings", exact=True).click()
    page.locator("#setup").get_by_role("link", name="Team", exact=True).click()
    page.get_by_label("E-mail address").fill(email)
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Invite", exact=True).click()
    expect(page.locator(".notice", has=page.locator("#link"))).to_contain_text(name)
    return page.locator("#link").input_value()


def set_mailbox_up(page: Page, address: str, smtp_port: int) -> str:
    """A mailbox whose mails a provider's calls bring; the address to call.

    It is tried before it is kept: what was typed has to be typed once.
    """
    open_settings(page, "Channels")
    page.get_by_role("link", name=re.compile("^Mailbox")).click()
    page.get_by_label("Name", exact=True).fill("Support")
    page.get_by_label("E-mail address").fill(address)
    page.get_by_label("Name that customers see").fill("Aegean Eyewear")
    page.get_by_label("Mails come in").select_option(label="by calls of Mailgun")
    page.get_by_text("Incoming mail by your mail provider's calls").click()
    page.get_by_label("Signing key").fill(PROVIDERS_KEY)
    page.get_by_label("SMTP server").fill("127.0.0.1")
    page.get_by_label("SMTP port").fill(str(smtp_port))
    sending = page.get_by_role("group", name="Outgoing mail (SMTP)")
    sending.get_by_label("Encryption").select_option(label="none")
    page.get_by_label("User name for sending").fill("support")
    page.get_by_label("Password for sending").fill("a password of the tests")
    page.get_by_text("Seldom needed").click()
    page.get_by_label("Your mail server's name").fill("mx.mail.example")
    page.get_by_label("The mailbox takes mail for").check()
    page.get_by_role("button", name="Test the connection").click()
    expect(page.locator(".form-foot")).to_contain_text("The connection works.")
    page.locator(".form-foot").get_by_role("button", name="Set up").click()
    expect(page.get_by_text("The channel is set up.")).to_be_visible()
    return page.locator("textarea#address").input_value()


def set_chat_up(page: Page, name: str, store: str) -> str:
    """A chat for one store's pages; the code that the store asks for."""
    open_settings(page, "Channels")
    page.get_by_role("link", name=re.compile("^Chat A button")).click()
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_label("Store", exact=True).select_option(label=store)
    page.locator(".form-foot").get_by_role("button", name="Set up").click()
    expect(page.get_by_text("The channel is set up.")).to_be_visible()
    return page.locator("textarea#code").input_value()


def keep_office_hours(page: Page) -> None:
    """Somebody is there around the clock, by the clocks of Athens."""
    open_settings(page, "Office hours")
    page.get_by_label("We have office hours").check()
    page.get_by_label("Time zone").select_option("Europe/Athens")
    for day in _DAYS:
        page.get_by_label(f"{day}, from").first.fill("00:00")
        page.get_by_label(f"{day}, to").first.fill("00:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("The hours are kept.")).to_be_visible()


def write_canned_answer(page: Page) -> None:
    """`/tracking`, in two languages, looked at before it is kept."""
    open_settings(page, "Canned answers")
    page.get_by_role("link", name="New answer").click()
    page.get_by_label("Name", exact=True).fill("Where is my parcel")
    page.get_by_label("Shortcut").fill("tracking")
    for language, text in TRACKING.items():
        page.get_by_label(language, exact=True).fill(text)
    page.get_by_role("button", name="Preview").click()
    expect(page.locator(".preview")).to_have_count(2)
    expect(page.locator(".preview").last).to_contain_text("η #1042: https://")
    page.locator(".form-foot").get_by_role("button", name="Save answer").click()
    expect(page.get_by_text("The answer is kept.")).to_be_visible()


def make_rule(page: Page, agent: str) -> None:
    """Greek mail goes to an agent, tagged."""
    open_settings(page, "Rules")
    page.get_by_role("link", name="New rule").click()
    page.get_by_label("Name", exact=True).fill("Greek mail")
    page.get_by_role("group", name="Kind of channel").get_by_label("Mailbox").check()
    page.get_by_role("group", name="Language").get_by_label("Ελληνικά").check()
    page.get_by_label("Give it to").select_option(label=agent)
    page.get_by_label("Put these tags on it").fill("ελληνικά")
    page.get_by_role("button", name="Save rule").click()
    expect(page.get_by_text("The rule is kept.")).to_be_visible()
