"""The inbox as a SQLite file of its own, written by the receiver only."""

import sqlite3
import threading
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import lru_cache
from itertools import chain

from webhooks.arrival import Arrival

_COLUMNS = (
    "dedupe_key, platform, workspace_id, store_id, store_hint, topic, delivery_external_id, "
    "event_external_id, api_version, triggered_at, received_at, is_compliance, sealed_body"
)
_LAST_ID = "SELECT coalesce(max(id), 0) FROM deliveries"
_KEYS_AFTER = "SELECT group_concat(hex(dedupe_key)) FROM deliveries WHERE id > ?"
# Other receivers' commits take milliseconds; a sender gives up after 5 seconds.
_LOCK_WAIT_SECONDS = 3.0
# A checkpoint holds up everyone who waits: small ones for less long, large ones cost less in all.
_CHECKPOINT_BYTES = 1024 * 1024
_ROW_BYTES = 1024  # what a row takes beside its body
_CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)"


class SqliteSink:
    """Commits batches with one fsync each (WAL, synchronous=FULL)."""

    failures: tuple[type[Exception], ...] = (sqlite3.OperationalError,)

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None
        self._last_id = 0
        self._log_bytes = 0
        self._aside: threading.Thread | None = None

    def commit(self, batch: Sequence[Arrival]) -> list[bool]:
        """See `Sink`."""
        connection = self._connection or self._open()
        try:
            outcome = self._insert(connection, batch)
        except BaseException:
            self.close()
            raise
        self._log_bytes += sum(len(arrival.sealed_body) + _ROW_BYTES for arrival in batch)
        if self._log_bytes > _CHECKPOINT_BYTES:
            self._checkpoint(connection)
        return outcome

    def _insert(self, connection: sqlite3.Connection, batch: Sequence[Arrival]) -> list[bool]:
        """For each row, whether it is new. One statement, which is its own transaction: between any
        two, and at each row that is read, the interpreter would go to the requests and back.
        """
        values = list(chain.from_iterable(map(_values, batch)))
        cursor = connection.execute(_statement(len(batch)), values)
        before, self._last_id = self._last_id, cursor.lastrowid or self._last_id
        if cursor.rowcount == len(batch):
            return [True] * len(batch)
        if not cursor.rowcount:
            return [False] * len(batch)
        # A row takes one id at most: whatever other receivers wrote before needn't be read.
        after = max(before, self._last_id - len(batch))
        [keys] = connection.execute(_KEYS_AFTER, (after,)).fetchone()
        new = set((keys or "").split(","))
        return [_is_first(new, arrival.dedupe_key.hex().upper()) for arrival in batch]

    def _checkpoint(self, connection: sqlite3.Connection) -> None:
        """Move the log into the file, nearly all of it while further batches commit.

        Only a log that is moved to its end begins anew. So the little that came in meanwhile is
        moved here, between two commits.
        """
        if self._aside is None:
            self._aside = threading.Thread(target=self._checkpoint_aside, name="inbox-log")
            self._aside.start()
        elif not self._aside.is_alive():
            self._aside = None
            self._log_bytes = 0
            _move_log(connection)

    def _checkpoint_aside(self) -> None:
        with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
            # What the first one leaves is what came in meanwhile.
            _move_log(connection)
            _move_log(connection)

    def close(self) -> None:
        """See `Sink`; an open transaction is rolled back."""
        if self._aside is not None:
            self._aside.join()
            self._aside = None
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            self._path, timeout=_LOCK_WAIT_SECONDS, isolation_level=None, check_same_thread=False
        )
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        [self._last_id] = connection.execute(_LAST_ID).fetchone()
        self._connection = connection
        return connection


def _is_first(new: set[str], key: str) -> bool:
    is_new = key in new
    new.discard(key)
    return is_new


@lru_cache(maxsize=128)
def _statement(rows: int) -> str:
    row = f"({', '.join('?' * _COLUMNS.count(','))}, ?)"
    return (
        f"INSERT INTO deliveries ({_COLUMNS}) VALUES {', '.join([row] * rows)} "  # noqa: S608
        "ON CONFLICT (dedupe_key) DO NOTHING"
    )


def _move_log(connection: sqlite3.Connection) -> None:
    # What was committed is durable in the log as well: a full disk only lets the log grow.
    with suppress(sqlite3.OperationalError):
        connection.execute(_CHECKPOINT)


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
