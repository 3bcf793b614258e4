"""The mail flow around a fake mailbox: services, a channel, an agent, and what the rows say."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from integration.conversations import mail_jobs
from integration.conversations.incoming import working_off
from integration.conversations.incoming.fetching import FetchTurn, fetch_turn
from integration.conversations.incoming.working_off import work_off_arrivals
from integration.conversations.records import MessageView, Written
from integration.conversations.thread import thread_of
from integration.conversations.writing import answer
from integration.db import Database
from integration.doors import House
from integration.events import RecordedEvents
from integration.http import GuardedHttp
from integration.jobs import JobDefinition
from integration.models import Agent, Arrival, Channel, Conversation, Sending
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from integration.settings import load
from tests.conftest import StandingClock
from tests.factories.conversations import KEYRING, keys, make_agent, make_channel
from tests.factories.databases import sqlite_database, sqlite_template
from tests.factories.fake_mail import FakeMail, raw_mail
from tests.factories.stores import make_workspace

__all__ = ["Flow", "flow", "mail_template", "make_flow"]

SETTINGS = {"APP_URL": "https://tillside.test", "SECRET_KEY": "a secret of the tests"}


@dataclass(slots=True)
class Flow:
    """A workspace with a mailbox and an agent, and the jobs around them."""

    services: Services
    clock: StandingClock
    mail: FakeMail
    workspace_id: int
    channel_id: int
    agent_id: int

    @property
    def jobs(self) -> RecordedJobs:
        """The jobs that were enqueued."""
        assert isinstance(self.services.jobs, RecordedJobs)
        return self.services.jobs

    @property
    def told(self) -> list[tuple[str, int]]:
        """The news that were told."""
        assert isinstance(self.services.events, RecordedEvents)
        return [(event.kind, event.subject_id) for event in self.services.events.told]

    def fetch(self) -> FetchTurn:
        """Ask the mailbox."""
        return fetch_turn(self.services, self.workspace_id, self.channel_id)

    def take(self, *raws: bytes) -> None:
        """Have mails come in and be worked off."""
        self.mail.put(*raws)
        assert self.fetch().error is None
        self.work_off()

    def work_off(self) -> None:
        """Work off all that is due, in as many turns as it takes."""
        while work_off_arrivals(self.services):
            pass

    def rows(self, model: Any) -> list[Any]:
        """All rows of a model of this workspace."""
        with self.services.db.workspace(self.workspace_id) as session:
            return list(session.execute(select(model)).scalars())

    def channel(self) -> Channel:
        """The mailbox's row."""
        with self.services.db.workspace(self.workspace_id) as session:
            return session.get_one(Channel, self.channel_id)

    def change(self, model: Any, number: int, **values: Any) -> None:
        """Set columns of a row."""
        with self.services.db.workspace(self.workspace_id, write=True) as session:
            row = session.get_one(model, number)
            for name, value in values.items():
                setattr(row, name, value)

    def add(self, *rows: Any) -> None:
        """Add rows to the workspace."""
        with self.services.db.workspace(self.workspace_id, write=True) as session:
            session.add_all(rows)

    def arrivals(self) -> list[tuple[str, int, str | None]]:
        """Each arrival's state, tries and error."""
        return [(row.state, row.attempts, row.error_code) for row in self.rows(Arrival)]

    def sendings(self) -> list[Sending]:
        """What stands in the outbox."""
        return self.rows(Sending)

    def conversation(self) -> Conversation:
        """The only conversation."""
        (found,) = self.rows(Conversation)
        return found  # type: ignore[no-any-return]

    def thread(self, conversation_id: int | None = None) -> list[MessageView]:
        """The messages of the conversation."""
        number = conversation_id or self.conversation().id
        with self.services.db.workspace(self.workspace_id) as session:
            return list(thread_of(session, keys(), number).messages)

    def said(self, kind: str = "customer") -> list[str]:
        """The texts of one kind, over all conversations."""
        return [
            message.text
            for conversation in self.rows(Conversation)
            for message in self.thread(conversation.id)
            if message.kind == kind
        ]

    def answer(
        self, text: str = "It is on its way.", key: str = "answer-1", **more: Any
    ) -> Written:
        """Answer the only conversation as the agent."""
        with self.services.db.workspace(self.workspace_id, write=True) as session:
            agent = session.get_one(Agent, self.agent_id)
            number = more.pop("conversation_id", None) or self.conversation().id
            given = {"by": agent, "key": key, "now": self.clock()} | more
            return answer(session, keys(), number, text, **given)

    def open_one(self, **mail: Any) -> int:
        """A conversation with one mail; its id."""
        self.take(raw_mail(**mail))
        return self.rows(Conversation)[-1].id  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def mail_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite file with the schema."""
    return sqlite_template(tmp_path_factory.mktemp("mail"))


@pytest.fixture
def flow(
    mail_template: Path, clock: StandingClock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flow]:
    """A flow in a database of its own: what is due is nobody else's, and a turn has time enough."""
    monkeypatch.setattr(working_off, "_AT_LEAST_SECONDS", 600.0)
    monkeypatch.setattr(working_off, "_AT_MOST_SECONDS", 600.0)
    database = sqlite_database(mail_template, tmp_path)
    yield make_flow(database, clock, tmp_path)
    database.dispose()


def make_flow(db: Database, clock: StandingClock, folder: Path, **channel: Any) -> Flow:
    """A flow in a workspace of its own."""
    house = House()
    mail_jobs.register(house)
    house.add_job(JobDefinition("conversations.index", _nothing))
    mail = FakeMail()
    http = GuardedHttp(allow_private_addresses=True)
    services = Services(
        settings=load({**SETTINGS, "DATA_DIR": str(folder)}),
        db=db,
        inbox=db,
        keyring=KEYRING,
        http=http,
        platforms={},
        jobs=RecordedJobs(house.jobs),
        events=RecordedEvents(),
        now=clock,
        channels={"email": mail},
    )
    workspace_id = make_workspace(db)
    channel_id = make_channel(db, workspace_id, **channel)
    agent_id = make_agent(db, workspace_id)
    return Flow(services, clock, mail, workspace_id, channel_id, agent_id)


def _nothing(services: Services) -> None:
    """Words are another test's."""
