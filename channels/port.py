"""What a channel is: a slug, traits, and up to four roles. One folder implements all of it.

A role that a channel doesn't have is None: a form is never asked, a phone line sends nothing.
"""

import socket
from collections.abc import Iterator, Mapping
from typing import Any, Protocol

from channels.records import (
    Account,
    Call,
    ChannelTraits,
    Fetched,
    Field,
    Heard,
    Inbound,
    Outbound,
    Position,
    Sent,
)

__all__ = ["Accounts", "CallGate", "Channel", "ChannelFactory", "Connect", "Mailbox", "Sender"]


class Connect(Protocol):
    """How a channel opens a connection that isn't HTTP: guarded by the application."""

    def __call__(self, host: str, port: int, *, timeout_seconds: float) -> socket.socket:
        """A connected socket to a vetted address. Raises HostRefused, ChannelUnreachable."""
        ...


class Accounts(Protocol):
    """What a merchant has to give, and whether it works."""

    fields: tuple[Field, ...]

    def settle(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The settings and the secrets of a filled form. Raises ValueError with a sentence."""
        ...

    def address(self, settings: Mapping[str, Any]) -> str | None:
        """The merchant's own address on this channel, None where it has none."""
        ...

    def check(self, account: Account) -> None:
        """Try the credentials. Calls the provider; raises ChannelError."""
        ...


class CallGate(Protocol):
    """What a provider's calls at our address say."""

    def hear(self, call: Call, account: Account) -> Heard:
        """What to keep of a call. Raises CallRefused before anything of it is believed."""
        ...


class Mailbox(Protocol):
    """A channel that we ask for what is new."""

    def fetch(self, account: Account, since: Mapping[str, Position]) -> Iterator[Fetched]:
        """What came since, in its order, each once or more; ends when there is nothing more.

        Raises ChannelError, also in the midst: what was handed out before stands.
        """
        ...

    def await_news(self, account: Account, *, at_most_seconds: float) -> bool:
        """Wait until something may be new; False after the time. Raises ChannelError."""
        ...


class Sender(Protocol):
    """How an answer goes out."""

    def send(self, account: Account, message: Outbound) -> Sent:
        """Hand a message over. Raises ChannelError; after one, it may have gone out."""
        ...


class Channel(Protocol):
    """A way by which customers write."""

    slug: str
    name: str
    traits: ChannelTraits
    accounts: Accounts
    calls: CallGate | None
    mailbox: Mailbox | None
    sender: Sender | None

    def read(self, raw: bytes, account: Account) -> Inbound:
        """The message in what was kept. Raises Unreadable; calls nobody."""
        ...


class ChannelFactory(Protocol):
    """What builds a channel."""

    def __call__(self, connect: Connect) -> Channel:
        """The channel."""
        ...
