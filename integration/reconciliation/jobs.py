"""Jobs of reconciliation: the daily whole comparison, the watch over it, the ledger's thinning."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from integration.doors import House
from integration.events import Event
from integration.jobs import JobDefinition
from integration.models import Alarm, Store, StoreSync
from integration.models.vocabulary import BackfillState, StoreStatus
from integration.reconciliation.alarms import clear_alarms, raise_alarm
from integration.reconciliation.ledger import AskedBy
from integration.reconciliation.thinning import thin_ledgers
from integration.reconciliation.whole import compare_whole
from integration.services import Services

_HOUR = 3600
_DAY = timedelta(days=1)
# Readings are asked for every 15 minutes: so long without a good one is no hiccup.
BEHIND_AFTER = timedelta(hours=2)
# Spreads stores over the day: a prime, so that neighbours lie far apart.
_SPREAD_SECONDS = 7919
# A refresh, which every store has at the same moments, is over by then.
_READ_BY_ANOTHER_SECONDS = 60


def compare_due(services: Services) -> None:
    """Have the stores compared whole whose time of the day has come, new ones at once."""
    now = services.now()
    with services.db.across_workspaces() as session:
        rows = session.execute(
            select(Store.workspace_id, Store.id, StoreSync.compared_whole_at)
            .join(StoreSync, StoreSync.store_id == Store.id)
            .where(
                Store.status == StoreStatus.ACTIVE,
                StoreSync.backfill_state == BackfillState.DONE,
            )
        ).all()
    for workspace_id, store_id, compared_at in rows:
        if is_due(store_id, compared_at, now):
            services.jobs.enqueue(
                "reconciliation.whole",
                key=f"whole:{store_id}",
                workspace_id=workspace_id,
                store_id=store_id,
            )


def compare_in_turn(
    services: Services,
    *,
    workspace_id: int,
    store_id: int,
    asked_by: AskedBy = "schedule",
    accept_deletions: bool = False,
    attempt: int = 0,
) -> None:
    """Compare a store whole; while another job reads it, wait for that to end."""
    with services.db.workspace(workspace_id) as session:
        compared_at = session.execute(
            select(StoreSync.compared_whole_at).where(StoreSync.store_id == store_id)
        ).scalar_one()
    if asked_by == "schedule" and not is_due(store_id, compared_at, services.now()):
        return
    asked: dict[str, Any] = {
        "workspace_id": workspace_id,
        "store_id": store_id,
        "asked_by": asked_by,
        "accept_deletions": accept_deletions,
        "attempt": attempt,
    }
    if not compare_whole(services, **asked):
        services.jobs.enqueue(
            "reconciliation.whole",
            # Of its own: what somebody asks for isn't lost to what the schedule asks for.
            key=f"whole-{asked_by}:{store_id}",
            in_seconds=_READ_BY_ANOTHER_SECONDS,
            **asked,
        )


def is_due(store_id: int, compared_at: datetime | None, now: datetime) -> bool:
    """Whether the store's own time of the day has passed since it was last compared whole."""
    if compared_at is None:
        return True
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    today = midnight + timedelta(seconds=store_id * _SPREAD_SECONDS % _DAY.total_seconds())
    return compared_at < (today if today <= now else today - _DAY)


def watch(services: Services) -> None:
    """Raise `copy_behind` for stores that no reading has proved for two hours, clear it after."""
    now = services.now()
    with services.db.across_workspaces() as session:
        rows = session.execute(
            select(Store.workspace_id, Store.id, StoreSync.complete_until, StoreSync.error)
            .join(StoreSync, StoreSync.store_id == Store.id)
            .where(
                Store.status == StoreStatus.ACTIVE,
                StoreSync.backfill_state == BackfillState.DONE,
            )
        ).all()
        standing = set(
            session.execute(
                select(Alarm.store_id).where(
                    Alarm.code == "copy_behind", Alarm.cleared_at.is_(None)
                )
            ).scalars()
        )
    for workspace_id, store_id, until, error in rows:
        if until is not None and (now - until > BEHIND_AFTER) != (store_id in standing):
            _judge(services, workspace_id, store_id, until, error, now)


def _judge(
    services: Services,
    workspace_id: int,
    store_id: int,
    until: datetime,
    error: str | None,
    now: datetime,
) -> None:
    with services.db.workspace(workspace_id, write=True) as session:
        if now - until <= BEHIND_AFTER:
            changed = clear_alarms(session, store_id, "copy_behind", now=now)
        else:
            reason = error or "no reading ended"
            message = f"the copy is proved until {until:%Y-%m-%d %H:%M} UTC only: {reason}"
            changed = raise_alarm(
                session,
                store_id,
                "copy_behind",
                message,
                now=now,
                details={"complete_until": until.isoformat()},
            )
    if changed:
        services.events.publish(Event(workspace_id, "store", store_id))


def register(house: House) -> None:
    """The jobs of this package."""
    for definition in (
        JobDefinition(
            "reconciliation.whole", compare_in_turn, queue="bulk", timeout_seconds=12 * _HOUR
        ),
        JobDefinition("reconciliation.compare_due", compare_due, every_seconds=900),
        JobDefinition("reconciliation.watch", watch, every_seconds=300),
        JobDefinition("reconciliation.thin", thin_ledgers, queue="bulk", every_seconds=_HOUR),
    ):
        house.add_job(definition)
