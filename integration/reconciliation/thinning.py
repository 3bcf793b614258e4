"""Keeps ledgers short: 90 days of them, and one row a day for readings that found nothing."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import groupby

from sqlalchemy import delete, select

from integration.db import WorkspaceSession
from integration.models import Reconciliation, Store
from integration.services import Services

KEPT = timedelta(days=90)
MERGED_AFTER = timedelta(days=7)
# So many rows a store and turn; the next turn goes on.
_AT_ONCE = 2000


def thin_ledgers(services: Services) -> None:
    """Thin every store's ledger."""
    with services.db.across_workspaces() as session:
        stores = session.execute(select(Store.workspace_id, Store.id)).all()
    for workspace_id, store_id in stores:
        thin(services, workspace_id, store_id)


def thin(services: Services, workspace_id: int, store_id: int) -> None:
    """Drop what is older than 90 days; merge a day's good readings that found nothing."""
    now = services.now()
    with services.db.workspace(workspace_id, write=True) as session:
        session.execute(
            delete(Reconciliation).where(
                Reconciliation.store_id == store_id, Reconciliation.started_at < now - KEPT
            )
        )
        today = now.replace(hour=0, minute=0, second=0, microsecond=0)
        rows = session.execute(
            select(Reconciliation)
            .where(
                Reconciliation.store_id == store_id,
                Reconciliation.started_at < today - MERGED_AFTER,
                Reconciliation.kind == "changes",
                Reconciliation.state == "done",
                Reconciliation.asked_by == "schedule",
                Reconciliation.missing + Reconciliation.stale + Reconciliation.gone == 0,
            )
            .order_by(Reconciliation.started_at)
            .limit(_AT_ONCE)
        ).scalars()
        for _, of_day in groupby(rows, lambda row: row.started_at.date()):
            _merge(session, list(of_day))


def _merge(session: WorkspaceSession, rows: Sequence[Reconciliation]) -> None:
    """One row in place of these: their counts added up, from the first's window to the last's."""
    first, *others = rows
    if not others:
        return
    for row in others:
        first.compared += row.compared
        first.early += row.early
        first.calls += row.calls
    first.finished_at, first.window_until = others[-1].finished_at, others[-1].window_until
    session.execute(delete(Reconciliation).where(Reconciliation.id.in_([row.id for row in others])))
