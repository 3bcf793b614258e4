"""The inbox as a table on PostgreSQL, through a connection of the writer thread's own.

Its role needs INSERT on `deliveries`, SELECT on `deliveries.dedupe_key` and USAGE on the sequence.
"""

from collections.abc import Sequence
from typing import Any

import psycopg

from webhooks.arrival import Arrival

# Batches of all receivers commit one after the other, so that ids become visible in their order:
# who has read up to an id has missed nothing below it.
_IN_ORDER = "SELECT pg_advisory_xact_lock(7455010)"
_PREPARE = (
    "SET statement_timeout = '3500ms'",
    "SET idle_in_transaction_session_timeout = '5s'",
    # An operator's stricter setting stands; `off` would acknowledge what a crash can lose.
    "SELECT set_config('synchronous_commit', 'on', false)"
    " WHERE current_setting('synchronous_commit') = 'off'",
)
_TYPES = (
    ("dedupe_key", "bytea"),
    ("platform", "text"),
    ("workspace_id", "bigint"),
    ("store_id", "bigint"),
    ("store_hint", "text"),
    ("topic", "text"),
    ("delivery_external_id", "text"),
    ("event_external_id", "text"),
    ("api_version", "text"),
    ("triggered_at", "timestamptz"),
    ("received_at", "timestamptz"),
    ("is_compliance", "boolean"),
    ("sealed_body", "bytea"),
)
_NAMES = tuple(name for name, _ in _TYPES)
_INSERT = (
    f"INSERT INTO deliveries ({', '.join(_NAMES)}) "  # noqa: S608
    f"SELECT {', '.join(_NAMES)} "
    f"FROM unnest({', '.join(f'%s::{kind}[]' for _, kind in _TYPES)}) "
    f"WITH ORDINALITY AS arrived ({', '.join(_NAMES)}, position) ORDER BY position "
    "ON CONFLICT (dedupe_key) DO NOTHING RETURNING dedupe_key"
)


class PostgresqlSink:
    """Commits batches with one statement and one commit each."""

    failures: tuple[type[Exception], ...] = (
        psycopg.OperationalError,
        psycopg.InterfaceError,
    )

    def __init__(self, conninfo: str) -> None:
        self._conninfo = conninfo
        self._connection: psycopg.Connection[Any] | None = None

    def commit(self, batch: Sequence[Arrival]) -> list[bool]:
        """See `Sink`."""
        connection = self._connection or self._open()
        columns = [[getattr(arrival, name) for arrival in batch] for name in _NAMES]
        with connection.transaction():
            connection.execute(_IN_ORDER)
            stored = {bytes(row[0]) for row in connection.execute(_INSERT, columns, binary=True)}
        return [_is_first(arrival.dedupe_key, stored) for arrival in batch]

    def close(self) -> None:
        """See `Sink`."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _open(self) -> "psycopg.Connection[Any]":
        connection = psycopg.connect(self._conninfo, autocommit=True, connect_timeout=3)
        for statement in _PREPARE:
            connection.execute(statement)
        self._connection = connection
        return connection


def _is_first(key: bytes, stored: set[bytes]) -> bool:
    # The same delivery may stand twice in one batch: one of them is the new one.
    if key in stored:
        stored.discard(key)
        return True
    return False
