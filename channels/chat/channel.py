"""Chat as a Channel: live, by visitors' browsers, answered where it is read."""

from channels.chat.accounts import ChatAccounts
from channels.chat.reading import read_message
from channels.port import Accounts, CallGate, Channel, Connect, Mailbox, Sender
from channels.records import Account, ChannelTraits, Inbound

SLUG = "chat"
MOST_FILE_BYTES = 4 * 1024 * 1024


class ChatChannel:
    """Messages come by the widget's own routes and are there at once: no role asks or sends."""

    slug = SLUG
    name = "Chat"
    traits = ChannelTraits(
        person="visitor",
        has_subject=False,
        is_live=True,
        can_answer=True,
        can_begin=False,
        takes_html=False,
        most_file_bytes=MOST_FILE_BYTES,
    )

    def __init__(self) -> None:
        self.accounts: Accounts = ChatAccounts()
        self.calls: CallGate | None = None
        self.mailbox: Mailbox | None = None
        self.sender: Sender | None = None

    def read(self, raw: bytes, account: Account) -> Inbound:
        """The visitor's message. Raises Unreadable."""
        return read_message(raw)


def create(connect: Connect) -> Channel:  # noqa: ARG001
    """The channel; it opens no connection."""
    return ChatChannel()
