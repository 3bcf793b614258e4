"""Who works and who writes on that day, each in a browser of their own."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import BrowserContext, Locator, Page, expect

PASSWORD = "blue boats at noon"
_STILL = "window.stillTheSameDocument"


@dataclass(frozen=True, slots=True)
class Agent:
    """An agent at the inbox."""

    page: Page
    app: str

    def come(self, link: str) -> None:
        """Take an invitation, and go in."""
        self.page.goto(link)
        self.page.locator("#password").fill(PASSWORD)
        self.page.locator("form.door-form button.main").click()
        expect(self.page.locator("[data-nav=inbox]")).to_be_visible()

    def open_inbox(self, view: str) -> None:
        """Look at a list. From here on nothing reloads the page but this agent."""
        self.page.locator("[data-nav=inbox]").click()
        expect(self.page.locator("html")).to_have_attribute("data-inbox", "ready")
        self.page.locator(f"[data-view={view}]").click()
        expect(self.page.locator(f"[data-view={view}]")).to_have_attribute("aria-current", "true")
        self.page.evaluate(f"{_STILL} = true")

    def never_reloaded(self) -> bool:
        """Whether the page is the one that `open_inbox` came to."""
        return bool(self.page.evaluate(f"{_STILL} === true"))

    def row(self, text: str) -> Locator:
        """The rows of the list that have it."""
        return self.page.locator(".inbox-row", has_text=text)

    def open(self, text: str) -> None:
        """Open the conversation whose row has it, once it is there."""
        self.row(text).first.click()
        expect(self.page.locator("#beside-body")).to_be_visible(
            visible=self.page.evaluate("innerWidth > 700")
        )
        expect(self.page.locator("#composer-text")).to_be_visible()

    def said(self, kind: str) -> Locator:
        """The messages of a kind in the conversation that is open."""
        return self.page.locator(f"#thread .message.is-{kind}")

    def see_sent(self, kind: str) -> None:
        """Wait until the newest message of a kind has gone out."""
        foot = self.said(kind).last.locator(".message-foot")
        expect(foot).not_to_contain_text("being sent")
        expect(foot).to_contain_text("sent")

    def facts(self) -> Locator:
        """What stands below the conversation's title."""
        return self.page.locator(".conv-facts")

    def send(self) -> None:
        """Send the answer, and wait until it went."""
        count = self.said("answer").count()
        self.page.locator(".composer-sends [value=pending]").click()
        expect(self.said("answer")).to_have_count(count + 1)
        expect(self.page.locator("#composer-text")).to_have_value("")

    def note(self, text: str, *, names: str) -> None:
        """Write a note that names a colleague, found by the first letters."""
        self.page.locator("[data-write=note]").click()
        self.page.locator("#composer-text").press_sequentially(f"{text} @")
        expect(self.page.locator("#picker-find")).to_be_focused()
        self.page.keyboard.type(names)
        self.page.keyboard.press("Enter")
        self.page.keyboard.press("Control+Enter")
        expect(self.said("note").last).to_contain_text(text)

    def resolve(self) -> None:
        """Resolve the conversation that is open."""
        self.page.locator("#conversation-head [data-key=e]").click()
        expect(self.page.locator("#conversation-head [name=status][value=open]")).to_be_visible()

    def hand_over(self, name: str) -> None:
        """Give the conversation that is open to a colleague."""
        self.page.locator("#menu-assign > summary").click()
        self.page.locator("#menu-assign").get_by_role("button", name=name).click()
        expect(self.facts()).to_contain_text(name)

    def more(self) -> Locator:
        """The menu of what is done seldom, open."""
        menu = self.page.locator("#menu-more")
        if menu.get_attribute("open") is None:
            menu.locator("summary").first.click()
        return menu

    def give_reason(self, name: str) -> None:
        """Say why the customer wrote."""
        menu = self.more()
        menu.get_by_label("Reason").select_option(label=name)
        menu.get_by_role("button", name="Set").click()
        expect(self.page.locator("#toast")).to_contain_text("The reason was set.")

    def orders_beside(self) -> list[str]:
        """The orders beside the conversation, the one in question first."""
        return self.page.locator("#beside-orders summary strong").all_inner_texts()


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A customer's mailbox, as the provider's pages show it."""

    page: Page
    origin: str
    address: str

    def write(self, name: str, subject: str, text: str) -> None:
        """Write to the shop."""
        self.page.goto(f"{self.origin}/{self.address}")
        self.page.get_by_label("Your name").fill(name)
        self.page.get_by_label("Subject").fill(subject)
        self.page.get_by_label("Text").fill(text)
        self.page.get_by_role("button", name="Send").click()
        expect(self.page.get_by_role("link", name=subject)).to_be_visible()

    def open_newest(self) -> str:
        """Open the newest mail, once one has come; what it says."""
        came = self.page.locator("li:not(:has-text('sent')) a").first
        for _ in range(60):
            # The provider's page tells of nothing by itself.
            self.page.goto(f"{self.origin}/{self.address}")
            if came.is_visible():
                break
            self.page.wait_for_timeout(1_000)
        came.click()
        return self.page.locator("pre").inner_text()

    def reply(self, text: str) -> None:
        """Reply to the mail that is open."""
        self.page.get_by_label("Reply").fill(text)
        self.page.get_by_role("button", name="Send").click()
        expect(self.page.get_by_role("heading", name="Write to a shop")).to_be_visible()


@dataclass(frozen=True, slots=True)
class Visitor:
    """A customer on a storefront with its chat."""

    page: Page

    def sign_in(self, storefront: str, customer: str) -> None:
        """Go to a store and sign in there."""
        self.page.goto(storefront)
        choices = self.page.get_by_label("Signed in as")
        value = choices.locator("option", has_text=customer).get_attribute("value")
        choices.select_option(value)
        self.page.get_by_role("button", name="Sign in or out").click()

    def say(self, text: str) -> None:
        """Open the chat, where it is closed, and send."""
        panel = self.page.locator("tillside-chat .panel")
        expect(self.page.locator("tillside-chat")).to_have_count(1)
        if not panel.is_visible():
            self.page.locator("tillside-chat .launch").click()
        self.page.locator("tillside-chat .write textarea").fill(text)
        self.page.locator("tillside-chat .send").click()
        expect(self.page.locator("tillside-chat .mine .state").last).to_be_visible()

    def lines(self) -> Locator:
        """What stands in the chat."""
        return self.page.locator("tillside-chat .log .line")


def browse(context: BrowserContext, errors: list[str]) -> Page:
    """A page of a browser of its own; what its scripts fail with is kept in `errors`."""
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(f"{page.url}: {error}"))
    return page
