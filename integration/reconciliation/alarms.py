"""Alarms about a store that stand until what they tell of is over: raised once, then cleared."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import func, select

from integration.db import WorkspaceSession
from integration.models import Alarm
from integration.standing_alarms import ALARMS, clear_standing, that_stand

StandingCode: TypeAlias = Literal[
    "deliveries_stopped", "subscriptions_dead", "mass_deletion", "copy_behind"
]

# What was put right at once; kept as history, never standing.
MENDED = "subscriptions_mended"


def raise_alarm(
    session: WorkspaceSession,
    store_id: int,
    code: StandingCode,
    message: str,
    *,
    now: datetime,
    details: Mapping[str, Any] | None = None,
) -> bool:
    """Raise it unless it stands already; whether it was raised."""
    if standing_since(session, store_id, code) is not None:
        return False
    _add(session, store_id, code, message, details, raised_at=now, cleared_at=None)
    return True


def note_mended(
    session: WorkspaceSession,
    store_id: int,
    message: str,
    details: Mapping[str, Any],
    now: datetime,
) -> None:
    """Keep as history that subscriptions were missing and are there again."""
    _add(session, store_id, MENDED, message, details, raised_at=now, cleared_at=now)


def clear_alarms(
    session: WorkspaceSession, store_id: int, code: StandingCode, *, now: datetime
) -> bool:
    """Clear it where it stands; whether it stood."""
    return clear_standing(session, store_id, code, now=now) > 0


def standing_since(session: WorkspaceSession, store_id: int, code: StandingCode) -> datetime | None:
    """Since when it stands, None when it doesn't."""
    since: datetime | None = (
        session.connection()
        .execute(select(func.min(ALARMS.c.raised_at)).where(*that_stand(session, store_id, code)))
        .scalar_one()
    )
    return since


def _add(
    session: WorkspaceSession,
    store_id: int,
    code: str,
    message: str,
    details: Mapping[str, Any] | None,
    *,
    raised_at: datetime,
    cleared_at: datetime | None,
) -> None:
    session.add(
        Alarm(
            workspace_id=session.workspace_id,
            store_id=store_id,
            code=code,
            message=message,
            details=dict(details or {}),
            raised_at=raised_at,
            cleared_at=cleared_at,
        )
    )
    session.flush()
