"""Channels, agents and customers' messages, straight into the database."""

import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from channels.records import Address, Inbound, Person, TrustLevel
from integration.conversations.channels.keys import (
    ChannelKeys,
    new_channel_key,
    open_channel_key,
    seal_secrets,
    seal_token,
)
from integration.conversations.receiving import receive
from integration.conversations.records import Received
from integration.crypto import Keyring, keyring, new_key_text, token_digest
from integration.db import Database
from integration.models import Agent, Channel
from tests.factories.stores import NOW

KEYS = new_key_text("k1")
KEYRING = keyring(KEYS)
_number = itertools.count(1)


def keys() -> ChannelKeys:
    """The keys of channels, as a request has them."""
    return ChannelKeys(KEYRING)


def make_channel(
    db: Database,
    workspace_id: int,
    kind: str = "email",
    *,
    ring: Keyring = KEYRING,
    secrets: dict[str, str] | None = None,
    token: str | None = None,
    **values: Any,
) -> int:
    """A channel that works; returns its id. Its token is `token`, or one of its own."""
    token = token or f"token-{next(_number)}"
    row: dict[str, Any] = {
        "kind": kind,
        "name": "Support",
        "address": "support@amber.example" if kind == "email" else None,
        "settings": {},
        "status": "active",
        "created_at": NOW,
    } | values
    digest = token_digest(token)
    with db.workspace(workspace_id, write=True) as session:
        channel = Channel(
            **row,
            token_digest=digest,
            data_key=new_channel_key(ring, digest),
            sealed_token=b"",
        )
        session.add(channel)
        session.flush()
        key = open_channel_key(ring, channel)
        channel.sealed_token = seal_token(key, channel.id, token)
        channel.sealed_secrets = seal_secrets(key, channel.id, secrets or {})
        return channel.id


def make_agent(db: Database, workspace_id: int, name: str = "Ada", **values: Any) -> int:
    """An agent who can be given conversations; returns their id."""
    row: dict[str, Any] = {"role": "agent", "status": "active", "created_at": NOW} | values
    with db.workspace(workspace_id, write=True) as session:
        agent = Agent(name=name, **row)
        session.add(agent)
        session.flush()
        return agent.id


def mail_of(
    address: str = "dora@mail.example",
    text: str = "Where is my parcel?",
    *,
    trust: TrustLevel = "aligned",
    name: str | None = "Dora",
    **values: Any,
) -> Inbound:
    """A customer's mail, read."""
    given: dict[str, Any] = {
        "external_id": f"m{next(_number)}@mail.example",
        "subject": "My order",
        "to": (Address("support@amber.example"),),
    } | values
    return Inbound(person=Person("email", address, trust, name), text=text, **given)


def receive_message(
    db: Database,
    workspace_id: int,
    channel_id: int,
    inbound: Inbound | None = None,
    *,
    ring: Keyring = KEYRING,
    key: str | None = None,
    now: datetime = NOW,
    **more: Any,
) -> Received:
    """Receive a message, and commit."""
    with db.workspace(workspace_id, write=True) as session:
        channel = session.get_one(Channel, channel_id)
        return receive(
            session,
            ChannelKeys(ring),
            channel,
            inbound or mail_of(),
            key=key or f"key-{next(_number)}",
            now=now,
            **more,
        )


def receive_all(
    db: Database, workspace_id: int, channel_id: int, messages: Sequence[Inbound]
) -> list[Received]:
    """Receive several, each by a commit of its own."""
    return [receive_message(db, workspace_id, channel_id, each) for each in messages]
