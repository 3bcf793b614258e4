"""A session on one workspace, and what keeps it there.

Each ORM statement that it runs is limited to the workspace's rows, each row that it adds gets the
workspace's id, and no statement of another kind runs on its connection that isn't limited too
(`workspace_check`). On PostgreSQL the transaction says for whom it is (`row_security`), and
statements are looked at where that doesn't hold the role.
"""

from collections.abc import Sequence
from typing import Any, cast

from sqlalchemy import Connection, Engine, event, insert, select
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from integration.models import Workspace, WorkspaceScoped
from integration.models.declarative import WorkspaceLimited
from integration.tenancy.row_security import EVERY_WORKSPACE, SCOPE, is_driver_held, tell
from integration.tenancy.workspace_check import check

# While a session writes rows that it holds, by their keys: they are its workspace's.
FLUSHING = "tillside_flushing"
# Of databases that nobody was ever erased from: those of tests and measurements.
NO_KEY = bytes(32)


class WorkspaceSession(Session):
    """A session that sees one workspace only."""

    def __init__(
        self, bind: Any, workspace_id: int, *, names_key: bytes = NO_KEY, **more: Any
    ) -> None:
        super().__init__(bind=bind, expire_on_commit=False, autoflush=False, **more)
        self.workspace_id = workspace_id
        self.names_key = names_key

    def insert_rows(self, model: type[WorkspaceScoped], rows: Sequence[dict[str, Any]]) -> None:
        """Insert many rows of this workspace at once; their keys are the model's columns."""
        if rows:
            stamped = [{**row, "workspace_id": self.workspace_id} for row in rows]
            self.execute(insert(cast(Any, model).__table__), stamped)

    def stay_with_workspace(self) -> None:
        """Let nobody lock the workspace until the commit: what is seen of erasures stays so."""
        if self.get_bind().dialect.name != "sqlite":
            this = select(Workspace.id).where(Workspace.id == self.workspace_id)
            self.execute(this.with_for_update(read=True))

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


@event.listens_for(WorkspaceSession, "do_orm_execute")
def _limit_to_workspace(state: ORMExecuteState) -> None:
    session = state.session
    assert isinstance(session, WorkspaceSession)
    if state.is_insert or state.is_column_load or state.is_relationship_load:
        return
    workspace_id = session.workspace_id
    state.statement = state.statement.options(
        with_loader_criteria(
            WorkspaceLimited,
            lambda model: model.workspace_id == workspace_id,
            include_aliases=True,
        )
    )


@event.listens_for(WorkspaceSession, "before_flush")
def _stamp_workspace(session: Session, _context: Any, _instances: Any) -> None:
    assert isinstance(session, WorkspaceSession)
    for row in (*session.new, *session.dirty, *session.deleted):
        if isinstance(row, WorkspaceScoped):
            if row in session.new and row.__dict__.get("workspace_id") is None:
                row.workspace_id = session.workspace_id
            elif row.workspace_id != session.workspace_id:
                raise RuntimeError("a row of another workspace was added to a session")
    session.connection().execution_options(**{FLUSHING: True})


@event.listens_for(WorkspaceSession, "after_flush")
def _has_flushed(session: Session, _context: Any) -> None:
    session.connection().execution_options(**{FLUSHING: False})


def check_limits(connection: Connection, _cursor: Any, statement: str, *_: object) -> None:
    """Before each statement. Raises UnlimitedStatement for one that a workspace's session may not
    run.
    """
    options = connection.get_execution_options()
    if options.get(SCOPE, EVERY_WORKSPACE) != EVERY_WORKSPACE and not options.get(FLUSHING):
        check(statement)


def check_limits_unless_held(engine: Engine) -> None:
    """Have `check_limits` hear of each statement on a PostgreSQL whose row-level security doesn't
    hold the role. That is asked once, of the first connection: a role that is held costs no more.
    """

    def learn(driver: Any, _record: object) -> None:
        if not is_driver_held(driver):
            event.listen(engine, "before_cursor_execute", check_limits)

    event.listen(engine, "first_connect", learn)


def say_for_whom(connection: Connection) -> None:
    """At the beginning of each transaction, on PostgreSQL."""
    scope = connection.get_execution_options().get(SCOPE)
    if scope is not None:
        tell(connection, scope)
