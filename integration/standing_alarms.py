"""Alarms about a store that stand: which they are, and their end."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, update

from integration.db import WorkspaceSession
from integration.models import Alarm
from integration.statements.bulk import table_of

ALARMS = table_of(Alarm)


def that_stand(
    session: WorkspaceSession, store_id: int, code: str
) -> tuple[ColumnElement[bool], ...]:
    """The conditions of a store's alarms with this code that nobody cleared."""
    return (
        ALARMS.c.workspace_id == session.workspace_id,
        ALARMS.c.store_id == store_id,
        ALARMS.c.code == code,
        ALARMS.c.cleared_at.is_(None),
    )


def clear_standing(
    session: WorkspaceSession,
    store_id: int,
    code: str,
    *,
    now: datetime,
    messages: Collection[str] | None = None,
) -> int:
    """Clear those that stand, or of them only those that say one of these; how many."""
    statement = update(ALARMS).where(*that_stand(session, store_id, code)).values(cleared_at=now)
    if messages is not None:
        statement = statement.where(ALARMS.c.message.in_(messages))
    return session.connection().execute(statement).rowcount
