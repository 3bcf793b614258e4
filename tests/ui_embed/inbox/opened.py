"""The inbox in a browser, as the owner sees it."""

from playwright.sync_api import Page, expect

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.thread import thread_of
from integration.models import Conversation
from tests.factories.conversations import mail_of, receive_message
from tests.ui_embed.world import NOW, World

NAME = "tillside_session"
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
NEWS = "detail => document.dispatchEvent(new CustomEvent('tillside:news', {detail}))"


class Inbox:
    """The inbox as the owner sees it, signed in."""

    def __init__(self, page: Page, world: World, address: str, made: dict[str, int]) -> None:
        self.page, self.world, self.address, self.made = page, world, address, made

    def open(self, word: str = "", query: str = "") -> Page:
        """Load the list, or the conversation of that word."""
        path = f"/inbox/{self.made[word]}" if word else "/inbox"
        self.page.goto(f"{self.address}{path}{f'?{query}' if query else ''}")
        expect(self.page.locator("html")).to_have_attribute("data-inbox", "ready")
        if word:
            expect(self.page.locator("#beside-body")).to_be_attached()
        return self.page

    def conversation(self, word: str) -> Conversation:
        """Its row."""
        with self.world.services.db.workspace(self.world.workspace_id) as session:
            return session.get_one(Conversation, self.made[word])

    def texts(self, word: str, kind: str) -> list[str]:
        """What was said in it, of one kind."""
        keys = ChannelKeys(self.world.services.keyring)
        with self.world.services.db.workspace(self.world.workspace_id) as session:
            thread = thread_of(session, keys, self.made[word], limit=500)
        return [each.text for each in thread.messages if each.kind == kind]

    def comes(self, word: str, text: str) -> None:
        """A further message of the customer's in it, and the page is told."""
        receive_message(
            self.world.services.db,
            self.world.workspace_id,
            self.conversation(word).channel_id,
            mail_of("klaus@example.de", text),
            ring=self.world.services.keyring,
            now=NOW,
            conversation_id=self.made[word],
        )
        self.page.evaluate(NEWS, {"kind": "conversation", "subject_id": str(self.made[word])})
