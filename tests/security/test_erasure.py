"""Redact with aliases, guests, search index, queue, then a re-sync: the person is in no place."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis
from structlog.testing import capture_logs

from integration.app import build_channels, build_house
from integration.events_valkey import ValkeyEvents
from integration.models import Store
from integration.presence.valkey import ValkeyPresence
from integration.privacy.erasing.remains import clear_remains
from integration.processes.valkey import running_valkey
from integration.rq_jobs import RqJobs
from integration.services import Services
from integration.settings import load
from tests.conftest import StandingClock
from tests.security.erased_person import (
    EVERYWHERE,
    WORDS,
    come_again,
    dump,
    erase,
    fill,
    furnish_stranger,
    places,
)
from tests.security.erased_talks import FIRST
from tests.webhooks.parts import SETTINGS, Sender, add_store, make_services
from webhooks.inbox import open_inbox
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory


@pytest.fixture(scope="module")
def valkey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with running_valkey(tmp_path_factory.mktemp("valkey")) as server:
        yield server.url


def live_services(
    made: Services, folder: Path, clock: StandingClock, client: Redis, url: str
) -> Services:
    """The same with jobs, news and presence in a real Valkey."""
    settings = load({**SETTINGS, "DATA_DIR": str(folder), "REDIS_URL": url})
    return replace(
        made,
        settings=settings,
        jobs=RqJobs(client, build_house().jobs),
        events=ValkeyEvents(client),
        presence=ValkeyPresence(client, lambda: clock().timestamp()),
        channels=build_channels(settings),
    )


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock, valkey: str) -> Iterator[Services]:
    """Services on SQLite, and a real Valkey."""
    made = make_services(tmp_path, clock)
    client = Redis.from_url(valkey)
    client.flushall()
    yield live_services(made, tmp_path, clock, client, valkey)
    client.close()
    made.db.dispose()
    made.inbox.dispose()


@pytest.fixture
def store(services: Services) -> Store:
    return add_store(services)


@pytest.fixture
def send(services: Services) -> Iterator[Sender]:
    inbox = open_inbox(services)
    yield Sender(Receiver(services, inbox, StoreDirectory(services, ttl_seconds=-1)))
    inbox.close()


def test_redact_with_aliases_guests_search_index_and_queue_then_a_re_sync(
    services: Services,
    store: Store,
    send: Sender,
    clock: StandingClock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with capture_logs() as logs:
        mailbox = fill(services, store, send)
        # Into the file itself: what the log alone holds is gone with the log.
        clear_remains(services)
        before = places(services)
        assert EVERYWHERE - before == set()
        if services.db.is_sqlite:
            assert {"inbox: deliveries.sealed_body, opened", "file tillside.db"} <= before
        else:
            assert "deliveries.sealed_body, opened" in before
        erase(services, store)
        assert places(services) == set()
        come_again(services, store, send, clock, mailbox)
        assert places(services) == set()
    assert logs
    assert not any(word in f"{logs}{caplog.text}".lower() for word in WORDS)


def test_another_workspaces_same_address_is_untouched(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    stranger = add_store(services, "stranger.myshopify.com", number="3")
    furnish_stranger(services, stranger)
    before = dump(services, stranger.workspace_id)
    assert any(FIRST in repr(row) for row in before["orders"])
    mailbox = fill(services, store, send)
    erase(services, store)
    come_again(services, store, send, clock, mailbox)
    after = dump(services, stranger.workspace_id)
    assert {name for name in before if before[name] != after[name]} <= {"due_profiles"}
    assert not any(word in repr(dump(services, store.workspace_id)).lower() for word in WORDS)
