"""A chat, a form and their visitors on the application's routes, and the merchant's side."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select

from integration.chat.proofs import proof_of_passed_on
from integration.conversations.changes import tell
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.thread import thread_of
from integration.conversations.writing import answer, note
from integration.events import Event
from integration.models import Agent, Conversation
from integration.services import Services
from tests.factories.conversations import make_agent, make_channel
from tests.ui_embed.world import API_SECRET, DOMAIN, NOW, World

ORIGIN = f"https://{DOMAIN}"
CHAT = "chat-token-of-the-aegean-store"
FORM = "form-token-of-the-aegean-store"


def add_chat(world: World, *, token: str = CHAT, **values: Any) -> int:
    """A chat on the Aegean store's pages; its channel's id."""
    given = {"kind": "chat", "token": token, "name": "Chat", "ring": world.services.keyring}
    return make_channel(world.services.db, world.workspace_id, **{**given, **values})


def add_form(world: World, **values: Any) -> int:
    """A contact form of the Aegean store's; its channel's id."""
    given = {"kind": "form", "token": FORM, "name": "Form", "ring": world.services.keyring}
    return make_channel(world.services.db, world.workspace_id, **{**given, **values})


@dataclass(slots=True)
class Visitor:
    """A browser on a store's page; it keeps its token as the widget does."""

    client: FlaskClient
    token: str | None = None
    channel: str = CHAT
    origin: str | None = ORIGIN
    headers: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """An answer of a route of the widget's."""
        headers = dict(self.headers)
        if self.origin is not None:
            headers["Origin"] = self.origin
        if self.token is not None:
            headers["Authorization"] = f"Bearer {self.token}"
        query = {"channel": self.channel, **more.pop("query", {})}
        address = f"/api/widget/{path}"
        return self.client.open(address, method=method, query_string=query, headers=headers, **more)

    def start(self, proof: str | None = None, **more: Any) -> dict[str, Any]:
        """Begin or go on."""
        answered = self.ask("POST", "start", json={"proof": proof, **more})
        assert answered.status_code == 200, answered.text
        told: dict[str, Any] = answered.get_json()
        self.token = told["visitor"]
        return told

    def say(self, text: str, key: str | None = None, **more: Any) -> Any:
        """Send a message; the answer."""
        posted = {"text": text, "key": key or secrets.token_urlsafe(16), **more}
        return self.ask("POST", "messages", json=posted)

    def texts(self, after: str = "0") -> list[str]:
        """The texts that the visitor sees after a message."""
        answered = self.ask("GET", "messages", query={"after": after})
        assert answered.status_code == 200, answered.text
        return [each["text"] for each in answered.get_json()["messages"]]


@dataclass(slots=True)
class Desk:
    """The merchant's side: an agent who answers."""

    services: Services
    workspace_id: int
    agent_id: int

    def answer(self, conversation_id: int, text: str, **more: Any) -> int:
        """Answer, and let it be known; the message's id."""
        with self.services.db.workspace(self.workspace_id, write=True) as session:
            written = answer(
                session,
                ChannelKeys(self.services.keyring),
                conversation_id,
                text,
                by=session.get_one(Agent, self.agent_id),
                key=secrets.token_urlsafe(16),
                now=self.services.now(),
                **more,
            )
        tell(self.services, self.workspace_id, conversation_id)
        return written.message_id

    def note(self, conversation_id: int, text: str) -> None:
        """Write a note."""
        with self.services.db.workspace(self.workspace_id, write=True) as session:
            note(
                session,
                ChannelKeys(self.services.keyring),
                conversation_id,
                text,
                by=session.get_one(Agent, self.agent_id),
                key=secrets.token_urlsafe(16),
                now=self.services.now(),
            )
        tell(self.services, self.workspace_id, conversation_id)

    def tell(self, conversation_id: int) -> None:
        """Let it be known that something changed."""
        tell(self.services, self.workspace_id, conversation_id)

    def types(self, conversation_id: int) -> None:
        """Let it be known that the agent writes."""
        who = {"who": f"agent:{self.agent_id}"}
        self.services.events.publish(Event(self.workspace_id, "typing", conversation_id, who))

    def conversations(self) -> list[Conversation]:
        """All conversations, the oldest first."""
        with self.services.db.workspace(self.workspace_id) as session:
            found = session.execute(select(Conversation).order_by(Conversation.id))
            return list(found.scalars())

    def texts(self, conversation_id: int) -> list[str]:
        """The texts of a conversation as agents see them, without events."""
        with self.services.db.workspace(self.workspace_id) as session:
            thread = thread_of(session, ChannelKeys(self.services.keyring), conversation_id)
        return [each.text for each in thread.messages if each.kind != "event"]


def desk(world: World, name: str = "Ada Agent") -> Desk:
    """An agent of the Aegean workspace."""
    agent_id = make_agent(world.services.db, world.workspace_id, name, email="ada@staff.example")
    return Desk(world.services, world.workspace_id, agent_id)


def shopify_proof(world: World, customer: str, shop: str = DOMAIN) -> str:
    """A proof as the storefront gets it through the app proxy."""
    query = proxy_query(customer, shop)
    made = proof_of_passed_on(world.services, "shopify", list(query.items())).proof
    assert made is not None
    return made


def proxy_query(
    customer: str, shop: str = DOMAIN, secret: str = API_SECRET, now: datetime = NOW
) -> dict[str, str]:
    """What Shopify adds to a request that it passes on, signed as it signs."""
    query = {
        "shop": shop,
        "logged_in_customer_id": customer,
        "path_prefix": "/apps/tillside",
        "timestamp": str(int(now.timestamp())),
    }
    message = "".join(f"{name}={query[name]}" for name in sorted(query))
    signature = hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()
    return {**query, "signature": signature}
