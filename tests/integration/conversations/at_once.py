"""Two who do something in the same conversation at one moment, for any database."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import select

from integration.conversations.receiving import receive
from integration.conversations.states import assign
from integration.conversations.writing import answer
from integration.db import Database
from integration.errors import Conflict
from integration.models import Agent, Channel, Conversation, Message, Sending, Visitor
from tests.factories.conversations import (
    keys,
    mail_of,
    make_agent,
    make_channel,
    receive_message,
)
from tests.factories.stores import NOW, make_workspace
from tests.integration.identity.at_once import both


class Place:
    """A workspace with a mailbox, a chat and two agents."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.workspace_id = make_workspace(db)
        self.mail = make_channel(db, self.workspace_id)
        self.chat = make_channel(db, self.workspace_id, "chat")
        self.ada = make_agent(db, self.workspace_id)
        self.ben = make_agent(db, self.workspace_id, "Ben")

    def do(self, deed: Callable[..., Any], *given: Any, by: int, **more: Any) -> Any:
        with self.db.workspace(self.workspace_id, write=True) as session:
            agent = session.get_one(Agent, by)
            return deed(session, *given, by=agent, now=NOW, **more)

    def answer(self, conversation_id: int, key: str, by: int) -> Any:
        def writing(session: Any, **more: Any) -> Any:
            return answer(session, keys(), conversation_id, "Hello", key=key, **more)

        return self.do(writing, by=by)

    def rows(self, model: Any) -> list[Any]:
        with self.db.workspace(self.workspace_id) as session:
            return list(session.execute(select(model).order_by(model.created_at)).scalars())


def the_same_answer_twice(db: Database) -> None:
    """A double click is one answer, told as written to both."""
    place = Place(db)
    told = receive_message(db, place.workspace_id, place.mail)
    first, second = both(
        lambda: place.answer(told.conversation_id, "k", place.ada),
        lambda: place.answer(told.conversation_id, "k", place.ada),
    )
    assert first.message_id == second.message_id
    assert sorted((first.is_repeat, second.is_repeat)) == [False, True]
    assert len(place.rows(Sending)) == 1


def two_answers(db: Database) -> None:
    """Two agents' answers both stand, and the first of them is the first answer."""
    place = Place(db)
    told = receive_message(db, place.workspace_id, place.mail)
    both(
        lambda: place.answer(told.conversation_id, "k1", place.ada),
        lambda: place.answer(told.conversation_id, "k2", place.ben),
    )
    (conversation,) = place.rows(Conversation)
    assert (conversation.answers, conversation.messages) == (2, 3)
    assert conversation.assignee_id == conversation.first_answered_by
    assert len(place.rows(Sending)) == 2


def a_chat_begins_twice(db: Database) -> None:
    """A visitor's first two messages, sent at once, are in one conversation; twice sent is one."""
    place = Place(db)
    with db.workspace(place.workspace_id, write=True) as session:
        times = {"created_at": NOW, "seen_at": NOW}
        digest = f"v{place.workspace_id}".encode()
        visitor = Visitor(channel_id=place.chat, token_digest=digest, **times)
        session.add(visitor)
        session.flush()
        visitor_id = visitor.id

    def write(key: str) -> Any:
        with db.workspace(place.workspace_id, write=True) as session:
            channel = session.get_one(Channel, place.chat)
            given = {"key": key, "now": NOW, "visitor_id": visitor_id}
            return receive(session, keys(), channel, mail_of(trust="claimed"), **given)

    told = both(lambda: write("a"), lambda: write("b"), lambda: write("b"))
    assert len({each.conversation_id for each in told}) == 1
    assert len(place.rows(Conversation)) == 1
    customers = [each for each in place.rows(Message) if each.kind == "customer"]
    assert sorted(each.key for each in customers) == ["a", "b"]


def two_take_it(db: Database) -> None:
    """Of two who saw it unassigned and take it, one has it and the other is told."""
    place = Place(db)
    told = receive_message(db, place.workspace_id, place.mail)
    (conversation,) = place.rows(Conversation)

    def take(agent_id: int) -> Any:
        try:
            version = conversation.version
            return place.do(assign, told.conversation_id, agent_id, by=agent_id, version=version)
        except Conflict:
            return "told"

    given = both(lambda: take(place.ada), lambda: take(place.ben))
    assert given.count("told") == 1


EVERY = (the_same_answer_twice, two_answers, a_chat_begins_twice, two_take_it)
