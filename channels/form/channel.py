"""A contact form as a Channel: it takes messages, answers go by mail."""

from channels.form.accounts import FormAccounts
from channels.form.reading import read_form
from channels.port import Accounts, CallGate, Channel, Connect, Mailbox, Sender
from channels.records import Account, ChannelTraits, Inbound

SLUG = "form"
MOST_FILE_BYTES = 4 * 1024 * 1024


class FormChannel:
    """Messages come by the form's own route: no role asks or sends."""

    slug = SLUG
    name = "Contact form"
    traits = ChannelTraits(
        person="email",
        has_subject=True,
        is_live=False,
        can_answer=False,
        can_begin=False,
        takes_html=False,
        most_file_bytes=MOST_FILE_BYTES,
    )

    def __init__(self) -> None:
        self.accounts: Accounts = FormAccounts()
        self.calls: CallGate | None = None
        self.mailbox: Mailbox | None = None
        self.sender: Sender | None = None

    def read(self, raw: bytes, account: Account) -> Inbound:
        """What was sent. Raises Unreadable."""
        return read_form(raw)


def create(connect: Connect) -> Channel:  # noqa: ARG001
    """The channel; it opens no connection."""
    return FormChannel()
