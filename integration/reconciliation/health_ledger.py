"""A store's ledger as its health tells it: pages of comparisons, their sums, their hours."""

import re
from datetime import UTC, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select

from integration.db import WorkspaceSession
from integration.errors import Invalid
from integration.models import Reconciliation
from integration.reconciliation.health_records import HealthComparison, HealthSums

PAGE = 30
SUMMED = timedelta(days=30)
_CURSOR = re.compile(r"([0-9]{1,17})-([0-9]{1,18})")
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def comparisons_of(
    session: WorkspaceSession, store_id: int, cursor: str | None
) -> tuple[tuple[HealthComparison, ...], str | None]:
    """The newest comparisons, or those after a cursor, and the cursor of those that follow.

    Raises Invalid for a cursor that is none.
    """
    statement = (
        select(Reconciliation)
        .where(Reconciliation.store_id == store_id, *_before(cursor))
        .order_by(Reconciliation.started_at.desc(), Reconciliation.id.desc())
        .limit(PAGE + 1)
    )
    rows = session.execute(statement).scalars().all()
    shown = rows[:PAGE]
    following = _cursor(shown[-1]) if len(rows) > PAGE else None
    return tuple(_comparison(row) for row in shown), following


def _cursor(row: Reconciliation) -> str:
    return f"{(row.started_at - _BEGINNING) // _MICROSECOND}-{row.id}"


def _before(cursor: str | None) -> list[ColumnElement[bool]]:
    if cursor is None:
        return []
    asked = _CURSOR.fullmatch(cursor)
    if asked is None:
        raise Invalid("The parameter cursor can't be understood.")
    started_at = _BEGINNING + int(asked[1]) * _MICROSECOND
    begun = Reconciliation.started_at
    return [or_(begun < started_at, and_(begun == started_at, Reconciliation.id < int(asked[2])))]


def _comparison(row: Reconciliation) -> HealthComparison:
    names = [name for name in HealthComparison.__slots__ if name != "id"]
    return HealthComparison(id=str(row.id), **{name: getattr(row, name) for name in names})


def found_by_hour(session: WorkspaceSession, store_id: int, since: datetime) -> dict[datetime, int]:
    """How much comparisons that began in an hour found late, by that hour."""
    found = Reconciliation.missing + Reconciliation.stale + Reconciliation.gone
    rows = session.execute(
        select(Reconciliation.started_at, found).where(
            Reconciliation.store_id == store_id, Reconciliation.started_at >= since, found > 0
        )
    )
    by_hour: dict[datetime, int] = {}
    for started_at, count in rows:
        hour = started_at.replace(minute=0, second=0, microsecond=0)
        by_hour[hour] = by_hour.get(hour, 0) + count
    return by_hour


def sums_of(session: WorkspaceSession, store_id: int, as_of: datetime) -> HealthSums:
    """The ledger of the last 30 days in sums, or since it begins."""
    row = session.execute(
        select(
            func.min(Reconciliation.started_at).label("first"),
            func.count().filter(Reconciliation.state == "done").label("done"),
            func.count().filter(Reconciliation.state == "failed").label("failed"),
            *(
                func.coalesce(func.sum(column), 0).label(name)
                for name, column in (
                    ("compared", Reconciliation.compared),
                    ("missing", Reconciliation.missing),
                    ("stale", Reconciliation.stale),
                    ("gone", Reconciliation.gone),
                    ("repaired", Reconciliation.repaired),
                )
            ),
            func.coalesce(func.max(Reconciliation.latest_seconds), 0).label("latest"),
        ).where(Reconciliation.store_id == store_id, Reconciliation.started_at >= as_of - SUMMED)
    ).one()
    return HealthSums(
        since=row.first or as_of,
        comparisons=row.done,
        failed=row.failed,
        compared=row.compared,
        missed=row.missing + row.stale + row.gone,
        repaired=row.repaired,
        latest_seconds=row.latest,
    )
