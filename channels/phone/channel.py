"""A phone line as a Channel: calls are told to us, nothing goes out by it."""

from channels.phone.accounts import PhoneAccounts
from channels.phone.calls import PhoneCalls
from channels.phone.reading import read_call
from channels.port import Accounts, CallGate, Channel, Connect, Mailbox, Sender
from channels.records import Account, ChannelTraits, Inbound

SLUG = "phone"


class PhoneChannel:
    """Calls come by a provider's webhook or by an agent's own words."""

    slug = SLUG
    name = "Phone"
    traits = ChannelTraits(
        person="phone",
        has_subject=False,
        is_live=False,
        can_answer=False,
        can_begin=False,
        takes_html=False,
        most_file_bytes=0,
    )

    def __init__(self) -> None:
        self.accounts: Accounts = PhoneAccounts()
        self.calls: CallGate | None = PhoneCalls()
        self.mailbox: Mailbox | None = None
        self.sender: Sender | None = None

    def read(self, raw: bytes, account: Account) -> Inbound:
        """What happened with a call. Raises Unreadable."""
        return read_call(raw, account)


def create(connect: Connect) -> Channel:  # noqa: ARG001
    """The channel; it opens no connection."""
    return PhoneChannel()
