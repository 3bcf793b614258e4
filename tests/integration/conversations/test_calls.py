"""Calls as conversations: who rang, what became of it, and that nobody waits for what was taken."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from channels.phone.events import CallEvent
from channels.phone.reading import read_call
from channels.records import Account, Inbound
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import open_content
from integration.conversations.who import person_of
from integration.db import Database
from integration.models import Conversation, Message
from tests.factories.conversations import KEYRING, make_channel, receive_message
from tests.factories.databases import sqlite_database, sqlite_template
from tests.factories.stores import NOW, make_workspace

THEIRS = "+306912345678"
RING = CallEvent("CA1", "ringing", theirs=THEIRS, ours="+302101234567")
LINE = Account(1, "", "Phone", "+302101234567", "en", {"country": "GR"})


def _read(event: CallEvent) -> Inbound:
    return read_call(event.as_bytes(), LINE)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sqlite_template(tmp_path_factory.mktemp("calls"))


class Line:
    """A phone line of a workspace."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self.workspace_id = make_workspace(db)
        self.channel_id = make_channel(db, self.workspace_id, "phone", locale="en")

    def happens(self, event: CallEvent, minutes: int = 0) -> int:
        """It is told; the conversation's id."""
        now = NOW + timedelta(minutes=minutes)
        told = receive_message(self.db, self.workspace_id, self.channel_id, _read(event), now=now)
        return told.conversation_id

    def held(self, conversation_id: int) -> tuple[Conversation, list[str]]:
        """The conversation and what its messages say."""
        with self.db.workspace(self.workspace_id) as session:
            said_ones = session.query(Message).filter(Message.sealed_content.is_not(None))
            rows = said_ones.order_by(Message.id)
            keys = ChannelKeys(KEYRING)
            said = [open_content(keys.by_id(session, row.channel_id), row).text for row in rows]
            return session.get_one(Conversation, conversation_id), said


@pytest.fixture
def line(template: Path, tmp_path: Path) -> Line:
    return Line(sqlite_database(template, tmp_path))


def test_a_ring_opens_a_conversation_with_a_claimed_caller(line: Line) -> None:
    held, said = line.held(line.happens(RING))
    assert (held.channel_kind, held.status, held.trust) == ("phone", "open", "claimed")
    assert (held.person_kind, held.person_value) == ("phone", THEIRS)
    assert held.waiting_since == NOW
    assert said == ["Incoming call"]
    with line.db.workspace(line.workspace_id) as session:
        assert person_of(session, held).profile_id is None


def test_a_call_that_was_taken_waits_for_nobody_and_stays_open(line: Line) -> None:
    ring = line.happens(RING)
    taken = replace(RING, happening="answered", seconds=95, started_at=NOW + timedelta(seconds=20))
    assert line.happens(taken, minutes=2) == ring
    held, said = line.held(ring)
    assert said == ["Incoming call", "Phone call, 1:35"]
    assert (held.status, held.waiting_since, held.answered_seconds) == ("open", None, 20)


def test_a_missed_call_goes_on_with_its_ring_and_waits(line: Line) -> None:
    ring = line.happens(RING)
    assert line.happens(replace(RING, happening="missed", reason="busy"), minutes=1) == ring
    held, said = line.held(ring)
    assert said == ["Incoming call", "Missed call: the line was busy."]
    assert (held.status, held.waiting_since, held.answers) == ("open", NOW, 0)


def test_a_recording_that_names_nobody_finds_its_call(line: Line) -> None:
    ring = line.happens(replace(RING, happening="answered", seconds=9))
    told = CallEvent("CA1", "recorded", recording_url="https://pbx.example/r/1")
    assert line.happens(told, minutes=3) == ring
    held, said = line.held(ring)
    assert said[-1] == "The call was recorded."
    assert held.person_value == THEIRS


def test_a_recording_of_a_call_that_nobody_knows_is_kept_and_asks_nothing(line: Line) -> None:
    told = CallEvent("CA9", "recorded", recording_url="https://pbx.example/r/1")
    held, _ = line.held(line.happens(told))
    assert (held.person_kind, held.status, held.waiting_since) == (None, "resolved", None)


def test_a_later_call_is_a_conversation_of_its_own(line: Line) -> None:
    assert line.happens(RING) != line.happens(replace(RING, call_id="CA2"), minutes=5)


def test_another_lines_report_finds_nothing_of_this_one(line: Line) -> None:
    ring = line.happens(RING)
    other = Line(line.db)
    other.workspace_id = line.workspace_id
    other.channel_id = make_channel(line.db, line.workspace_id, "phone")
    told = CallEvent("CA1", "recorded", recording_url="https://pbx.example/r/1")
    assert other.happens(told) != ring


def test_a_call_that_we_made_asks_for_nothing(line: Line) -> None:
    called = replace(RING, happening="answered", direction="outbound", seconds=61)
    held, said = line.held(line.happens(called))
    assert said == ["We called, 1:01"]
    assert (held.status, held.waiting_since, held.first_asked_at) == ("resolved", None, None)
