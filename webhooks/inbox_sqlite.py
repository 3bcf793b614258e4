"""The inbox as a SQLite file of its own, written by the receiver only."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime

from webhooks.arrival import Arrival

_COLUMNS = (
    "dedupe_key, platform, workspace_id, store_id, store_hint, topic, delivery_external_id, "
    "event_external_id, api_version, triggered_at, received_at, is_compliance, sealed_body"
)
_INSERT = (
    f"INSERT INTO deliveries ({_COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?) "  # noqa: S608
    "ON CONFLICT (dedupe_key) DO NOTHING"
)
# Other receivers' commits take milliseconds; a sender gives up after 5 seconds.
_LOCK_WAIT_SECONDS = 3.0
# A checkpoint stalls everyone who waits: rarer and larger ones cost less in all.
_CHECKPOINT_PAGES = 4000


class SqliteSink:
    """Commits batches with one fsync each (WAL, synchronous=FULL)."""

    failures: tuple[type[Exception], ...] = (sqlite3.OperationalError,)

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def commit(self, batch: Sequence[Arrival]) -> list[bool]:
        """See `Sink`."""
        connection = self._connection or self._open()
        connection.execute("BEGIN IMMEDIATE")
        try:
            execute = connection.execute
            outcome = [execute(_INSERT, _values(arrival)).rowcount == 1 for arrival in batch]
            connection.execute("COMMIT")
        except BaseException:
            self.close()
            raise
        return outcome

    def close(self) -> None:
        """See `Sink`; an open transaction is rolled back."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_LOCK_WAIT_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute(f"PRAGMA wal_autocheckpoint={_CHECKPOINT_PAGES}")
        self._connection = connection
        return connection


def _values(arrival: Arrival) -> tuple[object, ...]:
    return (
        arrival.dedupe_key,
        arrival.platform,
        arrival.workspace_id,
        arrival.store_id,
        arrival.store_hint,
        arrival.topic,
        arrival.delivery_external_id,
        arrival.event_external_id,
        arrival.api_version,
        _text(arrival.triggered_at) if arrival.triggered_at is not None else None,
        _text(arrival.received_at),
        arrival.is_compliance,
        arrival.sealed_body,
    )


def _text(value: datetime) -> str:
    # The form in which SQLAlchemy's DateTime reads it back.
    naive = value.astimezone(UTC).replace(tzinfo=None)
    return naive.isoformat(sep=" ", timespec="microseconds")
