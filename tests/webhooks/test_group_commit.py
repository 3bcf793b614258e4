"""Group commit: batches under load, nothing before the commit, every waiter told of a failure."""

import asyncio
import sqlite3
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from integration.crypto import DataKey
from integration.db import Database
from integration.models import InboxModel
from platforms.port import Envelope
from webhooks.arrival import Addressee, Arrival, arrival
from webhooks.group_commit import GroupCommit, InboxUnavailable
from webhooks.inbox import sink
from webhooks.inbox_sqlite import SqliteSink

KEY = DataKey(b"k" * 32)
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


def row(number: int, body: bytes = b"{}") -> Arrival:
    envelope = Envelope("orders/create", "a.myshopify.com", f"d{number}")
    return arrival("shopify", "a.myshopify.com", envelope, body, Addressee(1, 1, KEY), NOW)


class GatedSink:
    """Commits nothing; each commit waits until the test lets it, or fails as the test says."""

    failures: tuple[type[Exception], ...] = (sqlite3.OperationalError,)

    def __init__(self) -> None:
        self.batches: list[list[Arrival]] = []
        self.gate = threading.Event()
        self.begun = threading.Event()
        self.error: Exception | None = None
        self.poison: Arrival | None = None
        self.closed = 0

    def commit(self, batch: Sequence[Arrival]) -> list[bool]:
        self.begun.set()
        assert self.gate.wait(60)
        self.batches.append(list(batch))
        if self.error is not None:
            raise self.error
        if self.poison is not None and self.poison in batch:
            raise ValueError("this row can't be stored")
        return [True] * len(batch)

    def close(self) -> None:
        self.closed += 1


def test_rows_that_arrive_during_a_commit_share_the_next_one() -> None:
    gated = GatedSink()
    inbox = GroupCommit(gated)

    async def scenario() -> list[bool]:
        first = asyncio.create_task(inbox.add(row(0)))
        assert await asyncio.to_thread(gated.begun.wait, 60)
        others = [asyncio.create_task(inbox.add(row(n))) for n in range(1, 40)]
        await asyncio.sleep(0.01)
        # No answer before the commit.
        assert not first.done()
        assert not any(other.done() for other in others)
        gated.gate.set()
        return await asyncio.gather(first, *others)

    assert asyncio.run(scenario()) == [True] * 40
    assert [len(batch) for batch in gated.batches] == [1, 39]
    inbox.close()


def test_a_batch_is_never_larger_than_its_size() -> None:
    gated = GatedSink()
    inbox = GroupCommit(gated, batch_rows=10)

    async def scenario() -> None:
        tasks = [asyncio.create_task(inbox.add(row(n))) for n in range(25)]
        await asyncio.sleep(0)
        gated.gate.set()
        await asyncio.gather(*tasks)

    asyncio.run(scenario())
    assert sum(len(batch) for batch in gated.batches) == 25
    assert max(len(batch) for batch in gated.batches) <= 10
    inbox.close()


def test_every_waiter_is_told_that_a_commit_failed_and_the_next_one_may_hold() -> None:
    gated = GatedSink()
    gated.gate.set()
    gated.error = sqlite3.OperationalError("disk I/O error")
    inbox = GroupCommit(gated)

    async def scenario() -> None:
        outcomes = await asyncio.gather(
            *(inbox.add(row(n)) for n in range(5)), return_exceptions=True
        )
        assert [type(outcome) for outcome in outcomes] == [InboxUnavailable] * 5
        gated.error = None
        assert await inbox.add(row(6)) is True

    asyncio.run(scenario())
    assert gated.closed >= 1
    inbox.close()


def test_one_row_that_cannot_be_stored_does_not_fail_its_neighbours() -> None:
    gated = GatedSink()
    gated.poison = row(3)
    inbox = GroupCommit(gated)

    async def scenario() -> list[object]:
        poison = replace(gated.poison) if gated.poison else row(3)
        rows = [row(0), row(1), poison, row(4)]
        gated.poison = poison
        tasks = [asyncio.create_task(inbox.add(each)) for each in rows]
        await asyncio.sleep(0.01)
        gated.gate.set()
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    outcomes = asyncio.run(scenario())
    assert [type(outcome).__name__ for outcome in outcomes] == [
        "bool",
        "bool",
        "InboxUnavailable",
        "bool",
    ]
    inbox.close()


def test_a_stalled_disk_is_told_in_time() -> None:
    gated = GatedSink()
    inbox = GroupCommit(gated, patience_seconds=0.05)
    with pytest.raises(InboxUnavailable, match="too long"):
        asyncio.run(inbox.add(row(1)))
    gated.gate.set()
    inbox.close()


def test_a_full_queue_holds_back_then_refuses() -> None:
    gated = GatedSink()
    two_rows = 2 * len(row(0).sealed_body)
    inbox = GroupCommit(gated, batch_rows=1, queue_bytes=two_rows, patience_seconds=0.1)

    async def scenario() -> list[object]:
        tasks = [asyncio.create_task(inbox.add(row(n))) for n in range(6)]
        return list(await asyncio.gather(*tasks, return_exceptions=True))

    outcomes = asyncio.run(scenario())
    assert all(isinstance(outcome, InboxUnavailable) for outcome in outcomes)
    assert sum("full" in str(outcome) for outcome in outcomes) >= 3
    gated.gate.set()
    inbox.close()
    assert sum(len(batch) for batch in gated.batches) <= 3


def test_threads_are_served_alike(tmp_path: Path) -> None:
    inbox = GroupCommit(_sqlite(tmp_path))
    with ThreadPoolExecutor(16) as pool:
        assert all(pool.map(inbox.add_blocking, (row(n) for n in range(200))))
        assert not any(pool.map(inbox.add_blocking, (row(n) for n in range(200))))
    inbox.close()
    assert _count(tmp_path) == 200


def test_what_waits_at_the_end_is_committed_and_later_rows_are_refused(tmp_path: Path) -> None:
    inbox = GroupCommit(_sqlite(tmp_path))

    async def scenario() -> list[bool]:
        tasks = [asyncio.create_task(inbox.add(row(n))) for n in range(20)]
        await asyncio.sleep(0)
        await asyncio.to_thread(inbox.close)
        return await asyncio.gather(*tasks)

    assert asyncio.run(scenario()) == [True] * 20
    with pytest.raises(InboxUnavailable):
        inbox.add_blocking(row(99))
    assert _count(tmp_path) == 20


def test_a_locked_file_fails_the_batch_and_stores_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.inbox_sqlite._LOCK_WAIT_SECONDS", 0.05)
    inbox = GroupCommit(_sqlite(tmp_path))
    blocker = sqlite3.connect(tmp_path / "inbox.db", isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    with pytest.raises(InboxUnavailable, match="OperationalError"):
        inbox.add_blocking(row(1))
    blocker.execute("ROLLBACK")
    blocker.close()
    assert inbox.add_blocking(row(1)) is True
    inbox.close()
    assert _count(tmp_path) == 1


def test_the_file_is_synced_fully_and_in_wal_mode(tmp_path: Path) -> None:
    made = _sqlite(tmp_path)
    made.commit([row(1)])
    connection = made._connection
    assert connection is not None
    assert connection.execute("PRAGMA synchronous").fetchone() == (2,)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    made.close()


def test_the_log_is_moved_aside_and_begins_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.inbox_sqlite._CHECKPOINT_BYTES", 100_000)
    made = _sqlite(tmp_path)
    log = tmp_path / "inbox.db-wal"
    for number in range(60):
        made.commit([row(number * 10 + n, b"x" * 10_000) for n in range(10)])
        if made._aside is not None:
            made._aside.join(30)
    # 6 MB went through it.
    assert log.stat().st_size < 2_000_000
    assert _count(tmp_path) == 600
    made.close()


def test_what_another_receiver_wrote_is_a_duplicate(tmp_path: Path) -> None:
    first = _sqlite(tmp_path)
    second = _sqlite(tmp_path)
    assert first.commit([row(1)]) == [True]
    assert second.commit([row(number) for number in range(2, 12)]) == [True] * 10
    assert first.commit([row(2)]) == [False]
    assert first.commit([row(3), row(3), row(20), row(20), row(21)]) == [
        *[False, False, True],
        *[False, True],
    ]
    assert second.commit([row(20), row(11)]) == [False, False]
    assert _count(tmp_path) == 13
    first.close()
    second.close()


def test_a_checkpoint_that_fails_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.inbox_sqlite._CHECKPOINT_BYTES", 1)
    monkeypatch.setattr("webhooks.inbox_sqlite._CHECKPOINT", "PRAGMA wal_checkpoint(not there")
    made = _sqlite(tmp_path)
    for number in range(5):
        assert made.commit([row(number)]) == [True]
    made.close()
    assert _count(tmp_path) == 5


def _sqlite(folder: Path) -> SqliteSink:
    database = Database(f"sqlite:///{folder / 'inbox.db'}")
    InboxModel.metadata.create_all(database.engine)
    made = sink(database.engine.url)
    database.dispose()
    assert isinstance(made, SqliteSink)
    return made


def _count(folder: Path) -> int:
    connection = sqlite3.connect(folder / "inbox.db")
    [count] = connection.execute("SELECT count(*) FROM deliveries").fetchone()
    connection.close()
    return int(count)
