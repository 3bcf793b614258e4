"""The database: workspace-scoped sessions, and the few unscoped ones, by name.

A `WorkspaceSession` can't exist without a workspace: each ORM statement it runs is limited to the
workspace's rows, and each row it adds gets the workspace's id. What has to look across workspaces
(finding the store of a delivery, leasing work) asks for `across_workspaces()`, and a test lists
who does.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from typing import Any, cast

import orjson
from sqlalchemy import (
    Connection,
    Engine,
    NestedTransaction,
    Select,
    create_engine,
    event,
    insert,
    select,
)
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from integration.models import Workspace, WorkspaceScoped
from integration.operations.measures import commit_seconds
from integration.process_turns import ProcessTurns
from integration.told_errors import leave_values_out
from integration.turns import Turns

_WRITE = "tillside_write"
# More readings side by side than connections take turns: long ones, when all begin at once.
_TURN_SECONDS = 120.0
# A backfill reads and writes JSON columns by the ten thousand. Parameters are personal data: no
# error may carry them into a log.
_ENGINE: dict[str, Any] = {
    "hide_parameters": True,
    "json_serializer": lambda value: orjson.dumps(value).decode(),
    "json_deserializer": orjson.loads,
}


class WorkspaceSession(Session):
    """A session that sees one workspace only."""

    def __init__(self, bind: Any, workspace_id: int, **more: Any) -> None:
        super().__init__(bind=bind, expire_on_commit=False, autoflush=False, **more)
        self.workspace_id = workspace_id

    def insert_rows(self, model: type[WorkspaceScoped], rows: Sequence[dict[str, Any]]) -> None:
        """Insert many rows of this workspace at once; their keys are the model's columns."""
        if rows:
            stamped = [{**row, "workspace_id": self.workspace_id} for row in rows]
            self.execute(insert(cast(Any, model).__table__), stamped)

    def lock_workspace(self, *, waits: bool = True) -> bool:
        """Let nobody else change this workspace's mirror until the commit.

        Rows that only name the workspace (an audited view) can be added meanwhile. Where it doesn't
        wait and somebody else has the lock, False.
        """
        if self.get_bind().dialect.name == "sqlite":
            # A transaction that writes has the whole file.
            return True
        lock = select(Workspace.id).where(Workspace.id == self.workspace_id)
        lock = lock.with_for_update(key_share=True, skip_locked=not waits)
        return self.execute(lock).first() is not None


class SharedCommitLost(Exception):
    """The database undid all that a shared transaction had written: nothing may follow in it."""


class SharedCommit:
    """A transaction that several workspaces share, each by sessions of its own."""

    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    @contextmanager
    def workspace(self, workspace_id: int) -> Iterator[WorkspaceSession]:
        """A session on one workspace. When the block raises, only what it wrote is undone.

        Raises SharedCommitLost where the database couldn't keep them apart.
        """
        part = self.connection.begin_nested()
        mode = {"join_transaction_mode": "rollback_only"}
        with WorkspaceSession(self.connection, workspace_id, **mode) as session:
            try:
                yield session
                session.flush()
            except BaseException:
                self._undo(part)
                raise
        try:
            part.commit()
        except SQLAlchemyError as error:
            raise SharedCommitLost(type(error).__name__) from error

    def _undo(self, part: NestedTransaction) -> None:
        try:
            # A flush that failed has undone it.
            if part.is_active:
                part.rollback()
        except SQLAlchemyError as error:
            raise SharedCommitLost(type(error).__name__) from error
        # SQLite ends the whole transaction when its disk is full: what followed would be committed
        # by itself.
        if not getattr(self.connection.connection.driver_connection, "in_transaction", True):
            raise SharedCommitLost("the transaction ended")


class Database:
    """An engine and its sessions. One for the process."""

    def __init__(self, url: str, *, pool_size: int = 16) -> None:
        self.engine = _engine(url, pool_size)
        self.is_sqlite = self.engine.dialect.name == "sqlite"
        self._turns = Turns()
        file = self.engine.url.database or ""
        is_file = self.is_sqlite and file not in ("", ":memory:")
        self._process_turns = ProcessTurns(file) if is_file else None

    @contextmanager
    def workspace(self, workspace_id: int, *, write: bool = False) -> Iterator[WorkspaceSession]:
        """A session on one workspace; commits at its end when `write`, rolls back on an error."""
        with self._connected(write) as connection:
            session = WorkspaceSession(connection, workspace_id)
            with session:
                yield session
                if write:
                    with commit_seconds.time():
                        session.commit()

    @contextmanager
    def several_workspaces(self) -> Iterator[SharedCommit]:
        """One transaction that writes for several workspaces and commits at its end, or not."""
        with self._connected(write=True) as connection, connection.begin() as transaction:
            yield SharedCommit(connection)
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
    def _connected(self, write: bool) -> Iterator[Any]:
        ours = self._turns.one() if write and self.is_sqlite else nullcontext()
        processes = self._process_turns if write else None
        turn = processes.one() if processes is not None else nullcontext()
        with ours, self.engine.connect() as connection, turn:
            yield connection.execution_options(**{_WRITE: write})

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
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=30000",
        "cache_size=-65536",
        "temp_store=MEMORY",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Any) -> None:
    # A writer takes the lock at once: upgrading a read lock later fails instead of waiting.
    write = connection.get_execution_options().get(_WRITE, True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@event.listens_for(WorkspaceSession, "do_orm_execute")
def _limit_to_workspace(state: ORMExecuteState) -> None:
    session = state.session
    assert isinstance(session, WorkspaceSession)
    if state.is_insert or state.is_column_load or state.is_relationship_load:
        return
    workspace_id = session.workspace_id
    state.statement = state.statement.options(
        with_loader_criteria(
            WorkspaceScoped,
            lambda model: model.workspace_id == workspace_id,
            include_aliases=True,
        )
    )


@event.listens_for(WorkspaceSession, "before_flush")
def _stamp_workspace(session: Session, _context: Any, _instances: Any) -> None:
    assert isinstance(session, WorkspaceSession)
    for row in session.new:
        if isinstance(row, WorkspaceScoped):
            if row.__dict__.get("workspace_id") is None:
                row.workspace_id = session.workspace_id
            elif row.workspace_id != session.workspace_id:
                raise RuntimeError("a row of another workspace was added to a session")


def one_or_none(session: Session, statement: Select[Any]) -> Any:
    """The first column of the only row, or None."""
    return session.execute(statement).scalars().one_or_none()
