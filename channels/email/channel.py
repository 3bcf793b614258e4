"""The e-mail channel."""

from typing import Any

from channels.errors import Unreadable
from channels.port import Channel, Connect
from channels.records import Account, ChannelTraits, Inbound

MOST_FILE_BYTES = 25 * 1024 * 1024


class EmailChannel:
    """Mail."""

    slug = "email"
    name = "E-mail"
    traits = ChannelTraits(
        person="email",
        has_subject=True,
        is_live=False,
        can_answer=True,
        can_begin=True,
        takes_html=True,
        most_file_bytes=MOST_FILE_BYTES,
        is_asked=True,
    )
    accounts: Any = None
    calls = None
    mailbox = None
    sender = None

    def read(self, raw: bytes, account: Account) -> Inbound:
        """The message in a raw mail. Raises Unreadable."""
        raise Unreadable("mail can't be read yet")


def create(connect: Connect) -> Channel:
    """The channel."""
    return EmailChannel()
