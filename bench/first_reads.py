"""Our side of a first read: a database of its own, the store connected, the job `sync.backfill`."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog
from sqlalchemy import func, select, text

from integration.app import build_platforms
from integration.crypto import keyring, new_key_text
from integration.db import Database
from integration.events import RecordedEvents
from integration.http import GuardedHttp
from integration.install.granting import StoreRef, keep_grant
from integration.models import Order, StoreSync
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from integration.settings import load as load_settings
from integration.sync.backfill import backfill
from integration.upgrade import upgrade_database
from platforms.port import Grant

Connect = Callable[[Services], Grant]


@dataclass(frozen=True, slots=True)
class FirstRead:
    """How long it took, from the first request to the last commit, and what is held after it."""

    seconds: float
    orders: int


def read_all(url: str, slug: str, connect: Connect, settings: Mapping[str, str]) -> FirstRead:
    """Read a store whole into an empty database. Raises AssertionError for a read that failed."""
    with services_at(url, settings) as services:
        ref: StoreRef = keep_grant(services, slug, connect(services)).ref
        began = time.perf_counter()
        backfill(services, workspace_id=ref.workspace_id, store_id=ref.store_id)
        seconds = time.perf_counter() - began
        with services.db.workspace(ref.workspace_id) as session:
            sync = session.get_one(StoreSync, ref.store_id)
            assert sync.backfill_state == "done", sync.error
            held = session.execute(select(func.count()).select_from(Order)).scalar_one()
    return FirstRead(seconds, held)


def empty_sqlite(folder: Path) -> str:
    """The URL of a SQLite file (synchronous=FULL, as the product has it) that isn't there yet."""
    path = folder / "run.db"
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    return f"sqlite:///{path}"


def emptied_postgresql(url: str) -> str:
    """That database without anything in it."""
    database = Database(url, pool_size=1)
    with database.engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    database.dispose()
    return url


@contextmanager
def services_at(url: str, settings: Mapping[str, str]) -> Iterator[Services]:
    """The product's services over that database, its schema made."""
    told = {
        "APP_URL": "http://127.0.0.1:1",
        "SECRET_KEY": "only-for-the-benchmark-on-this-machine",
        "ALLOW_PRIVATE_ADDRESSES": "on",
        **settings,
    }
    # What is printed is the figures, or JSON alone.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    http = GuardedHttp(allow_private_addresses=True)
    database = Database(url, pool_size=2)
    upgrade_database(database, "main")
    try:
        yield Services(
            settings=load_settings(told),
            db=database,
            inbox=database,
            keyring=keyring(new_key_text("bench")),
            http=http,
            platforms=build_platforms(http, told),
            jobs=RecordedJobs(),
            events=RecordedEvents(),
            now=lambda: datetime.now(UTC),
        )
    finally:
        database.dispose()
