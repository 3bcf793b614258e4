"""The database: workspace-scoped sessions, and the few unscoped ones, by name.

A `WorkspaceSession` can't exist without a workspace: each ORM statement it runs is limited to the
workspace's rows, and each row it adds gets the workspace's id. What has to look across workspaces
(finding the store of a delivery, leasing work) asks for `across_workspaces()`, and a test lists
who does.
"""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

import orjson
from sqlalchemy import (
    Connection,
    Engine,
    NestedTransaction,
    Select,
    create_engine,
    event,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from integration.logs.told_errors import leave_values_out
from integration.operations.measures import commit_seconds
from integration.processes.process_turns import ProcessTurns
from integration.tenancy.row_security import EVERY_WORKSPACE, SCOPE, tell
from integration.tenancy.workspace_session import (
    FLUSHING,
    NO_KEY,
    WorkspaceSession,
    check_limits,
    check_limits_unless_held,
    say_for_whom,
)
from integration.turns import Turns

__all__ = [
    "ACROSS",
    "NO_KEY",
    "Database",
    "SharedCommit",
    "SharedCommitLost",
    "WorkspaceSession",
    "one_or_none",
]

_WRITE = "tillside_write"
_BUSY_MS, _LOG_WAITS_MS = 30_000, 1_000
# What a connection is given that looks across workspaces without the methods of `Database`.
ACROSS = {SCOPE: EVERY_WORKSPACE}
# More readings side by side than connections take turns: long ones, when all begin at once.
_TURN_SECONDS = 120.0
# A backfill reads and writes JSON columns by the ten thousand. Parameters are personal data: no
# error may carry them into a log.
_ENGINE: dict[str, Any] = {
    "hide_parameters": True,
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}


class SharedCommitLost(Exception):
    """The database undid all that a shared transaction had written: nothing may follow in it."""


class SharedCommit:
    """A transaction that several workspaces share, each by sessions of its own."""

    def __init__(self, connection: Connection, names_key: bytes = NO_KEY) -> None:
        self.connection = connection
        self._names_key = names_key

    @contextmanager
    def workspace(self, workspace_id: int) -> Iterator[WorkspaceSession]:
        """A session on one workspace. When the block raises, only what it wrote is undone.

        Raises SharedCommitLost where the database couldn't keep them apart.
        """
        part = self.connection.begin_nested()
        self._be_for(str(workspace_id))
        more: Any = {"join_transaction_mode": "rollback_only", "names_key": self._names_key}
        with WorkspaceSession(self.connection, workspace_id, **more) as session:
            try:
                yield session
                session.flush()
            except BaseException:
                self._undo(part)
                raise
        try:
            part.commit()
            self._be_for(EVERY_WORKSPACE)
        except SQLAlchemyError as error:
            raise SharedCommitLost(type(error).__name__) from error

    def _be_for(self, scope: str) -> None:
        self.connection.execution_options(**{SCOPE: scope, FLUSHING: False})
        tell(self.connection, scope)

    def _undo(self, part: NestedTransaction) -> None:
        try:
            # A flush that failed has undone it.
            if part.is_active:
                part.rollback()
            self._be_for(EVERY_WORKSPACE)
        except SQLAlchemyError as error:
            raise SharedCommitLost(type(error).__name__) from error
        # SQLite ends the whole transaction when its disk is full: what followed would be committed
        # by itself.
        if not getattr(self.connection.connection.driver_connection, "in_transaction", True):
            raise SharedCommitLost("the transaction ended")


class Database:
    """An engine and its sessions. One for the process.

    `names_key` is what erased persons' names are hashed with (`identity.erased_names`).
    """

    def __init__(self, url: str, *, pool_size: int = 16, names_key: bytes = NO_KEY) -> None:
        self.engine = _engine(url, pool_size)
        self.names_key = names_key
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._turns = Turns()
        file = self.engine.url.database or ""
        is_file = self.is_sqlite and file not in ("", ":memory:")
        self._process_turns = ProcessTurns(file) if is_file else None

    @contextmanager
    def workspace(self, workspace_id: int, *, write: bool = False) -> Iterator[WorkspaceSession]:
        """A session on one workspace; commits at its end when `write`, rolls back on an error."""
        with self._connected(write, str(workspace_id)) as connection:
            session = WorkspaceSession(connection, workspace_id, names_key=self.names_key)
            with session:
                yield session
                if write:
                    with commit_seconds.time():
                        session.commit()

    @contextmanager
    def several_workspaces(self) -> Iterator[SharedCommit]:
        """One transaction that writes for several workspaces and commits at its end, or not."""
        with self._connected(True) as connection, connection.begin() as transaction:
            yield SharedCommit(connection, self.names_key)
            with commit_seconds.time():
                transaction.commit()

    @contextmanager
    def across_workspaces(self, *, write: bool = False) -> Iterator[Session]:
        """A session without a workspace: for intake, leases, installs and operators only."""
        with self._connected(write) as connection:
            session = Session(connection, expire_on_commit=False, autoflush=False)
            with session:
                yield session
                if write:
                    with commit_seconds.time():
                        session.commit()

    @contextmanager
    def bare_across_workspaces(self, *, write: bool = False) -> Iterator[Connection]:
        """The same without a session around it: for single statements that somebody waits for."""
        with self._connected(write) as connection, connection.begin():
            yield connection

    @contextmanager
    def _connected(self, write: bool, scope: str = EVERY_WORKSPACE) -> Iterator[Any]:
        ours = self._turns.one() if write and self.is_sqlite else nullcontext()
        processes = self._process_turns if write else None
        turn = processes.one() if processes is not None else nullcontext()
        with ours, self.engine.connect() as connection, turn:
            yield connection.execution_options(**{_WRITE: write, SCOPE: scope})

    def empty_log(self) -> bool:
        """Take what was written ahead into the file and empty its log, where erased rows stand yet.

        False where somebody reads or writes for longer than a moment: the next one does it.
        """
        if not self.is_sqlite:
            return True
        with self.engine.connect() as connection:
            raw: Any = connection.connection.driver_connection
            raw.execute(f"PRAGMA busy_timeout={_LOG_WAITS_MS}")
            try:
                return not raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            finally:
                raw.execute(f"PRAGMA busy_timeout={_BUSY_MS}")

    def dispose(self) -> None:
        """Close all connections."""
        self.engine.dispose()


def _engine(url: str, pool_size: int) -> Engine:
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        engine = create_engine(
            parsed,
            pool_size=pool_size,
            max_overflow=pool_size,
            pool_timeout=_TURN_SECONDS,
            pool_pre_ping=True,
            **_ENGINE,
        )
        event.listen(engine, "handle_error", leave_values_out)
        # Row-level security is the wall there; where it isn't, each statement is looked at.
        event.listen(engine, "begin", say_for_whom)
        check_limits_unless_held(engine)
        return engine
    engine = create_engine(
        parsed,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=_TURN_SECONDS,
        connect_args={"timeout": 30, "check_same_thread": False},
        **_ENGINE,
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "before_cursor_execute", check_limits)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_MS}",
        "cache_size=-65536",
        "temp_store=MEMORY",
        # What is erased is overwritten: pages that nobody uses any more would keep it.
        "secure_delete=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    # A writer takes the lock at once: upgrading a read lock later fails instead of waiting.
    write = connection.get_execution_options().get(_WRITE, True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


def one_or_none(session: Session, statement: Select[Any]) -> Any:
    """The first column of the only row, or None."""
    return session.execute(statement).scalars().one_or_none()
