"""Mail as a Channel: a mailbox that is asked, or a provider that calls; SMTP for what goes out."""

from channels.email.accounts import EmailAccounts
from channels.email.calls import EmailCalls
from channels.email.files import MOST_BYTES
from channels.email.mailbox import EmailMailbox
from channels.email.ours import ours_of
from channels.email.parsing import Parser, shared_parser
from channels.email.sending import EmailSender
from channels.port import Accounts, CallGate, Channel, Connect, Mailbox, Sender
from channels.records import Account, ChannelTraits, Inbound

SLUG = "email"


class EmailChannel:
    """The port's Channel. Mails are read in a child process of this one."""

    slug = SLUG
    name = "E-mail"
    traits = ChannelTraits(
        person="email",
        has_subject=True,
        is_live=False,
        can_answer=True,
        can_begin=True,
        takes_html=True,
        most_file_bytes=MOST_BYTES,
        is_asked=True,
    )

    def __init__(self, connect: Connect, *, parser: Parser | None = None) -> None:
        self.accounts: Accounts = EmailAccounts(connect)
        self.calls: CallGate | None = EmailCalls()
        self.mailbox: Mailbox | None = EmailMailbox(connect)
        self.sender: Sender | None = EmailSender(connect)
        self._parser = parser

    def read(self, raw: bytes, account: Account) -> Inbound:
        """The message in a raw mail. Raises Unreadable, TooLarge: then it is parked."""
        return (self._parser or shared_parser()).read(raw, ours_of(account))


def create(connect: Connect) -> Channel:
    """The channel."""
    return EmailChannel(connect)
