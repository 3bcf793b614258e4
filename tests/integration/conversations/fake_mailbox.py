"""A kind of channel whose other side a test plays: a server, a password, and what it answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from channels.errors import ChannelError, FieldRefused
from channels.port import CallGate, Mailbox, Sender
from channels.records import Account, ChannelTraits, Field, Inbound

PASSWORD = "correct horse battery staple"
GIVEN = {
    "address": "Help@Amber.example",
    "host": "imap.amber.example",
    "port": "993",
    "security": "tls",
    "password": PASSWORD,
}


@dataclass
class FakeAccounts:
    """The port's Accounts; `failure` is what a trial raises, `tried` are those that were tried."""

    failure: ChannelError | None = None
    tried: list[Account] = field(default_factory=list)
    fields: tuple[Field, ...] = (
        Field("address", "address"),
        Field("host", "host"),
        Field("port", "port", default=993),
        Field("security", "choice", choices=("tls", "starttls"), default="tls"),
        Field("password", "secret"),
        Field("folder", "text", is_required=False),
        Field("country", "text", is_required=False),
        Field("reads_all", "switch", is_required=False, default=True),
    )

    def settle(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        if given.get("folder") == "Trash":
            raise FieldRefused("folder", "Nobody reads what is in there.")
        settings = {each.name: given.get(each.name) for each in self.fields}
        return settings, {"password": settings.pop("password"), "made": "made-" + "x" * 20}

    def address(self, settings: Mapping[str, Any]) -> str | None:
        return str(settings["address"])

    def check(self, account: Account) -> None:
        self.tried.append(account)
        if self.failure is not None:
            raise self.failure


class FakeMailbox:
    """The channel of these accounts."""

    slug = "email"
    name = "Mailbox"
    traits = ChannelTraits(
        person="email",
        has_subject=True,
        is_live=False,
        can_answer=True,
        can_begin=True,
        takes_html=True,
        most_file_bytes=1,
    )

    def __init__(self) -> None:
        self.accounts: FakeAccounts = FakeAccounts()
        self.calls: CallGate | None = None
        self.mailbox: Mailbox | None = None
        self.sender: Sender | None = None

    def read(self, raw: bytes, account: Account) -> Inbound:
        raise NotImplementedError
