"""A mailbox whose provider calls us with raw mails, each of them read by the real adapter."""

import asyncio
import hashlib
import hmac
import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from channels.email.calls import SIGNATURE_HEADER
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.incoming.working_off import work_off_arrivals
from integration.conversations.records import MessageView
from integration.conversations.thread import thread_of
from integration.models import Arrival, Conversation
from tests.factories.conversations import make_agent, make_channel
from tests.rsgi import Headers, Proto, Scope
from tests.ui_embed.world import World
from webhooks.channel_door import ChannelDoor

ADDRESS = "help@aegean.example"
SERVER = "mx.aegean.example"
TOKEN = "mail-token-of-the-aegean-store"
_KEY = "a key of the provider, long enough"
_SETTINGS = {
    "address": ADDRESS,
    "display_name": "Aegean",
    "receives": "signed_calls",
    "smtp_host": "smtp.aegean.example",
    "smtp_port": 587,
    "smtp_tls": "starttls",
    "smtp_user": "",
    "authserv_id": SERVER,
    "plus_addressing": True,
}


@dataclass(slots=True)
class Mailed:
    """The mailbox, and what came of the mails that were handed over."""

    world: World
    channel_id: int
    agent_id: int

    def post(self, raw: bytes) -> int:
        """Hand a mail over as the provider does; the answer's status."""
        at = int(time.time())
        told = hmac.new(_KEY.encode(), f"{at}.".encode() + raw, hashlib.sha256).hexdigest()
        given = [(SIGNATURE_HEADER, f"t={at},v1={told}"), ("content-length", str(len(raw)))]
        proto, path = Proto(raw), f"/webhooks/email/{TOKEN}"
        scope = Scope(method="POST", path=path, headers=Headers(given))
        asyncio.run(ChannelDoor(self.world.services).__rsgi__(scope, proto))
        return proto.reply.status

    def take(self, *raws: bytes) -> None:
        """Have mails come in and be worked off."""
        for raw in raws:
            assert self.post(raw) == 200
        while work_off_arrivals(self.world.services):
            pass

    def rows(self, model: Any) -> list[Any]:
        """All rows of a model of the workspace, the oldest first."""
        oldest = select(model).order_by(*model.__table__.primary_key.columns)
        with self.world.services.db.workspace(self.world.workspace_id) as session:
            return list(session.execute(oldest).scalars())

    def states(self) -> list[str]:
        """How the work of each mail stands."""
        return [str(row.state) for row in self.rows(Arrival)]

    def conversations(self) -> list[Conversation]:
        """All conversations, the oldest first."""
        return self.rows(Conversation)

    def thread(self, conversation_id: int) -> list[MessageView]:
        """The messages of a conversation."""
        services = self.world.services
        with services.db.workspace(self.world.workspace_id) as session:
            return list(thread_of(session, ChannelKeys(services.keyring), conversation_id).messages)


def mailed(world: World) -> Mailed:
    """A mailbox of the Aegean workspace, and an agent there."""
    services = world.services
    channel_id = make_channel(
        services.db,
        world.workspace_id,
        ring=services.keyring,
        token=TOKEN,
        address=ADDRESS,
        settings=_SETTINGS,
        secrets={"call_secret": _KEY, "smtp_password": "p"},
    )
    agent_id = make_agent(services.db, world.workspace_id, "Eve", email="eve@aegean.example")
    return Mailed(world, channel_id, agent_id)


def raw(
    text: str | bytes = "Where is my parcel?",
    *headers: str,
    sender: str = "Dora <dora@mail.example>",
    aligned: bool = True,
    number: int = 1,
) -> bytes:
    """A mail to the mailbox, with further headers."""
    head = [
        f"From: {sender}",
        f"To: {ADDRESS}",
        f"Message-ID: <m{number}@mail.example>",
        "Date: Sun, 22 Nov 2026 12:00:00 +0000",
        *headers,
    ]
    if aligned:
        domain = sender.rpartition("@")[2].rstrip(">")
        head.insert(0, f"Authentication-Results: {SERVER}; dmarc=pass header.from={domain}")
    body = text.encode() if isinstance(text, str) else text
    return "\r\n".join(head).encode("utf-8", "surrogateescape") + b"\r\n\r\n" + body
