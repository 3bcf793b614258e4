"""The ledger of comparisons: a row each, written when it begins and when it ends."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from sqlalchemy import insert, select, update

from integration.db import WorkspaceSession
from integration.models import Reconciliation
from integration.reconciliation.comparing import Figures
from integration.services import Services
from integration.statements.bulk import table_of

AskedBy: TypeAlias = Literal["schedule", "person"]
RunKind: TypeAlias = Literal["changes", "whole"]

CUT_SHORT = "the comparison was cut short"

_RUNS = table_of(Reconciliation)


@dataclass(frozen=True, slots=True)
class Run:
    """One comparison that goes on."""

    id: int
    store_id: int
    kind: RunKind
    started_at: datetime


def begin_run(
    session: WorkspaceSession,
    store_id: int,
    *,
    kind: RunKind,
    asked_by: AskedBy,
    now: datetime,
    window: tuple[datetime, datetime] | None = None,
) -> Run:
    """A new row. The caller holds the store's claim: a run that still stands as running is dead."""
    connection = session.connection()
    connection.execute(
        update(_RUNS)
        .where(
            _RUNS.c.workspace_id == session.workspace_id,
            _RUNS.c.store_id == store_id,
            _RUNS.c.state == "running",
        )
        .values(state="failed", error=CUT_SHORT, finished_at=now)
    )
    found = connection.execute(
        insert(_RUNS)
        .values(
            workspace_id=session.workspace_id,
            store_id=store_id,
            kind=kind,
            asked_by=asked_by,
            state="running",
            started_at=now,
            window_from=window[0] if window else None,
            window_until=window[1] if window else None,
        )
        .returning(_RUNS.c.id)
    ).scalar_one()
    return Run(found, store_id, kind, now)


def end_run(
    session: WorkspaceSession,
    run: Run,
    figures: Figures,
    *,
    calls: int,
    now: datetime,
    error: str | None = None,
) -> None:
    """Write down what came of it; with `error`, in plain words, it failed."""
    session.connection().execute(
        update(_RUNS)
        .where(_RUNS.c.workspace_id == session.workspace_id, _RUNS.c.id == run.id)
        .values(
            state="done" if error is None else "failed",
            finished_at=now,
            calls=calls,
            error=error,
            **figures.columns(),
        )
    )


def newest_runs(services: Services, workspace_id: int, store_id: int) -> list[Reconciliation]:
    """The newest good comparison of each kind, changes first."""
    with services.db.workspace(workspace_id) as session:
        newest = (
            session.execute(
                select(Reconciliation)
                .where(
                    Reconciliation.store_id == store_id,
                    Reconciliation.kind == kind,
                    Reconciliation.state == "done",
                )
                .order_by(Reconciliation.started_at.desc())
                .limit(1)
            ).scalar_one_or_none()
            for kind in ("changes", "whole")
        )
        return [row for row in newest if row is not None]
