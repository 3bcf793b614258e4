"""The counter of a shop as a Channel of its own: agents write down who they talked to."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from channels.errors import Unreadable
from channels.phone.channel import PhoneChannel
from channels.port import Accounts, CallGate, Channel, Connect, Mailbox, Sender
from channels.records import Account, Field, Inbound

SLUG = "counter"


class CounterAccounts:
    """The port's Accounts for a counter: a name is all that it has."""

    fields: tuple[Field, ...] = ()

    def settle(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """No settings and no secrets, whatever was given."""
        return {}, {}

    def address(self, settings: Mapping[str, Any]) -> str | None:
        """None: a counter has no address that anybody writes to."""
        return None

    def check(self, account: Account) -> None:
        """Nothing: there is nobody to ask."""


class CounterChannel:
    """Talks come by an agent's own words only."""

    slug = SLUG
    name = "Counter"
    traits = replace(PhoneChannel.traits)

    def __init__(self) -> None:
        self.accounts: Accounts = CounterAccounts()
        self.calls: CallGate | None = None
        self.mailbox: Mailbox | None = None
        self.sender: Sender | None = None

    def read(self, raw: bytes, account: Account) -> Inbound:
        """Nothing is ever kept of it to be read. Raises Unreadable."""
        raise Unreadable("Talks at a counter don't come by themselves.")


def create(connect: Connect) -> Channel:  # noqa: ARG001
    """The channel; it opens no connection."""
    return CounterChannel()
