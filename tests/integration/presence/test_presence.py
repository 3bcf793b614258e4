"""Who is here, over a real Valkey whose time is ours to move."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis

from integration.events import Event, RecordedEvents
from integration.presence.quiet import QuietPresence
from integration.presence.records import Doing, Here
from integration.presence.telling import note_online, note_presence, note_visitor_typing
from integration.presence.valkey import ValkeyPresence
from integration.processes.valkey import ValkeyServer, running_valkey
from integration.services import Services
from tests.conftest import StandingClock
from tests.ui_embed.world import build_world

WORKSPACE, OTHER = 3, 4
CONVERSATION = 12
ANNA, BORIS = 7, 8


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ValkeyServer]:
    with running_valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server


@pytest.fixture
def client(valkey: ValkeyServer) -> Iterator[Redis]:
    client = Redis.from_url(valkey.url)
    client.flushall()
    yield client
    client.close()


@pytest.fixture
def presence(client: Redis, clock: StandingClock) -> ValkeyPresence:
    return ValkeyPresence(client, lambda: clock().timestamp())


def test_readers_and_writers_are_seen_and_pass_by_themselves(
    presence: ValkeyPresence, clock: StandingClock
) -> None:
    assert presence.note(WORKSPACE, CONVERSATION, BORIS, Doing.READING) is True
    assert presence.note(WORKSPACE, CONVERSATION, ANNA, Doing.WRITING) is True
    assert presence.who_is_here(WORKSPACE, CONVERSATION) == (
        Here(ANNA, Doing.WRITING),
        Here(BORIS, Doing.READING),
    )
    clock.advance(seconds=9)
    assert presence.who_is_here(WORKSPACE, CONVERSATION) == (
        Here(ANNA, Doing.READING),
        Here(BORIS, Doing.READING),
    )
    clock.advance(seconds=37)
    assert presence.who_is_here(WORKSPACE, CONVERSATION) == ()


def test_the_same_again_is_no_news(presence: ValkeyPresence, clock: StandingClock) -> None:
    assert presence.note(WORKSPACE, CONVERSATION, ANNA, Doing.READING) is True
    assert presence.note(WORKSPACE, CONVERSATION, ANNA, Doing.READING) is False
    assert presence.note(WORKSPACE, CONVERSATION, ANNA, Doing.WRITING) is True
    assert presence.note(WORKSPACE, CONVERSATION, ANNA, Doing.WRITING) is False
    assert presence.note(WORKSPACE, CONVERSATION, ANNA, Doing.READING) is True
    assert presence.note(WORKSPACE, CONVERSATION, ANNA, Doing.LEFT) is True
    assert presence.note(WORKSPACE, CONVERSATION, ANNA, Doing.LEFT) is False
    presence.note(WORKSPACE, CONVERSATION, ANNA, Doing.READING)
    clock.advance(seconds=46)
    assert presence.note(WORKSPACE, CONVERSATION, ANNA, Doing.READING) is True


def test_a_workspace_sees_its_own(presence: ValkeyPresence) -> None:
    presence.note(WORKSPACE, CONVERSATION, ANNA, Doing.READING)
    presence.see_agent(WORKSPACE, ANNA)
    presence.see_visitor(WORKSPACE, 99)
    assert presence.who_is_here(OTHER, CONVERSATION) == ()
    assert presence.agents_online(OTHER) == frozenset()
    assert presence.visitors_online(OTHER) == frozenset()
    asked = [CONVERSATION, CONVERSATION + 1]
    assert presence.who_are_here(WORKSPACE, asked) == {CONVERSATION: (Here(ANNA, Doing.READING),)}
    assert presence.who_are_here(WORKSPACE, []) == {}


def test_who_is_online_is_seen_for_a_while(presence: ValkeyPresence, clock: StandingClock) -> None:
    assert presence.see_agent(WORKSPACE, ANNA) is True
    clock.advance(seconds=40)
    assert presence.see_agent(WORKSPACE, ANNA) is False
    assert presence.see_agent(WORKSPACE, BORIS) is True
    clock.advance(seconds=40)
    assert presence.agents_online(WORKSPACE) == {ANNA, BORIS}
    clock.advance(seconds=10)
    assert presence.agents_online(WORKSPACE) == frozenset()


def test_only_ids_are_kept_and_nothing_for_long(presence: ValkeyPresence, client: Redis) -> None:
    presence.note(WORKSPACE, CONVERSATION, ANNA, Doing.WRITING)
    presence.see_agent(WORKSPACE, ANNA)
    presence.see_visitor(WORKSPACE, 99)
    kept = {key.decode(): sorted(client.zrange(key, 0, -1)) for key in client.keys("*")}
    assert kept == {
        "tillside:here:3:12": [b"7:reading", b"7:writing"],
        "tillside:online:3:agents": [b"7"],
        "tillside:online:3:visitors": [b"99"],
    }
    assert all(0 < client.ttl(key) <= 46 for key in kept)


def test_without_valkey_nobody_is_here(clock: StandingClock) -> None:
    away = ValkeyPresence(Redis.from_url("redis://127.0.0.1:1/0"))
    for presence in (away, QuietPresence()):
        assert presence.note(WORKSPACE, CONVERSATION, ANNA, Doing.READING) is False
        assert presence.who_is_here(WORKSPACE, CONVERSATION) == ()
        assert presence.who_are_here(WORKSPACE, [CONVERSATION]) == {}
        assert presence.see_agent(WORKSPACE, ANNA) is False
        assert presence.agents_online(WORKSPACE) == frozenset()
        assert presence.see_visitor(WORKSPACE, 9) is False
        assert presence.visitors_online(WORKSPACE) == frozenset()


@pytest.fixture
def services(tmp_path: Path, presence: ValkeyPresence) -> Iterator[Services]:
    world = build_world(tmp_path)
    yield replace(world.services, presence=presence)
    world.services.db.dispose()
    world.services.inbox.dispose()


def test_what_is_news_is_told(services: Services) -> None:
    events = services.events
    assert isinstance(events, RecordedEvents)
    for doing in (Doing.READING, Doing.READING, Doing.WRITING, Doing.WRITING, Doing.LEFT):
        note_presence(services, WORKSPACE, CONVERSATION, ANNA, doing)
    note_visitor_typing(services, WORKSPACE, CONVERSATION)
    note_online(services, WORKSPACE, ANNA)
    note_online(services, WORKSPACE, ANNA)
    anna = {"who": "agent:7"}
    assert events.told == [
        Event(WORKSPACE, "presence", CONVERSATION, anna | {"state": "reading"}),
        Event(WORKSPACE, "presence", CONVERSATION, anna | {"state": "writing"}),
        Event(WORKSPACE, "typing", CONVERSATION, anna),
        Event(WORKSPACE, "typing", CONVERSATION, anna),
        Event(WORKSPACE, "presence", CONVERSATION, anna | {"state": "left"}),
        Event(WORKSPACE, "typing", CONVERSATION, {"who": "visitor"}),
        Event(WORKSPACE, "online", ANNA, {"state": "on"}),
    ]
