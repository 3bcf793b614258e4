"""What proves that nothing of a store is lost: its copy, its hours, its ledger, its alarms.

Read from our own rows alone; no store is called.
"""

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.exc import NoResultFound

from integration.crm.stores import StoreView, store_view
from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.models import (
    Alarm,
    Customer,
    Order,
    Store,
    StoreHour,
    StoreSync,
)
from integration.reconciliation.health_ledger import (
    SUMMED,
    comparisons_of,
    found_by_hour,
    sums_of,
)
from integration.reconciliation.health_records import (
    HealthAlarm,
    HealthComparison,
    HealthHeld,
    HealthHour,
    StoreHealth,
)
from integration.reconciliation.waiting import waiting_deliveries
from integration.services import Services
from integration.statements.bulk import table_of

HOURS = 72
_HOUR = timedelta(hours=1)
_MOST_ALARMS = 10


def store_health(
    services: Services,
    workspace_id: int,
    store_id: int,
    *,
    cursor: str | None = None,
    now: datetime | None = None,
) -> StoreHealth:
    """How true a store's copy is, with the newest comparisons, or those after `cursor`.

    Raises NotFound for an unknown store and for another workspace's alike, Invalid for a cursor
    that is none.
    """
    as_of = now or services.now()
    store = _store(services, workspace_id, store_id)
    with services.db.workspace(workspace_id) as session:
        timezone, compared_whole_at = session.execute(
            select(Store.timezone, StoreSync.compared_whole_at)
            .join(StoreSync, StoreSync.store_id == Store.id)
            .where(Store.id == store_id)
        ).one()
        comparisons, following = comparisons_of(session, store_id, cursor)
        return StoreHealth(
            store=store,
            timezone=timezone,
            as_of=as_of,
            compared_whole_at=compared_whole_at,
            held=HealthHeld(_held(session, Order, store_id), _held(session, Customer, store_id)),
            deliveries=waiting_deliveries(services, session, store_id),
            hours=_hours(session, store_id, as_of),
            sums=sums_of(session, store_id, as_of),
            comparisons=comparisons,
            next=following,
            alarms=_alarms(session, store_id, Alarm.cleared_at.is_(None)),
            cleared_alarms=_alarms(session, store_id, Alarm.cleared_at >= as_of - SUMMED),
        )


def store_comparisons(
    services: Services, workspace_id: int, store_id: int, cursor: str
) -> tuple[tuple[HealthComparison, ...], str | None]:
    """The comparisons after a cursor, with the cursor of those that follow.

    Raises NotFound as `store_health` does, and Invalid for a cursor that is none.
    """
    _store(services, workspace_id, store_id)
    with services.db.workspace(workspace_id) as session:
        return comparisons_of(session, store_id, cursor)


def _store(services: Services, workspace_id: int, store_id: int) -> StoreView:
    try:
        return store_view(services, workspace_id, store_id)
    except NoResultFound:
        raise NotFound("There is no such store.") from None


def _held(session: WorkspaceSession, model: type[Order] | type[Customer], store_id: int) -> int:
    table = table_of(model)
    ours = and_(Store.id == store_id, Store.workspace_id == session.workspace_id)
    every = select(func.count()).join_from(table, Store, Store.id == table.c.store_id).where(ours)
    gone = every.where(table.c.deleted_at.is_not(None))
    # Two counts that an index answers each, where one would read every row.
    return session.execute(every).scalar_one() - session.execute(gone).scalar_one()


def _hours(session: WorkspaceSession, store_id: int, as_of: datetime) -> tuple[HealthHour, ...]:
    """The last hours, the present one at the end."""
    newest = as_of.replace(minute=0, second=0, microsecond=0)
    first = newest - (HOURS - 1) * _HOUR
    counted = {
        row.hour: row
        for row in session.execute(
            select(StoreHour).where(StoreHour.store_id == store_id, StoreHour.hour >= first)
        ).scalars()
    }
    found = found_by_hour(session, store_id, first)
    hours = (first + number * _HOUR for number in range(HOURS))
    return tuple(_hour(hour, counted.get(hour), found.get(hour, 0)) for hour in hours)


def _hour(hour: datetime, row: StoreHour | None, found: int) -> HealthHour:
    if row is None:
        return HealthHour(hour, found=found)
    return HealthHour(
        hour=hour,
        applied=row.applied,
        refused=row.refused,
        parked=row.parked,
        mean_delay_ms=round(row.delay_ms_sum / row.applied) if row.applied else None,
        longest_delay_ms=row.delay_ms_most if row.applied else None,
        found=found,
    )


def _alarms(
    session: WorkspaceSession, store_id: int, which: ColumnElement[bool]
) -> tuple[HealthAlarm, ...]:
    """Alarms of a store, one line a code, the newest first."""
    counted = (
        select(
            Alarm.code,
            func.count().label("count"),
            func.min(Alarm.raised_at).label("raised_at"),
            func.max(Alarm.id).label("newest"),
        )
        .where(Alarm.workspace_id == session.workspace_id, Alarm.store_id == store_id, which)
        .group_by(Alarm.code)
        .subquery()
    )
    rows = session.execute(
        select(Alarm, counted.c.count, counted.c.raised_at)
        .join(counted, Alarm.id == counted.c.newest)
        .order_by(Alarm.raised_at.desc(), Alarm.id.desc())
        .limit(_MOST_ALARMS)
    )
    return tuple(
        HealthAlarm(
            code=alarm.code,
            count=count,
            message=alarm.message,
            details=alarm.details,
            raised_at=raised_at,
            newest_at=alarm.raised_at,
            cleared_at=alarm.cleared_at,
        )
        for alarm, count, raised_at in rows
    )
