"""A database for a module's tests, a store in it, and an inbox beside it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest

from channels.records import Inbound
from integration.conversations.records import MessageView, Received, Thread
from integration.conversations.thread import thread_of
from integration.db import WorkspaceSession
from integration.models import Agent, Conversation
from tests.factories.conversations import keys, make_agent, make_channel, receive_message
from tests.factories.mirror import Mirror
from tests.factories.mirror_fixtures import db, mirror
from tests.factories.stores import NOW
from tests.integration.conversations.channel_house import channel_template, house

__all__ = ["channel_template", "db", "house", "inbox", "mirror"]


@dataclass(slots=True)
class Inbox:
    """A workspace with a mailbox and an agent."""

    mirror: Mirror
    channel_id: int
    agent_id: int

    @contextmanager
    def writing(self) -> Iterator[WorkspaceSession]:
        """A transaction that is committed."""
        with self.mirror.db.workspace(self.mirror.workspace_id, write=True) as session:
            yield session

    @contextmanager
    def reading(self) -> Iterator[WorkspaceSession]:
        """A session that only reads."""
        with self.mirror.db.workspace(self.mirror.workspace_id) as session:
            yield session

    def receive(
        self, inbound: Inbound | None = None, *, now: datetime = NOW, **more: Any
    ) -> Received:
        """Receive a mail."""
        channel_id = more.pop("channel_id", self.channel_id)
        workspace_id = self.mirror.workspace_id
        return receive_message(self.mirror.db, workspace_id, channel_id, inbound, now=now, **more)

    def do(self, deed: Any, *given: Any, by: int | None = None, **more: Any) -> Any:
        """Do something as the agent, and commit."""
        with self.writing() as session:
            agent = session.get_one(Agent, by or self.agent_id)
            return deed(session, *given, by=agent, **({"now": NOW} | more))

    def write(self, deed: Any, *given: Any, **more: Any) -> Any:
        """The same for a deed that seals."""
        return self.do(
            lambda session, *rest, **named: deed(session, keys(), *rest, **named), *given, **more
        )

    def conversation(self, conversation_id: int) -> Conversation:
        """A conversation's row."""
        with self.reading() as session:
            return session.get_one(Conversation, conversation_id)

    def thread(self, conversation_id: int, **more: Any) -> Thread:
        """A conversation with its messages."""
        with self.reading() as session:
            return thread_of(session, keys(), conversation_id, **more)

    def messages(self, conversation_id: int, kind: str | None = None) -> list[MessageView]:
        """Its messages, or those of a kind."""
        found = self.thread(conversation_id).messages
        return [each for each in found if kind is None or each.kind == kind]


@pytest.fixture
def inbox(mirror: Mirror) -> Inbox:
    """A mailbox and an agent in the mirror's workspace."""
    return Inbox(
        mirror,
        make_channel(mirror.db, mirror.workspace_id),
        make_agent(mirror.db, mirror.workspace_id),
    )
