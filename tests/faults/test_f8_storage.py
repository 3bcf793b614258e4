"""F8 on SQLite: Valkey emptied or away, disk full, file locked: no 2xx before the commit."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from redis import Redis

from integration.app import build_house
from integration.jobs import JobArgument
from integration.models import Order
from integration.processes.valkey import running_valkey
from integration.rq_jobs import RqJobs
from integration.services import Services
from tests.conftest import StandingClock
from tests.faults.lengths import how_many
from tests.faults.scenarios.storage import Counts, locked_by_another_process, outlast
from tests.webhooks.bodies import order
from tests.webhooks.parts import Sender, add_store, make_services, rows, stored
from webhooks.drain import drain, sweep
from webhooks.inbox import open_inbox
from webhooks.inbox_sqlite import SqliteSink
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory
from webhooks.wake import WakeUp

COUNT = how_many(20, 2000)
OUTLASTED = Counts(
    refused=COUNT,
    stored_though_refused=0,
    acknowledged=3 * COUNT,
    acknowledged_and_missing=0,
    stored_twice=0,
)


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock) -> Iterator[Services]:
    made = make_services(tmp_path, clock)
    add_store(made)
    yield made
    made.db.dispose()
    made.inbox.dispose()


@pytest.fixture
def receiver(services: Services) -> Iterator[Receiver]:
    inbox = open_inbox(services)
    yield Receiver(services, inbox, StoreDirectory(services))
    inbox.close()


def test_a_full_disk_refuses_and_recovers(
    services: Services, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def full() -> Iterator[None]:
        opened = SqliteSink._open

        def open_full(self: SqliteSink) -> sqlite3.Connection:
            # SQLite's own SQLITE_FULL, by a file that may not grow.
            connection = opened(self)
            connection.execute("PRAGMA max_page_count=1")
            return connection

        with monkeypatch.context() as patch:
            patch.setattr(SqliteSink, "_open", open_full)
            receiver._inbox._sink.close()
            yield

    assert outlast(services, receiver, full(), count=COUNT) == OUTLASTED


def test_a_locked_file_refuses_and_recovers(
    services: Services, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.inbox_sqlite._LOCK_WAIT_SECONDS", 0.05)
    locked = locked_by_another_process(tmp_path / "inbox.db")
    receiver._inbox._sink.close()  # the next one opens with that patience
    assert outlast(services, receiver, locked, count=COUNT) == OUTLASTED


class AwayJobs:
    """Jobs of a Valkey that can't be reached."""

    def enqueue(
        self, name: str, *, key: str | None = None, in_seconds: float = 0, **arguments: JobArgument
    ) -> None:
        raise ConnectionError("Valkey is away")


def test_valkey_away_delays_and_loses_nothing(services: Services) -> None:
    _send_orders(replace(services, jobs=AwayJobs()))
    assert len(stored(services)) == COUNT
    sweep(services)
    drain(services)
    assert len(rows(services, Order)) == COUNT


def test_valkey_emptied_is_made_good_by_the_sweep(services: Services, tmp_path: Path) -> None:
    with running_valkey(tmp_path / "valkey") as server, Redis.from_url(server.url) as connection:
        jobs = RqJobs(connection, build_house().jobs)
        told = replace(services, jobs=jobs)
        _send_orders(told)
        assert jobs.has_waiting("live")
        connection.flushall()
        assert not jobs.has_waiting("live")
        sweep(told)
        assert jobs.has_waiting("live")
    drain(services)
    assert len(rows(services, Order)) == COUNT


def _send_orders(services: Services) -> None:
    wake = WakeUp(services.jobs)
    inbox = open_inbox(services, on_new=wake)
    send = Sender(Receiver(services, inbox, StoreDirectory(services)))
    for number in range(COUNT):
        send("orders/create", order(number))
    inbox.close()
    wake.close()
