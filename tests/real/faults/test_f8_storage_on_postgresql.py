"""F8 on PostgreSQL, and on a file system that really is full."""

import os
import resource
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from integration.services import Services
from tests.conftest import StandingClock
from tests.faults.lengths import how_many
from tests.faults.scenarios.storage import Counts, outlast
from tests.webhooks.parts import add_store, make_services
from webhooks.inbox import open_inbox
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory

pytestmark = pytest.mark.real

COUNT = how_many(20, 2000)
_DISK_BYTES = 4 * 1024 * 1024


def _outlasted(refused: int) -> Counts:
    return Counts(
        refused=refused,
        stored_though_refused=0,
        acknowledged=3 * COUNT,
        acknowledged_and_missing=0,
        stored_twice=0,
    )


@contextmanager
def _receiver(services: Services) -> Iterator[Receiver]:
    add_store(services)
    inbox = open_inbox(services)
    # What is full or locked must not be met by looking the store up.
    directory = StoreDirectory(services, ttl_seconds=3600)
    try:
        yield Receiver(services, inbox, directory)
    finally:
        inbox.close()
        services.db.dispose()
        services.inbox.dispose()


def test_a_locked_table_refuses_and_recovers(
    tmp_path: Path, clock: StandingClock, schema_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("webhooks.inbox_postgresql._PREPARE", ("SET lock_timeout = '100ms'",))

    @contextmanager
    def locked() -> Iterator[None]:
        with psycopg.connect(schema_url) as connection:
            connection.execute("LOCK TABLE deliveries IN EXCLUSIVE MODE")
            yield

    with _receiver(make_services(tmp_path, clock, url=schema_url)) as receiver:
        services = receiver._services
        receiver._inbox._sink.close()
        assert outlast(services, receiver, locked(), count=COUNT) == _outlasted(COUNT)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A folder that holds few bytes: a file system of its own for root, else a limit on files."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={_DISK_BYTES}", "tmpfs", str(folder)]
    if os.getuid() == 0 and subprocess.run(mount, check=False, capture_output=True).returncode == 0:
        yield folder
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        return
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_DISK_BYTES // 2, before[1]))
    yield folder
    resource.setrlimit(resource.RLIMIT_FSIZE, before)
    signal.signal(signal.SIGXFSZ, ignored)


def test_a_full_file_system_refuses_and_recovers(
    small_disk: Path, tmp_path: Path, clock: StandingClock
) -> None:
    services = make_services(small_disk, clock)

    @contextmanager
    def full() -> Iterator[None]:
        ballast = small_disk / "ballast"
        with ballast.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
            yield
        ballast.unlink()

    with _receiver(services) as receiver:
        counts = outlast(services, receiver, full(), count=COUNT)
        # What still fits into the log's own file may be taken.
        assert counts == _outlasted(counts.refused)
        assert counts.refused > 0
