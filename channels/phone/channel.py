"""The phone channel."""

from typing import Any

from channels.errors import Unreadable
from channels.port import Channel, Connect
from channels.records import Account, ChannelTraits, Inbound



class PhoneChannel:
    """Calls."""

    slug = "phone"
    name = "Phone"
    traits = ChannelTraits(
        person="phone",
        has_subject=False,
        is_live=False,
        can_answer=False,
        can_begin=False,
        takes_html=False,
        most_file_bytes=0,
        is_asked=False,
    )
    accounts: Any = None
    calls = None
    mailbox = None
    sender = None

    def read(self, raw: bytes, account: Account) -> Inbound:
        """The message in a call. Raises Unreadable."""
        raise Unreadable("calls can't be read yet")


def create(connect: Connect) -> Channel:
    """The channel."""
    return PhoneChannel()
