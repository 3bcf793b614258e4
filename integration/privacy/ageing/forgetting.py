"""Forgetting what is kept for a time: each class by its own rule, a little at a time.

A transaction takes a few rows of one workspace and counts them; whoever dies in between has lost
nothing, and the next run goes on. A day's counts become one receipt when the day is over.
"""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

import structlog
from sqlalchemy import delete, select, update

from integration.db import WorkspaceSession
from integration.models import AgedOut, RetentionRule, Workspace
from integration.privacy.ageing.aged_rows import (
    FORGETS,
    forget_nobodys_requests,
    old_rows,
    take_old_rows,
)
from integration.privacy.ageing.data_classes import BY_NAME
from integration.privacy.receipts import Done, add_receipt
from integration.services import Services

log = structlog.get_logger(__name__)

JOB = "privacy.age_out"
CHUNK = 200
# So many transactions of a class and workspace in one run: nobody waits for a large one.
_CHUNKS_AT_MOST = 25
_AT_MOST_SECONDS = 1200.0

Days: TypeAlias = dict[str, int | None]
Monotonic: TypeAlias = Callable[[], float]


def age_out(services: Services, monotonic: Monotonic = time.monotonic) -> dict[str, int]:
    """Forget in every workspace what is too old by now; how many rows of which class went.

    Ends after a while; the next run goes on.
    """
    until = monotonic() + _AT_MOST_SECONDS
    gone: dict[str, int] = {}
    for workspace_id in _workspaces(services):
        try:
            for name, count in age_out_workspace(services, workspace_id).items():
                gone[name] = gone.get(name, 0) + count
        except Exception as error:
            told = {"workspace_id": workspace_id, "error": type(error).__name__}
            log.exception("privacy.ageing_failed", **told)
        if monotonic() > until:
            break
    _forget_nobodys_requests(services)
    if gone:
        log.info("privacy.aged_out", **gone)
    return gone


def age_out_workspace(services: Services, workspace_id: int) -> dict[str, int]:
    """The same in one workspace, and the receipts of days that are over."""
    now = services.now()
    with services.db.workspace(workspace_id) as session:
        days = days_of_workspace(session)
    gone: dict[str, int] = {}
    for name in FORGETS:
        kept = days[name]
        if kept is not None:
            count = _forget(services, workspace_id, name, now - timedelta(days=kept), now)
            if count:
                gone[name] = count
    write_receipts(services, workspace_id)
    return gone


def days_of_workspace(session: WorkspaceSession) -> Days:
    """For how many days a workspace keeps each class that we forget; None until it is erased."""
    rules = {
        rule.data_class: rule.days for rule in session.execute(select(RetentionRule)).scalars()
    }
    return {name: rules.get(name, BY_NAME[name].default_days) for name in FORGETS}


def write_receipts(services: Services, workspace_id: int) -> int:
    """A receipt for each day that is over and took something personal; how many."""
    now = services.now()
    over = AgedOut.day < _day(now)
    with services.db.workspace(workspace_id) as session:
        if session.execute(select(AgedOut.day).where(over).limit(1)).first() is None:
            return 0
    with services.db.workspace(workspace_id, write=True) as session:
        session.lock_workspace()
        by_day: dict[str, dict[str, int]] = {}
        for each in session.execute(select(AgedOut).where(over).order_by(AgedOut.day)).scalars():
            by_day.setdefault(each.day, {})[each.data_class] = each.count
        for day, counts in by_day.items():
            done = Done("aged_out", counts, facts={"day": day})
            add_receipt(session, services.settings, done, now=now)
        session.execute(delete(AgedOut).where(over).execution_options(synchronize_session=False))
    return len(by_day)


def _forget(
    services: Services, workspace_id: int, name: str, before: datetime, now: datetime
) -> int:
    ageing = FORGETS[name]
    with services.db.workspace(workspace_id) as session:
        # Found without holding anybody up; what changed meanwhile is seen when it is taken.
        old = old_rows(session, ageing, before, CHUNK * _CHUNKS_AT_MOST)
    gone = 0
    for first in range(0, len(old), CHUNK):
        with services.db.workspace(workspace_id, write=True) as session:
            count = take_old_rows(session, ageing, before, old[first : first + CHUNK])
            if count and BY_NAME[name].is_personal:
                _count(session, name, count, now)
        gone += count
    return gone


def _count(session: WorkspaceSession, name: str, count: int, now: datetime) -> None:
    day = _day(now)
    added = session.execute(
        update(AgedOut)
        .where(AgedOut.day == day, AgedOut.data_class == name)
        .values(count=AgedOut.count + count)
        .execution_options(synchronize_session=False)
    )
    if not added.rowcount:  # type: ignore[attr-defined]
        session.add(AgedOut(day=day, data_class=name, count=count))
        session.flush()


def _forget_nobodys_requests(services: Services) -> None:
    """Those of stores that we never had have no workspace whose rule could hold."""
    days = BY_NAME["privacy_requests"].default_days
    assert days is not None
    with services.db.across_workspaces(write=True) as session:
        forget_nobodys_requests(session, services.now() - timedelta(days=days))


def _workspaces(services: Services) -> list[int]:
    with services.db.across_workspaces() as session:
        return list(session.execute(select(Workspace.id).order_by(Workspace.id)).scalars())


def _day(now: datetime) -> str:
    return now.date().isoformat()
