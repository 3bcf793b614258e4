"""What the person of `erased_person` says to a shop, and what is written about that."""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from channels.errors import Unreadable
from channels.records import Address, File, Inbound, Person
from integration.conversations.changes import tell
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.incoming.arrivals import Come, keep
from integration.conversations.joining.merging import merge
from integration.conversations.receiving import receive
from integration.conversations.writing import answer, note
from integration.db import WorkspaceSession
from integration.models import (
    Agent,
    Case,
    CaseTerm,
    Channel,
    Conversation,
    ConversationTag,
    Store,
    Visitor,
)
from integration.presence.records import Doing
from integration.services import Services
from tests.factories.conversations import make_agent, make_channel

# Two addresses that agents joined.
FIRST, SECOND = "kanarienvogel@example.com", "gelber.kanarienvogel@mail.example"


@dataclass(frozen=True, slots=True)
class Talks:
    """Writes what is said into a workspace, in one transaction."""

    session: WorkspaceSession
    keys: ChannelKeys
    channel: Channel
    agent: Agent
    now: datetime

    def mail(self, address: str, text: str, **more: Any) -> int:
        """A mail with a file; its conversation."""
        file = File("kanarienvogel.txt", "text/plain", b"the kanarienvogel's file", 24)
        number = sha256(text.encode()).hexdigest()[:8]
        person = Person("email", address, "aligned", "Kanarienvogel")
        name = f"{number}.kanarienvogel@mail.example"
        inbound = Inbound(name, person, text, subject="kanarienvogel", files=(file,))
        return self._receive(inbound, **more)

    def anothers(self) -> int:
        """Another customer's mail, who names the person; its conversation."""
        who = Person("email", "max@mail.example", "aligned")
        copies = (Address(SECOND),)
        return self._receive(Inbound("x@mail.example", who, f"Ask {FIRST.upper()}", cc=copies))

    def write_about(self, conversation_id: int) -> None:
        """An answer, a note, a rating, a tag and a case of the notebook."""
        said: dict[str, Any] = {"by": self.agent, "now": self.now}
        answer(self.session, self.keys, conversation_id, "Dear kanarienvogel", key="a1", **said)
        note(self.session, self.keys, conversation_id, "kanarienvogel again", key="n1", **said)
        conversation = self.session.get_one(Conversation, conversation_id)
        conversation.rating_comment = "kanarienvogel liked it"
        self.session.add(ConversationTag(conversation_id=conversation_id, tag="kanarienvogel"))
        case = Case(
            title="kanarienvogel",
            problem="kanarienvogel",
            solution="x",
            conversation_id=conversation_id,
            written_by="owner:1",
            offered=0,
            used=0,
            created_at=self.now,
            updated_at=self.now,
        )
        self.session.add(case)
        self.session.flush()
        self.session.add(CaseTerm(term="kanarienvogel", case_id=case.id))

    def chat(self, channel: Channel, store: Store) -> None:
        """A visitor whom the store signed in."""
        visitor = Visitor(
            channel_id=channel.id,
            token_digest=b"visitor",
            name="Kanarienvogel",
            email=FIRST,
            page={"url": "https://x.example/kanarienvogel"},
            created_at=self.now,
            seen_at=self.now,
        )
        self.session.add(visitor)
        self.session.flush()
        who = Person("customer", f"{store.id}:6000000000007", "signed", "Kanarienvogel")
        hello = Inbound(None, who, "kanarienvogel chats")
        self._receive(hello, channel=channel, visitor_id=visitor.id)

    def park(self) -> None:
        """A mail that nobody can read."""
        raw = f"From: K <{SECOND}>\r\nSubject: kanarienvogel\r\n\r\nbroken".encode()
        come = Come(sha256(raw).digest(), raw, len(raw), "k@mail.example", Unreadable("no"))
        keep(self.session, self.keys.of(self.channel), self.channel.id, [come], self.now)

    def _receive(self, inbound: Inbound, channel: Channel | None = None, **more: Any) -> int:
        key = sha256(inbound.text.encode()).hexdigest()
        at = channel or self.channel
        given: dict[str, Any] = {"key": key, "now": self.now} | more
        return receive(self.session, self.keys, at, inbound, **given).conversation_id


def converse(services: Services, store: Store) -> int:
    """Mails with files, a chat, one that was merged, one as another's guest; the mailbox' id."""
    workspace_id = store.workspace_id
    mailbox, chat = (
        make_channel(services.db, workspace_id, kind, ring=services.keyring, store_id=store.id)
        for kind in ("email", "chat")
    )
    agent_id = make_agent(services.db, workspace_id)
    with services.db.workspace(workspace_id, write=True) as session:
        channel, agent = session.get_one(Channel, mailbox), session.get_one(Agent, agent_id)
        keys = ChannelKeys(services.keyring)
        talks = Talks(session, keys, channel, agent, services.now())
        first = talks.mail(FIRST, "kanarienvogel asks")
        second = talks.mail(SECOND, "kanarienvogel too")
        others = talks.anothers()
        talks.mail(SECOND, "I am the kanarienvogel", conversation_id=others)
        session.flush()
        talks.write_about(first)
        merge(session, keys, second, others, by=agent, now=services.now())
        talks.chat(session.get_one(Channel, chat), store)
        talks.park()
    tell(services, workspace_id, first, others)
    services.presence.note(workspace_id, first, agent_id, Doing.WRITING)
    return mailbox
