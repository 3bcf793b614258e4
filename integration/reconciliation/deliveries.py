"""Whether a store still delivers: judged by what comparisons found and its usual traffic."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import exists, func, select

from integration.db import WorkspaceSession
from integration.models import DeliveryWork, StoreHour
from integration.reconciliation.alarms import clear_alarms, raise_alarm, standing_since
from integration.reconciliation.comparing import Figures

# So many missed changes without a delivery beside them are no accident.
MISSED_AT_LEAST = 3
SILENT_AT_LEAST = timedelta(hours=6)
# A store is called silent after so many of its usual gaps.
USUAL_GAPS = 10
_USUAL_OF = timedelta(days=14)
# Fewer deliveries than these tell nothing about what is usual.
_USUAL_FROM = 20
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What a store delivered lately. `gap` is its usual one, None where too little came."""

    newest_at: datetime | None
    gap: timedelta | None


def judge_deliveries(
    session: WorkspaceSession, store_id: int, figures: Figures, now: datetime
) -> bool:
    """Raise or clear `deliveries_stopped` after a comparison; whether that changed anything."""
    since = standing_since(session, store_id, "deliveries_stopped")
    if since is not None:
        came = _came_since(session, store_id, since)
        return came and clear_alarms(session, store_id, "deliveries_stopped", now=now)
    reason = _reason(session, store_id, figures, now)
    if reason is None:
        return False
    details = {"missed": figures.missed, "oldest_missed_at": _text(figures.oldest_missed_at)}
    return raise_alarm(session, store_id, "deliveries_stopped", reason, now=now, details=details)


def traffic(session: WorkspaceSession, store_id: int, now: datetime) -> Traffic:
    """The store's deliveries of the last 14 days."""
    of_store = (StoreHour.store_id == store_id, StoreHour.hour >= now - _USUAL_OF)
    count, first, last = session.execute(
        select(
            func.sum(StoreHour.applied + StoreHour.refused + StoreHour.parked),
            func.min(StoreHour.hour),
            func.max(StoreHour.hour),
        ).where(*of_store)
    ).one()
    if not count:
        return Traffic(None, None)
    span = last + _HOUR - first
    return Traffic(last + _HOUR, span / count if count >= _USUAL_FROM else None)


def _reason(
    session: WorkspaceSession, store_id: int, figures: Figures, now: datetime
) -> str | None:
    oldest = figures.oldest_missed_at
    if figures.missed == 0 or oldest is None:
        return None
    if figures.missed >= MISSED_AT_LEAST and not _came_since(session, store_id, oldest):
        return (
            f"the store changed {figures.missed} objects and delivered no webhook since the first "
            "of them; they were read instead"
        )
    usual = traffic(session, store_id, now)
    if usual.newest_at is None or usual.gap is None:
        return None
    silent = now - usual.newest_at
    if silent > max(SILENT_AT_LEAST, USUAL_GAPS * usual.gap):
        hours = int(silent / _HOUR)
        return f"the store changes and has delivered no webhook for {hours} hours"
    return None


def _came_since(session: WorkspaceSession, store_id: int, since: datetime) -> bool:
    return bool(
        session.execute(
            select(
                exists().where(
                    DeliveryWork.workspace_id == session.workspace_id,
                    DeliveryWork.store_id == store_id,
                    DeliveryWork.received_at >= since,
                )
            )
        ).scalar_one()
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
